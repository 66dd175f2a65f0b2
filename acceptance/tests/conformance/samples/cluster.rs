//! Samples of clusters.

use serde_json::{Value, json};

use super::{Sample, Samples, alone, beside, together};

pub(crate) fn cluster(_: &str) -> Samples {
    let base = json!({
        "name": "main", "spec": "ack.pro.small", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"],
        "network_plugin": "flannel", "pod_cidr": "10.64.0.0/16", "deletion_protection": false,
    });
    let rows = [cluster_itself(), network(), api_server(), maintenance()];
    let rows = rows.into_iter().flatten().collect();
    Samples { base, from_the_start: json!({}), not_on_the_way: &["deletion_protection"], rows }
}

fn cluster_itself() -> Vec<Sample> {
    vec![
        together("name", json!({"name": null}), json!({"name": "other"}), json!({"name": "more"})),
        // A name that begins so already stays: the year is a part of every name that is made.
        together(
            "name_prefix",
            json!({}),
            json!({"name": null, "name_prefix": "made-"}),
            json!({"name": null, "name_prefix": "made-2"}),
        ),
        together("spec", json!({"spec": null}), json!({"spec": "ack.pro.xlarge"}), json!({"spec": "ack.pro.2xlarge"})),
        alone("encryption_provider_key", json!("key-1"), json!("key-2")),
        alone("resource_group_id", json!("rg-1"), json!("rg-2")),
        alone("timezone", json!("Asia/Tokyo"), json!("UTC")),
        alone("tags", json!({"team": "a", "stage": "x"}), json!({"managed_by": "me", "team": "b"})),
        together(
            "deletion_protection",
            json!({"deletion_protection": null}),
            json!({"deletion_protection": false}),
            json!({"deletion_protection": true}),
        ),
        alone("timeouts", json!({"create": "1h"}), json!({"create": "2h"})),
    ]
}

fn network() -> Vec<Sample> {
    let flannel = |range: &str| json!({"network_plugin": "flannel", "pod_cidr": range, "pod_vswitch_ids": null});
    let terway =
        |by_zone: Value| json!({"network_plugin": "terway-eniip", "pod_cidr": null, "pod_vswitch_ids": by_zone});
    vec![
        alone("vpc_id", json!("vpc-1"), json!("vpc-2")),
        alone("vswitch_ids", json!(["vsw-1", "vsw-2"]), json!(["vsw-2"])),
        alone("security_group_id", json!("sg-1"), json!("sg-2")),
        beside("is_enterprise_security_group", json!({"security_group_id": null}), json!(true), json!(false)),
        together(
            "network_plugin",
            json!({"network_plugin": null}),
            flannel("10.64.0.0/16"),
            terway(json!({"cn-hangzhou-h": ["vsw-p"]})),
        ),
        together("pod_cidr", json!({"pod_cidr": null}), flannel("10.64.0.0/16"), flannel("10.65.0.0/16")),
        beside("node_cidr_mask", flannel("10.64.0.0/16"), json!(25), json!(26)),
        together(
            "pod_vswitch_ids",
            terway(Value::Null),
            terway(json!({"cn-hangzhou-h": ["vsw-p"]})),
            terway(json!({"cn-hangzhou-h": ["vsw-q"]})),
        ),
        alone("service_cidr", json!("192.168.0.0/20"), json!("192.168.16.0/20")),
        alone("proxy_mode", json!("iptables"), json!("ipvs")),
        alone("cluster_domain", json!("prod.local"), json!("test.local")),
        alone("snat_entry", json!(true), json!(false)),
    ]
}

fn api_server() -> Vec<Sample> {
    let public = |eip: Value| json!({"endpoint_public_access": true, "api_server_eip_id": eip});
    vec![
        together("endpoint_public_access", json!({}), public(json!("eip-1")), json!({})),
        together("api_server_eip_id", public(Value::Null), public(json!("eip-1")), public(json!("eip-2"))),
        alone("load_balancer_id", json!("lb-1"), json!("lb-2")),
        alone("extra_sans", json!(["api.example.com"]), json!(["a.example.com", "b.example.com"])),
    ]
}

fn maintenance() -> Vec<Sample> {
    let window = |more: Value| {
        let mut window = json!({"maintenance_time": "03:00:00Z", "duration": "4h"});
        window.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({"maintenance_window": window})
    };
    let days = || window(json!({"weekly_period": ["Friday"]}));
    let by_default = json!({"maintenance_window": {"maintenance_time": "03:00:00Z", "weekly_period": ["Friday"]}});
    vec![
        alone(
            "maintenance_window",
            json!({"maintenance_time": "03:00:00Z", "weekly_period": ["Friday", "Monday"]}),
            json!({"maintenance_time": "2026-01-01T03:00:00.000+08:00", "duration": "5h", "recurrence": "FREQ=WEEKLY;BYDAY=SA"}),
        ),
        beside("maintenance_window.maintenance_time", days(), json!("04:00:00Z"), json!("05:00:00Z")),
        beside("maintenance_window.duration", by_default, json!("5h"), json!("6h")),
        together(
            "maintenance_window.weekly_period",
            window(json!({"recurrence": "FREQ=WEEKLY;BYDAY=MO"})),
            days(),
            window(json!({"weekly_period": ["Monday", "Sunday"]})),
        ),
        together(
            "maintenance_window.recurrence",
            days(),
            window(json!({"recurrence": "FREQ=WEEKLY;BYDAY=SA"})),
            window(json!({"recurrence": "FREQ=WEEKLY;BYDAY=SU"})),
        ),
        alone("auto_upgrade", json!({"channel": "patch"}), json!({"channel": "stable"})),
        beside("auto_upgrade.enabled", json!({"auto_upgrade": {"channel": "stable"}}), json!(false), json!(true)),
        beside("auto_upgrade.channel", json!({"auto_upgrade": {}}), json!("patch"), json!("rapid")),
    ]
}
