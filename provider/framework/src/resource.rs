//! What a resource is: its declaration ([`Resource`], derived) and its life ([`Lifecycle`], written by its author).

use std::future::Future;
use std::time::Duration;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::lifecycle::Context;
use crate::model::{Model, View};
use crate::plan::Plan;
use crate::private::Private;
use crate::provider::Service;

/// One attribute of a resource's identity. It is an attribute of the resource with the same name and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityAttribute {
    /// The attribute's name.
    pub name: &'static str,
    /// Whether an import must give it. Otherwise the provider fills it in.
    pub required: bool,
}

/// How long each operation may take when the user sets no `timeouts`. `None`: the user cannot set one either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For create.
    pub create: Option<Duration>,
    /// For read.
    pub read: Option<Duration>,
    /// For update.
    pub update: Option<Duration>,
    /// For delete.
    pub delete: Option<Duration>,
}

/// The declaration of a resource; derived from a struct with `#[derive(Resource)]`.
pub trait Resource: Model {
    /// The name without the provider's prefix.
    const NAME: &'static str;
    /// What people call one object, for messages: "api key".
    const SPOKEN: &'static str;
    /// The version of the stored state.
    const VERSION: i64 = 0;
    /// The version of the stored identity.
    const IDENTITY_VERSION: i64 = 0;
    /// What identifies an object for good, in the order of the import id.
    const IDENTITY: &'static [IdentityAttribute];
    /// Default time limits.
    const TIMEOUTS: Timeouts;
    /// The boolean attribute that, while true, stops destroy and replace at plan time.
    const PROTECTED_BY: Option<&'static str> = None;
}

/// The stored object of another resource type, to be taken over.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Source address of its provider, as `host/namespace/name`.
    pub provider: String,
    /// Its resource type, such as `other_thing`.
    pub type_name: String,
    /// The version of its state.
    pub version: i64,
    /// The state as it was stored.
    pub state: serde_json::Value,
    /// The identity as it was stored; null if there was none.
    pub identity: serde_json::Value,
    /// The notes beside it. Only those of a provider of this framework can be read; of another one there are none.
    pub private: Private,
}

impl Moved {
    /// Whether it is of this type of the provider `namespace/name`. The host makes no difference, for there are mirrors
    /// and two registries, nor do the namespaces of the time when a provider had none.
    pub fn is(&self, provider: &str, type_name: &str) -> bool {
        let mut given = self.provider.rsplit('/');
        let (name, namespace) = (given.next().unwrap_or_default(), given.next().unwrap_or("-"));
        let (expected_namespace, expected_name) = provider.split_once('/').unwrap_or(("-", provider));
        self.type_name == type_name
            && name == expected_name
            && (namespace == expected_namespace || ["-", "hashicorp"].contains(&namespace))
    }

    /// A string of the state; `None` if it is absent or empty.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.state.get(attribute)?.as_str().filter(|text| !text.is_empty())
    }
}

/// Where an object or a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is done and can be used.
    Ready,
    /// It is on its way; the word is the service's name for the state.
    Pending(String),
    /// It is being deleted.
    Deleting,
    /// It failed, and why.
    Failed(String),
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn from(provider: &str) -> Moved {
        Moved {
            provider: provider.to_owned(),
            type_name: "other_thing".to_owned(),
            version: 0,
            state: serde_json::json!({"id": "t-1", "name": ""}),
            identity: serde_json::Value::Null,
            private: Private::default(),
        }
    }

    #[test]
    fn a_source_is_known_by_every_spelling_of_its_address() {
        for spelling in [
            "registry.terraform.io/acme/other",
            "registry.opentofu.org/acme/other",
            "mirror.example.org/acme/other",
            "registry.terraform.io/-/other",
            "registry.terraform.io/hashicorp/other",
            "hashicorp/other",
            "acme/other",
            "-/other",
            "other",
        ] {
            assert!(from(spelling).is("acme/other", "other_thing"), "{spelling}");
            assert!(!from(spelling).is("acme/other", "other_part"), "{spelling}");
            assert!(!from(spelling).is("acme/another", "other_thing"), "{spelling}");
        }
        for stranger in ["registry.terraform.io/rival/other", "rival/other", "registry.terraform.io/acme/another", ""] {
            assert!(!from(stranger).is("acme/other", "other_thing"), "{stranger}");
        }
    }

    #[test]
    fn an_empty_text_is_none() {
        let source = from("other");
        assert_eq!((source.text("id"), source.text("name"), source.text("size")), (Some("t-1"), None, None));
    }
}
