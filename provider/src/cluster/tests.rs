//! Samples for the tests of this folder, and what a plan says of a configuration.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tf_provider::lifecycle::{Driver, DynResource as _, PlanRequest, PlanResponse, Stored};
use tf_provider::value::{Value, json as codec};
use tf_provider::{Diagnostics, Model as _, Path};

use super::Cluster;
use super::life::Remote;
use super::resource::NetworkPlugin;
use crate::Connection;
use crate::bridge::tests::service::{Answer, Service};
use crate::tags::Tags;

mod names;
mod regions;

/// A small cluster under Flannel.
pub(super) fn flannel() -> Cluster {
    let mut own = Cluster::from_members(BTreeMap::new(), &Path::root()).unwrap();
    own.name.set("prod".to_owned());
    own.vpc_id = "vpc-1".to_owned();
    own.vswitch_ids = ["vsw-1".to_owned()].into_iter().collect();
    own.network_plugin.set(NetworkPlugin::Flannel);
    own.pod_cidr = Some("10.64.0.0/16".to_owned());
    own.service_cidr = "172.19.0.0/20".to_owned();
    own.deletion_protection = true;
    own
}

/// An answer of the service, read by a provider that has default tags.
pub(super) fn remote(answer: Json) -> Remote {
    Remote {
        cluster: answer.into(),
        default_tags: Tags::from([("by".to_owned(), "terraform".to_owned())]),
        imported: None,
    }
}

fn driver() -> Driver<Cluster> {
    Driver::new()
}

/// An object with these attributes, and null for the others.
fn object(attributes: Json) -> Value {
    let ty = driver().schema().ty();
    codec::decode(attributes.to_string().as_bytes(), &ty, codec::Strictness::Lenient).unwrap()
}

/// The least configuration, with changes.
fn config(changes: Json) -> Value {
    let mut attributes = json!({
        "name": "prod", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"], "network_plugin": "flannel", "pod_cidr": "10.64.0.0/16"
    });
    for (name, value) in changes.as_object().unwrap() {
        attributes[name] = value.clone();
    }
    object(attributes)
}

/// A stored cluster, with changes.
fn state(changes: Json) -> Value {
    let mut attributes = json!({
        "id": "c1", "region": "cn-hangzhou", "name": "prod", "type": "managed", "spec": "ack.standard",
        "version": "1.34", "current_version": "1.34.1-aliyun.1", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"],
        "security_group_id": "sg-1", "network_plugin": "flannel", "pod_cidr": "10.64.0.0/16", "node_cidr_mask": 26,
        "service_cidr": "172.19.0.0/20", "proxy_mode": "ipvs", "cluster_domain": "cluster.local",
        "endpoint_public_access": false, "timezone": "Asia/Shanghai", "resource_group_id": "rg-1",
        "deletion_protection": false, "state": "running", "created": "2026-01-01T00:00:00+08:00",
        "api_server_intranet_endpoint": "https://192.168.0.9:6443", "worker_ram_role_name": "role", "tags_all": null
    });
    for (name, value) in changes.as_object().unwrap() {
        attributes[name] = value.clone();
    }
    object(attributes)
}

fn validation(changes: Json) -> Diagnostics {
    driver().validate(&config(changes), true)
}

async fn planned(prior: Value, changes: Json) -> PlanResponse {
    let config = config(changes);
    let stored = |state| Stored { state, identity: Value::Null, private: Default::default() };
    let request = PlanRequest { prior: stored(prior), proposed: config.clone(), config };
    driver().plan(request, None::<&Connection>).await
}

fn errors(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics
        .iter()
        .map(|d| format!("{}: {}", d.attribute.as_ref().map(ToString::to_string).unwrap_or_default(), d.summary))
        .collect()
}

#[test]
fn the_least_configuration_is_valid() {
    assert_eq!(errors(&validation(json!({}))), Vec::<String>::new());
}

