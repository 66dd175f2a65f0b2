//! Sets of ten thousand elements on their way through the calls of the protocol: what a change of one costs must not grow
//! with the square of their number.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tf_provider::value::{Value, msgpack};
use tf_provider::{
    Computed, Context, Diagnostics, Fault, FaultKind, Lifecycle, Model, OptionalComputed, Progress, Provider, Resource,
    Resources, Server, Service, Set, View,
};
use tfplugin::v6;
use tfplugin::v6::provider_server::Provider as _;
use tonic::Request;

const CROWD: &str = "crowds_crowd";
const COUNT: usize = 10_000;

/// Many times what it takes, and a fraction of the minutes it would if every element were compared with every other.
const BOUND: Duration = Duration::from_mins(2);

/// A crowd.
#[derive(Clone, Resource)]
#[resource(identity(id))]
struct Crowd {
    /// Id.
    #[attr(keep)]
    id: Computed<String>,
    /// What it calls.
    slogans: Set<String>,
    /// Who is in it.
    people: Set<Person>,
}

/// A person.
#[derive(Clone, PartialEq, Model)]
struct Person {
    /// Name.
    name: String,
    /// Age.
    age: Option<i64>,
    /// Number, which the crowd gives to those who bring none.
    number: OptionalComputed<i64>,
}

/// The one crowd there is.
#[derive(Default)]
struct Street(Mutex<Option<Crowd>>);

impl Street {
    fn take(&self, crowd: Option<Crowd>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = crowd;
    }
}

impl Service for Street {
    type Error = Fault;
    /// Nothing goes on in the background.
    type Task = Infallible;

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

impl Lifecycle for Crowd {
    type Service = Street;
    type Remote = Crowd;

    async fn create(&mut self, cx: &Context<'_, Street>) -> Result<Option<Infallible>, Fault> {
        self.id.set("c1".to_owned());
        cx.service().take(Some(self.clone()));
        Ok(None)
    }

    async fn read(&self, cx: &Context<'_, Street>) -> Result<Crowd, Fault> {
        let crowd = cx.service().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        crowd.ok_or_else(|| Fault::new(FaultKind::NotFound, "There is no crowd", ""))
    }

    fn progress(_: &Crowd) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, remote: &Crowd) {
        *self = remote.clone();
    }

    async fn update(&mut self, prior: &Self, _: &Crowd, cx: &Context<'_, Street>) -> Result<(), Fault> {
        assert!(self.slogans != prior.slogans && self.people != prior.people);
        cx.service().take(Some(self.clone()));
        Ok(())
    }

    async fn delete(&self, cx: &Context<'_, Street>) -> Result<Option<Infallible>, Fault> {
        cx.service().take(None);
        Ok(None)
    }
}

/// Nothing to configure.
#[derive(Clone, Model)]
struct Config {}

struct Crowds;

impl Provider for Crowds {
    type Config = Config;
    type Service = Street;

    const NAME: &'static str = "crowds";
    const ADDRESS: &'static str = "registry.terraform.io/example/crowds";
    const VERSION: &'static str = "1.0.0";

    fn resources() -> Resources<Street> {
        Resources::new().with::<Crowd>()
    }

    fn configure(_: &View<'_, Config>, _: &str) -> Result<Street, Diagnostics> {
        Ok(Street::default())
    }
}

/// A crowd of these people, or the configuration of one.
fn crowd(id: Value, people: impl Iterator<Item = usize> + Clone) -> Value {
    let person = |i: usize| {
        // In no order, like the elements of any set.
        let i = i * 7919 % (2 * COUNT);
        let (name, number) = (Value::from(format!("person {i}")), Value::from(i as i64));
        Value::object([("name", name), ("age", Value::from(20 + i as i64 % 60)), ("number", number)])
    };
    let slogans = people.clone().map(|i| Value::from(format!("slogan {i}"))).collect();
    Value::object([("id", id), ("slogans", Value::Set(slogans)), ("people", Value::Set(people.map(person).collect()))])
}

struct Plugin(Server<Crowds>);

impl Plugin {
    fn encode(&self, value: &Value) -> Option<v6::DynamicValue> {
        let ty = self.0.resource(CROWD).expect("the crowd").schema().ty();
        let msgpack = msgpack::encode(value, &ty).expect("a crowd").into();
        Some(v6::DynamicValue { msgpack, ..Default::default() })
    }

    /// Validates, plans and applies, as Terraform does; answers the new state, which is the configured one.
    async fn apply(&self, prior: &Value, config: &Value) -> Value {
        let type_name = CROWD.to_owned();
        let request = v6::validate_resource_config::Request {
            type_name: type_name.clone(),
            config: self.encode(config),
            ..Default::default()
        };
        let reply = self.0.validate_resource_config(Request::new(request)).await.expect("an answer").into_inner();
        assert_eq!(reply.diagnostics, []);
        let request = v6::plan_resource_change::Request {
            type_name: type_name.clone(),
            prior_state: self.encode(prior),
            proposed_new_state: self.encode(config),
            config: self.encode(config),
            ..Default::default()
        };
        let plan = self.0.plan_resource_change(Request::new(request)).await.expect("an answer").into_inner();
        assert_eq!(plan.diagnostics, []);
        let request = v6::apply_resource_change::Request {
            type_name,
            prior_state: self.encode(prior),
            planned_state: plan.planned_state,
            config: self.encode(config),
            planned_identity: plan.planned_identity,
            planned_private: plan.planned_private,
            ..Default::default()
        };
        let reply = self.0.apply_resource_change(Request::new(request)).await.expect("an answer").into_inner();
        assert_eq!(reply.diagnostics, []);
        let ty = self.0.resource(CROWD).expect("the crowd").schema().ty();
        msgpack::decode(&reply.new_state.expect("a state").msgpack, &ty).expect("a crowd")
    }

    async fn read(&self, state: &Value) -> v6::read_resource::Response {
        let request = v6::read_resource::Request {
            type_name: CROWD.to_owned(),
            current_state: self.encode(state),
            ..Default::default()
        };
        self.0.read_resource(Request::new(request)).await.expect("an answer").into_inner()
    }
}

#[tokio::test]
async fn sets_of_ten_thousand_elements_live() {
    let plugin = Plugin(Server::new());
    let configured = plugin.0.configure_provider(Request::new(Default::default())).await.expect("an answer");
    assert_eq!(configured.get_ref().diagnostics, []);
    let started = Instant::now();
    let mut state = Value::Null;
    // The second half of the elements stays.
    for from in [0, COUNT / 2] {
        let people = from..from + COUNT;
        state = plugin.apply(&state, &crowd(Value::Null, people.clone())).await;
        let expected = crowd("c1".into(), people);
        for attribute in ["id", "slogans", "people"] {
            assert!(state.get(attribute) == expected.get(attribute), "{attribute}, from {from}");
        }
        let read = plugin.read(&state).await;
        assert_eq!(read.diagnostics, []);
        assert_eq!(read.new_state.map(|state| state.msgpack.len()), plugin.encode(&state).map(|s| s.msgpack.len()));
    }
    assert!(started.elapsed() < BOUND, "{:?}", started.elapsed());
}
