//! What an action is: its declaration ([`Action`], derived) and what it does ([`Invoke`], written by its author). An action
//! has no state: Terraform invokes it, shows its progress, and is told how it ended.

use std::future::Future;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::kind;
use crate::model::{Model, View};
use crate::named::Named;
use crate::operation::{Context, Limit};
use crate::private::Private;
use crate::schema::Schema;
use crate::service::Service;
use crate::value::Value;

/// The declaration of an action; derived from a struct with `#[derive(Action)]`.
pub trait Action: Model {
    /// The name without the provider's prefix.
    const NAME: &'static str;
    /// How long it may take.
    const TIMEOUT: Duration;
}

/// What an action does.
pub trait Invoke: Action {
    /// The configured provider.
    type Service: Service;

    /// Rules over several attributes, checked on the configuration alone, without the service.
    fn validate(_config: &View<'_, Self>, _diagnostics: &mut Diagnostics) {}

    /// Checks what only the service knows, while nothing has been done yet. Values may be unknown.
    fn plan(
        _config: &View<'_, Self>,
        _service: Option<&Self::Service>,
        _diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<(), <Self::Service as Service>::Error>> + Send {
        async { Ok(()) }
    }

    /// Does it. `self` holds the configuration.
    fn invoke(
        self,
        cx: &Context<'_, Self::Service>,
        progress: &Reporter,
    ) -> impl Future<Output = Result<(), <Self::Service as Service>::Error>> + Send;
}

/// Tells the user how far an action is.
#[derive(Clone, Debug)]
pub struct Reporter(mpsc::UnboundedSender<String>);

impl Reporter {
    /// A reporter, and where its messages arrive.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<String>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Shows a line. Nobody may be listening any more; then it is lost.
    pub fn say(&self, message: impl Into<String>) {
        let _ = self.0.send(message.into());
    }
}

/// An action of any type, as the server sees it.
#[async_trait]
pub trait DynAction<S>: Named + Send + Sync {
    /// The schema.
    fn schema(&self) -> &Schema;

    /// Checks a configuration that may hold unknown values.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Checks it once more, with the service.
    async fn plan(&self, config: &Value, service: Option<&S>) -> Diagnostics;

    /// Does it. The configuration is wholly known.
    async fn invoke(&self, config: Value, service: &S, cancel: &CancellationToken, progress: Reporter) -> Diagnostics;
}

/// One type of action.
pub(crate) struct Invoker<A> {
    schema: Schema,
    of: PhantomData<fn() -> A>,
}

impl<A: Invoke> Invoker<A> {
    pub(crate) fn new() -> Self {
        let schema = kind::schema::<A>();
        Self { schema, of: PhantomData }
    }
}

impl<A: Invoke> Named for Invoker<A> {
    fn name(&self) -> &'static str {
        A::NAME
    }
}

#[async_trait]
impl<A: Invoke> DynAction<A::Service> for Invoker<A> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        kind::validate(&self.schema, config, A::validate)
    }

    async fn plan(&self, config: &Value, service: Option<&A::Service>) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let view = View::new(config);
        let planned = AssertUnwindSafe(A::plan(&view, service, &mut diagnostics)).catch_unwind().await;
        let fault: Option<Fault> = match planned {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.into()),
            Err(payload) => Some(Fault::panic("plan", &*payload)),
        };
        diagnostics.extend(fault.map(Diagnostic::from));
        diagnostics
    }

    async fn invoke(
        &self,
        config: Value,
        service: &A::Service,
        cancel: &CancellationToken,
        progress: Reporter,
    ) -> Diagnostics {
        let model: A = match kind::read(&self.schema, config) {
            Ok(model) => model,
            Err(wrong) => return wrong,
        };
        let cx = Context::new(service, cancel, "action", "The action", Limit::fixed(A::TIMEOUT), Private::default());
        let done = cx.guard(model.invoke(&cx, &progress)).await;
        let (_, mut diagnostics) = cx.into_notes();
        if let Err(error) = done {
            let fault: Fault = error.into();
            diagnostics.push(fault);
        }
        diagnostics
    }
}