#[test]
fn wrong_configurations_are_refused_at_the_attribute() {
    let cases = [
        (json!({"name": "-x"}), "name"),
        (json!({"name": "a b"}), "name"),
        (json!({"pod_cidr": "10.64.0.1/16"}), "pod_cidr"),
        (json!({"pod_cidr": "172.16.0.0/12"}), "pod_cidr"),
        (json!({"service_cidr": "10.64.0.0/20"}), "pod_cidr"),
        (json!({"service_cidr": "10.0.0.0/8"}), "service_cidr"),
        (json!({"pod_cidr": null}), "network_plugin"),
        (json!({"network_plugin": null, "pod_cidr": null}), "pod_cidr"),
        (json!({"network_plugin": null, "pod_vswitch_ids": {"h": ["vsw-p"]}}), "pod_cidr"),
        (
            json!({"network_plugin": null, "pod_cidr": null, "pod_vswitch_ids": {"h": ["vsw-p"]}, "node_cidr_mask": 25}),
            "node_cidr_mask",
        ),
        (json!({"pod_vswitch_ids": {"h": ["vsw-p"]}}), "pod_vswitch_ids"),
        (json!({"network_plugin": "terway-eniip", "pod_vswitch_ids": {"h": ["vsw-p"]}}), "pod_cidr"),
        (json!({"network_plugin": "terway-eniip", "pod_cidr": null}), "network_plugin"),
        (json!({"network_plugin": "terway-eniip", "pod_cidr": null, "pod_vswitch_ids": {"h": []}}), "pod_vswitch_ids"),
        (json!({"pod_cidr": "10.64.0.0/24", "node_cidr_mask": 23}), "node_cidr_mask"),
        (json!({"version": "newest"}), "version"),
        (json!({"proxy_mode": "nftables", "version": "1.34"}), "proxy_mode"),
        (json!({"api_server_eip_id": "eip-1"}), "api_server_eip_id"),
        (json!({"encryption_provider_key": "key-1"}), "encryption_provider_key"),
        (
            json!({"spec": "ack.pro.small", "maintenance_window": {"maintenance_time": "03:00:00Z"}}),
            "maintenance_window",
        ),
        (
            json!({"spec": "ack.pro.small", "maintenance_window": {"maintenance_time": "3am", "weekly_period": ["Friday"]}}),
            "maintenance_window.maintenance_time",
        ),
        (json!({"tags": {"acs:x": "y"}}), "tags"),
        (json!({"vswitch_ids": []}), "vswitch_ids"),
        (json!({"cluster_domain": "Cluster_Local"}), "cluster_domain"),
        (json!({"security_group_id": "sg-1", "is_enterprise_security_group": true}), "security_group_id"),
    ];
    for (changes, attribute) in cases {
        let found = errors(&validation(changes.clone()));
        assert!(found.iter().any(|error| error.starts_with(&format!("{attribute}: "))), "{changes}: {found:?}");
    }
}

/// The service takes more than its documents say.
#[test]
fn what_is_only_documented_for_pro_clusters_is_a_warning() {
    for (changes, attribute) in [
        (json!({"auto_upgrade": {"channel": "patch"}}), "auto_upgrade"),
        (
            json!({"maintenance_window": {"maintenance_time": "03:00:00Z", "weekly_period": ["Friday"]}}),
            "maintenance_window",
        ),
    ] {
        let found = validation(changes.clone());
        assert!(!found.has_errors(), "{changes}: {found:?}");
        assert_eq!(errors(&found), [format!("{attribute}: `{attribute}` may need a Pro cluster")]);
        let mut pro = changes;
        pro["spec"] = json!("ack.pro.small");
        assert_eq!(errors(&validation(pro)), Vec::<String>::new());
    }
}

#[test]
fn what_is_not_known_yet_is_not_judged() {
    let mut unknown = config(json!({}));
    if let Value::Object(members) = &mut unknown {
        for name in ["network_plugin", "pod_cidr", "service_cidr", "spec", "version"] {
            members.insert(name.to_owned(), Value::Unknown);
        }
        members.insert("encryption_provider_key".to_owned(), Value::from("key-1"));
    }
    assert_eq!(errors(&driver().validate(&unknown, true)), Vec::<String>::new());
}

