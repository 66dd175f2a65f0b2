//! A noun whose life is plain calls, on a service that keeps documents. Time is tokio's, and paused.

use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tf_provider::bound::{Bound, Call, Calls, Listed, Reply};
use tf_provider::lifecycle::{ApplyRequest, Driver, DynResource as _, ImportBy, Outcome, PlanRequest, Stored};
use tf_provider::private::Private;
use tf_provider::value::Value;
use tf_provider::{Computed, Fault, FaultKind, OptionalComputed, Progress, Resource, Service};
use tokio_util::sync::CancellationToken;

/// A shelf of a room.
#[derive(Clone, Debug, Resource)]
#[resource(identity(town?, room, id))]
#[api(create = "MakeShelf", modify = "ChangeShelf", read = "ShowShelf")]
struct Shelf {
    /// Town.
    #[attr(keep, replace = "a shelf stays in its town")]
    #[api(own)]
    town: OptionalComputed<String>,
    /// Room.
    #[attr(replace = "a shelf stays in its room")]
    #[api(own)]
    room: String,
    /// Number.
    #[attr(keep)]
    #[api(at = "shelf.number")]
    id: Computed<String>,
    /// Label.
    #[api(at = "shelf.label")]
    label: String,
    /// How many books.
    #[api(at = "shelf.books")]
    books: Option<i64>,
}

impl Bound for Shelf {
    type Service = Library;

    const ARGUMENTS: &'static [(&'static str, &'static str)] = &[("room", "room"), ("number", "id")];
    const CREATED: &'static str = "number";
    const DELETE: &'static str = "BurnShelf";
    const LISTED: Option<Listed> = Some(Listed { operation: "ListShelves", member: "shelves", by: "label" });
}

/// The shelf that there is, the calls that came, and how many answers to creations are to get lost.
#[derive(Default)]
struct Library {
    shelf: Mutex<Option<Json>>,
    calls: Mutex<Vec<String>>,
    lost: Mutex<u32>,
}

impl Service for Library {
    type Error = Fault;
    type Task = Infallible;

    fn read_lag(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

impl Calls for Library {
    const PLACE: Option<&'static str> = Some("town");

    async fn send<R: Resource>(&self, town: Option<&str>, call: Call) -> Result<Reply<Infallible>, Fault> {
        let arguments: Vec<_> = call.arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = call.body.map_or(Json::Null, |body| body.json);
        self.calls.lock().expect("a lock").push(format!("{} {} {body}", call.operation, arguments.join(" ")));
        let mut shelf = self.shelf.lock().expect("a lock");
        let body = match call.operation {
            "MakeShelf" => {
                let mut made = body;
                made["shelf"]["number"] = json!("7");
                *shelf = Some(made);
                let mut lost = self.lost.lock().expect("a lock");
                if *lost > 0 {
                    *lost -= 1;
                    return Err(Fault::new(FaultKind::Uncertain, "The answer was lost", "Nobody knows."));
                }
                json!({"number": "7"})
            }
            "ListShelves" => json!({"shelves": shelf.as_slice()}),
            "ChangeShelf" => {
                let changes = body["shelf"].as_object().expect("an object").clone();
                shelf.as_mut().expect("a shelf")["shelf"].as_object_mut().expect("an object").extend(changes);
                Json::Null
            }
            "BurnShelf" => {
                *shelf = None;
                Json::Null
            }
            _ => shelf.clone().ok_or_else(|| Fault::new(FaultKind::NotFound, "No such shelf", ""))?,
        };
        Ok(Reply { body, task: None, place: town.unwrap_or("Ghent").to_owned() })
    }
}

fn config(label: &str, books: Value) -> Value {
    let members = [("room", "a".into()), ("label", label.into()), ("books", books)];
    let nulls = ["town", "id"].map(|name| (name.to_owned(), Value::Null));
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(nulls).collect())
}

async fn apply(library: &Library, prior: &Stored, config: Value) -> Outcome {
    let driver = Driver::<Shelf>::new();
    let proposed = config.clone();
    let request = PlanRequest { prior: prior.clone(), config: config.clone(), proposed };
    let planned = if config.is_null() {
        Stored { state: Value::Null, ..prior.clone() }
    } else {
        driver.plan(request, Some(library)).await.planned
    };
    let request = ApplyRequest { prior: prior.state.clone(), planned, config };
    let outcome = driver.apply(request, library, &CancellationToken::new()).await;
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    outcome
}

fn nothing() -> Stored {
    Stored { state: Value::Null, identity: Value::Null, private: Private::default() }
}

#[tokio::test(start_paused = true)]
async fn a_life_is_made_of_the_bindings() {
    let library = Library::default();
    let made = apply(&library, &nothing(), config("novels", Value::from(3))).await.stored;
    assert_eq!((made.state.get("id"), made.state.get("town")), (Some(&"7".into()), Some(&"Ghent".into())));
    let changed = apply(&library, &made, config("novels", Value::Null)).await.stored;
    assert_eq!(changed.state.get("books"), Some(&Value::Null));
    let gone = apply(&library, &changed, Value::Null).await.stored;
    assert!(gone.state.is_null());
    let writes: Vec<String> =
        library.calls.lock().unwrap().iter().filter(|call| !call.starts_with("Show")).cloned().collect();
    assert_eq!(
        writes,
        [
            r#"MakeShelf room=a {"shelf":{"books":3,"label":"novels"}}"#,
            r#"ChangeShelf room=a number=7 {"shelf":{"books":0}}"#,
            "BurnShelf room=a number=7 null",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_whose_answer_was_lost_is_found_in_its_list() {
    let library = Library { lost: Mutex::new(1), ..Library::default() };
    let made = apply(&library, &nothing(), config("novels", Value::Null)).await.stored;
    assert_eq!(made.state.get("id"), Some(&"7".into()));
    let calls = library.calls.lock().unwrap().clone();
    assert_eq!(calls.iter().filter(|call| call.starts_with("Make")).count(), 1, "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn an_import_finds_everything() {
    let library = Library::default();
    let made = apply(&library, &nothing(), config("novels", Value::from(3))).await.stored;
    let driver = Driver::<Shelf>::new();
    let imported = driver.import(ImportBy::Id("Ghent:a:7".to_owned())).unwrap();
    let read = driver.read(imported, &library, &CancellationToken::new()).await;
    assert_eq!(read.stored.state, made.state);
}
