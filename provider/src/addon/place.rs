//! Where a new add-on can be: in a cluster of its region, once.

use tf_provider::{Diagnostic, Maybe, Plan};

use super::resource::Addon;
use crate::bridge::{Connection, Error};
use crate::parent;

pub(super) async fn plan(plan: &mut Plan<'_, Addon>, connection: Option<&Connection>) -> Result<(), Error> {
    let (Some(connection), Maybe::Known(cluster_id)) =
        (connection.filter(|_| plan.is_create()), plan.get(Addon::CLUSTER_ID))
    else {
        return Ok(());
    };
    let Some(client) = connection.client_for_plan(&plan.get(Addon::REGION))? else {
        return Ok(());
    };
    parent::check_region(plan, Addon::REGION, &cluster_id, connection, &client).await?;
    if let Maybe::Known(name) = plan.get(Addon::NAME)
        && connection.run().has_planned("addon", &[&cluster_id, &name])
    {
        plan.diagnostics.push(
            Diagnostic::error(
                format!("The add-on `{name}` of cluster {cluster_id} is configured twice"),
                "A cluster has each add-on once, and two resources would change each other's settings. Remove one of them.",
            )
            .at(Addon::NAME),
        );
    }
    Ok(())
}
