//! One resource type, driven.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{
    ApplyRequest, DynResource, ImportBy, Outcome, PlanRequest, PlanResponse, Stored, generate, identity, import, notes,
    timeouts,
};
use crate::declaration::{IdentityAttribute, Timeouts};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fault::Fault;
use crate::model::View;
use crate::moved::Moved;
use crate::named::Named;
use crate::operation::{Context, validate_object};
use crate::path::Path;
use crate::private::Private;
use crate::resource::Lifecycle;
use crate::schema::binding::Document;
use crate::schema::{Schema, null_object, set_write_only};
use crate::service::Service;
use crate::value::{Type, Value, json};

/// A resource type with its schema and the order of its life.
pub struct Driver<R> {
    pub(super) schema: Schema,
    of: PhantomData<fn() -> R>,
}

impl<R: Lifecycle> Driver<R> {
    /// Derives the schema from the type.
    pub fn new() -> Self {
        let mut attributes = R::attributes();
        attributes.extend(timeouts::attribute(&R::TIMEOUTS));
        Self {
            schema: Schema { version: R::VERSION, description: R::DESCRIPTION, deprecated: R::DEPRECATED, attributes },
            of: PhantomData,
        }
    }

    /// Splits a state into what the resource's author knows and the `timeouts`.
    pub(super) fn split(object: Value) -> (BTreeMap<String, Value>, Value) {
        let mut members = match object {
            Value::Object(members) => members,
            _ => BTreeMap::new(),
        };
        let limits = members.remove(timeouts::NAME).unwrap_or(Value::Null);
        (members, limits)
    }

    /// What an operation on an object is given. `doing` is the operation as the beginning of a sentence.
    pub(super) fn begin<'a>(
        operation: &'static str,
        doing: &str,
        limits: &Value,
        service: &'a R::Service,
        cancel: &'a CancellationToken,
        stored: &Stored,
    ) -> Context<'a, R::Service> {
        let limit = timeouts::limit(limits, &R::TIMEOUTS, operation);
        let subject = format!("{doing} the {}", R::SPOKEN);
        Context::new(service, cancel, operation, subject, limit, stored.private.clone())
    }

    /// The state of a model: its members with the `timeouts`, write-only ones nulled.
    pub(crate) fn state(&self, model: &R, limits: Value) -> Value {
        let mut members = model.to_members();
        if self.schema.attribute(timeouts::NAME).is_some() {
            members.insert(timeouts::NAME.to_owned(), limits);
        }
        let mut state = Value::Object(members);
        set_write_only(&self.schema.attributes, &mut state, &Value::Null);
        state
    }

    pub(crate) fn identity_of(&self, state: &Value) -> Value {
        identity::of_state(R::IDENTITY, state)
    }

    /// What to tell when an object that exists lacks a part of what names it.
    pub(crate) fn has_identity(&self, state: &Value) -> Result<(), Diagnostic> {
        identity::check_present(R::IDENTITY, state)
    }
}

impl<R: Lifecycle> Default for Driver<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Lifecycle> Named for Driver<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }
}

