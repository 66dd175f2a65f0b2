//! A provider whose plans note what its applies need: the notes arrive with every client, those of 1.16, which hand them to
//! the plan of the apply as well, and the older ones. What the examples lack is here, too: write-only values in what is
//! moved and listed, and sets whose elements the service completes.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use serde_json::json;
use tf_provider::kit::{Core, Failure, Object, Rule, Source};
use tf_provider::value::Value;
use tf_provider::{
    Computed, Context, Diagnostics, Fault, FaultKind, Found, Lifecycle, List, ListResource, ListResources, Maybe,
    Model, Moved, Plan, Progress, Provider, Resource, Resources, Server, Service, Set, View,
};
use tfplugin::v6::provider_server;

use crate::spoilt::{self, Answer, Mutant, Spoilt};

/// A pot.
#[derive(Clone, Resource)]
#[resource(name = "pot", identity(name))]
struct Pot {
    /// Its name.
    #[attr(replace = "a pot does not change its name")]
    name: String,
    /// Its colour.
    colour: Option<String>,
    /// What opens it.
    #[attr(write_only)]
    word: Option<SecretString>,
    /// Its handles.
    handles: Option<Set<Handle>>,
    /// What its plan promised.
    promise: Computed<String>,
    /// How many plans led to its last apply.
    plans: Computed<i64>,
}

/// A handle.
#[derive(Clone, PartialEq, Model)]
struct Handle {
    /// Where it is.
    place: String,
    /// Its number.
    number: Computed<i64>,
}

/// A pot as it was fired, and what was noted of it.
#[derive(Clone)]
struct Fired {
    colour: Option<String>,
    handles: Option<Vec<String>>,
    promise: Option<String>,
    plans: Option<i64>,
}

type Shelf = BTreeMap<String, (Option<String>, Option<Vec<String>>)>;

#[derive(Clone, Default)]
struct Kiln(Arc<Mutex<Shelf>>);

