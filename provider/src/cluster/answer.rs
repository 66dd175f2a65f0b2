//! What the bindings do not say of an answer: what is written inside of texts, and what depends on something else.

use serde_json::Value as Json;
use tf_provider::{Progress, document};

use super::Cluster;
use super::calls::Detail;
use super::life::Remote;
use super::maintenance::AutoUpgrade;
use super::read;
use super::resource::{NetworkPlugin, Spec};
use super::tags::of;
use super::version::Version;
use crate::tags;

pub(super) fn absorb(own: &mut Cluster, remote: &Remote) {
    let Remote { cluster, default_tags, imported } = remote;
    let is_new = own.name.get().is_none();
    let upgrade = own.auto_upgrade.take();
    // While it is being built or changed, an answer may lack what comes later.
    document::absorb(own, cluster.json(), read::progress(cluster) == Progress::Ready);
    // An empty specification means the first one.
    if cluster.json()["cluster_spec"] == "" {
        own.spec = Spec::Basic;
    }
    absorb_version(own, cluster.text("current_version"));
    absorb_network(own, cluster);
    absorb_endpoints(own, cluster);
    tags::absorb(&mut own.tags, &mut own.tags_all, of(&cluster.json()["tags"]), default_tags, is_new);
    if let Some(window) = &mut own.maintenance_window {
        window.absorbed();
    }
    own.auto_upgrade = AutoUpgrade::of(&cluster.json()["operation_policy"]["cluster_auto_upgrade"], upgrade.as_ref());
    if let Some(imported) = imported {
        imported.write(own);
    }
}

/// A version that the cluster has reached stays as the user wrote it. One that nobody wrote, or that was not reached, is
/// the minor version, as most users write it: `current_version` has the rest.
fn absorb_version(own: &mut Cluster, shown: Option<&str>) {
    if let Some(current) = shown.and_then(Version::parse)
        && !own.version.get().is_some_and(|wanted| wanted.is_reached_by(&current))
    {
        own.version.set(current.minor());
    }
}

fn absorb_network(own: &mut Cluster, cluster: &Detail) {
    if let Some(plugin) = installed_plugin(cluster.text("meta_data")) {
        own.network_plugin.set(plugin);
    } else if cluster.text("container_cidr").is_some() {
        own.network_plugin.set(NetworkPlugin::Flannel);
    }
    // Under Terway pods have no range of their own, whatever the answer holds.
    if own.network_plugin.get() != Some(&NetworkPlugin::Flannel) {
        own.pod_cidr = None;
        own.node_cidr_mask.set(None);
    }
}

/// The network add-on among those that `meta_data` lists. The text is undocumented: what cannot be read in it is as if
/// it were not there.
pub(super) fn installed_plugin(meta_data: Option<&str>) -> Option<NetworkPlugin> {
    let meta_data: Json = serde_json::from_str(meta_data?).ok()?;
    let addons = meta_data.get("Addons")?.as_array()?;
    addons.iter().find_map(|addon| NetworkPlugin::parse(addon.get("name")?.as_str()?))
}

fn absorb_endpoints(own: &mut Cluster, cluster: &Detail) {
    // The text is empty or broken JSON until the API server has its endpoints: no URL is what there is to say.
    let urls: Json = cluster.text("master_url").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let url = |name: &str| urls[name].as_str().filter(|url| !url.is_empty()).map(str::to_owned);
    let (public, intranet) = (url("api_server_endpoint"), url("intranet_api_server_endpoint"));
    // Neither is there while the cluster is being built, or after that has failed.
    if intranet.is_some() || public.is_some() {
        own.endpoint_public_access = public.is_some();
    }
    own.api_server_endpoint.set(public);
    own.api_server_intranet_endpoint.set(intranet);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::maintenance::Channel;
    use crate::cluster::resource::ProxyMode;
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
