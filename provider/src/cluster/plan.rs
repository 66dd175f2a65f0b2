//! What is planned of a cluster, and what the service says of that before anything is sent.

use ack_client::Client;
use tf_provider::{Maybe, Plan, name_prefix};

use super::resource::NetworkPlugin;
use super::version::{self, Version};
use super::{Cluster, create, refusal, tags, twin, upgrade};
use crate::bridge::{Connection, Error};
use crate::region;

/// More steps than this between two versions do not happen: there are three minor versions a year.
const MOST_STEPS: usize = 20;

/// Fills in and checks a plan.
pub(super) async fn plan(plan: &mut Plan<'_, Cluster>, service: Option<&Connection>) -> Result<(), Error> {
    region::plan(plan, Cluster::REGION, service).await?;
    name_prefix::plan(plan, Cluster::NAME, Cluster::NAME_PREFIX);
    if !plan.is_create() {
        plan_spec(plan);
    }
    plan_network(plan);
    plan_public_access(plan);
    refuse_foreign_zones(plan);
    crate::tags::plan(plan, Cluster::TAGS, Cluster::TAGS_ALL, tags::check, service);
    plan_version(plan, service).await?;
    region::stay(plan, Cluster::REGION, service);
    twin::plan(plan, service).await
}

/// The network plugin that nobody wrote is the one whose addresses are set.
fn plan_network(plan: &mut Plan<'_, Cluster>) {
    if plan.config().is_unset(Cluster::NETWORK_PLUGIN) {
        let (range, vswitches) = (plan.config().get(Cluster::POD_CIDR), plan.config().get(Cluster::POD_VSWITCH_IDS));
        match (range, vswitches) {
            (_, Maybe::Known(_)) => plan.set(Cluster::NETWORK_PLUGIN, Maybe::Known(NetworkPlugin::Terway)),
            (Maybe::Known(_), Maybe::Null) => plan.set(Cluster::NETWORK_PLUGIN, Maybe::Known(NetworkPlugin::Flannel)),
            (Maybe::Null, Maybe::Null) => {}
            _ => plan.set(Cluster::NETWORK_PLUGIN, Maybe::Unknown),
        }
    }
    let terway = plan.get(Cluster::NETWORK_PLUGIN) == Maybe::Known(NetworkPlugin::Terway);
    if terway && plan.config().is_unset(Cluster::NODE_CIDR_MASK) {
        plan.set(Cluster::NODE_CIDR_MASK, Maybe::Null);
    }
}
/// From Pro there is no way back to Basic.
fn plan_spec(plan: &mut Plan<'_, Cluster>) {
    let (Maybe::Known(before), Maybe::Known(after)) = (plan.prior().get(Cluster::SPEC), plan.get(Cluster::SPEC)) else {
        return;
    };
    if before.is_pro() && !after.is_pro() && plan.has_drifted(Cluster::SPEC) {
        plan.keep(Cluster::SPEC);
        plan.diagnostics.warning(
            Cluster::SPEC,
            format!("Somebody has made this a Pro cluster: it has `spec` \"{before}\""),
            format!(
                "A Pro cluster does not become a Basic one again, so it stays as it is. To end this warning, set `spec = \"{before}\"`."
            ),
        );
    } else if before.is_pro() && !after.is_pro() {
        plan.replace(Cluster::SPEC);
        plan.diagnostics.warning(
            Cluster::SPEC,
            "A Pro cluster cannot become a Basic one",
            format!("The plan replaces the cluster with a new one. To keep it, leave `spec` at \"{before}\"."),
        );
    }
}

/// The zones of pods are known to be of the cluster's region, or of another one, once that is known.
fn refuse_foreign_zones(plan: &mut Plan<'_, Cluster>) {
    let (Maybe::Known(region), Maybe::Known(by_zone)) =
        (plan.get(Cluster::REGION), plan.config().get(Cluster::POD_VSWITCH_IDS))
    else {
        return;
    };
    if let Some(zone) = region::foreign_zone(&region, by_zone.keys()) {
        plan.diagnostics.error(
            Cluster::POD_VSWITCH_IDS,
            format!("`{zone}` is not a zone of region {region}"),
            format!("The name of a zone begins with that of its region, such as \"{region}-a\". Correct the zone, or the `region` of the cluster."),
        );
    }
}

fn plan_public_access(plan: &mut Plan<'_, Cluster>) {
    let before = plan.prior().get(Cluster::ENDPOINT_PUBLIC_ACCESS);
    if before == Maybe::Known(false)
        && plan.get(Cluster::API_SERVER_EIP_ID).is_null()
        && plan.has_drifted(Cluster::ENDPOINT_PUBLIC_ACCESS)
        && !plan.replaces()
    {
        plan.keep(Cluster::ENDPOINT_PUBLIC_ACCESS);
        plan.diagnostics.warning(
            Cluster::ENDPOINT_PUBLIC_ACCESS,
            "Somebody has switched off public access to the API server",
            "The service makes an EIP only together with a new cluster, so public access stays off. To switch it on again, make an EIP and name it in `api_server_eip_id`; to end this warning, set `endpoint_public_access = false`.",
        );
    }
    let after = plan.get(Cluster::ENDPOINT_PUBLIC_ACCESS);
    if after == Maybe::Known(false) {
        plan.set(Cluster::API_SERVER_ENDPOINT, Maybe::Null);
    }
    let switched_on = before == Maybe::Known(false) && after == Maybe::Known(true) && !plan.replaces();
    if switched_on && plan.get(Cluster::API_SERVER_EIP_ID).is_null() {
        plan.diagnostics.error(
            Cluster::ENDPOINT_PUBLIC_ACCESS,
            "Public access to the API server of an existing cluster needs `api_server_eip_id`",
            "The service creates an EIP only together with a new cluster. Create one, for example with `alicloud_eip_address`, and set `api_server_eip_id` to its ID.",
        );
    }
    let stays_on = before == Maybe::Known(true) && after == Maybe::Known(true) && !plan.replaces();
    if let Maybe::Known(address) = plan.prior().get(Cluster::API_SERVER_EIP_ID)
        && stays_on
        && plan.get(Cluster::API_SERVER_EIP_ID).is_null()
    {
        plan.diagnostics.error(
            Cluster::API_SERVER_EIP_ID,
            "`api_server_eip_id` cannot be removed while `endpoint_public_access` is on",
            format!(
                "The service creates no EIP for an existing cluster to replace {address}. Keep that EIP, set another one, or switch public access off with `endpoint_public_access = false`."
            ),
        );
    }
}

