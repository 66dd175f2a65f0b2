//! The `region` that every resource has: the user's, else the provider's.

use tf_provider::{Field, Maybe, Model, Plan};

use crate::bridge::{Connection, Error};

/// Plans the region of a new object, so that the plan shows where it will be.
///
/// # Errors
/// The provider lacks what the create will need, such as credentials: told now, not by the apply.
pub(crate) fn plan<M: Model>(
    plan: &mut Plan<'_, M>,
    region: Field<M, String>,
    connection: Option<&Connection>,
) -> Result<(), Error> {
    let Some(connection) = connection.filter(|_| plan.is_create()) else {
        return Ok(());
    };
    if plan.config().get(region).is_null()
        && let Some(known) = connection.region()
    {
        plan.set(region, Maybe::Known(known.to_owned()));
    }
    connection.client_for_plan(&plan.get(region)).map(drop)
}
