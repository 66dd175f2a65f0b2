//! Settings that count only when an object is created.

use tf_provider::{AttributeValue, Field, Plan, Resource};

/// Points at a setting that is written down for an object that exists already and has no value of it in the state.
/// After an import it says what is, at any other time it does nothing; either way the object stays.
pub(crate) fn warn_if_too_late<R: Resource, T: AttributeValue>(plan: &mut Plan<'_, R>, field: Field<R, T>) {
    if plan.is_create() || !plan.config().is_set(field) || plan.prior().is_set(field) {
        return;
    }
    let (name, object) = (field.name(), R::SPOKEN);
    plan.diagnostics.warning(
        field,
        format!("`{name}` has no effect on an existing {object}"),
        format!(
            "It is used only when a {object} is created. Its value is recorded in the state, and the {object} stays as it is. After an import, this is expected."
        ),
    );
}
