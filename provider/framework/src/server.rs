//! What a provider answers to each call of Terraform's plugin protocol, in the framework's own types.
//!
//! One file an RPC, each a method of [`Server`]. The translation from and to the wire is in `wire`.

mod action;
mod apply_resource_change;
mod configure_provider;
mod ephemeral_resource;
mod generate_resource_config;
mod import_resource_state;
mod list_resource;
mod move_resource_state;
mod plan_resource_change;
mod read_data_source;
mod read_resource;
mod rules;
mod stop_provider;
mod upgrade_resource_identity;
mod upgrade_resource_state;
mod validate_data_resource_config;
mod validate_provider_config;
mod validate_resource_config;

use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lifecycle::{Deferral, DynResource};
use crate::model::Model as _;
use crate::provider::{
    Actions, Catalogue, DataSources, EphemeralResources, Functions, ListResources, Named, Provider, Resources,
};
use crate::schema::Schema;

/// A provider, ready to answer the calls of Terraform's plugin protocol 6.
pub struct Server<P: Provider> {
    provider_schema: Schema,
    pub(crate) resources: Resources<P::Service>,
    pub(crate) data_sources: DataSources<P::Service>,
    pub(crate) ephemeral_resources: EphemeralResources<P::Service>,
    pub(crate) list_resources: ListResources<P::Service>,
    pub(crate) actions: Actions<P::Service>,
    pub(crate) functions: Functions,
    session: RwLock<Option<Session<P::Service>>>,
}

/// What one ConfigureProvider made. A provider that Terraform attaches to is configured again for each run, and an
/// interrupt of one run must not reach the next.
struct Session<S> {
    service: Arc<S>,
    cancel: CancellationToken,
    /// Whether all of the provider block is known.
    known: bool,
}

impl<S> Clone for Session<S> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service), cancel: self.cancel.clone(), known: self.known }
    }
}

impl<P: Provider> Server<P> {
    /// Derives all schemas.
    ///
    /// # Panics
    /// Without optimisation, if there are [broken rules](Self::broken_rules).
    pub fn new() -> Self {
        let server = Self::unchecked();
        debug_assert_eq!(server.breaks(), Vec::<String>::new(), "the provider breaks rules that Terraform has");
        server
    }

    fn unchecked() -> Self {
        Self {
            provider_schema: Schema {
                version: 0,
                description: P::Config::DESCRIPTION,
                deprecated: None,
                attributes: P::Config::attributes(),
            },
            resources: P::resources(),
            data_sources: P::data_sources(),
            ephemeral_resources: P::ephemeral_resources(),
            list_resources: P::list_resources(),
            actions: P::actions(),
            functions: P::functions(),
            session: RwLock::new(None),
        }
    }

    /// The provider's resources.
    pub fn resources(&self) -> &Resources<P::Service> {
        &self.resources
    }

    /// The schema of the provider block.
    pub fn provider_schema(&self) -> &Schema {
        &self.provider_schema
    }

    /// The name in configuration.
    pub fn type_name<T: Named + ?Sized>(&self, item: &T) -> String {
        format!("{}_{}", P::NAME, item.name())
    }

    /// The resource of that type.
    ///
    /// # Errors
    /// There is none.
    pub fn resource(&self, type_name: &str) -> Result<&Arc<dyn DynResource<P::Service>>, Diagnostics> {
        self.find(&self.resources, "resource type", type_name)
    }

    /// What a catalogue holds under the name that it has in configuration.
    ///
    /// # Errors
    /// There is none; `kind` says of what.
    pub(crate) fn find<'a, T: Named + ?Sized>(
        &self,
        catalogue: &'a Catalogue<T>,
        kind: &str,
        type_name: &str,
    ) -> Result<&'a Arc<T>, Diagnostics> {
        let name = type_name.strip_prefix(P::NAME).and_then(|rest| rest.strip_prefix('_'));
        name.and_then(|name| catalogue.get(name)).ok_or_else(|| {
            let known: Vec<_> = catalogue.iter().map(|item| self.type_name(item)).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Diagnostic::error(format!("Unknown {kind} {type_name}"), format!("This provider has {known}.")).into()
        })
    }

    /// Why objects have to wait while a provider block is not wholly known.
    pub(crate) fn waits(&self) -> Option<Deferral> {
        self.session().is_some_and(|session| !session.known).then_some(Deferral::ProviderUnknown)
    }

    fn session(&self) -> Option<Session<P::Service>> {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn configured(&self) -> Result<Session<P::Service>, Diagnostics> {
        self.session().ok_or_else(|| {
            Diagnostic::error(
                "The provider is not configured",
                "Terraform asked for work before it configured the provider. Please report it, with the log that TF_LOG=DEBUG gives.",
            )
            .into()
        })
    }
}

impl<P: Provider> Default for Server<P> {
    fn default() -> Self {
        Self::new()
    }
}
