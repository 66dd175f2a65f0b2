//! What can be said of a cluster before anything is sent.

use std::collections::BTreeMap;

use ack_client::Client;
use serde_json::Value as Json;
use tf_provider::{Diagnostics, Maybe, Plan, Set, View, name_prefix};

use super::maintenance::MaintenanceWindow;
use super::resource::{NetworkPlugin, ProxyMode, Spec};
use super::version::{self, Version};
use super::{Cluster, calls, create, network, refusal, tags, twin, upgrade};
use crate::bridge::{Connection, Error};
use crate::{ids, region};

/// More steps than this between two versions do not happen: there are three minor versions a year.
const MOST_STEPS: usize = 20;

/// The rule of `cluster_domain`.
pub(crate) fn check_cluster_domain(domain: &str) -> Result<(), String> {
    let legal = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if domain.split('.').all(legal) {
        return Ok(());
    }
    Err("must be labels of lower case letters, digits and hyphens, joined with dots, such as \"cluster.local\""
        .to_owned())
}

/// The rule of `pod_vswitch_ids`.
pub(crate) fn check_pod_vswitch_ids(by_zone: &BTreeMap<String, Vec<String>>) -> Result<(), String> {
    if by_zone.is_empty() {
        return Err("must have a zone with a vSwitch, such as { \"cn-hangzhou-h\" = [\"vsw-...\"] }".to_owned());
    }
    if let Some((zone, _)) = by_zone.iter().find(|(_, ids)| ids.is_empty()) {
        return Err(format!("must have a vSwitch in each zone, but has none in {zone:?}"));
    }
    by_zone.values().try_for_each(|vswitches| ids::vswitches(vswitches))
}

/// How many vSwitches of the control plane the service is known to take.
pub(crate) fn usual_vswitches(ids: &Set<String>) -> Result<(), String> {
    const MOST: usize = 5;
    match ids.len() {
        number if number > MOST => Err(format!("has {number} vSwitches; the service is known to take up to {MOST}")),
        _ => Ok(()),
    }
}

/// Rules over several attributes of the configuration.
pub(super) fn validate(config: &View<'_, Cluster>, diagnostics: &mut Diagnostics) {
    name_prefix::validate(config, Cluster::NAME, Cluster::NAME_PREFIX, diagnostics);
    validate_pod_network(config, diagnostics);
    validate_ranges(config, diagnostics);
    validate_pro_settings(config, diagnostics);
    validate_maintenance_window(config, diagnostics);
    if config.get(Cluster::API_SERVER_EIP_ID).is_set() && switched_off(config.get(Cluster::ENDPOINT_PUBLIC_ACCESS)) {
        diagnostics.error(
            Cluster::API_SERVER_EIP_ID,
            "`api_server_eip_id` needs `endpoint_public_access = true`",
            "The EIP is for access from the internet. Set `endpoint_public_access = true`, or remove `api_server_eip_id`.",
        );
    }
    let nftables = config.get(Cluster::PROXY_MODE) == Maybe::Known(ProxyMode::Nftables);
    if let Some(version) =
        config.get(Cluster::VERSION).known().filter(|version| nftables && !version.is_at_least(1, 35))
    {
        diagnostics.error(
            Cluster::PROXY_MODE,
            format!("Kubernetes {version} does not support the proxy mode `nftables`"),
            "It needs 1.35 or newer. Choose `ipvs` or `iptables`, or a newer `version`.",
        );
    }
}

/// Whether a switch is known to be off, by default too.
fn switched_off(switch: Maybe<bool>) -> bool {
    matches!(switch, Maybe::Null | Maybe::Known(false))
}

const RANGE_OF_PODS: &str = "such as \"10.64.0.0/16\"";
const VSWITCHES_OF_PODS: &str = "such as { \"cn-hangzhou-h\" = [\"vsw-...\"] }";

fn validate_pod_network(config: &View<'_, Cluster>, diagnostics: &mut Diagnostics) {
    let plugin = match config.get(Cluster::NETWORK_PLUGIN) {
        Maybe::Known(plugin) => plugin,
        Maybe::Null => return validate_pod_addresses(config, diagnostics),
        Maybe::Unknown => return,
    };
    let (needed, such_as) = match plugin {
        NetworkPlugin::Flannel => (Cluster::POD_CIDR.path(), RANGE_OF_PODS),
        NetworkPlugin::Terway => (Cluster::POD_VSWITCH_IDS.path(), VSWITCHES_OF_PODS),
    };
    let settings = [
        (Cluster::POD_CIDR.path(), config.raw(Cluster::POD_CIDR)),
        (Cluster::POD_VSWITCH_IDS.path(), config.raw(Cluster::POD_VSWITCH_IDS)),
        (Cluster::NODE_CIDR_MASK.path(), config.raw(Cluster::NODE_CIDR_MASK)),
    ];
    for (path, value) in settings.into_iter().filter(|(_, value)| !value.is_unknown()) {
        let belongs = path == needed || (plugin == NetworkPlugin::Flannel && path == Cluster::NODE_CIDR_MASK.path());
        if path == needed && value.is_null() {
            diagnostics.error(
                Cluster::NETWORK_PLUGIN,
                format!("`network_plugin = \"{plugin}\"` needs `{path}`"),
                format!("Set `{path}`: it is where pods get their addresses from, {such_as}."),
            );
        } else if !value.is_null() && !belongs {
            diagnostics.error(
                path.clone(),
                format!("`{path}` cannot be set together with `network_plugin = \"{plugin}\"`"),
                format!("Remove it: with this network plugin, pods get their addresses from `{needed}`."),
            );
        }
    }
}