#[tokio::test]
async fn a_cluster_that_is_as_configured_has_an_empty_plan() {
    for version in [json!("1.34"), json!(null), json!("1.34.1"), json!("1.34.1-aliyun.1")] {
        let prior = state(json!({}));
        let plan = planned(prior.clone(), json!({"version": version, "deletion_protection": false})).await;
        assert_eq!(plan.planned.state, prior, "{version}");
        assert_eq!(errors(&plan.diagnostics), Vec::<String>::new());
    }
}

/// R16: whatever is changed in place, id and endpoints stay known, and so does all else that no update alters.
#[tokio::test]
async fn what_an_update_cannot_change_stays_known() {
    let pro = || json!({"spec": "ack.pro.small"});
    let cases = [
        (json!({}), json!({"name": "new"})),
        (json!({}), json!({"spec": "ack.pro.xlarge"})),
        (json!({}), json!({"vswitch_ids": ["vsw-1", "vsw-2"]})),
        (json!({}), json!({"security_group_id": "sg-2"})),
        (json!({}), json!({"resource_group_id": "rg-2"})),
        (json!({}), json!({"timezone": "UTC"})),
        (json!({}), json!({"extra_sans": ["api.example"]})),
        (json!({}), json!({"tags": {"team": "a"}})),
        (json!({}), json!({"deletion_protection": true})),
        (pro(), json!({"spec": "ack.pro.small", "auto_upgrade": {"channel": "patch"}})),
        (
            pro(),
            json!({"spec": "ack.pro.small", "maintenance_window": {"maintenance_time": "03:00:00Z", "weekly_period": ["Friday"]}}),
        ),
    ];
    let kept: Vec<_> = Cluster::attributes()
        .into_iter()
        .filter(|a| a.keep == tf_provider::schema::Keep::Always)
        .map(|a| a.name)
        .collect();
    assert!(["id", "region", "api_server_intranet_endpoint"].iter().all(|name| kept.contains(name)), "{kept:?}");
    for (prior, change) in cases {
        let mut changes = json!({"version": "1.34", "deletion_protection": false});
        changes.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let prior = state(prior);
        let plan = planned(prior.clone(), changes).await;
        assert!(plan.replace.is_empty() && plan.planned.state != prior, "{change}");
        let endpoints = ["api_server_endpoint", "current_version", "created"];
        for name in kept.iter().chain(&endpoints).filter(|name| change.get(**name).is_none()) {
            assert_eq!(plan.planned.state.get(name), prior.get(name), "{name} after {change}");
        }
    }
}

/// The network plugin that nobody wrote follows from the addresses of pods, and is no difference once it is there.
#[tokio::test]
async fn the_network_plugin_is_the_one_whose_addresses_are_set() {
    let open = json!({"version": "1.34", "network_plugin": null, "deletion_protection": false});
    let with = |changes: Json| {
        let mut all = open.clone();
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        all
    };
    let terway = json!({"pod_cidr": null, "pod_vswitch_ids": {"h": ["vsw-p"]}});
    for (addresses, plugin) in [(json!({}), "flannel"), (terway.clone(), "terway-eniip")] {
        assert_eq!(errors(&validation(with(addresses.clone()))), [""; 0]);
        let plan = planned(Value::Null, with(addresses)).await;
        assert_eq!(plan.planned.state.get("network_plugin"), Some(&Value::from(plugin)));
    }
    let same = planned(state(json!({})), with(json!({}))).await;
    assert_eq!((same.planned.state, same.replace), (state(json!({})), vec![]));
    let other = planned(state(json!({})), with(terway)).await;
    assert!(other.replace.contains(&Cluster::NETWORK_PLUGIN.path()), "{:?}", other.replace);

    let mut unknown = config(open);
    let Value::Object(members) = &mut unknown else { panic!("no object") };
    members.insert("pod_cidr".to_owned(), Value::Unknown);
    assert_eq!(errors(&driver().validate(&unknown, true)), [""; 0]);
    let prior = Stored { state: Value::Null, identity: Value::Null, private: Default::default() };
    let request = PlanRequest { prior, proposed: unknown.clone(), config: unknown };
    let plan = driver().plan(request, None::<&Connection>).await;
    assert_eq!(plan.planned.state.get("network_plugin"), Some(&Value::Unknown));
}

