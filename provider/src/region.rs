//! The `region` that every resource has: the user's, else the provider's.

use tf_provider::{Field, Maybe, Model, Plan};

use crate::bridge::Connection;

/// Plans the region of a new object, so that the plan shows where it will be.
pub(crate) fn plan<M: Model>(plan: &mut Plan<'_, M>, region: Field<M, String>, connection: Option<&Connection>) {
    if plan.is_create()
        && plan.config().get(region).is_null()
        && let Some(known) = connection.and_then(Connection::region)
    {
        plan.set(region, Maybe::Known(known.to_owned()));
    }
}
