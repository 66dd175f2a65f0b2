//! A small provider for the tests: books on a shelf, held in memory, by a service that can be told to misbehave.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tf_provider::lifecycle::{ApplyRequest, Driver, DynResource, ImportBy, Outcome, PlanRequest, PlanResponse, Stored};
use tf_provider::private::Private;
use tf_provider::value::Value;
use tf_provider::{
    Computed, Context, Diagnostics, Fault, FaultKind, Lifecycle, Model, Moved, OptionalComputed, Plan, Progress,
    Provider, Resource, Resources, Service, View,
};
use tokio_util::sync::CancellationToken;

/// A book on a shelf.
#[derive(Clone, Debug, Resource)]
#[resource(
    name = "book",
    version = 1,
    identity(shelf?, id),
    timeouts(create = "10m", update = "10m", delete = "10m"),
    protected_by = locked
)]
pub struct Book {
    /// Number of the book.
    #[attr(keep)]
    pub id: Computed<String>,
    /// Shelf that it stands on.
    #[attr(replace = "a book cannot leave its shelf")]
    pub shelf: OptionalComputed<String>,
    /// Title.
    #[attr(len = 1..=20)]
    pub title: String,
    /// Number of pages.
    #[attr(range = 1..=9999)]
    pub pages: Option<i64>,
    /// Whether it may be thrown away.
    #[attr(default = false)]
    pub locked: bool,
    /// Paper that it is printed on; only said when it is printed.
    #[attr(unread, replace = "paper cannot be exchanged")]
    pub paper: Option<String>,
    /// How often it was changed.
    pub revision: Computed<i64>,
    /// Initials of the title.
    #[attr(keep_unless(title))]
    pub initials: Computed<String>,
    /// Code of its lock.
    #[attr(write_only)]
    pub code: Option<SecretString>,
    /// Seals on its cover, by place.
    #[attr(replace = "a seal cannot be taken off")]
    pub seals: Option<BTreeMap<String, Seal>>,
}

/// A seal.
#[derive(Clone, Debug, Model)]
pub struct Seal {
    /// What it shows.
    pub sign: String,
    /// What its owner wrote inside.
    #[attr(write_only)]
    pub inside: Option<SecretString>,
}

