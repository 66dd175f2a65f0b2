//! What an ephemeral resource is: its declaration ([`EphemeralResource`], derived) and its life ([`Open`], written by its
//! author). Terraform opens it while it runs, may renew it, and closes it; nothing of it is ever stored.

use std::future::Future;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::conformance;
use crate::diagnostic::Diagnostics;
use crate::fault::Fault;
use crate::kind;
use crate::model::{Model, View};
use crate::named::Named;
use crate::operation::{Context, Limit};
use crate::private::Private;
use crate::schema::Schema;
use crate::service::Service;
use crate::value::Value;

/// The declaration of an ephemeral resource; derived from a struct with `#[derive(EphemeralResource)]`.
pub trait EphemeralResource: Model {
    /// The name without the provider's prefix.
    const NAME: &'static str;
    /// How long each of its calls may take.
    const TIMEOUT: Duration;
}

/// What a call of an ephemeral resource ends with: nothing, or the error of its service.
pub type OpenResult<R, T> = Result<T, <<R as Open>::Service as Service>::Error>;

/// The life of an ephemeral resource.
pub trait Open: EphemeralResource {
    /// The configured provider.
    type Service: Service;

    /// Rules over several attributes, checked on the configuration alone, without the service.
    fn validate(_config: &View<'_, Self>, _diagnostics: &mut Diagnostics) {}

    /// Asks the service for it, and writes the answer into `self`, which holds the configuration. Answers when it has to
    /// be renewed, if ever. The notes (see [`Context::set_note`]) are all that [`renew`](Self::renew) and
    /// [`close`](Self::close) get.
    fn open(
        &mut self,
        cx: &Context<'_, Self::Service>,
    ) -> impl Future<Output = OpenResult<Self, Option<SystemTime>>> + Send;

    /// Keeps it alive. Answers when it has to be renewed again, if ever.
    fn renew(_cx: &Context<'_, Self::Service>) -> impl Future<Output = OpenResult<Self, Option<SystemTime>>> + Send {
        async { Ok(None) }
    }

    /// Ends it, with the notes that `open` made: Terraform does not hand over those of a renewal.
    fn close(_cx: &Context<'_, Self::Service>) -> impl Future<Output = OpenResult<Self, ()>> + Send {
        async { Ok(()) }
    }
}

/// What became of an open ephemeral resource.
#[derive(Debug)]
pub struct Opened {
    /// The object; null after an error.
    pub result: Value,
    /// When Terraform has to renew it.
    pub renew_at: Option<SystemTime>,
    /// What the next call gets.
    pub private: Private,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

/// An ephemeral resource of any type, as the server sees it.
#[async_trait]
pub trait DynEphemeral<S>: Named + Send + Sync {
    /// The schema.
    fn schema(&self) -> &Schema;

    /// Checks a configuration that may hold unknown values.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Opens it. The configuration is wholly known.
    async fn open(&self, config: Value, service: &S, cancel: &CancellationToken) -> Opened;

    /// Renews it; the result stays null.
    async fn renew(&self, private: Private, service: &S, cancel: &CancellationToken) -> Opened;

    /// Closes it.
    async fn close(&self, private: Private, service: &S, cancel: &CancellationToken) -> Diagnostics;
}

/// One type of ephemeral resource.
pub(crate) struct Opener<E> {
    schema: Schema,
    of: PhantomData<fn() -> E>,
}

impl<E: Open> Opener<E> {
    pub(crate) fn new() -> Self {
        let schema = kind::schema::<E>();
        Self { schema, of: PhantomData }
    }

    /// Core holds the answer to the rules of a plan, and blames the provider for what breaks them.
    fn check(&self, config: &Value, result: &Value, diagnostics: &mut Diagnostics) {
        for (path, rule) in conformance::plan_violations(&self.schema.attributes, config, &Value::Null, result) {
            let summary = format!("The provider gave an illegal value to `{path}`");
            diagnostics.error(path, summary, format!("{rule} This is a bug in the provider; please report it."));
        }
    }
}

impl<E: Open> Named for Opener<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }
}

#[async_trait]
impl<E: Open> DynEphemeral<E::Service> for Opener<E> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        kind::validate(&self.schema, config, E::validate)
    }

    async fn open(&self, config: Value, service: &E::Service, cancel: &CancellationToken) -> Opened {
        let nothing =
            |diagnostics| Opened { result: Value::Null, renew_at: None, private: Private::default(), diagnostics };
        let mut model: E = match kind::read(&self.schema, config.clone()) {
            Ok(model) => model,
            Err(wrong) => return nothing(wrong),
        };
        let cx = Context::new(
            service,
            cancel,
            "open",
            "Opening the ephemeral resource",
            Limit::fixed(E::TIMEOUT),
            Private::default(),
        );
        let opened = cx.guard(model.open(&cx)).await;
        let (private, mut diagnostics) = cx.into_notes();
        match opened {
            Ok(renew_at) => {
                let result = Value::Object(model.to_members());
                self.check(&config, &result, &mut diagnostics);
                Opened { result, renew_at, private, diagnostics }
            }
            Err(error) => {
                let fault: Fault = error.into();
                diagnostics.push(fault);
                nothing(diagnostics)
            }
        }
    }

    async fn renew(&self, private: Private, service: &E::Service, cancel: &CancellationToken) -> Opened {
        let cx = Context::new(
            service,
            cancel,
            "renewal",
            "Renewing the ephemeral resource",
            Limit::fixed(E::TIMEOUT),
            private,
        );
        let renewed = cx.guard(E::renew(&cx)).await;
        let (private, mut diagnostics) = cx.into_notes();
        let renew_at = renewed.unwrap_or_else(|error| {
            let fault: Fault = error.into();
            diagnostics.push(fault);
            None
        });
        Opened { result: Value::Null, renew_at, private, diagnostics }
    }

    async fn close(&self, private: Private, service: &E::Service, cancel: &CancellationToken) -> Diagnostics {
        let cx =
            Context::new(service, cancel, "close", "Closing the ephemeral resource", Limit::fixed(E::TIMEOUT), private);
        let closed = cx.guard(E::close(&cx)).await;
        let (_, mut diagnostics) = cx.into_notes();
        if let Err(error) = closed {
            let fault: Fault = error.into();
            diagnostics.push(fault);
        }
        diagnostics
    }
}
