//! What a list is: its configuration ([`ListResource`], derived) and how it finds objects ([`List`], written by its author).
//! `terraform query` shows them and writes import blocks for them.

use std::future::Future;
use std::marker::PhantomData;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::diagnostic::Diagnostics;
use crate::fault::Fault;
use crate::kind;
use crate::lifecycle::{Driver, DynResource as _, Stored};
use crate::model::{Model, View};
use crate::named::Named;
use crate::operation::{Context, Limit};
use crate::private::Private;
use crate::resource::{ErrorOf, Lifecycle};
use crate::schema::Schema;
use crate::value::Value;

/// The declaration of a list: what it can be narrowed by. Derived from a struct with `#[derive(ListResource)]`.
pub trait ListResource: Model {
    /// What is listed.
    type Resource: Lifecycle;
    /// How long finding all may take.
    const TIMEOUT: Duration;
}

/// How a list finds objects.
pub trait List: ListResource {
    /// Rules over several attributes, checked on the configuration alone, without the service.
    fn validate(_config: &View<'_, Self>, _diagnostics: &mut Diagnostics) {}

    /// Finds them, and hands each to `found` as soon as it is known, until that says that it is enough.
    fn list(
        &self,
        cx: &Context<'_, <Self::Resource as Lifecycle>::Service>,
        found: &mut Found<'_, Self::Resource>,
    ) -> impl Future<Output = Result<(), ErrorOf<Self::Resource>>> + Send;
}

/// One object that was found, or what there is to tell.
#[derive(Debug)]
pub struct ListEvent {
    /// The identity; null if there is only something to tell.
    pub identity: Value,
    /// The name that is shown.
    pub display_name: String,
    /// The whole object, if it was asked for.
    pub resource: Option<Value>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl ListEvent {
    /// Only something to tell.
    pub(crate) fn telling(diagnostics: impl Into<Diagnostics>) -> Self {
        let diagnostics = diagnostics.into();
        Self { identity: Value::Null, display_name: String::new(), resource: None, diagnostics }
    }
}

/// Where found objects go.
pub struct Found<'a, R: Lifecycle> {
    driver: &'a Driver<R>,
    service: &'a R::Service,
    cancel: &'a CancellationToken,
    events: mpsc::Sender<ListEvent>,
    /// How many more may come.
    room: usize,
    whole: bool,
}

impl<R: Lifecycle> Found<'_, R> {
    /// Whether nobody wants more.
    pub fn is_full(&self) -> bool {
        self.room == 0 || self.events.is_closed()
    }

    /// Adds an object: the name to show, and its identity attributes. The rest of the object is read only if the user
    /// wants it. Answers whether to go on.
    pub async fn push(&mut self, display_name: impl Into<String>, object: R) -> bool {
        if self.is_full() {
            return false;
        }
        let state = self.driver.state(&object, Value::Null);
        let mut event = ListEvent {
            identity: self.driver.identity_of(&state),
            display_name: display_name.into(),
            resource: None,
            diagnostics: Diagnostics::new(),
        };
        if self.whole {
            let stored = Stored { state, identity: event.identity.clone(), private: Private::default() };
            let read = self.driver.read(stored, self.service, self.cancel).await;
            if read.stored.state.is_null() && !read.diagnostics.has_errors() {
                // Gone since it was listed.
                return true;
            }
            event.diagnostics = read.diagnostics;
            event.identity = read.stored.identity;
            event.resource = Some(read.stored.state).filter(|_| !event.diagnostics.has_errors());
        } else if let Err(nameless) = self.driver.has_identity(&state) {
            event.diagnostics.push(nameless);
        }
        self.room -= 1;
        self.events.send(event).await.is_ok() && self.room > 0
    }
}

/// A list of any type, as the server sees it.
#[async_trait]
pub trait DynList<S>: Named + Send + Sync {
    /// The schema of the configuration.
    fn schema(&self) -> &Schema;

    /// Checks a configuration that may hold unknown values.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Finds at most `limit` objects, whole ones if `whole`, and sends each on. What there is to tell comes last.
    async fn list(
        &self,
        request: ListRequest,
        service: &S,
        cancel: &CancellationToken,
        events: mpsc::Sender<ListEvent>,
    );
}

/// What to list.
#[derive(Debug)]
pub struct ListRequest {
    /// The configuration, wholly known.
    pub config: Value,
    /// How many objects at most.
    pub limit: usize,
    /// Whether whole objects are wanted, not only identities.
    pub whole: bool,
}

/// One type of list.
pub(crate) struct Lister<L: ListResource> {
    schema: Schema,
    driver: Driver<L::Resource>,
    of: PhantomData<fn() -> L>,
}

impl<L: List> Lister<L> {
    pub(crate) fn new() -> Self {
        let schema = kind::schema::<L>();
        Self { schema, driver: Driver::new(), of: PhantomData }
    }
}

impl<L: List> Named for Lister<L> {
    fn name(&self) -> &'static str {
        <L::Resource as crate::resource::Resource>::NAME
    }
}

#[async_trait]
impl<L: List> DynList<<L::Resource as Lifecycle>::Service> for Lister<L> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        kind::validate(&self.schema, config, L::validate)
    }

    async fn list(
        &self,
        request: ListRequest,
        service: &<L::Resource as Lifecycle>::Service,
        cancel: &CancellationToken,
        events: mpsc::Sender<ListEvent>,
    ) {
        let mut diagnostics = Diagnostics::new();
        match kind::read::<L>(&self.schema, request.config) {
            Ok(list) => {
                let cx =
                    Context::new(service, cancel, "list", "The list", Limit::fixed(L::TIMEOUT), Private::default());
                let (driver, events) = (&self.driver, events.clone());
                let mut found = Found { driver, service, cancel, events, room: request.limit, whole: request.whole };
                let listed = if found.is_full() { Ok(()) } else { cx.guard(list.list(&cx, &mut found)).await };
                diagnostics = cx.into_notes().1;
                if let Err(error) = listed {
                    let fault: Fault = error.into();
                    diagnostics.push(fault);
                }
            }
            Err(wrong) => diagnostics.extend(wrong),
        }
        if !diagnostics.is_empty() {
            // Nobody may be listening any more.
            let _ = events.send(ListEvent::telling(diagnostics)).await;
        }
    }
}