#[tokio::test]
async fn what_an_import_did_not_find_never_replaces_but_is_pointed_at() {
    let plan =
        planned(state(json!({})), json!({"version": "1.34", "snat_entry": true, "deletion_protection": false})).await;
    assert!(plan.replace.is_empty() && !plan.diagnostics.has_errors());
    assert_eq!(errors(&plan.diagnostics), ["snat_entry: `snat_entry` has no effect on an existing cluster"]);
    let removed =
        planned(state(json!({"snat_entry": true})), json!({"version": "1.34", "deletion_protection": false})).await;
    assert_eq!(removed.planned.state.get("snat_entry"), Some(&Value::Bool(true)), "it is as it was created");
    assert!(removed.replace.is_empty());
}

#[tokio::test]
async fn a_change_of_what_is_fixed_replaces_and_deletion_protection_stops_it() {
    let changes = json!({"version": "1.34", "vpc_id": "vpc-2", "deletion_protection": false});
    let plan = planned(state(json!({})), changes.clone()).await;
    assert_eq!(plan.replace, [Cluster::VPC_ID.path()]);
    let plan = planned(state(json!({"deletion_protection": true})), changes).await;
    assert_eq!(errors(&plan.diagnostics), ["vpc_id: `deletion_protection` stops the replacement of this cluster"]);
}

#[tokio::test]
async fn from_pro_to_basic_is_a_new_cluster() {
    let basic = json!({"version": "1.34", "deletion_protection": false});
    let plan = planned(state(json!({"spec": "ack.pro.small"})), basic).await;
    assert_eq!(plan.replace, [Cluster::SPEC.path()]);
    let pro = json!({"version": "1.34", "spec": "ack.pro.xlarge", "deletion_protection": false});
    assert!(planned(state(json!({})), pro.clone()).await.replace.is_empty());
    // R46: the way to keep it.
    let detail = &plan.diagnostics.iter().next().unwrap().detail;
    assert!(detail.contains("To keep it, leave `spec` at \"ack.pro.small\"."), "{detail}");
    let kept = json!({"version": "1.34", "spec": "ack.pro.small", "deletion_protection": false});
    let kept = planned(state(json!({"spec": "ack.pro.small"})), kept).await;
    assert_eq!((kept.replace.len(), errors(&kept.diagnostics)), (0, vec![]));
}

/// R44: one rule for all spellings, with automatic upgrades and without. A version that was reached, whoever did it, is
/// no change.
#[tokio::test]
async fn the_version_is_the_least_that_is_wanted() {
    for (stored, wanted) in [("1.35", "1.35"), ("1.35", "1.35.7-aliyun.1"), ("1.36", "1.35"), ("1.35", "1.36")] {
        for upgrades_itself in [false, true] {
            let of = |version: &str| {
                let mut attributes = json!({"version": version, "spec": "ack.pro.small", "deletion_protection": false});
                if upgrades_itself {
                    attributes["auto_upgrade"] = json!({"enabled": true, "channel": "stable"});
                }
                attributes
            };
            let mut before = of(stored);
            before["current_version"] = json!("1.36.2-aliyun.1");
            let prior = state(before);
            let plan = planned(prior.clone(), of(wanted)).await;
            assert_eq!(plan.planned.state, prior, "{stored} {wanted} {upgrades_itself}");
            assert!(!plan.diagnostics.has_errors(), "{:?}", plan.diagnostics);
            let told = if wanted == "1.36" || upgrades_itself {
                vec![]
            } else {
                vec![format!("version: The cluster has Kubernetes 1.36.2-aliyun.1, which is newer than {wanted}")]
            };
            assert_eq!(errors(&plan.diagnostics), told);
            // R46: either way to end the warning ends it.
            if !told.is_empty() {
                let detail = &plan.diagnostics.iter().next().unwrap().detail;
                let (_, way) = detail.split_once("set `version = \"").unwrap();
                for version in [json!(way.split('"').next().unwrap()), Json::Null] {
                    let mut followed = of(wanted);
                    followed["version"] = version.clone();
                    let plan = planned(prior.clone(), followed).await;
                    assert_eq!((errors(&plan.diagnostics), plan.replace), (vec![], vec![]), "{version}");
                }
            }
        }
    }
}

