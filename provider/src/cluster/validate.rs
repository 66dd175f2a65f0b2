//! What is wrong with a configuration as it stands, without a question to the service.

use std::collections::BTreeMap;

use tf_provider::{Diagnostics, Maybe, Set, View, name_prefix};

use super::maintenance::MaintenanceWindow;
use super::resource::{NetworkPlugin, ProxyMode, Spec};
use super::{Cluster, network};
use crate::ids;

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
        number if number > MOST => Err(format!("has {number} vSwitches; the service is known to accept up to {MOST}")),
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
