//! R03, R04: what each attribute that can be changed in place makes the service be asked for. A service that ignores it
//! is found out.

use std::sync::{Arc, Mutex};

use similar_asserts::assert_eq;
use tf_provider::Lifecycle as _;
use tf_provider::conformance::apply_violations;
use tf_provider::lifecycle::ApplyRequest;

use super::*;
use crate::attributes;
use crate::bridge::tests::service::{Answer, Question, Service};
use crate::cluster::maintenance::AutoUpgrade;

/// What no description of a cluster shows.
const UNSEEN: [&str; 2] = ["api_server_eip_id", "name_prefix"];

/// A cluster that is stored so, a configuration that differs from it in one attribute, and the writing calls with their
/// whole bodies.
struct Row {
    attribute: &'static str,
    stored: Json,
    config: Json,
    calls: Vec<(&'static str, Json)>,
}

fn row(attribute: &'static str, stored: Json, config: Json, calls: Vec<(&'static str, Json)>) -> Row {
    Row { attribute, stored, config, calls }
}

/// One ModifyCluster.
fn modified(attribute: &'static str, stored: Json, config: Json, body: Json) -> Row {
    row(attribute, stored, config, vec![("ModifyCluster", body)])
}

fn rows() -> Vec<Row> {
    let plain = |attribute: &'static str, field: &str, value: Json| {
        modified(attribute, json!({}), json!({attribute: value}), json!({field: value}))
    };
    let attached = |id: &str| ("ModifyCluster", json!({"api_server_eip": true, "api_server_eip_id": id}));
    let public = |id: Json| json!({"endpoint_public_access": true, "api_server_eip_id": id});
    let mut rows = pro_rows();
    rows.extend([
        plain("name", "cluster_name", json!("other")),
        // A name that begins so already stays.
        row("name_prefix", json!({"name_prefix": "pr"}), json!({"name": null, "name_prefix": "prod"}), vec![]),
        plain("vswitch_ids", "vswitch_ids", json!(["vsw-1", "vsw-2"])),
        plain("security_group_id", "security_group_id", json!("sg-2")),
        plain("timezone", "timezone", json!("Asia/Tokyo")),
        plain("resource_group_id", "resource_group_id", json!("rg-2")),
        plain("deletion_protection", "deletion_protection", json!(true)),
        modified(
            "extra_sans",
            json!({}),
            json!({"extra_sans": ["a.example"]}),
            json!({"api_server_custom_cert_sans": {"action": "overwrite", "subject_alternative_names": ["a.example"]}}),
        ),
        row("spec", json!({}), json!({"spec": "ack.pro.small"}), vec![("MigrateCluster", json!({}))]),
        row(
            "version",
            json!({}),
            json!({"version": "1.35"}),
            vec![("UpgradeCluster", json!({"next_version": "1.35.7-aliyun.1", "master_only": true}))],
        ),
        modified(
            "endpoint_public_access",
            json!({"endpoint_public_access": true}),
            json!({"endpoint_public_access": false}),
            json!({"api_server_eip": false}),
        ),
        row(
            "api_server_eip_id",
            public(json!("eip-1")),
            public(json!("eip-2")),
            vec![("ModifyCluster", json!({"api_server_eip": false})), attached("eip-2")],
        ),
        row(
            "tags",
            json!({"tags": {"team": "a", "stage": "b"}, "tags_all": {"team": "a", "stage": "b"}}),
            json!({"tags": {"team": "c"}}),
            vec![
                ("UntagResources", Json::Null),
                (
                    "TagResources",
                    json!({
                        "region_id": "cn-hangzhou", "resource_type": "CLUSTER", "resource_ids": ["c1"],
                        "tags": [{"key": "team", "value": "c"}],
                    }),
                ),
            ],
        ),
    ]);
    rows
}

