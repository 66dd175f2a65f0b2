//! From the service's answer to attributes.
//!
//! What the answer does not say is left as it was: fields that the API never shows, and those that are empty while a
//! cluster is being built.

use serde_json::Value;
use tf_provider::{OptionalComputed, Set};

use super::Cluster;
use super::maintenance::{AutoUpgrade, MaintenanceWindow};
use super::resource::{NetworkPlugin, ProxyMode, Remote, Spec};
use super::tags::of;
use super::version::Version;
use crate::tags;

pub(super) fn absorb(own: &mut Cluster, remote: &Remote) {
    let Remote { cluster, default_tags, imported } = remote;
    let is_new = own.name.get().is_none();
    set_text(&mut own.region, cluster.region_id.as_ref());
    own.id.set(Some(cluster.cluster_id.clone()).filter(|id| !id.is_empty()).or(own.id.get().cloned()));
    if !cluster.name.is_empty() {
        own.name.set(cluster.name.clone());
    }
    if let Some(spec) = spec(cluster.cluster_spec.as_deref()) {
        own.spec = spec;
    }
    absorb_version(own, cluster.current_version.as_deref());
    absorb_network(own, cluster);
    absorb_endpoints(own, cluster);
    // One that was set and does not show was ignored.
    own.timezone.set(cluster.timezone.clone().filter(|zone| !zone.is_empty()));
    set_text(&mut own.resource_group_id, cluster.resource_group_id.as_ref());
    tags::absorb(&mut own.tags, &mut own.tags_all, of(&cluster.tags), default_tags, is_new);
    if let Some(protected) = cluster.deletion_protection {
        own.deletion_protection = protected;
    }
    own.maintenance_window = MaintenanceWindow::of(cluster.maintenance_window.as_ref());
    own.auto_upgrade = AutoUpgrade::of(cluster.operation_policy.as_ref(), own.auto_upgrade.as_ref());
    own.state.set(cluster.state.as_ref().map(ToString::to_string));
    own.created.set(cluster.created.clone());
    own.worker_ram_role_name.set(cluster.worker_ram_role_name.clone().filter(|name| !name.is_empty()));
    if let Some(imported) = imported {
        imported.write(own);
    }
}

fn set_text(attribute: &mut OptionalComputed<String>, shown: Option<&String>) {
    if let Some(shown) = shown.filter(|text| !text.is_empty()) {
        attribute.set(shown.clone());
    }
}

/// An empty specification means the first one.
fn spec(shown: Option<&str>) -> Option<Spec> {
    match shown? {
        "" => Some(Spec::Basic),
        shown => Spec::parse(shown),
    }
}

/// A version that the cluster has reached stays as the user wrote it. One that nobody wrote, or that was not reached, is
/// the minor version, as most users write it: `current_version` has the rest.
fn absorb_version(own: &mut Cluster, shown: Option<&str>) {
    let Some(shown) = shown.filter(|text| !text.is_empty()) else {
        return;
    };
    own.current_version.set(shown.to_owned());
    if let Some(current) = Version::parse(shown)
        && !own.version.get().is_some_and(|wanted| wanted.is_reached_by(&current))
    {
        own.version.set(current.minor());
    }
}

fn absorb_network(own: &mut Cluster, cluster: &ack_client::Cluster) {
    if let Some(vpc_id) = cluster.vpc_id.as_ref().filter(|id| !id.is_empty()) {
        own.vpc_id.clone_from(vpc_id);
    }
    if !cluster.vswitch_ids.is_empty() {
        own.vswitch_ids = cluster.vswitch_ids.iter().cloned().collect();
    }
    set_text(&mut own.security_group_id, cluster.security_group_id.as_ref());
    let pod_cidr = cluster.container_cidr.clone().filter(|cidr| !cidr.is_empty());
    if let Some(plugin) = installed_plugin(cluster.meta_data.as_deref()) {
        own.network_plugin.set(plugin);
    } else if pod_cidr.is_some() {
        own.network_plugin.set(NetworkPlugin::Flannel);
    }
    // Under Terway pods have no range of their own, whatever the answer holds.
    if own.network_plugin.get() == Some(&NetworkPlugin::Flannel) {
        own.pod_cidr = pod_cidr.or(own.pod_cidr.take());
        if let Some(mask) = cluster.node_cidr_mask.as_deref().and_then(|mask| mask.parse().ok()) {
            own.node_cidr_mask.set(Some(mask));
        }
    } else {
        own.pod_cidr = None;
        own.node_cidr_mask.set(None);
    }
    if let Some(cidr) = cluster.service_cidr.as_ref().filter(|cidr| !cidr.is_empty()) {
        own.service_cidr.clone_from(cidr);
    }
    if let Some(mode) = cluster.proxy_mode.as_deref().and_then(ProxyMode::parse) {
        own.proxy_mode.set(mode);
    }
    set_text(&mut own.cluster_domain, cluster.cluster_domain.as_ref());
}