/// Without a network plugin, the addresses of pods say which one it is.
fn validate_pod_addresses(config: &View<'_, Cluster>, diagnostics: &mut Diagnostics) {
    let (range, vswitches) = (config.raw(Cluster::POD_CIDR), config.raw(Cluster::POD_VSWITCH_IDS));
    if range.is_null() && vswitches.is_null() {
        diagnostics.error(
            Cluster::POD_CIDR,
            "A cluster needs `pod_cidr` or `pod_vswitch_ids`",
            format!(
                "Pods get their addresses from one of them. Set `pod_cidr`, {RANGE_OF_PODS}, for Flannel, or `pod_vswitch_ids`, {VSWITCHES_OF_PODS}, for Terway."
            ),
        );
    }
    let with_vswitches = config.get(Cluster::POD_VSWITCH_IDS).is_set();
    if with_vswitches && config.get(Cluster::POD_CIDR).is_set() {
        diagnostics.error(
            Cluster::POD_CIDR,
            "`pod_cidr` cannot be set together with `pod_vswitch_ids`",
            "Pods get their addresses from one of them. Remove `pod_cidr` for Terway, or `pod_vswitch_ids` for Flannel.",
        );
    }
    if with_vswitches && config.get(Cluster::NODE_CIDR_MASK).is_set() {
        diagnostics.error(
            Cluster::NODE_CIDR_MASK,
            "`node_cidr_mask` cannot be set together with `pod_vswitch_ids`",
            "It divides `pod_cidr` among the nodes. Remove it: under Terway, pods have addresses of their vSwitches.",
        );
    }
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

fn validate_ranges(config: &View<'_, Cluster>, diagnostics: &mut Diagnostics) {
    let Maybe::Known(pods) = config.get(Cluster::POD_CIDR) else {
        return;
    };
    // What is no legal range has been told already.
    if network::check_pod_cidr(&pods).is_err() {
        return;
    }
    let services = match config.get(Cluster::SERVICE_CIDR) {
        Maybe::Known(services) => Some(services),
        Maybe::Null => Some(network::DEFAULT_SERVICE_CIDR.to_owned()),
        Maybe::Unknown => None,
    };
    let services = services.filter(|services| network::check_service_cidr(services).is_ok());
    if let Some(services) = services.filter(|services| network::overlap(&pods, services)) {
        diagnostics.error(
            Cluster::POD_CIDR,
            format!("`pod_cidr` {pods} and `service_cidr` {services} overlap"),
            "Choose ranges without a common address, for example \"10.64.0.0/16\" for pods and \"172.19.0.0/20\" for services.",
        );
    }
}

fn validate_pro_settings(config: &View<'_, Cluster>, diagnostics: &mut Diagnostics) {
    let basic = match config.get(Cluster::SPEC) {
        Maybe::Null => true,
        Maybe::Unknown => false,
        Maybe::Known(spec) => !spec.is_pro(),
    };
    let key = Cluster::ENCRYPTION_PROVIDER_KEY.path();
    if basic && config.is_set(Cluster::ENCRYPTION_PROVIDER_KEY) {
        diagnostics.error(
            key.clone(),
            format!("`{key}` needs a Pro cluster"),
            format!("Set `spec` to one of the Pro ones, such as \"{}\", or remove `{key}`.", Spec::Pro),
        );
    }
    // Alibaba Cloud documents these for Pro clusters, but its service is known to take them for others.
    let documented_for_pro = [
        (Cluster::MAINTENANCE_WINDOW.path(), config.is_set(Cluster::MAINTENANCE_WINDOW)),
        (Cluster::AUTO_UPGRADE.path(), config.is_set(Cluster::AUTO_UPGRADE)),
    ];
    for (path, _) in documented_for_pro.into_iter().filter(|(_, is_set)| basic && *is_set) {
        diagnostics.warning(
            path.clone(),
            format!("`{path}` may need a Pro cluster"),
            format!(
                "Alibaba Cloud documents `{path}` for Pro clusters only, and this cluster is a Basic one. If the service refuses it, set `spec` to one of the Pro ones, such as \"{}\", or remove `{path}`.",
                Spec::Pro
            ),
        );
    }
}

fn validate_maintenance_window(config: &View<'_, Cluster>, diagnostics: &mut Diagnostics) {
    let window = config.nested(Cluster::MAINTENANCE_WINDOW);
    let unset =
        window.get(MaintenanceWindow::WEEKLY_PERIOD).is_null() && window.get(MaintenanceWindow::RECURRENCE).is_null();
    if !window.is_null() && unset {
        diagnostics.error(
            Cluster::MAINTENANCE_WINDOW,
            "`maintenance_window` does not say on which days",
            "Set `weekly_period`, such as [\"Saturday\", \"Sunday\"], or `recurrence`, such as \"FREQ=WEEKLY;INTERVAL=2;BYDAY=SA\".",
        );
    }
}

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
    let pools = match calls::node_pools(client, id).await {
        Ok(pools) => pools,
        Err(error) => {
            tracing::debug!(%error, "whether the cluster has nodes stays unknown");
            return;
        }
    };
    let with_nodes = pools.iter().filter(|pool| pool["status"]["total_nodes"].as_i64().is_some_and(|nodes| nodes > 0));
    let name = |pool: &Json| format!("`{}`", pool["nodepool_info"]["name"].as_str().unwrap_or_default());
    let names: Vec<_> = with_nodes.map(name).collect();
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
