//! What create and update have in common: what is wanted, whether the service took it, and what the state says then.

use tokio::time::Instant;

use super::driver::Driver;
use super::{ApplyRequest, Stored, notes, timeouts};
use crate::conformance;
use crate::diagnostic::Diagnostics;
use crate::fault::Fault;
use crate::operation::Context;
use crate::path::Path;
use crate::resource::{ErrorOf, Lifecycle};
use crate::schema::{Attribute, set_write_only};
use crate::service::Service as _;
use crate::value::{Value, ValueError};

impl<R: Lifecycle> Driver<R> {
    /// The object that a change begins with: as it stays if the change fails at once, and as plain values.
    pub(super) fn before(request: &ApplyRequest) -> (Stored, Result<R, ValueError>) {
        let stored = Stored {
            state: request.prior.clone(),
            identity: request.planned.identity.clone(),
            private: request.planned.private.clone(),
        };
        let (members, _) = Self::split(request.prior.clone());
        (stored, R::from_members(members, &Path::root()))
    }

    /// The planned object as plain values, write-only ones from the configuration.
    pub(super) fn desired(&self, request: &ApplyRequest) -> Result<(R, Value), ValueError> {
        let mut planned = request.planned.state.clone();
        set_write_only(&self.schema.attributes, &mut planned, &request.config);
        let (members, limits) = Self::split(planned);
        Ok((R::from_members(members, &Path::root())?, limits))
    }

    /// The identity of an object that exists.
    pub(super) fn named(&self, state: &Value, diagnostics: &mut Diagnostics) -> Value {
        if !diagnostics.has_errors()
            && let Err(nameless) = self.has_identity(state)
        {
            diagnostics.push(nameless);
        }
        self.identity_of(state)
    }

    /// Writes the service's answer into the model, reading again until what was written shows; names the attribute
    /// that the service ignored, unless it is `except`.
    pub(super) async fn verify(
        &self,
        model: &mut R,
        mut remote: R::Remote,
        request: &ApplyRequest,
        except: Option<&str>,
        cx: &Context<'_, R::Service>,
    ) -> Result<(), ErrorOf<R>> {
        let wanted = model.clone();
        let started = Instant::now();
        loop {
            model.clone_from(&wanted);
            model.absorb(&remote);
            let Some(path) = self.ignored(model, request, except) else {
                return Ok(());
            };
            if started.elapsed() >= cx.service().read_lag() {
                let (what, remedy) = if request.prior.is_null() {
                    (
                        "creation",
                        "The next apply tries to change it. If it cannot, write the value that the service allows.",
                    )
                } else {
                    (
                        "update",
                        "Apply again. If that changes nothing, the service does not allow this value here: write one that it allows.",
                    )
                };
                return Err(self.not_taken(&path, what, remedy).into());
            }
            cx.pause(started, &format!("`{path}` still had another value.")).await?;
            remote = self.read_lasting(&wanted, request.prior.is_null(), cx).await?;
        }
    }

    /// The error for a value that was sent, and that the service does not show.
    pub(super) fn not_taken(&self, path: &Path, what: &str, remedy: &str) -> Fault {
        let name = notes::top(path).unwrap_or_default();
        Fault::other(
            format!("The service did not apply `{path}`"),
            format!(
                "It accepted the {what} of this {}, but still reports another value for `{name}`. {remedy}",
                R::SPOKEN
            ),
        )
        .at(path.clone())
    }

    /// What the user asks for in an attribute, by default too; `None` if that is up to the service.
    pub(super) fn wanted(&self, a: &Attribute, config: &Value) -> Option<Value> {
        let configured = config.get(a.name).filter(|value| !value.is_null());
        configured.or(a.default.as_ref()).filter(|value| value.is_wholly_known()).cloned()
    }

    /// The first attribute that the user set and the service reports otherwise.
    fn ignored(&self, model: &R, request: &ApplyRequest, except: Option<&str>) -> Option<Path> {
        let state = self.state(model, Value::Null);
        conformance::apply_violations(&self.schema.attributes, &request.planned.state, &state).into_iter().find(
            |path| {
                let Some(name) = notes::top(path) else { return false };
                let set = request.config.get(name).is_some_and(|v| !v.is_null())
                    || self.schema.attribute(name).is_some_and(|a| a.default.is_some() || !a.presence.is_computed());
                set && name != timeouts::NAME && except != Some(name)
            },
        )
    }

    /// The state after a change. A computed value that was promised to stay stays until the next refresh shows how it
    /// moved meanwhile: Terraform does not allow a plan to be wrong, not even by what others do at the same time.
    pub(super) fn settled_state(
        &self,
        model: &R,
        limits: Value,
        request: &ApplyRequest,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let mut state = self.state(model, limits);
        if diagnostics.has_errors() {
            return state;
        }
        let moved = conformance::apply_violations(&self.schema.attributes, &request.planned.state, &state);
        if let Value::Object(members) = &mut state {
            for name in moved.iter().filter_map(notes::top) {
                if let (Some(planned), Some(found)) = (request.planned.state.get(name), members.get_mut(name)) {
                    *found = as_planned(planned, found);
                }
            }
        }
        state
    }
}

/// The planned value, with what was found where nothing was known.
fn as_planned(planned: &Value, found: &Value) -> Value {
    let part = |found: Option<&Value>, planned: &Value| as_planned(planned, found.unwrap_or(&Value::Null));
    let elements = |planned: &[Value]| {
        let found = found.elements().unwrap_or_default();
        planned.iter().enumerate().map(|(i, planned)| part(found.get(i), planned)).collect()
    };
    match planned {
        Value::Unknown => found.clone(),
        planned if planned.is_wholly_known() => planned.clone(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, planned)| (name.clone(), part(found.get(name), planned))).collect(),
        ),
        Value::Map(members) => {
            Value::Map(members.iter().map(|(key, planned)| (key.clone(), part(found.get(key), planned))).collect())
        }
        Value::List(planned) => Value::List(elements(planned)),
        Value::Tuple(planned) => Value::Tuple(elements(planned)),
        Value::Set(planned) => Value::Set(elements(planned)),
        planned => planned.clone(),
    }
}

pub(super) fn unusable(error: &ValueError) -> Fault {
    Fault::other(
        "The planned object cannot be used",
        format!("{error}. This is a bug in the provider; please report it."),
    )
    .at(error.path.clone())
}
