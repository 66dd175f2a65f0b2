//! R05: what becomes of each optional attribute that the user takes back.

use similar_asserts::assert_eq;
use tf_provider::schema::{Attribute, Kind};
use tf_provider::value::Type;

use super::*;
use crate::attributes;
use crate::cluster::answer::absorb;
use crate::cluster::update::changes;

/// An attribute that is stored so, and a configuration in which it is taken back.
struct Row {
    attribute: &'static str,
    stored: Json,
    config: Json,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    /// ModifyCluster with this body.
    Sent(Json),
    /// An operation of its own, from the value that is stored to this one.
    Called(&'static str, Json),
    /// The plan is empty, for a reason.
    Kept(&'static str),
    /// The plan is a new cluster.
    Replaced,
    /// An error with this summary.
    Refused(&'static str),
}
use Outcome::{Called, Kept, Refused, Replaced, Sent};

fn row(attribute: &'static str, stored: Json, config: Json, outcome: Outcome) -> Row {
    Row { attribute, stored, config, outcome }
}

fn rows() -> Vec<Row> {
    let mut rows = pro_rows();
    let kept = |attribute: &'static str, value: Json, because| {
        row(attribute, json!({attribute: value}), json!({}), Kept(because))
    };
    rows.extend([
        kept("region", json!("cn-beijing"), "a cluster is in a region"),
        kept("type", json!("managed"), "there is one kind so far"),
        kept("version", json!("1.34"), "a cluster has a version, and versions do not go back"),
        kept("security_group_id", json!("sg-2"), "a cluster has a security group"),
        kept(
            "network_plugin",
            json!("flannel"),
            "a cluster has the network plugin that goes with the addresses of its pods",
        ),
        kept("is_enterprise_security_group", json!(true), "it counts only when the cluster is created"),
        kept("node_cidr_mask", json!(25), "it counts only when the cluster is created"),
        kept("proxy_mode", json!("iptables"), "it counts only when the cluster is created"),
        kept("cluster_domain", json!("prod.local"), "it counts only when the cluster is created"),
        kept("load_balancer_id", json!("lb-1"), "it counts only when the cluster is created"),
        kept("snat_entry", json!(true), "it counts only when the cluster is created"),
        kept("encryption_provider_key", json!("key-1"), "it counts only when the cluster is created"),
        kept("timezone", json!("Asia/Tokyo"), "a cluster has a time zone"),
        kept("resource_group_id", json!("rg-2"), "a cluster is in a resource group"),
        row("name", json!({}), json!({"name": null}), Refused("`name` must have a value")),
        row(
            "name_prefix",
            json!({"name": "prod-2026112821300012340123abcd", "name_prefix": "prod-"}),
            json!({}),
            Sent(json!({"cluster_name": "prod"})),
        ),
        row("spec", json!({"spec": "ack.pro.small"}), json!({}), Replaced),
        row("service_cidr", json!({"service_cidr": "192.168.0.0/20"}), json!({}), Replaced),
        row(
            "pod_cidr",
            json!({}),
            json!({"pod_cidr": null}),
            Refused("`network_plugin = \"flannel\"` needs `pod_cidr`"),
        ),
        row(
            "pod_vswitch_ids",
            json!({"network_plugin": "terway-eniip", "pod_cidr": null, "pod_vswitch_ids": {"h": ["vsw-p"]}}),
            json!({"network_plugin": "terway-eniip", "pod_cidr": null}),
            Refused("`network_plugin = \"terway-eniip\"` needs `pod_vswitch_ids`"),
        ),
        row(
            "endpoint_public_access",
            json!({"endpoint_public_access": true}),
            json!({}),
            Called("ModifyCluster with `api_server_eip`", json!(false)),
        ),
        // Together with the public access it goes without a call; alone it cannot.
        row(
            "api_server_eip_id",
            json!({"endpoint_public_access": true, "api_server_eip_id": "eip-1"}),
            json!({"endpoint_public_access": true}),
            Refused("`api_server_eip_id` cannot be removed while `endpoint_public_access` is on"),
        ),
        row("tags", json!({"tags": {"team": "a"}}), json!({}), Called("UntagResources", Json::Null)),
        row(
            "extra_sans",
            json!({"extra_sans": ["a.example"]}),
            json!({}),
            Sent(json!({"api_server_custom_cert_sans": {"action": "overwrite", "subject_alternative_names": []}})),
        ),
        row(
            "deletion_protection",
            json!({}),
            json!({"deletion_protection": null}),
            Sent(json!({"deletion_protection": true})),
        ),
    ]);
    rows
}

fn pro_rows() -> Vec<Row> {
    let window = |duration: Json, days: Json, rule: Json| {
        let window = json!({
            "maintenance_time": "03:00:00Z", "duration": duration, "weekly_period": days, "recurrence": rule
        });
        json!({"spec": "ack.pro.small", "maintenance_window": window})
    };
    let days = || json!(["Sunday"]);
    let rule = || json!("FREQ=WEEKLY;BYDAY=SU");
    let sent =
        |attribute, stored, config, window| row(attribute, stored, config, Sent(json!({"maintenance_window": window})));
    let upgrades =
        |enabled: Json| json!({"spec": "ack.pro.small", "auto_upgrade": {"enabled": enabled, "channel": "stable"}});
    let policy = |policy: Json| Sent(json!({"operation_policy": {"cluster_auto_upgrade": policy}}));
    let none = || json!({"spec": "ack.pro.small"});
    vec![
        sent("maintenance_window", window(json!("3h"), days(), Json::Null), none(), json!({"enable": false})),
        sent(
            "maintenance_window.duration",
            window(json!("2h"), days(), Json::Null),
            window(Json::Null, days(), Json::Null),
            json!({"enable": true, "maintenance_time": "03:00:00Z", "duration": "3h", "weekly_period": "Sunday"}),
        ),
        sent(
            "maintenance_window.weekly_period",
            window(json!("3h"), days(), Json::Null),
            window(Json::Null, Json::Null, rule()),
            json!({"enable": true, "maintenance_time": "03:00:00Z", "duration": "3h", "recurrence": rule()}),
        ),
        sent(
            "maintenance_window.recurrence",
            window(json!("3h"), Json::Null, rule()),
            window(Json::Null, days(), Json::Null),
            json!({
                "enable": true, "maintenance_time": "03:00:00Z", "duration": "3h", "weekly_period": "Sunday",
                "recurrence": ""
            }),
        ),
        row("auto_upgrade", upgrades(json!(true)), none(), policy(json!({"enabled": false}))),
        row(
            "auto_upgrade.enabled",
            upgrades(json!(false)),
            upgrades(Json::Null),
            policy(json!({"enabled": true, "channel": "stable"})),
        ),
    ]
}

/// What a cluster shows of a change.
fn shown(mut body: Json) -> Json {
    if let Some(sans) = body.as_object_mut().and_then(|body| body.remove("api_server_custom_cert_sans")) {
        body["extra_sans"] = sans["subject_alternative_names"].clone();
    }
    body["cluster_id"] = json!("c1");
    body
}

fn with(mut base: Json, changes: &Json) -> Json {
    base.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    base
}

#[test]
fn every_optional_attribute_can_be_taken_back_or_says_why_not() {
    let mut rows: Vec<_> = rows().iter().map(|row| row.attribute).collect();
    rows.sort_unstable();
    assert_eq!(rows, attributes::names(&driver().schema().attributes, attributes::is_optional));
}

#[tokio::test]
async fn what_is_taken_back_reaches_the_service_and_is_read_as_it_was_planned() {
    let unprotected = || json!({"deletion_protection": false});
    for Row { attribute, stored, config, outcome } in rows() {
        let prior = state(with(unprotected(), &stored));
        let config = with(unprotected(), &config);
        let plan = planned(prior.clone(), config.clone()).await;
        let wrong = [errors(&validation(config)), errors(&plan.diagnostics)].concat();
        if let Refused(summary) = outcome {
            assert!(wrong.iter().any(|error| error.ends_with(summary)), "{attribute}: {wrong:?}");
            continue;
        }
        let replaced: Vec<String> = plan.replace.iter().map(ToString::to_string).collect();
        if matches!(outcome, Replaced) {
            assert_eq!(replaced, [attribute]);
            continue;
        }
        assert_eq!((wrong, replaced), (vec![], vec![]), "{attribute}");
        let (old, mut new) = (cluster(&prior), cluster(&plan.planned.state));
        let present = tf_provider::document::create(&old).json;
        let bodies: Vec<Json> = changes(&new, &old, &present).into_iter().map(|change| change.body.json).collect();
        match outcome {
            Sent(body) => {
                assert_eq!(bodies, std::slice::from_ref(&body), "{attribute}");
                absorb(&mut new, &remote(shown(body)));
                let top = attribute.split('.').next().unwrap();
                assert_eq!(new.to_members().get(top), plan.planned.state.get(top), "{attribute} is read otherwise");
            }
            Called(operation, value) => {
                assert_eq!(bodies, [] as [Json; 0], "{attribute}: {operation}");
                let value = value.as_bool().map_or(Value::Null, Value::from);
                assert_eq!(plan.planned.state.get(attribute), Some(&value), "{attribute}");
            }
            Kept(because) => {
                assert_eq!(bodies, [] as [Json; 0], "{attribute}: {because}");
                assert_eq!(plan.planned.state, prior, "{attribute}: {because}");
            }
            Replaced | Refused(_) => {}
        }
    }
}

/// An empty text means nothing here, and would be read as what the service has, against the plan.
#[test]
fn an_empty_text_is_refused() {
    attributes::configurable(&driver().schema().attributes, &mut |name, a: &Attribute| {
        let is_text = attributes::is_optional(a) && matches!(a.kind, Kind::Value(Type::String));
        assert!(!is_text || a.checks.iter().any(|check| check.apply(&Value::from("")).is_err()), "{name} takes \"\"");
    });
}
