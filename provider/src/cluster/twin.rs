//! A second cluster of a name in a VPC, which the provider does not make: after a run that was cut off, nobody could tell
//! which one is its own.

use ack_client::Client;
use serde_json::Value as Json;
use tf_provider::{Diagnostic, Fault, Maybe, Plan};

use super::Cluster;
use super::calls::{self, Detail};
use crate::bridge::{Connection, Error};

/// Refuses to plan a new cluster of a name that is taken, by a cluster that Terraform does not have in its state: one that
/// it has may be the one to be replaced, or get another name before.
pub(super) async fn plan(plan: &mut Plan<'_, Cluster>, service: Option<&Connection>) -> Result<(), Error> {
    let (Some(service), Maybe::Known(name), Maybe::Known(vpc_id)) =
        (service.filter(|_| plan.is_create()), plan.get(Cluster::NAME), plan.get(Cluster::VPC_ID))
    else {
        return Ok(());
    };
    let Some(client) = super::plan::client(plan, Some(service))? else {
        return Ok(());
    };
    if service.run().has_planned("cluster", &[client.region(), &vpc_id, &name]) {
        plan.diagnostics.push(
            Diagnostic::error(
                format!("Two new clusters in VPC {vpc_id} are named \"{name}\""),
                "The provider makes no second cluster of a name in a VPC. Give one of them another name, or set `name_prefix` in place of `name`.",
            )
            .at(Cluster::NAME),
        );
        return Ok(());
    }
    let clusters = service.clusters(client.region(), || calls::list(&client, None)).await?;
    for listed in clusters.iter() {
        let Some(found) = look(listed, &name, &vpc_id, &client).await? else { continue };
        if !service.run().manages(found.id()) {
            plan.diagnostics.push(Diagnostic::from(taken(&name, &found, client.region())));
            break;
        }
        if found.is_protected() {
            plan.diagnostics.push(still_protected(found.id()));
        }
    }
    Ok(())
}

/// The warning for a cluster of the state that has the name of the new one, most likely because it is tainted: Terraform
/// plans its replacement without a word about it.
fn still_protected(id: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("Cluster {id}, which has the same name, is protected"),
        "If it is tainted, this cluster is to replace it, and the service will refuse to delete it. To keep it, run `terraform untaint <address>`. To have it replaced all the same, run that, apply `deletion_protection = false`, and then run `terraform apply -replace=<address>`.",
    )
    .at(Cluster::DELETION_PROTECTION)
}

/// The cluster behind a record of a list, if it has this name in this VPC and stays. Lists are behind by seconds.
pub(super) async fn look(
    listed: &Json,
    name: &str,
    vpc_id: &str,
    client: &Client,
) -> Result<Option<Detail>, ack_client::Error> {
    if listed["name"] != name || !(listed["vpc_id"].is_null() || listed["vpc_id"] == vpc_id) {
        return Ok(None);
    }
    let cluster = match calls::detail(client, calls::id(listed)).await {
        Err(error) if error.is_not_found() => return Ok(None),
        cluster => cluster?,
    };
    let gone = matches!(cluster.state(), "deleting" | "deleted");
    Ok((!gone && cluster.text("name") == Some(name) && cluster.text("vpc_id") == Some(vpc_id)).then_some(cluster))
}

/// The error for a name that a cluster has already: an earlier run made it and was cut off before it could write it down,
/// or somebody else did.
pub(super) fn taken(name: &str, by: &Detail, region: &str) -> Fault {
    let id = by.id();
    let state = by.text("state").unwrap_or("unknown");
    let created = by.text("created").unwrap_or("at an unknown time");
    Fault::other(
        format!("The VPC already has a cluster named \"{name}\": {id}"),
        format!(
            "It is in state \"{state}\" and was created {created}. The provider makes no second cluster of a name in a VPC. If no Terraform state has it yet, an earlier run may have been cut off: import the cluster with `terraform import <address> {region}:{id}`, or delete it. Otherwise choose another name. To replace a cluster with `create_before_destroy`, set `name_prefix` in place of `name`."
        ),
    )
    .at(Cluster::NAME)
}

/// The error for clusters of one name that came to be while one was made, of which nobody can say which one is its own.
pub(super) fn several(name: &str, vpc_id: &str, ids: &[&str], region: &str) -> Fault {
    Fault::other(
        format!("The VPC {vpc_id} now has {} clusters named \"{name}\"", ids.len()),
        format!(
            "They are {}, and there was none when the creation began. Import the one that is to stay with `terraform import <address> {region}:<id>`, and delete the others.",
            ids.join(", ")
        ),
    )
    .at(Cluster::NAME)
}
