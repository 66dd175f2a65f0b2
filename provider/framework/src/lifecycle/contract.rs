//! What the server and a driver say to each other.

use std::collections::BTreeMap;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::declaration::{IdentityAttribute, Timeouts};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::moved::Moved;
use crate::named::Named;
use crate::path::Path;
use crate::private::Private;
use crate::schema::Schema;
use crate::schema::binding::Document;
use crate::value::{Refinement, Type, Value};

/// What Terraform keeps of an object: state, identity, and what is the provider's own.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The object; null when there is none.
    pub state: Value,
    /// Its identity; null when it is not known yet.
    pub identity: Value,
    /// The provider's own notes.
    pub private: Private,
}

/// A request to plan a change.
#[derive(Debug)]
pub struct PlanRequest {
    /// The stored object; its state is null for a create.
    pub prior: Stored,
    /// The configuration; null for a destroy.
    pub config: Value,
    /// Terraform's merge of both.
    pub proposed: Value,
}

/// A planned change.
#[derive(Debug)]
pub struct PlanResponse {
    /// What the object will be.
    pub planned: Stored,
    /// The paths that force a new object.
    pub replace: Vec<Path>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
    /// What is certain of attributes that are not known yet.
    pub refinements: BTreeMap<&'static str, Refinement>,
    /// Why the object has to wait for a later round, if it has to. Only for a Terraform that allows it.
    pub deferred: Option<Deferral>,
}

/// Why an object has to wait for a later round of planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferral {
    /// The provider's configuration is not known yet.
    ProviderUnknown,
    /// Something that the object needs is not there yet.
    PrerequisiteAbsent,
}

/// A request to carry out a planned change.
#[derive(Debug)]
pub struct ApplyRequest {
    /// The stored object; its state is null for a create.
    pub prior: Value,
    /// The planned object; its state is null for a delete.
    pub planned: Stored,
    /// The configuration, the only place of write-only values.
    pub config: Value,
}

/// What became of an object, and what to tell the user.
#[derive(Debug)]
pub struct Outcome {
    /// The object as it is now.
    pub stored: Stored,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// One that leaves everything as it was stored.
    pub(crate) fn failed(stored: Stored, why: impl Into<Diagnostic>) -> Self {
        Self { stored, diagnostics: Diagnostics::from(why.into()) }
    }
}

/// What the user gave to import an object.
#[derive(Clone, Debug)]
pub enum ImportBy {
    /// The text of the `import` command or of the block's `id`.
    Id(String),
    /// The block's `identity`.
    Identity(Value),
}

/// A resource of any type, as the server sees it.
#[async_trait]
pub trait DynResource<S>: Named + Send + Sync {
    /// The schema, `timeouts` included.
    fn schema(&self) -> &Schema;

    /// The calls of the service whose documents the attributes stand in.
    fn operations(&self) -> &'static [(Document, &'static str)];

    /// The attributes of the identity, in the order of the import id.
    fn identity_attributes(&self) -> &'static [IdentityAttribute];

    /// The type of the identity.
    fn identity_type(&self) -> Type;

    /// The version of the stored identity.
    fn identity_version(&self) -> i64;

    /// The form of the import id, for people.
    fn import_id_form(&self) -> String;

    /// The time limits that hold when the user sets none.
    fn timeouts(&self) -> Timeouts;

    /// Checks a configuration that may hold unknown values.
    fn validate(&self, config: &Value, write_only_allowed: bool) -> Diagnostics;

    /// Takes note of an object that Terraform has in its state.
    fn notice(&self, state: &Value, service: &S);

    /// Plans a change. Without a service the plan is made without asking it anything.
    async fn plan(&self, request: PlanRequest, service: Option<&S>) -> PlanResponse;

    /// Carries out a planned change.
    async fn apply(&self, request: ApplyRequest, service: &S, cancel: &CancellationToken) -> Outcome;

    /// Reads an object. A null state means that it is gone.
    async fn read(&self, stored: Stored, service: &S, cancel: &CancellationToken) -> Outcome;

    /// Makes the first state of an object to be imported; a read completes it.
    fn import(&self, by: ImportBy) -> Result<Stored, Diagnostics>;

    /// Brings a stored state, as JSON, into the present shape.
    fn upgrade(&self, version: i64, json: &[u8]) -> Result<Value, Diagnostics>;

    /// Brings a stored identity, as JSON, into the present shape.
    fn upgrade_identity(&self, version: i64, json: &[u8]) -> Result<Value, Diagnostics>;

    /// Takes over the object of another resource type.
    fn take_over(&self, source: &Moved) -> Result<Stored, Diagnostics>;

    /// The configuration that a user would write for an object: what the service chose is left out.
    fn generate(&self, state: &Value) -> Value;
}
