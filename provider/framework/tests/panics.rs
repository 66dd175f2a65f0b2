//! R40: whatever panics in one call, of whatever kind, is a diagnostic of that call, and the process serves the next one.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use futures_util::StreamExt as _;
use tf_provider::value::{Type, Value, msgpack};
use tf_provider::{
    Action, Actions, Call, Context, DataSource, DataSources, Diagnostics, EphemeralResource, EphemeralResources, Fault,
    Found, Function, Functions, Invoke, Lifecycle, List, ListResource, ListResources, Maybe, Model, Open, Plan,
    Progress, Provider, Read, Reporter, Resource, Resources, Server, Service, View, WrongArgument,
};
use tfplugin::v6::{self, provider_server::Provider as _};
use tonic::Request;

/// Panics where it is told to.
fn reach(place: &str, told: &str) {
    assert_ne!(place, told, "fainted");
}

fn check(told: &str) -> Result<(), String> {
    reach("check", told);
    Ok(())
}

/// Where it is told to panic, if that is known.
fn told<M: Model>(config: &View<'_, M>, field: tf_provider::Field<M, String>) -> String {
    config.get(field).known().unwrap_or_default()
}

struct Calm;

impl Service for Calm {
    type Error = Fault;
    type Task = Infallible;

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

/// The provider block.
#[derive(Clone, Model)]
struct Config {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
}

/// A resource.
#[derive(Clone, Resource)]
#[resource(identity(at))]
struct Thing {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
}

impl Lifecycle for Thing {
    type Service = Calm;
    type Remote = ();

    fn validate(config: &View<'_, Self>, _: &mut Diagnostics) {
        reach("validate", &told(config, Self::AT));
    }

    async fn plan(plan: &mut Plan<'_, Self>, _: Option<&Calm>) -> Result<(), Fault> {
        reach("plan", &told(&plan.config(), Self::AT));
        Ok(())
    }

    async fn create(&mut self, _: &Context<'_, Calm>) -> Result<Option<Infallible>, Fault> {
        Ok(None)
    }

    async fn read(&self, _: &Context<'_, Calm>) -> Result<(), Fault> {
        reach("read", &self.at);
        Ok(())
    }

    fn progress((): &()) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, (): &()) {}

    async fn update(&mut self, _: &Self, (): &(), _: &Context<'_, Calm>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, Calm>) -> Result<Option<Infallible>, Fault> {
        Ok(None)
    }
}

/// A data source.
#[derive(Clone, DataSource)]
struct Fact {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
}

impl Read for Fact {
    type Service = Calm;

    fn validate(config: &View<'_, Self>, _: &mut Diagnostics) {
        reach("validate", &told(config, Self::AT));
    }

    async fn read(&mut self, _: &Context<'_, Calm>) -> Result<(), Fault> {
        reach("read", &self.at);
        Ok(())
    }
}

/// An ephemeral resource.
#[derive(Clone, EphemeralResource)]
struct Moment {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
}

fn noted(cx: &Context<'_, Calm>) -> String {
    cx.note("at").as_ref().and_then(|at| at.as_str()).unwrap_or_default().to_owned()
}

impl Open for Moment {
    type Service = Calm;

    fn validate(config: &View<'_, Self>, _: &mut Diagnostics) {
        reach("validate", &told(config, Self::AT));
    }

    async fn open(&mut self, cx: &Context<'_, Calm>) -> Result<Option<SystemTime>, Fault> {
        reach("open", &self.at);
        cx.set_note("at", self.at.clone().into());
        Ok(Some(SystemTime::now() + Duration::from_secs(1)))
    }

    async fn renew(cx: &Context<'_, Calm>) -> Result<Option<SystemTime>, Fault> {
        reach("renew", &noted(cx));
        Ok(None)
    }

    async fn close(cx: &Context<'_, Calm>) -> Result<(), Fault> {
        reach("close", &noted(cx));
        Ok(())
    }
}

/// A list.
#[derive(Clone, ListResource)]
#[list_resource(resource = Thing)]
struct Things {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
}

impl List for Things {
    fn validate(config: &View<'_, Self>, _: &mut Diagnostics) {
        reach("validate", &told(config, Self::AT));
    }

