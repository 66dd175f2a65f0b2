//! What a data source is: its declaration ([`DataSource`], derived) and how it is read ([`Read`], written by its author).

use std::future::Future;
use std::marker::PhantomData;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

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

/// The declaration of a data source; derived from a struct with `#[derive(DataSource)]`.
pub trait DataSource: Model {
    /// The name without the provider's prefix.
    const NAME: &'static str;
    /// How long a read may take.
    const TIMEOUT: Duration;
}

/// How a data source is read.
pub trait Read: DataSource {
    /// The configured provider.
    type Service: Service;

    /// Rules over several attributes, checked on the configuration alone, without the service.
    fn validate(_config: &View<'_, Self>, _diagnostics: &mut Diagnostics) {}

    /// Asks the service, and writes its answer into `self`, which holds the configuration. What does not exist is an
    /// error: a data source has to exist.
    fn read(
        &mut self,
        cx: &Context<'_, Self::Service>,
    ) -> impl Future<Output = Result<(), <Self::Service as Service>::Error>> + Send;
}

/// A data source of any type, as the server sees it.
#[async_trait]
pub trait DynDataSource<S>: Named + Send + Sync {
    /// The schema.
    fn schema(&self) -> &Schema;

    /// Checks a configuration that may hold unknown values.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Reads it. The configuration is wholly known. The state is null if there is an error.
    async fn read(&self, config: Value, service: &S, cancel: &CancellationToken) -> (Value, Diagnostics);
}

/// One type of data source.
pub(crate) struct Reader<D> {
    schema: Schema,
    of: PhantomData<fn() -> D>,
}

impl<D: Read> Reader<D> {
    pub(crate) fn new() -> Self {
        Self { schema: kind::schema::<D>(), of: PhantomData }
    }
}

impl<D: Read> Named for Reader<D> {
    fn name(&self) -> &'static str {
        D::NAME
    }
}

#[async_trait]
impl<D: Read> DynDataSource<D::Service> for Reader<D> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        kind::validate(&self.schema, config, D::validate)
    }

    async fn read(&self, config: Value, service: &D::Service, cancel: &CancellationToken) -> (Value, Diagnostics) {
        let mut model: D = match kind::read(&self.schema, config) {
            Ok(model) => model,
            Err(wrong) => return (Value::Null, wrong),
        };
        let cx = Context::new(
            service,
            cancel,
            "read",
            "Reading the data source",
            Limit::fixed(D::TIMEOUT),
            Private::default(),
        );
        let result = cx.guard(model.read(&cx)).await;
        let (_, mut diagnostics) = cx.into_notes();
        match result {
            Ok(()) => (Value::Object(model.to_members()), diagnostics),
            Err(error) => {
                let fault: Fault = error.into();
                diagnostics.push(fault);
                (Value::Null, diagnostics)
            }
        }
    }
}