/// R44: what somebody did elsewhere and nothing takes back is left alone, and told.
#[tokio::test]
async fn what_others_changed_for_good_makes_no_plan_fail_and_replaces_nothing() {
    let cases = [
        (json!({}), json!({"spec": "ack.pro.small"}), "spec: Somebody has made this a Pro cluster"),
        (
            json!({"endpoint_public_access": true, "api_server_endpoint": "https://1.2.3.4:6443"}),
            json!({}),
            "endpoint_public_access: Somebody has switched off public access",
        ),
    ];
    for (written, found, told) in cases {
        for protected in [false, true] {
            let with = |changes: &Json, more: Json| {
                let mut all = changes.as_object().unwrap().clone();
                all.extend(more.as_object().unwrap().clone());
                Json::Object(all)
            };
            let mut shown = json!({
                "cluster_id": "c1", "name": "prod", "state": "running", "region_id": "cn-hangzhou",
                "cluster_spec": "ack.standard", "current_version": "1.34.1-aliyun.1", "deletion_protection": protected,
                "master_url": "{\"intranet_api_server_endpoint\":\"https://192.168.0.9:6443\"}",
            });
            if let Some(spec) = found.get("spec") {
                shown["cluster_spec"] = spec.clone();
            }
            let service = Service::start(move |_| Answer::Json(200, shown.clone())).await;
            let prior = state(with(&written, json!({"deletion_protection": protected})));
            let identity = object_identity();
            let stored = Stored { state: prior, identity, private: Default::default() };
            let refreshed = driver().read(stored, &service.connection(), &Default::default()).await.stored;
            let mut wanted = with(&written, json!({"version": "1.34", "deletion_protection": protected}));
            wanted.as_object_mut().unwrap().remove("api_server_endpoint");
            let config = config(wanted);
            let request = PlanRequest { prior: refreshed.clone(), proposed: config.clone(), config };
            let plan = driver().plan(request, None::<&Connection>).await;
            assert!(!plan.diagnostics.has_errors() && plan.replace.is_empty(), "{:?}", plan.diagnostics);
            assert_eq!(plan.planned.state, refreshed.state, "{told}");
            let said = errors(&plan.diagnostics);
            assert!(said.len() == 1 && said[0].starts_with(told), "{said:?}");

            // The warning ends as it says.
            let mut accepted = json!({"version": "1.34", "deletion_protection": protected});
            if let Some(spec) = found.get("spec") {
                accepted["spec"] = spec.clone();
            }
            let config = self::config(accepted);
            let request = PlanRequest { prior: refreshed.clone(), proposed: config.clone(), config };
            let plan = driver().plan(request, None::<&Connection>).await;
            assert_eq!((plan.planned.state, errors(&plan.diagnostics)), (refreshed.state, vec![]));
        }
    }
}

fn object_identity() -> Value {
    let members = [("region", "cn-hangzhou"), ("id", "c1")].map(|(name, text)| (name.to_owned(), Value::from(text)));
    Value::Object(members.into())
}