impl Seal {
    fn text(&self) -> Option<String> {
        self.inside.as_ref().map(|inside| inside.expose_secret().to_owned())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Record {
    pub shelf: String,
    pub title: String,
    pub pages: Option<i64>,
    pub locked: bool,
    pub revision: i64,
    pub code: String,
    /// What is written inside of each seal.
    pub seals: Vec<String>,
    /// The paper, if it is not the one that was asked for.
    pub paper: Option<String>,
    pub state: String,
}

/// The title of a book that waits for its author, where Terraform lets it.
pub const UNWRITTEN: &str = "unwritten";

/// So many pages can only become more.
pub const THICK: i64 = 5000;

/// What the service does with the next call of some name.
#[derive(Clone, Debug)]
pub enum Misbehaviour {
    Fail(FaultKind),
    /// The call is carried out, and then its answer is lost.
    LoseAnswer,
    Panic,
    /// There is never an answer.
    Silence,
    /// The value of this attribute is accepted and ignored.
    Ignore(&'static str),
    TaskFails,
    TaskHangs,
    /// The book never gets ready.
    Stuck,
    /// The book was there before, and its task fails.
    AdoptThenFail,
    /// A read shows the book in this state; a look at the catalogue shows no book.
    Shows(&'static str),
    /// Nothing is wrong with this call.
    Behave,
}

#[derive(Default)]
pub struct Room {
    pub records: BTreeMap<String, Record>,
    pub script: BTreeMap<&'static str, VecDeque<Misbehaviour>>,
    pub calls: Vec<&'static str>,
    /// Whether answers leave out the number of the book.
    pub nameless: bool,
    next: u32,
}

#[derive(Clone, Default)]
pub struct Library(Arc<Mutex<Room>>);

impl Library {
    pub fn room<T>(&self, f: impl FnOnce(&mut Room) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    pub fn next(&self, call: &'static str, misbehaviour: Misbehaviour) {
        self.room(|room| room.script.entry(call).or_default().push_back(misbehaviour));
    }

    fn enter(&self, call: &'static str) -> Result<Option<Misbehaviour>, Fault> {
        let scripted = self.room(|room| {
            room.calls.push(call);
            room.script.get_mut(call).and_then(VecDeque::pop_front)
        });
        match scripted {
            Some(Misbehaviour::Fail(kind)) => Err(Fault::new(kind, format!("{call} refused"), "For the test.")),
            Some(Misbehaviour::Panic) => panic!("the librarian fainted"),
            other => Ok(other),
        }
    }

    pub fn only(&self) -> Record {
        self.room(|room| room.records.values().next().cloned().unwrap_or_default())
    }
}

impl Service for Library {
    type Error = Fault;
    type Task = String;

    fn read_lag(&self) -> Duration {
        Duration::from_secs(12)
    }

    async fn task(&self, task: &String) -> Result<Progress, Fault> {
        self.enter("task")?;
        Ok(match task.as_str() {
            "fails" => Progress::Failed("The printer is broken (code 42).".to_owned()),
            "hangs" => Progress::Pending("printing".to_owned()),
            _ => Progress::Ready,
        })
    }
}

fn task(misbehaviour: Option<&Misbehaviour>) -> Option<String> {
    Some(
        match misbehaviour {
            Some(Misbehaviour::TaskFails | Misbehaviour::AdoptThenFail) => "fails",
            Some(Misbehaviour::TaskHangs) => "hangs",
            _ => "done",
        }
        .to_owned(),
    )
}

/// The title "panic in plan" makes the plan panic, and so on: for tests that speak to the server alone.
fn read_title(title: &str, call: &str) {
    if title.strip_prefix("panic in ") == Some(call) {
        panic!("no such title");
    }
}

/// The title of a book that is never printed to the end.
pub const ENDLESS: &str = "Endless";

impl Book {
    async fn print(&self, cx: &Context<'_, Library>) -> Result<(String, Option<String>), Fault> {
        let how = cx.service().enter("create")?;
        if matches!(how, Some(Misbehaviour::Silence)) {
            std::future::pending::<()>().await;
        }
        let ignored = matches!(how, Some(Misbehaviour::Ignore("pages")));
        let id = cx.service().room(|room| {
            room.next += 1;
            let id = format!("b{}", room.next);
            let record = Record {
                shelf: self.shelf.get().cloned().unwrap_or_else(|| "A".to_owned()),
                title: self.title.clone(),
                pages: self.pages.filter(|_| !ignored),
                locked: false,
                revision: 1,
                code: self.code.as_ref().map(|c| c.expose_secret().to_owned()).unwrap_or_default(),
                seals: self.seals.iter().flat_map(BTreeMap::values).filter_map(Seal::text).collect(),
                state: if matches!(how, Some(Misbehaviour::Stuck)) { "printing" } else { "ready" }.to_owned(),
                paper: matches!(how, Some(Misbehaviour::Ignore("paper"))).then(|| "plain".to_owned()),
            };
            room.records.insert(id.clone(), record);
            id
        });
        if matches!(how, Some(Misbehaviour::LoseAnswer)) {
            return Err(Fault::new(FaultKind::Uncertain, "The answer was lost", "The connection broke."));
        }
        if matches!(how, Some(Misbehaviour::AdoptThenFail)) {
            cx.adopt();
        }
        let endless = (self.title == ENDLESS).then_some(Misbehaviour::TaskHangs);
        Ok((id, task(how.or(endless).as_ref())))
    }

    /// Looks for the book of a call whose answer was lost.
    async fn look_up(&self, cx: &Context<'_, Library>) -> Result<Option<(String, Option<String>)>, Fault> {
        if let Some(Misbehaviour::Shows(_)) = cx.service().enter("look")? {
            return Ok(None);
        }
        let title = |record: &Record| record.title == self.title;
        Ok(cx.service().room(|room| room.records.iter().find(|(_, r)| title(r)).map(|(id, _)| (id.clone(), None))))
    }
}

impl Lifecycle for Book {
    type Service = Library;
    type Remote = (String, Record);

    fn validate(config: &View<'_, Self>, diagnostics: &mut Diagnostics) {
        read_title(&config.get(Self::TITLE).known().unwrap_or_default(), "validate");
        if config.get(Self::PAGES).known() == Some(13) {
            diagnostics.error(Self::PAGES, "Unlucky number of pages", "Take 12 or 14.");
        }
    }

    async fn plan(plan: &mut Plan<'_, Self>, service: Option<&Library>) -> Result<(), Fault> {
        read_title(&plan.config().get(Self::TITLE).known().unwrap_or_default(), "plan");
        if plan.is_create() && plan.config().get(Self::SHELF).is_null() && service.is_some() {
            plan.set(Self::SHELF, tf_provider::Maybe::Known("A".to_owned()));
        }
        // A thick book does not get thinner.
        if let (Some(pages), Some(thick)) = (plan.get(Self::PAGES).known(), plan.prior().get(Self::PAGES).known())
            && thick >= THICK
            && pages < thick
        {
            if plan.has_drifted(Self::PAGES) {
                plan.diagnostics.warning(Self::PAGES, "Somebody wrote more pages", "They stay.");
                plan.keep(Self::PAGES);
            } else {
                plan.diagnostics.error(Self::PAGES, "Pages are not torn out of a thick book", "Leave them.");
            }
        }
        if plan.config().get(Self::TITLE).known().is_some_and(|title| title == UNWRITTEN) {
            plan.defer();
        }
        Ok(())
    }

    /// Volumes of an old library have their number in the identity, and their pages in a note.
    fn take_over(source: &Moved) -> Result<Option<Self>, Fault> {
        if !source.is("old/library", "library_volume") {
            return Ok(None);
        }
        let blank = Self::from_members(BTreeMap::new(), &tf_provider::Path::root());
        let mut book = blank.map_err(|error| Fault::other("This is no book", error.to_string()))?;
        book.id = source.identity["number"].as_str().map(str::to_owned).unwrap_or_default().into();
        book.title = source.text("name").unwrap_or_default().to_owned();
        book.pages = source.private.get("pages").and_then(serde_json::Value::as_i64);
        Ok(Some(book))
    }

    async fn create(&mut self, cx: &Context<'_, Library>) -> Result<Option<String>, Fault> {
        read_title(&self.title, "create");
        let (id, task) = cx.once(|| self.print(cx), || self.look_up(cx)).await?;
        self.id.set(id);
        Ok(task)
    }

    async fn complete(&mut self, cx: &Context<'_, Library>) -> Result<(), Fault> {
        cx.service().enter("complete").map(drop)
    }

    async fn protect(&mut self, cx: &Context<'_, Library>) -> Result<(), Fault> {
        cx.call(|| async { cx.service().enter("protect").map(drop) }).await?;
        let id = self.id.get().cloned().unwrap_or_default();
        cx.service().room(|room| room.records.get_mut(&id).map(|record| record.locked = self.locked));
        Ok(())
    }

    async fn read(&self, cx: &Context<'_, Library>) -> Result<(String, Record), Fault> {
        read_title(&self.title, "read");
        let how = cx.service().enter("read")?;
        if matches!(how, Some(Misbehaviour::Silence)) {
            std::future::pending::<()>().await;
        }
        let id = self.id.get().cloned().unwrap_or_default();
        let nameless = cx.service().room(|room| room.nameless);
        cx.service()
            .room(|room| room.records.get(&id).cloned())
            .map(|record| (id, record))
            .map(|(id, mut record)| {
                if let Some(Misbehaviour::Shows(state)) = how {
                    record.state = state.to_owned();
                }
                (if nameless { String::new() } else { id }, record)
            })
            .ok_or_else(|| Fault::new(FaultKind::NotFound, "No such book", ""))
    }

    fn progress(remote: &(String, Record)) -> Progress {
        match remote.1.state.as_str() {
            "ready" => Progress::Ready,
            "pulping" => Progress::Deleting,
            "burnt" => Progress::Failed("It caught fire.".to_owned()),
            other => Progress::Pending(other.to_owned()),
        }
    }

    fn absorb(&mut self, (id, record): &(String, Record)) {
        read_title(&record.title, "absorb");
        self.id.set(Some(id.clone()).filter(|id| !id.is_empty()));
        self.shelf.set(record.shelf.clone());
        self.title.clone_from(&record.title);
        self.pages = record.pages;
        self.paper = record.paper.clone().or(self.paper.take());
        self.locked = record.locked;
        self.revision.set(record.revision);
        self.initials.set(record.title.chars().next().map(String::from));
    }

    async fn update(
        &mut self,
        prior: &Self,
        remote: &(String, Record),
        cx: &Context<'_, Library>,
    ) -> Result<(), Fault> {
        read_title(&self.title, "update");
        let id = &remote.0;
        for attribute in ["title", "pages", "locked"] {
            let changed = match attribute {
                "title" => self.title != prior.title,
                "pages" => self.pages != prior.pages,
                _ => self.locked != prior.locked,
            };
            if !changed {
                continue;
            }
            cx.run(|| async {
                let how = cx.service().enter("update")?;
                cx.service().room(|room| {
                    let Some(record) = room.records.get_mut(id) else {
                        return;
                    };
                    match (&how, attribute) {
                        (Some(Misbehaviour::Ignore(ignored)), _) if *ignored == attribute => {}
                        (_, "title") => record.title.clone_from(&self.title),
                        (_, "pages") => record.pages = self.pages,
                        _ => record.locked = self.locked,
                    }
                    record.revision += 1;
                });
                Ok(task(how.as_ref()))
            })
            .await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Context<'_, Library>) -> Result<Option<String>, Fault> {
        read_title(&self.title, "delete");
        let how = cx.service().enter("delete")?;
        let id = self.id.get().cloned().unwrap_or_default();
        if matches!(how, Some(Misbehaviour::TaskHangs)) {
            // It takes its time, and may come to another end than it should.
            cx.service().room(|room| room.records.get_mut(&id).map(|record| record.state = "pulping".to_owned()));
        } else if !matches!(how, Some(Misbehaviour::TaskFails | Misbehaviour::Ignore(_))) {
            let gone = cx.service().room(|room| room.records.remove(&id));
            if gone.is_none() {
                return Err(Fault::new(FaultKind::NotFound, "No such book", ""));
            }
        }
        Ok(task(how.as_ref()))
    }

    fn upgrade(version: i64, mut state: serde_json::Value) -> Result<serde_json::Value, Fault> {
        if version != 0 {
            return Err(Fault::other("Unknown version", ""));
        }
        // Version 0 called the title a name.
        let name = state["name"].take();
        read_title(name.as_str().unwrap_or_default(), "upgrade");
        state["title"] = name;
        Ok(state)
    }
}

/// Where the books are.
#[derive(Clone, Debug, Model)]
pub struct Config {
    /// Address of the library.
    pub address: Option<String>,
}

pub struct Books;

impl Provider for Books {
    type Config = Config;
    type Service = Library;

    const NAME: &'static str = "books";
    const ADDRESS: &'static str = "example.com/test/books";
    const VERSION: &'static str = "0.0.0";

    fn resources() -> Resources<Library> {
        Resources::new().with::<Book>()
    }

    fn configure(_: &View<'_, Config>, _: &str) -> Result<Library, Diagnostics> {
        Ok(Library::default())
    }
}

/// Plays the part of Terraform's core for one object: proposes, plans, applies, and keeps what it is given.
pub struct Core {
    pub driver: Driver<Book>,
    pub library: Library,
    pub cancel: CancellationToken,
    pub stored: Stored,
}

pub fn nothing() -> Stored {
    Stored { state: Value::Null, identity: Value::Null, private: Private::default() }
}

impl Core {
    pub fn new() -> Self {
        Self { driver: Driver::new(), library: Library::default(), cancel: CancellationToken::new(), stored: nothing() }
    }

    /// A whole configuration from the members that are set.
    pub fn config(&self, set: &[(&str, Value)]) -> Value {
        let mut members = tf_provider::schema::null_object(&self.driver.schema().attributes);
        for (name, value) in set {
            members.insert((*name).to_owned(), value.clone());
        }
        Value::Object(members)
    }

    /// Terraform's merge of configuration and prior state.
    fn proposed(&self, config: &Value) -> Value {
        let Value::Object(members) = config else {
            return Value::Null;
        };
        let merged = self.driver.schema().attributes.iter().map(|a| {
            let configured = members[a.name].clone();
            let computed = a.presence.is_computed() || a.default.is_some();
            let value = if configured.is_null() && computed {
                self.stored.state.get(a.name).cloned().unwrap_or(Value::Null)
            } else {
                configured
            };
            (a.name.to_owned(), value)
        });
        Value::Object(merged.collect())
    }

    pub async fn plan(&self, config: &Value) -> PlanResponse {
        let request =
            PlanRequest { prior: self.stored.clone(), config: config.clone(), proposed: self.proposed(config) };
        self.driver.plan(request, Some(&self.library)).await
    }

    /// Plans a new object in the place of the stored one, as core does for a tainted one (from 1.12 on with its identity),
    /// and for one that `-replace` names, with the notes of a first plan.
    pub async fn plan_in_place_of(&self, identity: Value, private: Private, config: &Value) -> PlanResponse {
        let prior = Stored { state: Value::Null, identity, private };
        let request = PlanRequest { prior, config: config.clone(), proposed: config.clone() };
        self.driver.plan(request, Some(&self.library)).await
    }

    /// A new run of Terraform, after an interrupt.
    pub fn run_again(&mut self) {
        self.cancel = CancellationToken::new();
    }

    /// How often the library was called so.
    pub fn calls(&self, call: &str) -> usize {
        self.library.room(|room| room.calls.iter().filter(|one| **one == call).count())
    }

    pub async fn apply(&mut self, config: &Value) -> Outcome {
        let plan = self.plan(config).await;
        assert!(!plan.diagnostics.has_errors(), "{:?}", plan.diagnostics);
        let prior = if plan.replace.is_empty() { self.stored.state.clone() } else { panic!("a replacement") };
        let request = ApplyRequest { prior, planned: plan.planned, config: config.clone() };
        let outcome = self.driver.apply(request, &self.library, &self.cancel).await;
        self.stored = outcome.stored.clone();
        outcome
    }

    pub async fn destroy(&mut self) -> Outcome {
        self.apply(&Value::Null).await
    }

    pub async fn refresh(&mut self) -> Outcome {
        let outcome = self.driver.read(self.stored.clone(), &self.library, &self.cancel).await;
        self.stored = outcome.stored.clone();
        outcome
    }

    pub fn import(&mut self, by: ImportBy) -> Result<(), Diagnostics> {
        self.stored = self.driver.import(by)?;
        Ok(())
    }

    pub fn state(&self, name: &str) -> Value {
        self.stored.state.get(name).cloned().unwrap_or(Value::Null)
    }
}

/// The texts of diagnostics, for assertions.
pub fn texts(diagnostics: &Diagnostics) -> String {
    diagnostics
        .iter()
        .map(|d| {
            let at = d.attribute.as_ref().map(|p| format!(" at {p}")).unwrap_or_default();
            format!("{:?}{at}: {}: {}\n", d.severity, d.summary, d.detail)
        })
        .collect()
}
