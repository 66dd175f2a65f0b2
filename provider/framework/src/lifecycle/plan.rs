//! Planning: what a change makes of the object, and what stops it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::driver::Driver;
use super::notes::{self, MakeAnew, Unfinished};
use super::{Deferral, PlanRequest, PlanResponse, Stored, drift, identity};
use crate::conformance;
use crate::declaration::IdentityAttribute;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fault::Fault;
use crate::path::Path;
use crate::plan::{Draft, only_recorded};
use crate::private::Private;
use crate::resource::Lifecycle;
use crate::value::{Refinement, Value};

impl<R: Lifecycle> Driver<R> {
    pub(super) async fn make_plan(&self, request: PlanRequest, service: Option<&R::Service>) -> PlanResponse {
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