impl Kiln {
    fn pots<T>(&self, f: impl FnOnce(&mut Shelf) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Service for Kiln {
    type Error = Fault;
    type Task = Infallible;

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

impl Pot {
    /// Fires it as its plan promised.
    fn fire(&self, cx: &Context<'_, Kiln>) -> Result<(), Fault> {
        let Some(plans) = cx.note("plans") else {
            return Err(Fault::other("The plan noted nothing", "It does."));
        };
        cx.set_note("plans", json!(null));
        cx.set_note("led", plans);
        let handles = self.handles.as_ref().map(|handles| handles.iter().map(|handle| handle.place.clone()).collect());
        cx.service().pots(|pots| pots.insert(self.name.clone(), (self.colour.clone(), handles)));
        Ok(())
    }
}

impl Lifecycle for Pot {
    type Service = Kiln;
    type Remote = Fired;

    async fn plan(plan: &mut Plan<'_, Self>, _: Option<&Kiln>) -> Result<(), Fault> {
        let plans = plan.note("plans").and_then(serde_json::Value::as_i64).unwrap_or_default() + 1;
        plan.set_note("plans", json!(plans));
        if let Maybe::Known(colour) = plan.config().get(Self::COLOUR) {
            plan.set_note("promise", json!(format!("it will be {colour}")));
        }
        Ok(())
    }

    async fn create(&mut self, cx: &Context<'_, Kiln>) -> Result<Option<Infallible>, Fault> {
        self.fire(cx).map(|()| None)
    }

    async fn read(&self, cx: &Context<'_, Kiln>) -> Result<Fired, Fault> {
        let pot = cx.service().pots(|pots| pots.get(&self.name).cloned());
        let (colour, handles) = pot.ok_or_else(|| Fault::new(FaultKind::NotFound, "No such pot", ""))?;
        let promise = cx.note("promise").and_then(|note| note.as_str().map(str::to_owned));
        Ok(Fired { colour, handles, promise, plans: cx.note("led").and_then(|note| note.as_i64()) })
    }

    fn progress(_: &Fired) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, fired: &Fired) {
        self.colour.clone_from(&fired.colour);
        let numbered = |places: &Vec<String>| {
            let each = places.iter().zip(1..);
            each.map(|(place, n)| Handle { place: place.clone(), number: Computed::from(n) }).collect()
        };
        self.handles = fired.handles.as_ref().map(numbered);
        self.promise.set(fired.promise.clone());
        self.plans.set(fired.plans);
    }

    async fn update(&mut self, _: &Self, _: &Fired, cx: &Context<'_, Kiln>) -> Result<(), Fault> {
        self.fire(cx)
    }

    async fn delete(&self, cx: &Context<'_, Kiln>) -> Result<Option<Infallible>, Fault> {
        cx.service().pots(|pots| pots.remove(&self.name));
        Ok(None)
    }

    fn take_over(source: &Moved) -> Result<Option<Self>, Fault> {
        Ok(source.text("name").map(named))
    }
}

fn named(name: &str) -> Pot {
    let (promise, plans) = (Computed::default(), Computed::default());
    Pot { name: name.to_owned(), colour: None, word: None, handles: None, promise, plans }
}

/// Finds all pots.
#[derive(Clone, ListResource)]
#[list_resource(resource = Pot)]
struct Pots {}

impl List for Pots {
    async fn list(&self, cx: &Context<'_, Kiln>, found: &mut Found<'_, Pot>) -> Result<(), Fault> {
        for name in cx.service().pots(|pots| pots.keys().cloned().collect::<Vec<_>>()) {
            found.push(name.clone(), named(&name)).await;
        }
        Ok(())
    }
}

/// No settings.
#[derive(Clone, Model)]
struct Config {}

struct Pottery;

impl Provider for Pottery {
    type Config = Config;
    type Service = Kiln;

    const NAME: &'static str = "pottery";
    const ADDRESS: &'static str = "example.com/test/pottery";
    const VERSION: &'static str = "0.0.0";

    fn resources() -> Resources<Kiln> {
        Resources::new().with::<Pot>()
    }

    fn list_resources() -> ListResources<Kiln> {
        ListResources::new().with::<Pots>()
    }

    fn configure(_: &View<'_, Config>, _: &str) -> Result<Kiln, Diagnostics> {
        Ok(Kiln::default())
    }
}

const POT: &str = "pottery_pot";

/// Brings a pot to a configuration, and answers what it was promised and how many plans led to that.
async fn fire(pot: &mut Object, config: serde_json::Value) -> Result<(Value, Value), Failure> {
    pot.converge(&config).await?;
    let member = |name| pot.state().get(name).cloned().unwrap_or(Value::Null);
    Ok((member("promise"), member("plans")))
}

/// Creates, changes, replaces, moves and lists, and holds the number of plans against what the client can do.
async fn journey(core: &Core, [create, update, replace]: [i64; 3]) -> Result<(), Failure> {
    let mut pot = core.resource(POT)?;
    let handles = json!([{"place": "left"}]);
    let red = json!({"name": "a", "colour": "red", "word": "sesame", "handles": handles});
    assert_eq!(fire(&mut pot, red).await?, ("it will be red".into(), create.into()));
    let blue = json!({"name": "a", "colour": "blue"});
    assert_eq!(fire(&mut pot, blue).await?, ("it will be blue".into(), update.into()));
    let other = json!({"name": "b", "colour": "green"});
    assert_eq!(fire(&mut pot, other).await?, ("it will be green".into(), replace.into()));

    let state = json!({"name": "b"});
    let source = Source { provider: "example.com/test/jars", type_name: "jars_jar", version: 0, state: &state };
    core.take_over(&source, POT).await?;
    assert_eq!(core.list(POT, &json!({}), 9, true).await?.len(), 1);
    pot.destroy().await
}

async fn start(provider: impl provider_server::Provider) -> Result<Core, Failure> {
    Core::start(provider, json!({})).await
}

/// The plan of the apply goes on from the first one; that of a replacement from the plan of the new object, which goes on
/// from the plan of the change.
const SINCE_1_16: [i64; 3] = [2, 2, 3];

/// The plan of the apply begins anew.
const BEFORE_1_16: [i64; 3] = [1, 1, 1];

#[tokio::test]
async fn notes_of_a_plan_reach_its_apply_and_the_reads_after_with_every_client() {
    let journeys = async {
        journey(&start(Server::<Pottery>::new()).await?, SINCE_1_16).await?;
        journey(&start(Server::<Pottery>::new()).await?.before_1_16(), BEFORE_1_16).await
    };
    if let Err(failure) = journeys.await {
        panic!("{failure}");
    }
}

#[tokio::test]
async fn lost_notes_are_seen() -> Result<(), Failure> {
    let spoilt = Spoilt::<Pottery>::new("plan", |answer| {
        if let Answer::Plan(reply, _) = answer {
            reply.planned_private.clear();
        }
    });
    let lost = journey(&start(spoilt).await?, SINCE_1_16).await.expect_err("the plan's notes are lost");
    assert!(lost.to_string().starts_with("at apply\n- The plan noted nothing"), "{lost}");

    let spoilt = Spoilt::<Pottery>::new("apply", |answer| {
        if let Answer::Apply(reply, _) = answer {
            reply.private.clear();
        }
    });
    let lost = journey(&start(spoilt).await?, SINCE_1_16).await.expect_err("the apply's notes are lost");
    assert!(lost.step == "read" && lost.breaks(Rule::Drift), "{lost}");
    Ok(())
}

#[tokio::test]
async fn every_mutant_is_found() -> Result<(), Failure> {
    for mutant in MUTANTS {
        let (_, step, spoil) = *mutant;
        let core = start(Spoilt::<Pottery>::new(step, spoil)).await?;
        spoilt::assert_found(*mutant, journey(&core, SINCE_1_16).await);
    }
    Ok(())
}

fn word(answer: &mut Answer<'_>) {
    answer.set("word", "sesame");
}

pub(crate) const MUTANTS: &[Mutant] = &[
    (Rule::WriteOnly, "move", word),
    (Rule::WriteOnly, "list", word),
    (Rule::AppliedGrowth, "apply", |answer| {
        answer.edit("handles", |handles| {
            // One more that fits what was planned.
            if let rmpv::Value::Array(handles) = handles {
                let number =
                    |n: i64| rmpv::Value::Map(vec![("number".into(), n.into()), ("place".into(), "left".into())]);
                *handles = vec![number(1), number(2)];
            }
        });
    }),
];
