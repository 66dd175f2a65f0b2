//! What a resource is: its declaration ([`Resource`], derived) and its life ([`Lifecycle`], written by its author).

use std::future::Future;

pub use crate::declaration::{IdentityAttribute, Resource, Timeouts};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::model::View;
pub use crate::moved::Moved;
use crate::operation::Context;
use crate::plan::Plan;
pub use crate::progress::Progress;
use crate::service::Service;

/// The error type of a resource's service.
pub type ErrorOf<R> = <<R as Lifecycle>::Service as Service>::Error;

/// The task type of a resource's service.
pub type TaskOf<R> = <<R as Lifecycle>::Service as Service>::Task;

/// The life of a resource: the calls that are its own. The order of things is the driver's: it saves the id as soon
/// as a create call answered, waits for tasks and for the object to be ready, reads again, verifies that what was
/// written took, retries while the service is busy, and honours time limits and cancellation.
///
/// All methods but [`plan`](Self::plan) and [`validate`](Self::validate) see plain values: nothing is unknown, and
/// write-only attributes are filled from the configuration.
pub trait Lifecycle: Resource {
    /// The configured provider.
    type Service: Service;
    /// The service's description of one object.
    type Remote: Clone + Send + Sync;

    /// Rules over several attributes, checked on the configuration alone, without the service.
    fn validate(_config: &View<'_, Self>, _diagnostics: &mut Diagnostics) {}

    /// Takes note of an object that Terraform has in its state. It is told of each before it is planned, and before what
    /// replaces it is.
    fn notice(_stored: &View<'_, Self>, _service: &Self::Service) {}

    /// Fills in and checks a plan of create or update. `service` is there once the provider is configured.
    fn plan(
        _plan: &mut Plan<'_, Self>,
        _service: Option<&Self::Service>,
    ) -> impl Future<Output = Result<(), ErrorOf<Self>>> + Send {
        async { Ok(()) }
    }

    /// Sends the create call and writes the identity into `self`. Answers the task to wait for, if there is one. A call
    /// that would make a second object if it was sent twice goes through [`Context::once`].
    fn create(
        &mut self,
        cx: &Context<'_, Self::Service>,
    ) -> impl Future<Output = Result<Option<TaskOf<Self>>, ErrorOf<Self>>> + Send;

    /// What is left to do once the created object is ready. After a creation that was cut short it is done again by the
    /// next apply, whatever of it was done before.
    fn complete(&mut self, _cx: &Context<'_, Self::Service>) -> impl Future<Output = Result<(), ErrorOf<Self>>> + Send {
        async { Ok(()) }
    }

    /// Switches on what `protected_by` names, if it is to be on. It comes last, when all else is verified: an object that
    /// is of no use is destroyed by the next apply, which protection would stop. After a creation that was cut short,
    /// [`update`](Self::update) switches it on.
    fn protect(&mut self, _cx: &Context<'_, Self::Service>) -> impl Future<Output = Result<(), ErrorOf<Self>>> + Send {
        async { Ok(()) }
    }

    /// Reads the object that `self` identifies. A [`Fault`] of kind "not found" means that it is gone.
    fn read(&self, cx: &Context<'_, Self::Service>)
    -> impl Future<Output = Result<Self::Remote, ErrorOf<Self>>> + Send;

    /// Where the object stands.
    fn progress(remote: &Self::Remote) -> Progress;

    /// Writes the service's answer into the state: the one mapping from the API to attributes. `self` holds what was
    /// planned or stored before; a spelling that means the same as the answer is kept.
    fn absorb(&mut self, remote: &Self::Remote);

    /// Brings the object from `prior` to `self`, sending only what differs. `remote` is the object as it is now.
    fn update(
        &mut self,
        prior: &Self,
        remote: &Self::Remote,
        cx: &Context<'_, Self::Service>,
    ) -> impl Future<Output = Result<(), ErrorOf<Self>>> + Send;

    /// Sends the delete call. Answers the task to wait for, if there is one.
    fn delete(
        &self,
        cx: &Context<'_, Self::Service>,
    ) -> impl Future<Output = Result<Option<TaskOf<Self>>, ErrorOf<Self>>> + Send;

    /// Takes over the stored object of another resource type, for a `moved` block. `None`: not of this one. The values
    /// that the other type never had are blank; the read that follows fills them in.
    ///
    /// # Errors
    /// The state is of a type that can be moved, but lacks what is needed.
    fn take_over(_source: &Moved) -> Result<Option<Self>, Fault> {
        Ok(None)
    }

    /// What a refresh warns about: the object is there, and does not do what it is for. States that
    /// [`progress`](Self::progress) calls failed or deleting are told in any case.
    fn trouble(_remote: &Self::Remote) -> Option<Diagnostic> {
        None
    }

    /// Brings a stored state of an older version into the shape of this one.
    ///
    /// # Errors
    /// The version is not known.
    fn upgrade(version: i64, _state: serde_json::Value) -> Result<serde_json::Value, Fault> {
        Err(Fault::other(
            format!("State version {version} of {} is not known", Self::NAME),
            "It was written by a version of this provider that is not a released one. Restore a backup of the state, or remove the resource from the state and import it again.",
        ))
    }

    /// Brings a stored identity of an older version into the shape of this one. By default, it is taken as it is: parts
    /// that are new are filled in by the next read, parts that are no more are dropped.
    ///
    /// # Errors
    /// The version is not known.
    fn upgrade_identity(_version: i64, identity: serde_json::Value) -> Result<serde_json::Value, Fault> {
        Ok(identity)
    }
}