fn pro_rows() -> Vec<Row> {
    let pro = || json!({"spec": "ack.pro.small"});
    let window = |changes: &Json| {
        let mut window = json!({"maintenance_time": "03:00:00Z", "duration": "3h", "weekly_period": ["Sunday"]});
        window.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        json!({"spec": "ack.pro.small", "maintenance_window": window})
    };
    let sent = |time: &str, duration: &str, day: &str| {
        let window = json!({"enable": true, "maintenance_time": time, "duration": duration, "weekly_period": day});
        json!({"maintenance_window": window})
    };
    let rule = |rule: &str| window(&json!({"weekly_period": null, "recurrence": rule}));
    let by_rule = json!({
        "enable": true, "maintenance_time": "03:00:00Z", "duration": "3h", "recurrence": "FREQ=WEEKLY;BYDAY=MO",
    });
    let upgrade = |enabled: bool, channel: &str| json!({"spec": "ack.pro.small", "auto_upgrade": {"enabled": enabled, "channel": channel}});
    let policy = |enabled: bool, channel: &str| json!({"operation_policy": {"cluster_auto_upgrade": {"enabled": enabled, "channel": channel}}});
    let usual = || window(&json!({}));
    vec![
        modified("maintenance_window", pro(), usual(), sent("03:00:00Z", "3h", "Sunday")),
        modified(
            "maintenance_window.maintenance_time",
            usual(),
            window(&json!({"maintenance_time": "04:00:00Z"})),
            sent("04:00:00Z", "3h", "Sunday"),
        ),
        modified(
            "maintenance_window.duration",
            usual(),
            window(&json!({"duration": "5h"})),
            sent("03:00:00Z", "5h", "Sunday"),
        ),
        modified(
            "maintenance_window.weekly_period",
            usual(),
            window(&json!({"weekly_period": ["Monday"]})),
            sent("03:00:00Z", "3h", "Monday"),
        ),
        modified(
            "maintenance_window.recurrence",
            rule("FREQ=WEEKLY;BYDAY=SU"),
            rule("FREQ=WEEKLY;BYDAY=MO"),
            json!({"maintenance_window": by_rule}),
        ),
        modified("auto_upgrade", pro(), upgrade(true, "patch"), policy(true, "patch")),
        modified("auto_upgrade.enabled", upgrade(true, "patch"), upgrade(false, "patch"), policy(false, "patch")),
        modified("auto_upgrade.channel", upgrade(true, "patch"), upgrade(true, "stable"), policy(true, "stable")),
    ]
}

/// What the service shows of a stored cluster.
fn detail(stored: &Cluster) -> Json {
    let window = tf_provider::document::create(stored).at("maintenance_window").cloned();
    let window = window.unwrap_or_else(|| json!({"enable": false}));
    let tags: Vec<Json> =
        stored.tags.iter().flatten().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({
        "cluster_id": "c1", "state": "running", "region_id": "cn-hangzhou", "name": stored.name.get(),
        "cluster_type": "ManagedKubernetes", "profile": "Default", "cluster_spec": stored.spec.to_string(),
        "current_version": "1.34.1-aliyun.1", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"],
        "security_group_id": "sg-1", "container_cidr": "10.64.0.0/16", "service_cidr": "172.19.0.0/20",
        "node_cidr_mask": "26", "proxy_mode": "ipvs", "cluster_domain": "cluster.local",
        "timezone": "Asia/Shanghai", "resource_group_id": "rg-1", "deletion_protection": false,
        "created": "2026-01-01T00:00:00+08:00", "worker_ram_role_name": "role",
        "master_url": master_url(stored.endpoint_public_access), "tags": tags, "maintenance_window": window,
        "operation_policy": {"cluster_auto_upgrade": AutoUpgrade::request(stored.auto_upgrade.as_ref())},
    })
}

fn master_url(public: bool) -> String {
    let mut urls = json!({"intranet_api_server_endpoint": "https://192.168.0.9:6443"});
    if public {
        urls["api_server_endpoint"] = json!("https://1.2.3.4:6443");
    }
    urls.to_string()
}