    /// Not an `async fn`: it may panic before there is a future.
    fn list(
        &self,
        _: &Context<'_, Calm>,
        found: &mut Found<'_, Thing>,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        reach("list, at once", &self.at);
        let at = self.at.clone();
        async move {
            reach("list", &at);
            found.push("one", Thing { at: "read".to_owned() }).await;
            Ok(())
        }
    }
}

/// An action.
#[derive(Clone, Action)]
struct Deed {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
}

impl Invoke for Deed {
    type Service = Calm;

    fn validate(config: &View<'_, Self>, _: &mut Diagnostics) {
        reach("validate", &told(config, Self::AT));
    }

    async fn plan(config: &View<'_, Self>, _: Option<&Calm>, _: &mut Diagnostics) -> Result<(), Fault> {
        reach("plan", &told(config, Self::AT));
        Ok(())
    }

    /// Not an `async fn`, as above.
    fn invoke(self, _: &Context<'_, Calm>, progress: &Reporter) -> impl Future<Output = Result<(), Fault>> + Send {
        reach("invoke, at once", &self.at);
        async move {
            progress.say("begun");
            reach("invoke", &self.at);
            Ok(())
        }
    }
}

/// A function.
#[derive(Clone, Function)]
struct Answer {
    /// Where it panics.
    #[attr(check = check)]
    at: String,
    /// Further places.
    #[attr(variadic, check = Self::check_all)]
    more: Vec<String>,
}

impl Answer {
    fn check_all(told: &[String]) -> Result<(), String> {
        told.iter().for_each(|told| reach("check all", told));
        Ok(())
    }
}

impl Call for Answer {
    type Output = String;

    fn call(self) -> Result<String, WrongArgument> {
        reach("call", &self.at);
        Ok(self.more.concat())
    }
}

struct Faints;

impl Provider for Faints {
    type Config = Config;
    type Service = Calm;

    const NAME: &'static str = "faints";
    const ADDRESS: &'static str = "example.com/test/faints";
    const VERSION: &'static str = "0.0.0";

    fn resources() -> Resources<Calm> {
        Resources::new().with::<Thing>()
    }

    fn data_sources() -> DataSources<Calm> {
        DataSources::new().with::<Fact>()
    }

    fn ephemeral_resources() -> EphemeralResources<Calm> {
        EphemeralResources::new().with::<Moment>()
    }

    fn list_resources() -> ListResources<Calm> {
        ListResources::new().with::<Things>()
    }

    fn actions() -> Actions<Calm> {
        Actions::new().with::<Deed>()
    }

    fn functions() -> Functions {
        Functions::new().with::<Answer>()
    }

    fn validate(config: &View<'_, Config>, _: &mut Diagnostics) {
        reach("validate", &told(config, Config::AT));
    }

    fn configure(config: &View<'_, Config>, _: &str) -> Result<Calm, Diagnostics> {
        reach("configure", &told(config, Config::AT));
        if config.get(Config::AT) == Maybe::Unknown { Err(Diagnostics::new()) } else { Ok(Calm) }
    }
}

/// A configuration of any kind: all have the one attribute.
fn config(at: &str) -> Option<v6::DynamicValue> {
    let ty = Type::object([("at", Type::String)]);
    encode(&Value::object([("at", Value::from(at))]), &ty)
}

fn encode(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("a value of this type").into();
    Some(v6::DynamicValue { msgpack, ..Default::default() })
}

fn said(diagnostics: &[v6::Diagnostic]) -> String {
    diagnostics.iter().map(|d| format!("{}: {}\n", d.summary, d.detail)).collect()
}

/// Makes a call and answers what it said.
macro_rules! call {
    ($server:expr, $rpc:ident { $($field:ident : $value:expr),* $(,)? }) => {{
        #[allow(clippy::needless_update, reason = "some requests have no other field")]
        let request = v6::$rpc::Request { $($field: $value,)* ..Default::default() };
        said(&$server.$rpc(Request::new(request)).await.expect("an answer").into_inner().diagnostics)
    }};
}

async fn configured() -> Server<Faints> {
    let server = Server::new();
    assert_eq!(call!(server, configure_provider { config: config("") }), "");
    server
}