#[async_trait]
impl<R: Lifecycle> DynResource<R::Service> for Driver<R>
where
    R::Service: Service,
{
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn operations(&self) -> &'static [(Document, &'static str)] {
        R::OPERATIONS
    }

    fn identity_attributes(&self) -> &'static [IdentityAttribute] {
        R::IDENTITY
    }

    fn identity_type(&self) -> Type {
        identity::identity_type(R::IDENTITY, &self.schema)
    }

    fn identity_version(&self) -> i64 {
        R::IDENTITY_VERSION
    }

    fn import_id_form(&self) -> String {
        import::id_form(R::IDENTITY)
    }

    fn timeouts(&self) -> Timeouts {
        R::TIMEOUTS
    }

    fn validate(&self, config: &Value, write_only_allowed: bool) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        validate_object(&self.schema.attributes, config, &Path::root(), write_only_allowed, &mut diagnostics);
        R::validate(&View::new(config), &mut diagnostics);
        diagnostics
    }

    fn notice(&self, state: &Value, service: &R::Service) {
        if !state.is_null() {
            R::notice(&View::new(state), service);
        }
    }

    async fn plan(&self, request: PlanRequest, service: Option<&R::Service>) -> PlanResponse {
        self.make_plan(request, service).await
    }

    async fn apply(&self, mut request: ApplyRequest, service: &R::Service, cancel: &CancellationToken) -> Outcome {
        // It was for the second of two plans, and is not to stay with the object.
        notes::note_protected(&mut request.planned.private, false);
        if request.prior.is_null() {
            notes::forget(&mut request.planned.private);
        }
        if cancel.is_cancelled() {
            let Stored { identity, private, .. } = request.planned;
            let why = Diagnostic::error(
                format!("The change of this {} was not started", R::SPOKEN),
                "Terraform was interrupted before it began. Apply again.",
            );
            return Outcome::failed(Stored { state: request.prior, identity, private }, why);
        }
        match (request.prior.is_null(), request.planned.state.is_null()) {
            (true, _) => self.create(request, service, cancel).await,
            (false, false) => self.update(request, service, cancel).await,
            (false, true) => self.delete(request, service, cancel).await,
        }
    }

    async fn read(&self, stored: Stored, service: &R::Service, cancel: &CancellationToken) -> Outcome {
        self.refresh(stored, service, cancel).await
    }

    fn import(&self, by: ImportBy) -> Result<Stored, Diagnostics> {
        let mut state = null_object(&self.schema.attributes);
        state.extend(import::members(R::IDENTITY, &self.identity_type(), &self.schema.attributes, by)?);
        let state = Value::Object(state);
        // The optional parts of the identity are filled in by the read that follows.
        let identity = match &state {
            Value::Object(members) => Value::Object(
                R::IDENTITY
                    .iter()
                    .filter_map(|a| members.get(a.name).map(|v| (a.name.to_owned(), v.clone())))
                    .collect(),
            ),
            _ => Value::Null,
        };
        Ok(Stored { state, identity, private: Private::default() })
    }

    fn upgrade(&self, version: i64, bytes: &[u8]) -> Result<Value, Diagnostics> {
        let what = format!("stored state of this {}", R::SPOKEN);
        let mut state = stored_json(&what, version, R::VERSION, bytes, &self.schema.ty(), R::upgrade)?;
        // What an older version stored, or another provider, and this one never does.
        set_write_only(&self.schema.attributes, &mut state, &Value::Null);
        Ok(state)
    }

    fn upgrade_identity(&self, version: i64, bytes: &[u8]) -> Result<Value, Diagnostics> {
        let what = format!("stored identity of this {}", R::SPOKEN);
        stored_json(&what, version, R::IDENTITY_VERSION, bytes, &self.identity_type(), R::upgrade_identity)
    }

    fn take_over(&self, source: &Moved) -> Result<Stored, Diagnostics> {
        match R::take_over(source) {
            Ok(Some(model)) => {
                let state = self.state(&model, Value::Null);
                let identity = self.identity_of(&state);
                Ok(Stored { state, identity, private: Private::default() })
            }
            Ok(None) => Err(Diagnostic::error(
                format!("{} of {} cannot be moved here", source.type_name, source.provider),
                format!("The state of that type cannot become a {}. Remove the old resource from the state with a `removed` block, and import the object as the new type.", R::SPOKEN),
            )
            .into()),
            Err(fault) => Err(Diagnostic::from(fault).into()),
        }
    }

    fn generate(&self, state: &Value) -> Value {
        let config = generate::configuration(&self.schema.attributes, state);
        generate::obeying(&self.schema, state, config, |config| {
            let found = self.validate(config, true);
            found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.attribute.clone()).collect()
        })
    }
}

/// Reads stored JSON of any version: in the present shape as it is, in an older one by way of `upgrade`.
fn stored_json(
    what: &str,
    version: i64,
    present: i64,
    bytes: &[u8],
    ty: &Type,
    upgrade: impl FnOnce(i64, serde_json::Value) -> Result<serde_json::Value, Fault>,
) -> Result<Value, Diagnostics> {
    const REMEDY: &str = "Restore a backup of the state, or remove the resource from the state and import it again.";
    let unreadable = |reason: String| {
        Diagnostics::from(Diagnostic::error(format!("The {what} cannot be read"), format!("{reason} {REMEDY}")))
    };
    let read =
        |bytes: &[u8]| json::decode(bytes, ty, json::Strictness::Lenient).map_err(|e| unreadable(format!("{e}.")));
    if version == present {
        return read(bytes);
    }
    if version > present {
        let remedy = "Use the version of this provider that wrote it, or a newer one.";
        return Err(Diagnostic::error(
            format!("The {what} was written by a newer version of this provider"),
            format!("It has version {version}; this provider knows it up to version {present}. {remedy}"),
        )
        .into());
    }
    let old = serde_json::from_slice(bytes).map_err(|e| unreadable(format!("It is not JSON: {e}.")))?;
    let new = upgrade(version, old).map_err(|fault| Diagnostics::from(Diagnostic::from(fault)))?;
    read(new.to_string().as_bytes())
}