/// Plays the service: it does what it is asked for at once.
fn reply(question: &Question, detail: &mut Json) -> Answer {
    let started = || json!({"cluster_id": "c1", "task_id": "T-1"});
    let said = match question.operation.as_str() {
        "DescribeClusterDetail" => detail.clone(),
        "DescribeTaskInfo" => json!({"state": "success"}),
        "DescribeClusterResources" => json!([]),
        "DescribeKubernetesVersionMetadata" => {
            json!([{"version": "1.34.1-aliyun.1", "upgradable_versions": ["1.35.7-aliyun.1"]}])
        }
        "ModifyCluster" => {
            for (field, value) in question.body.as_object().unwrap() {
                match field.as_str() {
                    "cluster_name" => detail["name"] = value.clone(),
                    "api_server_eip" => detail["master_url"] = json!(master_url(*value == true)),
                    "api_server_custom_cert_sans" => {
                        detail["extra_sans"] = value["subject_alternative_names"].clone();
                    }
                    field => detail[field] = value.clone(),
                }
            }
            started()
        }
        "MigrateCluster" => {
            detail["cluster_spec"] = json!("ack.pro.small");
            started()
        }
        "UpgradeCluster" => {
            detail["current_version"] = question.body["next_version"].clone();
            started()
        }
        "TagResources" => {
            detail["tags"] = question.body["tags"].clone();
            json!({"RequestId": "R-1"})
        }
        "UntagResources" => json!({"RequestId": "R-1"}),
        other => panic!("{other}"),
    };
    Answer::Json(200, said)
}

/// Where a cluster is not as it was planned, when the service describes it so.
fn violations(planned: &Value, described: Json) -> Vec<String> {
    let mut own = cluster(planned);
    let described = described.into();
    own.absorb(&Remote { cluster: described, default_tags: Tags::new(), imported: None });
    let mut members = own.to_members();
    members.insert("timeouts".to_owned(), Value::Null);
    let violations = apply_violations(&driver().schema().attributes, planned, &Value::Object(members));
    violations.iter().map(ToString::to_string).collect()
}

/// The writing calls of a service, in their order.
fn writes(service: &Service) -> Vec<(String, Json)> {
    let operations = service.operations();
    let writes = operations.iter().enumerate().filter(|(_, operation)| !operation.starts_with("Describe"));
    writes
        .map(|(i, operation)| {
            let before = operations[..i].iter().filter(|earlier| *earlier == operation).count();
            (operation.clone(), service.bodies(operation)[before].clone())
        })
        .collect()
}

#[test]
fn every_attribute_that_can_be_changed_in_place_has_a_row() {
    let mut rows: Vec<_> = rows().iter().map(|row| row.attribute).collect();
    rows.sort_unstable();
    assert_eq!(rows, attributes::names(&driver().schema().attributes, attributes::is_mutable));
}

#[tokio::test]
async fn a_change_asks_for_what_it_is_about_and_for_nothing_else() {
    for Row { attribute, stored, config: changes, calls } in rows() {
        let prior = state(stored.clone());
        let described = detail(&cluster(&prior));
        let played = Arc::new(Mutex::new(described.clone()));
        let service = Service::start(move |question| reply(question, &mut played.lock().unwrap())).await;
        let mut wanted = json!({"version": "1.34", "deletion_protection": false});
        wanted.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let config = config(wanted);
        let stored = Stored { state: prior.clone(), identity: Value::Null, private: Default::default() };
        let request = PlanRequest { prior: stored, proposed: config.clone(), config: config.clone() };
        let plan = driver().plan(request, Some(&service.connection())).await;
        assert_eq!((errors(&plan.diagnostics), plan.replace), (vec![], vec![]), "{attribute}");
        let top = attribute.split('.').next().unwrap();
        let named =
            violations(&plan.planned.state, described).iter().any(|path| path.split(['.', '[']).next() == Some(top));
        assert_eq!(named, !UNSEEN.contains(&attribute), "{attribute} is ignored");

        let request = ApplyRequest { prior, planned: plan.planned, config };
        let outcome = driver().apply(request, &service.connection(), &Default::default()).await;
        assert_eq!(errors(&outcome.diagnostics), [""; 0], "{attribute}");
        let calls: Vec<_> = calls.into_iter().map(|(operation, body)| (operation.to_owned(), body)).collect();
        assert_eq!(writes(&service), calls, "{attribute}");
    }
}