/// Every call that runs code of an author, by kind and place.
async fn made(server: &Server<Faints>, kind: &str, place: &str, at: &str) -> String {
    let name = |noun: &str| format!("faints_{noun}");
    match (kind, place) {
        ("provider", "configure") => call!(server, configure_provider { config: config(at) }),
        ("provider", _) => call!(server, validate_provider_config { config: config(at) }),
        ("resource", "plan") => {
            let (type_name, proposed) = (name("thing"), config(at));
            call!(
                server,
                plan_resource_change { type_name: type_name, config: config(at), proposed_new_state: proposed }
            )
        }
        ("resource", "read") => {
            call!(server, read_resource { type_name: name("thing"), current_state: config(at) })
        }
        ("resource", _) => call!(server, validate_resource_config { type_name: name("thing"), config: config(at) }),
        ("data", "read") => call!(server, read_data_source { type_name: name("fact"), config: config(at) }),
        ("data", _) => call!(server, validate_data_resource_config { type_name: name("fact"), config: config(at) }),
        ("ephemeral", "open" | "renew" | "close") => {
            let request = v6::open_ephemeral_resource::Request {
                type_name: name("moment"),
                config: config(at),
                ..Default::default()
            };
            let opened = server.open_ephemeral_resource(Request::new(request)).await.expect("an answer").into_inner();
            let (type_name, private) = (name("moment"), opened.private);
            match place {
                "open" => said(&opened.diagnostics),
                "renew" => call!(server, renew_ephemeral_resource { type_name: type_name, private: private }),
                _ => call!(server, close_ephemeral_resource { type_name: type_name, private: private }),
            }
        }
        ("ephemeral", _) => {
            call!(server, validate_ephemeral_resource_config { type_name: name("moment"), config: config(at) })
        }
        ("list", "list" | "list, at once" | "read") => {
            let request = v6::list_resource::Request {
                type_name: name("thing"),
                config: config(at),
                limit: 9,
                include_resource_object: at == "read",
            };
            let events = server.list_resource(Request::new(request)).await.expect("a stream").into_inner();
            events.map(|event| said(&event.expect("an event").diagnostic)).collect().await
        }
        ("list", _) => {
            call!(server, validate_list_resource_config { type_name: name("thing"), config: config(at) })
        }
        ("action", "invoke" | "invoke, at once") => {
            use v6::invoke_action::event::Type as Event;
            let request =
                v6::invoke_action::Request { action_type: name("deed"), config: config(at), ..Default::default() };
            let events = server.invoke_action(Request::new(request)).await.expect("a stream").into_inner();
            let said = events.map(|event| match event.expect("an event").r#type.expect("a type") {
                Event::Progress(_) => String::new(),
                Event::Completed(end) => said(&end.diagnostics),
            });
            said.collect().await
        }
        ("action", "plan") => call!(server, plan_action { action_type: name("deed"), config: config(at) }),
        ("action", _) => call!(server, validate_action_config { type_name: name("deed"), config: config(at) }),
        _ => {
            let arguments = [at, at].iter().filter_map(|at| encode(&Value::from(*at), &Type::String)).collect();
            let request = v6::call_function::Request { name: "answer".to_owned(), arguments };
            let reply = server.call_function(Request::new(request)).await.expect("an answer").into_inner();
            reply.error.map(|error| error.text).unwrap_or_default()
        }
    }
}

#[tokio::test]
async fn a_panic_in_any_call_of_any_kind_is_told_and_the_next_call_is_served() {
    let server = configured().await;
    for (kind, places) in [
        ("provider", &["check", "validate", "configure"][..]),
        ("resource", &["check", "validate", "plan", "read"]),
        ("data", &["check", "validate", "read"]),
        ("ephemeral", &["check", "validate", "open", "renew", "close"]),
        ("list", &["check", "validate", "list", "list, at once", "read"]),
        ("action", &["check", "validate", "plan", "invoke", "invoke, at once"]),
        ("function", &["check", "check all", "call"]),
    ] {
        for place in places {
            let said = made(&server, kind, place, place).await;
            assert!(said.starts_with("The provider panicked during"), "{kind}, {place}: {said:?}");
            assert!(said.contains("fainted"), "{kind}, {place}: {said:?}");
            assert_eq!(made(&server, kind, place, "").await, "", "{kind}, {place}");
        }
    }
}