/// The network add-on among those that `meta_data` lists. The text is undocumented: what cannot be read in it is as if
/// it were not there.
pub(super) fn installed_plugin(meta_data: Option<&str>) -> Option<NetworkPlugin> {
    let meta_data: Value = serde_json::from_str(meta_data?).ok()?;
    let addons = meta_data.get("Addons")?.as_array()?;
    addons.iter().find_map(|addon| NetworkPlugin::parse(addon.get("name")?.as_str()?))
}

fn absorb_endpoints(own: &mut Cluster, cluster: &ack_client::Cluster) {
    let sans: Set<String> = cluster.extra_sans.iter().cloned().collect();
    if !sans.is_empty() || own.extra_sans.is_some() {
        own.extra_sans = Some(sans).filter(|sans| !sans.is_empty());
    }
    let urls = cluster.api_server_urls();
    // Neither is there while the cluster is being built, or after that has failed.
    if urls.intranet.is_some() || urls.public.is_some() {
        own.endpoint_public_access = urls.public.is_some();
    }
    own.api_server_endpoint.set(urls.public);
    own.api_server_intranet_endpoint.set(urls.intranet);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::maintenance::Channel;
    use crate::cluster::tests::{flannel, remote};
    use serde_json::json;
    use tf_provider::Model as _;

    fn absorbed(mut own: Cluster, answer: serde_json::Value) -> Cluster {
        absorb(&mut own, &remote(answer));
        own
    }

    fn running() -> serde_json::Value {
        json!({
            "cluster_id": "c1", "name": "prod", "state": "running", "region_id": "cn-hangzhou",
            "cluster_type": "ManagedKubernetes", "profile": "Default", "cluster_spec": "ack.pro.small",
            "current_version": "1.34.6-aliyun.1", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-2", "vsw-1"],
            "security_group_id": "sg-1", "container_cidr": "10.64.0.0/16", "service_cidr": "172.19.0.0/20",
            "node_cidr_mask": "26", "proxy_mode": "ipvs", "cluster_domain": "cluster.local",
            "master_url": "{\"intranet_api_server_endpoint\":\"https://192.168.0.9:6443\"}",
            "meta_data": "{\"Addons\":[{\"name\":\"coredns\"},{\"name\":\"flannel\"}]}",
            "timezone": "Asia/Shanghai", "resource_group_id": "rg-1", "deletion_protection": true,
            "maintenance_window": {"enable": false}, "operation_policy": {"cluster_auto_upgrade": {"enabled": false}},
            "tags": [{"key": "ack.aliyun.com", "value": "c1"}, {"key": "by", "value": "terraform"}],
            "created": "2026-01-01T00:00:00+08:00", "worker_ram_role_name": "KubernetesWorkerRole-1"
        })
    }

    #[test]
    fn an_imported_cluster_is_filled_from_the_answer() {
        let blank = Cluster::from_members(std::collections::BTreeMap::new(), &tf_provider::Path::root()).unwrap();
        let own = absorbed(blank, running());
        let plugin = own.network_plugin.get();
        assert_eq!((own.own_name(), &own.spec, plugin), ("prod", &Spec::Pro, Some(&NetworkPlugin::Flannel)));
        assert_eq!(own.version.get().map(Version::as_str), Some("1.34"));
        assert_eq!(own.current_version.get().map(String::as_str), Some("1.34.6-aliyun.1"));
        assert_eq!((own.pod_cidr.as_deref(), own.node_cidr_mask.get()), (Some("10.64.0.0/16"), Some(&26)));
        assert_eq!(own.vswitch_ids, ["vsw-1", "vsw-2"].map(str::to_owned).into_iter().collect());
        assert!(own.deletion_protection && !own.endpoint_public_access);
        assert_eq!((own.maintenance_window, own.auto_upgrade, own.extra_sans), (None, None, None));
        assert_eq!(own.api_server_intranet_endpoint.get().map(String::as_str), Some("https://192.168.0.9:6443"));
        assert_eq!(own.api_server_endpoint.get(), None);
    }

    #[test]
    fn what_the_service_adds_is_no_difference() {
        let mut own = flannel();
        own.version.set(Version::parse("1.34"));
        let own = absorbed(own, running());
        assert_eq!(own.version.get().map(Version::as_str), Some("1.34"), "as the user wrote it");
        assert_eq!(own.tags, None, "a default tag and one of the service");
        assert_eq!(own.tags_all.get().map(tags::Tags::len), Some(1));
    }

    #[test]
    fn a_version_that_was_not_reached_shows() {
        let mut own = flannel();
        own.version.set(Version::parse("1.35"));
        let own = absorbed(own, running());
        assert_eq!(own.version.get().map(Version::as_str), Some("1.34"));
    }

    #[test]
    fn a_cluster_that_is_being_built_keeps_what_the_answer_lacks() {
        let mut own = flannel();
        own.endpoint_public_access = true;
        own.load_balancer_id.set("lb-1".to_owned());
        let own = absorbed(own, json!({"cluster_id": "c1", "state": "initial", "master_url": "", "vswitch_ids": null}));
        assert!(own.endpoint_public_access);
        assert_eq!(own.load_balancer_id.get().map(String::as_str), Some("lb-1"));
        assert_eq!(own.vswitch_ids.len(), 1);
        assert_eq!(own.state.get().map(String::as_str), Some("initial"));
    }

    #[test]
    fn words_of_the_service_that_came_later_are_kept_as_they_are() {
        let later = json!({
            "cluster_spec": "ack.pro.8xlarge", "proxy_mode": "ebpf",
            "operation_policy": {"cluster_auto_upgrade": {"enabled": true, "channel": "regular"}}
        });
        let own = absorbed(flannel(), later);
        assert_eq!((own.spec.as_str(), own.spec.is_pro()), ("ack.pro.8xlarge", true));
        assert_eq!(own.proxy_mode.get().map(ProxyMode::as_str), Some("ebpf"));
        assert_eq!(own.auto_upgrade.map(|upgrade| upgrade.channel), Some(Channel::Other("regular".to_owned())));
    }

    #[test]
    fn drift_shows() {
        let mut own = flannel();
        own.extra_sans = Some(["a.example".to_owned()].into_iter().collect());
        let mut answer = running();
        answer["deletion_protection"] = json!(false);
        answer["operation_policy"] = json!({"cluster_auto_upgrade": {"enabled": true, "channel": "rapid"}});
        answer["tags"] = json!([{"key": "env", "value": "dev"}]);
        answer["master_url"] = json!("{\"api_server_endpoint\":\"https://1.2.3.4:6443\"}");
        let own = absorbed(own, answer);
        assert!(!own.deletion_protection && own.endpoint_public_access);
        assert_eq!(own.auto_upgrade, Some(AutoUpgrade { enabled: true, channel: Channel::Rapid }));
        assert_eq!(own.tags.unwrap()["env"], "dev");
        assert_eq!(own.extra_sans, None);
    }

    #[test]
    fn terway_is_told_by_the_add_ons_and_has_no_pod_range() {
        let mut answer = running();
        answer["meta_data"] = json!("{\"Addons\":[{\"name\":\"terway-eniip\"}]}");
        let own = absorbed(flannel(), answer.clone());
        let terway = Some(&NetworkPlugin::Terway);
        assert_eq!((own.network_plugin.get(), own.pod_cidr, own.node_cidr_mask.get()), (terway, None, None));
        answer["meta_data"] = json!("not json");
        assert_eq!(absorbed(flannel(), answer).network_plugin.get(), Some(&NetworkPlugin::Flannel));
    }
}
