//! One resource type, driven.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::notes::{self, MakeAnew, Unfinished};
use super::read::failed;
use super::{
    ApplyRequest, Deferral, DynResource, ImportBy, Outcome, PlanRequest, PlanResponse, Stored, drift, generate,
    identity, import, timeouts, validate_object,
};
use crate::conformance;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fault::Fault;
use crate::model::View;
use crate::path::Path;
use crate::plan::{Draft, only_recorded};
use crate::private::Private;
use crate::provider::{Named, Service};
use crate::resource::{IdentityAttribute, Lifecycle, Moved, Timeouts};
use crate::schema::{Schema, null_object, set_write_only};
use crate::value::{Refinement, Type, Value, json};

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

    fn protected(&self, request: &PlanRequest, replace: &[Path]) -> Option<Diagnostic> {
        let name = R::PROTECTED_BY?;
        // What is being deleted is past protecting.
        let deleting = MakeAnew::read(&request.prior.private) == Some(MakeAnew::Deleting);
        if deleting || !self.is_protected(&request.prior.state) {
            return None;
        }
        let unlock = format!("set `{name} = false`, apply that first, and then");
        if request.config.is_null() && request.proposed.is_null() {
            return Some(
                Diagnostic::error(
                    format!("`{name}` stops the destroy of this {}", R::SPOKEN),
                    format!(
                        "It is true in the state. To go on, {unlock} destroy the {}. If it is tainted, run `terraform untaint <address>` before.",
                        R::SPOKEN
                    ),
                )
                .at(Path::from(name)),
            );
        }
        let first = replace.first()?;
        let forcing: Vec<String> = replace.iter().map(|path| format!("`{path}`{}", self.reason(path))).collect();
        Some(
            Diagnostic::error(
                format!("`{name}` stops the replacement of this {}", R::SPOKEN),
                // As long as the change is there, every plan is this one, and refused.
                format!(
                    "The change of {} needs a new object. To go on, undo it, {unlock} make it again.",
                    forcing.join(", ")
                ),
            )
            .at(first.clone()),
        )
    }

    /// Terraform plans a change before it plans to destroy, so a plan that is refused stops the destroy of the object,
    /// too. What is protected is not destroyed before a change of its protection is applied, which needs a plan.
    fn tell_how_to_destroy(&self, request: &PlanRequest, diagnostics: &mut Diagnostics) {
        let exists = !request.prior.state.is_null() && !request.proposed.is_null();
        if !exists || self.is_protected(&request.prior.state) {
            return;
        }
        for error in diagnostics.iter_mut().filter(|d| d.severity == Severity::Error) {
            error.detail += &format!(
                "\n\nThis error also stops `terraform destroy`. To destroy the {} as it is, run `terraform destroy -refresh=false`.",
                R::SPOKEN
            );
        }
    }

    fn is_protected(&self, state: &Value) -> bool {
        R::PROTECTED_BY.is_some_and(|name| state.get(name).and_then(Value::as_bool).unwrap_or(false))
    }

    /// The same for `-replace`: Terraform plans that a second time, as a create, and hands over the notes of its first plan.
    /// Of a tainted object it hands over nothing, not even the identity.
    fn protected_unseen(&self, request: &PlanRequest) -> Option<Diagnostic> {
        let name = R::PROTECTED_BY?;
        let is_create = request.prior.state.is_null() && !request.proposed.is_null();
        (is_create && notes::was_protected(&request.prior.private)).then(|| {
            Diagnostic::error(
                format!("`{name}` stops the replacement of this {}", R::SPOKEN),
                format!(
                    "`-replace` asks for a new object in its place, and the service refuses to delete the old one. To go on, set `{name} = false`, apply that without `-replace`, and then repeat this."
                ),
            )
            .at(Path::from(name))
        })
    }

    fn reason(&self, path: &Path) -> String {
        match self.schema.at(path).and_then(|a| a.replace.or(a.may_replace)) {
            Some(reason) => format!(" ({reason})"),
            None => String::new(),
        }
    }

    async fn plan_change(
        &self,
        request: &PlanRequest,
        private: &mut Private,
        service: Option<&R::Service>,
        diagnostics: &mut Diagnostics,
    ) -> (Value, Vec<Path>, bool, BTreeMap<&'static str, Refinement>) {
        let attributes = &self.schema.attributes;
        let mut draft = Draft::new(attributes, &request.config, &request.prior.state, &request.proposed);
        let mut plan = draft.open::<R>(&request.config, &request.prior.state, diagnostics).with_notes(private);
        let planned = AssertUnwindSafe(R::plan(&mut plan, service)).catch_unwind().await;
        let fault: Option<Fault> = match planned {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.into()),
            Err(payload) => Some(Fault::panic("plan", &*payload)),
        };
        diagnostics.extend(fault.map(Diagnostic::from));
        let deferred = draft.is_deferred();
        let mut refinements = draft.refinements();
        let (mut planned, mut replace) = draft.finish(attributes, &request.config, &request.prior.state);
        drift::forget(private, &request.prior.state, &planned);
        if !request.prior.state.is_null() {
            self.plan_unfinished(request, &mut planned, &mut replace, diagnostics);
        }
        // A new object that takes the place of this one is planned, and judged, on its own.
        if replace.is_empty() {
            for a in only_recorded(attributes, &request.config, &request.prior.state) {
                diagnostics.warning(
                    a.name,
                    format!("`{}` has no effect on an existing {}", a.name, R::SPOKEN),
                    format!(
                        "It is used only when a {0} is created. Its value is recorded in the state, and the {0} stays as it is. After an import, this is expected.",
                        R::SPOKEN
                    ),
                );
            }
        }
        if !diagnostics.has_errors() {
            for (path, rule) in
                conformance::plan_violations(attributes, &request.config, &request.prior.state, &planned)
            {
                diagnostics.error(
                    path.clone(),
                    format!("The provider planned an illegal value for `{path}`"),
                    format!("{rule} This is a bug in the provider; please report it."),
                );
            }
            let unexplained = |path: &&Path| self.schema.at(path).is_none_or(|a| a.replace.or(a.may_replace).is_none());
            for path in replace.iter().filter(unexplained) {
                diagnostics.error(
                    path.clone(),
                    format!("The provider planned a new object for a change of `{path}` without a reason"),
                    "Its schema says that it changes in place. This is a bug in the provider; please report it.",
                );
            }
        }
        if !request.prior.state.is_null() {
            self.plan_anew(request, &mut planned, &mut replace);
        }
        // What names an object is there as soon as the object is, however its creation ends.
        let unknown = |a: &&IdentityAttribute| planned.get(a.name).is_some_and(Value::is_unknown);
        let unset = |a: &&IdentityAttribute| request.config.get(a.name).is_some_and(Value::is_null);
        for a in R::IDENTITY.iter().filter(|a| a.required).filter(unknown).filter(unset) {
            refinements.entry(a.name).or_default();
        }
        (planned, replace, deferred, refinements)
    }

    /// What an earlier creation has left to do makes this an update, even if no attribute differs.
    fn plan_unfinished(
        &self,
        request: &PlanRequest,
        planned: &mut Value,
        replace: &mut Vec<Path>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(unfinished) = Unfinished::read(&request.prior.private) else { return };
        let attributes = &self.schema.attributes;
        let is_identity = |name: &str| R::IDENTITY.iter().any(|a| a.name == name);
        unfinished.forget_computed(attributes, is_identity, &request.config, &request.prior.state, planned);
        let prior = &request.prior.state;
        for a in unfinished.ignored(attributes, |a| planned.get(a.name).cloned(), prior) {
            let forces = |path: &Path| notes::top(path) == Some(a.name);
            let (Some(first), Some(present)) = (replace.iter().find(|path| forces(path)).cloned(), prior.get(a.name))
            else {
                continue;
            };
            if let Value::Object(planned) = planned {
                planned.insert(a.name.to_owned(), present.clone());
            }
            replace.retain(|path| !forces(path));
            diagnostics.warning(
                first,
                format!("The service did not apply `{}`", a.name),
                format!(
                    "It was ignored when this {} was created, and may be ignored again for a new one. So the plan finishes this one and leaves the attribute as it is. Write the value that it has, or replace it with `terraform apply -replace=<address>`.",
                    R::SPOKEN
                ),
            );
        }
    }

    /// A new object in the place of one that a read found to be on its way out, or that never came to be.
    fn plan_anew(&self, request: &PlanRequest, planned: &mut Value, replace: &mut Vec<Path>) {
        let is_identity = |name: &str| R::IDENTITY.iter().any(|a| a.name == name);
        let Some(why) = MakeAnew::read(&request.prior.private) else { return };
        let held = why == MakeAnew::CreationFailed && self.is_protected(&request.prior.state);
        // What is protected is changed first, so that the plan after that one can replace it.
        if held {
            return;
        }
        if let (Some(cause), Value::Object(planned)) = (MakeAnew::cause(&self.schema.attributes, is_identity), planned)
        {
            planned.insert(cause.name.to_owned(), Value::Unknown);
            let path = Path::from(cause.name);
            if !replace.contains(&path) {
                replace.push(path);
            }
        }
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
        let mut diagnostics = Diagnostics::new();
        let mut private = request.prior.private.clone();
        let (state, replace, deferred, refinements) = if request.proposed.is_null() {
            (Value::Null, Vec::new(), false, BTreeMap::new())
        } else {
            self.plan_change(&request, &mut private, service, &mut diagnostics).await
        };
        diagnostics.extend(self.protected(&request, &replace));
        diagnostics.extend(self.protected_unseen(&request));
        self.tell_how_to_destroy(&request, &mut diagnostics);
        if request.prior.state.is_null() {
            // The second plan of a replacement is what the deletion of the old object gets to see.
            let deleting = MakeAnew::read(&private).filter(|why| *why == MakeAnew::Deleting);
            notes::forget(&mut private);
            MakeAnew::write(deleting, &mut private);
        } else {
            let deleting = MakeAnew::read(&private) == Some(MakeAnew::Deleting);
            let protected = self.is_protected(&request.prior.state);
            notes::note_protected(&mut private, protected && !deleting);
        }
        // Terraform plans a replacement as a create, and gives along the identity of the old object.
        let is_new = request.prior.state.is_null() || request.prior.identity.is_null();
        let planned_identity = self.identity_of(&state);
        if !is_new
            && !state.is_null()
            && replace.is_empty()
            && let Err(unstable) = identity::check_stable(R::IDENTITY, &request.prior.identity, &planned_identity)
        {
            diagnostics.push(unstable);
        }
        let identity = if is_new { planned_identity } else { request.prior.identity };
        let planned = Stored { state, identity, private };
        let deferred = deferred.then_some(Deferral::PrerequisiteAbsent);
        PlanResponse { planned, replace, diagnostics, refinements, deferred }
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
            return failed(Stored { state: request.prior, identity, private }, why);
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
