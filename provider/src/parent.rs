//! The cluster that node pools and add-ons belong to.

use ack_client::Client;
use tf_provider::{Diagnostic, Field, Plan, Resource};

use crate::bridge::{Connection, Error};

/// The finding of a plan that there is no such cluster. A warning only: Terraform also plans so before a destroy, which
/// must work when the cluster is gone.
pub(crate) fn missing(cluster_id: &str, region: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("There is no cluster {cluster_id}"),
        format!(
            "No cluster has this ID in region {region}, so the apply will fail. Check the ID, the `region`, and which account the credentials belong to."
        ),
    )
}

/// Refuses to plan a new object for another region than that of its cluster: the service would make it, and no read in
/// the planned region would find it.
///
/// # Errors
/// The service does not answer.
pub(crate) async fn check_region<R: Resource>(
    plan: &mut Plan<'_, R>,
    region: Field<R, String>,
    cluster_id: &str,
    connection: &Connection,
    client: &Client,
) -> Result<(), Error> {
    let Some(home) = connection.home(client, cluster_id).await? else {
        return Ok(());
    };
    let planned = client.region();
    if home.as_str() == planned {
        return Ok(());
    }
    let why = if plan.config().get(region).is_null() {
        format!("`region` is not set here, so that of the provider counts, {planned}.")
    } else {
        format!("A cluster and its {}s are in the same region.", R::SPOKEN)
    };
    plan.diagnostics.push(
        Diagnostic::error(
            format!("Cluster {cluster_id} is in region {home}, not in {planned}"),
            format!("{why} Set `region = \"{home}\"`."),
        )
        .at(region),
    );
    Ok(())
}