/// R18: nodes are left behind by the first of two steps, and stop the second.
#[tokio::test]
async fn an_upgrade_that_nodes_will_stop_says_where_and_what_to_do() {
    for (nodes, wanted, stops) in [(2, "1.36", true), (0, "1.36", false), (2, "1.35", false)] {
        let service = Service::start(move |question| {
            let offered = |from: &str, to: &str| json!([{"version": from, "upgradable_versions": [to]}]);
            let answer = match question.operation.as_str() {
                "DescribeKubernetesVersionMetadata" if question.before == 0 => {
                    offered("1.34.1-aliyun.1", "1.35.7-aliyun.1")
                }
                "DescribeKubernetesVersionMetadata" => offered("1.35.7-aliyun.1", "1.36.2-aliyun.1"),
                "DescribeClusterNodePools" => {
                    json!({"nodepools": [{"nodepool_info": {"nodepool_id": "np1", "name": "workers"}, "status": {"total_nodes": nodes}}]})
                }
                other => panic!("{other}"),
            };
            Answer::Json(200, answer)
        })
        .await;
        let config = config(json!({"version": wanted, "deletion_protection": false}));
        let stored = Stored { state: state(json!({})), identity: object_identity(), private: Default::default() };
        let request = PlanRequest { prior: stored, proposed: config.clone(), config };
        let plan = driver().plan(request, Some(&service.connection())).await;
        let told =
            if stops { vec![format!("version: The upgrade to Kubernetes {wanted} will stop at 1.35")] } else { vec![] };
        assert_eq!(errors(&plan.diagnostics), told, "{nodes} {wanted}");
        assert!(!plan.diagnostics.has_errors());
        if stops {
            let detail = &plan.diagnostics.iter().next().unwrap().detail;
            assert!(detail.contains("`workers`") && detail.contains("`version = \"1.35\"`"), "{detail}");
        }
    }
}

#[tokio::test]
async fn public_access_of_an_existing_cluster_needs_an_address() {
    let on = json!({"version": "1.34", "endpoint_public_access": true, "deletion_protection": false});
    let plan = planned(state(json!({})), on.clone()).await;
    assert!(errors(&plan.diagnostics)[0].starts_with("endpoint_public_access: "), "{:?}", plan.diagnostics);
    assert!(plan.planned.state.get("api_server_endpoint").unwrap().is_unknown());
    let mut with_address = on;
    with_address["api_server_eip_id"] = json!("eip-1");
    assert!(!planned(state(json!({})), with_address.clone()).await.diagnostics.has_errors());
    assert!(!planned(Value::Null, with_address.clone()).await.diagnostics.has_errors());

    // R46: an address is kept, changed, or goes together with the access, but not alone.
    let addressed = json!({"endpoint_public_access": true, "api_server_eip_id": "eip-1"});
    let mut alone = with_address.clone();
    alone["api_server_eip_id"] = Json::Null;
    let plan = planned(state(addressed.clone()), alone.clone()).await;
    assert!(errors(&plan.diagnostics)[0].contains("`api_server_eip_id` cannot be removed"), "{:?}", plan.diagnostics);
    let (mut other, mut off) = (with_address.clone(), alone);
    other["api_server_eip_id"] = json!("eip-2");
    off["endpoint_public_access"] = json!(false);
    for followed in [with_address, other, off] {
        let plan = planned(state(addressed.clone()), followed.clone()).await;
        assert_eq!(errors(&plan.diagnostics), [""; 0], "{followed}");
    }
}

#[tokio::test]
async fn a_cluster_that_is_replaced_may_have_an_older_version_and_an_address_of_the_services() {
    let changes =
        json!({"version": "1.33", "vpc_id": "vpc-2", "endpoint_public_access": true, "deletion_protection": false});
    let plan = planned(state(json!({})), changes).await;
    assert_eq!(errors(&plan.diagnostics), Vec::<String>::new());
    assert_eq!(plan.replace, [Cluster::VPC_ID.path()]);
}
