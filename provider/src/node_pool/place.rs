//! Where a new node pool can be: in a cluster of its region, by a name that no other pool has.

use ack_client::Client;
use tf_provider::{Diagnostic, Fault, Maybe, Plan};

use super::calls;
use super::resource::NodePool;
use crate::bridge::{Connection, Error};
use crate::parent;

/// Looks at the cluster of a new pool, so that a wrong id, region, name, endpoint or key shows before anything is applied.
pub(super) async fn plan(plan: &mut Plan<'_, NodePool>, connection: Option<&Connection>) -> Result<(), Error> {
    let (Some(connection), Maybe::Known(cluster_id)) =
        (connection.filter(|_| plan.is_create()), plan.get(NodePool::CLUSTER_ID))
    else {
        return Ok(());
    };
    let Some(client) = connection.client_for_plan(&plan.get(NodePool::REGION))? else {
        return Ok(());
    };
    let pools = match calls::list(&client, &cluster_id).await {
        Err(error) if error.is_not_found() => {
            plan.diagnostics.push(parent::missing(&cluster_id, client.region()).at(NodePool::CLUSTER_ID));
            return Ok(());
        }
        pools => pools?,
    };
    parent::check_region(plan, NodePool::REGION, &cluster_id, connection, &client).await?;
    let Maybe::Known(name) = plan.get(NodePool::NAME) else {
        return Ok(());
    };
    if connection.run().has_planned("node_pool", &[&cluster_id, &name]) {
        plan.diagnostics.push(
            Diagnostic::error(
                format!("Two new node pools of cluster {cluster_id} are named \"{name}\""),
                "Names are unique in a cluster. Give one of them another name, or set `name_prefix` in place of `name`.",
            )
            .at(NodePool::NAME),
        );
        return Ok(());
    }
    for id in pools.iter().filter(|pool| calls::name(pool) == name).map(calls::id) {
        // One that Terraform has in its state may be the one to be replaced, or get another name before.
        if !connection.run().manages(id) && stays(&client, &cluster_id, id, &name).await? {
            plan.diagnostics.push(Diagnostic::from(taken(&name, &cluster_id, id, client.region())));
            break;
        }
    }
    Ok(())
}

/// Whether a pool of a list, which is behind by seconds, is there with this name and is not being deleted.
async fn stays(client: &Client, cluster_id: &str, id: &str, name: &str) -> Result<bool, Error> {
    match calls::detail(client, cluster_id, id).await {
        Err(error) if error.is_not_found() => Ok(false),
        pool => {
            let pool = pool?;
            Ok(calls::name(&pool) == name && calls::state(&pool) != "deleting")
        }
    }
}

/// The error for a name that a pool has already.
pub(super) fn taken(name: &str, cluster_id: &str, id: &str, region: &str) -> Fault {
    Fault::other(
        format!("The cluster already has a node pool named \"{name}\": {id}"),
        format!(
            "Names are unique in a cluster. If no Terraform state has it yet, an earlier run may have been cut off: import the node pool with `terraform import <address> {region}:{cluster_id}:{id}`. Otherwise choose another name. To replace a node pool with `create_before_destroy`, set `name_prefix` in place of `name`."
        ),
    )
    .at(NodePool::NAME)
}
