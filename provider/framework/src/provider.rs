//! What a provider is: its configuration, and the lists of what it offers.

use std::sync::Arc;

use crate::action::{DynAction, Invoke, Invoker};
use crate::data_source::{DynDataSource, Read, Reader};
use crate::diagnostic::Diagnostics;
use crate::ephemeral::{DynEphemeral, Open, Opener};
use crate::function::{Call, Caller, DynFunction};
use crate::lifecycle::{Driver, DynResource, Existing};
use crate::list::{DynList, List, Lister};
use crate::model::{Model, View};
pub use crate::named::Named;
use crate::resource::Lifecycle;
pub use crate::service::Service;

/// A provider: the prefix of its names, its configuration block and what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Config: Model;
    /// What configuring makes of it.
    type Service: Service;

    /// The prefix of all names, without the underscore.
    const NAME: &'static str;
    /// The source address, as `host/namespace/name`.
    const ADDRESS: &'static str;
    /// The provider's version.
    const VERSION: &'static str;

    /// The list of its resources.
    fn resources() -> Resources<Self::Service>;

    /// The list of its data sources.
    fn data_sources() -> DataSources<Self::Service> {
        DataSources::new()
    }

    /// The list of its ephemeral resources.
    fn ephemeral_resources() -> EphemeralResources<Self::Service> {
        EphemeralResources::new()
    }

    /// The list of the resources that can be listed.
    fn list_resources() -> ListResources<Self::Service> {
        ListResources::new()
    }

    /// The list of its actions.
    fn actions() -> Actions<Self::Service> {
        Actions::new()
    }

    /// The list of its functions.
    fn functions() -> Functions {
        Functions::new()
    }

    /// Rules over several arguments of the provider block.
    fn validate(_config: &View<'_, Self::Config>, _diagnostics: &mut Diagnostics) {}

    /// Makes the service from the provider block. Makes no call: what is missing is an error of the first call that
    /// needs it. Values may be unknown while a plan is made.
    fn configure(config: &View<'_, Self::Config>, terraform_version: &str) -> Result<Self::Service, Diagnostics>;
}

/// A list of what a provider offers of one kind, as a builder.
pub struct Catalogue<T: ?Sized>(Vec<Arc<T>>);

impl<T: Named + ?Sized> Catalogue<T> {
    /// An empty list.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn and(mut self, item: Arc<T>) -> Self {
        self.0.push(item);
        self
    }

    /// Looks at them in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The one of that name, without the provider's prefix.
    pub fn get(&self, name: &str) -> Option<&Arc<T>> {
        self.0.iter().find(|item| item.name() == name)
    }
}

impl<T: Named + ?Sized> Default for Catalogue<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A list of resources.
pub type Resources<S> = Catalogue<dyn DynResource<S>>;

impl<S: Service> Resources<S> {
    /// Adds a resource.
    #[must_use]
    pub fn with<R: Lifecycle<Service = S>>(self) -> Self {
        self.and(Arc::new(Driver::<R>::new()))
    }
}

/// A list of data sources.
pub type DataSources<S> = Catalogue<dyn DynDataSource<S>>;

impl<S: Service> DataSources<S> {
    /// Adds a data source.
    #[must_use]
    pub fn with<D: Read<Service = S>>(self) -> Self {
        self.and(Arc::new(Reader::<D>::new()))
    }

    /// Adds the data source of a resource: one of its objects, read by its identity.
    #[must_use]
    pub fn of<R: Lifecycle<Service = S>>(self) -> Self {
        self.and(Arc::new(Existing::<R>::new()))
    }
}

/// A list of ephemeral resources.
pub type EphemeralResources<S> = Catalogue<dyn DynEphemeral<S>>;

impl<S: Service> EphemeralResources<S> {
    /// Adds an ephemeral resource.
    #[must_use]
    pub fn with<E: Open<Service = S>>(self) -> Self {
        self.and(Arc::new(Opener::<E>::new()))
    }
}

/// The resources that can be listed.
pub type ListResources<S> = Catalogue<dyn DynList<S>>;

impl<S: Service> ListResources<S> {
    /// Adds a list.
    #[must_use]
    pub fn with<L: List>(self) -> Self
    where
        L::Resource: Lifecycle<Service = S>,
    {
        self.and(Arc::new(Lister::<L>::new()))
    }
}

/// A list of actions.
pub type Actions<S> = Catalogue<dyn DynAction<S>>;

impl<S: Service> Actions<S> {
    /// Adds an action.
    #[must_use]
    pub fn with<A: Invoke<Service = S>>(self) -> Self {
        self.and(Arc::new(Invoker::<A>::new()))
    }
}

/// A list of functions. Their names have no prefix.
pub type Functions = Catalogue<dyn DynFunction>;

impl Functions {
    /// Adds a function.
    #[must_use]
    pub fn with<F: Call>(self) -> Self {
        self.and(Arc::new(Caller::<F>::new()))
    }
}