/// Checks the version while nothing has been done yet, and says whether the present one stays.
async fn plan_version(plan: &mut Plan<'_, Cluster>, service: Option<&Connection>) -> Result<(), Error> {
    if plan.is_create() {
        return plan_first_version(plan, service).await;
    }
    let Maybe::Known(wanted) = plan.config().get(Cluster::VERSION) else {
        return Ok(());
    };
    // A new cluster that takes the place of this one is planned, and judged, on its own.
    if plan.replaces() {
        return Ok(());
    }
    let current = plan.prior().get(Cluster::CURRENT_VERSION).known();
    let Some(mut current) = current.as_deref().and_then(Version::parse) else {
        return Ok(());
    };
    if wanted.is_reached_by(&current) {
        // It is the least that is wanted: that it is written in another way, or is lower than it was, is no change.
        plan.keep(Cluster::VERSION);
        tell_of_newer(plan, &wanted, &current);
        return Ok(());
    }
    let Some(client) = client(plan, service)?.filter(|_| plan.changes(Cluster::VERSION)) else {
        return Ok(());
    };
    let mut minors = Vec::new();
    for _ in 0..MOST_STEPS {
        if wanted.is_reached_by(&current) {
            break;
        }
        let offered = version::steps_from(&client, &current).await.map_err(refusal::of)?;
        match version::next_step(&current, &wanted, &offered) {
            Some(step) => {
                if step.minor() != current.minor() {
                    minors.push(step.minor());
                }
                current = step.clone();
            }
            None => {
                plan.diagnostics.push(upgrade::unreachable(&wanted, &current, &offered));
                return Ok(());
            }
        }
    }
    if let ([first, _, ..], Maybe::Known(id)) = (minors.as_slice(), plan.prior().get(Cluster::ID)) {
        tell_of_nodes_behind(plan, &wanted, first, &id, &client).await;
    }
    Ok(())
}

/// Points at the nodes that stop a cluster on its way over several minor versions: they are left behind by the first
/// step, and the service takes no second one before they have followed.
async fn tell_of_nodes_behind(
    plan: &mut Plan<'_, Cluster>,
    wanted: &Version,
    first: &Version,
    id: &str,
    client: &Client,
) {
    let pools = match client.describe_cluster_node_pools(id).await {
        Ok(pools) => pools,
        Err(error) => {
            tracing::debug!(%error, "whether the cluster has nodes stays unknown");
            return;
        }
    };
    let with_nodes = pools.iter().filter(|pool| pool.status.total_nodes.is_some_and(|nodes| nodes > 0));
    let names: Vec<_> = with_nodes.map(|pool| format!("`{}`", pool.nodepool_info.name)).collect();
    if names.is_empty() {
        return;
    }
    plan.diagnostics.warning(
        Cluster::VERSION,
        format!("The upgrade to Kubernetes {wanted} will stop at {first}"),
        format!(
            "The control plane goes one minor version at a time, and goes on only when the nodes have followed. These node pools have nodes: {}. Set `version = \"{first}\"` and apply, upgrade the nodes of these pools in the console of the service, and repeat this for each minor version on the way.",
            names.join(", ")
        ),
    );
}

/// Checks the version of a new cluster. The service is asked even if there is none to check: that credentials are wrong
/// or the endpoint is not there is told now, not by the apply.
async fn plan_first_version(plan: &mut Plan<'_, Cluster>, service: Option<&Connection>) -> Result<(), Error> {
    let Some(client) = client(plan, service)? else {
        return Ok(());
    };
    let creatable = version::creatable(&client).await.map_err(refusal::of)?;
    if let Maybe::Known(wanted) = plan.config().get(Cluster::VERSION)
        && version::newest_match(&wanted, &creatable).is_none()
    {
        plan.diagnostics.push(create::not_creatable(&wanted, &creatable));
    }
    Ok(())
}

pub(super) fn client(plan: &Plan<'_, Cluster>, service: Option<&Connection>) -> Result<Option<Client>, Error> {
    let region = plan.get(Cluster::REGION);
    Ok(service.map(|service| service.client_for_plan(&region)).transpose()?.flatten())
}

/// Points out that the cluster is ahead of what is configured. With automatic upgrades it is so most of the time.
fn tell_of_newer(plan: &mut Plan<'_, Cluster>, wanted: &Version, current: &Version) {
    let upgrades_itself = plan.get(Cluster::AUTO_UPGRADE).known().is_some_and(|upgrade| upgrade.enabled);
    if wanted.is_behind(current) && !upgrades_itself {
        plan.diagnostics.warning(
            Cluster::VERSION,
            format!("The cluster has Kubernetes {current}, which is newer than {wanted}"),
            format!(
                "`version` is the least that is wanted, and versions do not go back, so the cluster stays as it is. To end this warning, set `version = \"{}\"`, or remove `version`.",
                current.minor()
            ),
        );
    }
}
