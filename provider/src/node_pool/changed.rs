//! R03, R04: what each attribute that can be changed in place sends.
//!
//! Each row has two configurations that differ in one attribute, and the whole body that brings a pool from the first to
//! the second. A service that does as it is told then answers what was planned; one that ignores it is found out.

use serde_json::{Value as Json, json};
use similar_asserts::assert_eq;
use tf_provider::lifecycle::{Driver, DynResource as _};

use super::NodePool;
use super::journey::Pool;
use super::samples::merge;
use crate::attributes;

struct Row {
    attribute: &'static str,
    before: Json,
    after: Json,
    body: Json,
    seen: bool,
}

fn row(attribute: &'static str, before: Json, after: Json, body: Json) -> Row {
    Row { attribute, before, after, body, seen: true }
}

/// The service does not report it, so nobody can tell whether it took it over.
fn unseen(row: Row) -> Row {
    Row { seen: false, ..row }
}

fn group(fields: Json) -> Json {
    json!({"scaling_group": fields})
}

fn with(base: &Json, changes: Json) -> Json {
    let mut merged = base.clone();
    merge(&mut merged, &changes);
    merged
}

/// Rows of attributes that are one field of the scaling group.
fn of_group(rows: &[(&'static str, &str, Json, Json)]) -> Vec<Row> {
    rows.iter()
        .map(|(attribute, field, before, after)| {
            row(attribute, json!({*attribute: before}), json!({*attribute: after}), group(json!({*field: after})))
        })
        .collect()
}

fn rows() -> Vec<Row> {
    let rows = [pool(), sizes(), payment(), spot(), system_disk(), data_disks(), kubernetes(), management()];
    rows.into_iter().flatten().collect()
}

fn pool() -> Vec<Row> {
    let info = |fields: Json| json!({"nodepool_info": fields});
    let mut rows = of_group(&[
        ("instance_types", "instance_types", json!(["ecs.g7.xlarge"]), json!(["ecs.g8.xlarge"])),
        ("vswitch_ids", "vswitch_ids", json!(["vsw-a"]), json!(["vsw-b"])),
        ("multi_az_policy", "multi_az_policy", json!("PRIORITY"), json!("BALANCE")),
        ("scaling_policy", "scaling_policy", json!("release"), json!("recycle")),
        ("deployment_set_id", "deploymentset_id", json!("ds-1"), json!("ds-2")),
        ("image_type", "image_type", json!("AliyunLinux3"), json!("ContainerOS")),
        ("image_id", "image_id", json!("m-1"), json!("m-2")),
        ("key_pair", "key_pair", json!("a"), json!("b")),
        ("security_group_ids", "security_group_ids", json!(["sg-2"]), json!(["sg-3"])),
        ("internet_max_bandwidth_out", "internet_max_bandwidth_out", json!(5), json!(10)),
        ("rds_instances", "rds_instances", json!(["rm-1"]), json!(["rm-2"])),
    ]);
    let password = |text: &str, version: i64| json!({"password": text, "password_version": version});
    let public = |kind: &str| json!({"internet_max_bandwidth_out": 5, "internet_charge_type": kind});
    let sent = || group(json!({"login_password": "World5678"}));
    let prefix = |prefix: &str| json!({"name": null, "name_prefix": prefix});
    rows.extend([
        row("name", json!({}), json!({"name": "others"}), info(json!({"name": "others"}))),
        // A name that begins so already stays: the year is a part of every name that is made.
        unseen(row("name_prefix", prefix("w-"), prefix("w-2"), json!({}))),
        row(
            "resource_group_id",
            json!({"resource_group_id": "rg-1"}),
            json!({"resource_group_id": "rg-2"}),
            info(json!({"resource_group_id": "rg-2"})),
        ),
        unseen(row("password", password("Hello1234", 1), password("World5678", 2), sent())),
        unseen(row("password_version", password("World5678", 1), password("World5678", 2), sent())),
        row(
            "internet_charge_type",
            public("PayByTraffic"),
            public("PayByBandwidth"),
            group(json!({"internet_charge_type": "PayByBandwidth"})),
        ),
        row(
            "tags",
            json!({"tags": {"stage": "test"}}),
            json!({"tags": {"stage": "live"}}),
            group(json!({"tags": [{"key": "stage", "value": "live"}]})),
        ),
    ]);
    rows
}

fn sizes() -> Vec<Row> {
    let limits = |min: i64, max: i64| json!({"scaling": {"min": min, "max": max}});
    // The limits move together.
    let sent =
        |min: i64, max: i64| json!({"auto_scaling": {"enable": true, "min_instances": min, "max_instances": max}});
    let mut rows = of_group(&[("desired_size", "desired_size", json!(3), json!(4))]);
    rows.extend([
        row("scaling", json!({}), limits(1, 5), sent(1, 5)),
        row("scaling.min", limits(1, 5), limits(2, 5), sent(2, 5)),
        row("scaling.max", limits(1, 5), limits(1, 6), sent(1, 6)),
        // It counts when the pool is destroyed.
        unseen(row("skip_destroy", json!({"skip_destroy": true}), json!({"skip_destroy": false}), json!({}))),
        // It counts only when the pool is created.
        unseen(row("initial_size", json!({"initial_size": 3}), json!({"initial_size": 4}), json!({}))),
    ]);
    rows
}

fn payment() -> Vec<Row> {
    let subscription = json!({
        "instance_charge_type": "PrePaid", "period": 1, "period_unit": "Month", "auto_renew": false,
        "auto_renew_period": 1
    });
    let changes = [
        ("period", json!(2)),
        ("period_unit", json!("Week")),
        ("auto_renew", json!(true)),
        ("auto_renew_period", json!(2)),
    ];
    let mut rows: Vec<Row> = changes
        .into_iter()
        .map(|(name, value)| {
            let change = json!({name: value});
            row(name, subscription.clone(), with(&subscription, change.clone()), group(change))
        })
        .collect();
    let begun = json!({"instance_charge_type": "PrePaid", "period": 1});
    // A renewal that the service remembers from before is not what the configuration says.
    let sent = with(&begun, json!({"auto_renew": false}));
    rows.push(row("instance_charge_type", json!({}), begun, group(sent)));
    rows
}

fn spot() -> Vec<Row> {
    let spot = |options: Json| json!({"multi_az_policy": "COST_OPTIMIZED", "spot": with(&json!({"strategy": "SpotAsPriceGo"}), options)});
    let limited =
        |price: &str| json!({"spot": {"strategy": "SpotWithPriceLimit", "price_limits": {"ecs.g7.xlarge": price}}});
    let option = |attribute: &'static str, field: &str, before: Json, after: Json| {
        let name = attribute.trim_start_matches("spot.");
        row(attribute, spot(json!({name: before})), spot(json!({name: after})), group(json!({field: after})))
    };
    vec![
        row(
            "spot",
            json!({"multi_az_policy": "COST_OPTIMIZED"}),
            spot(json!({})),
            group(json!({"spot_strategy": "SpotAsPriceGo"})),
        ),
        option("spot.strategy", "spot_strategy", json!("SpotAsPriceGo"), json!("NoSpot")),
        // A limit is refused without its strategy.
        row(
            "spot.price_limits",
            limited("0.4"),
            limited("0.5"),
            group(json!({
                "spot_strategy": "SpotWithPriceLimit",
                "spot_price_limit": [{"instance_type": "ecs.g7.xlarge", "price_limit": "0.5"}],
            })),
        ),
        option("spot.instance_pools", "spot_instance_pools", json!(2), json!(3)),
        option("spot.instance_remedy", "spot_instance_remedy", json!(false), json!(true)),
        option("spot.compensate_with_on_demand", "compensate_with_on_demand", json!(false), json!(true)),
        option("spot.on_demand_base_capacity", "on_demand_base_capacity", json!(1), json!(2)),
        option(
            "spot.on_demand_percentage_above_base_capacity",
            "on_demand_percentage_above_base_capacity",
            json!(10),
            json!(20),
        ),
    ]
}

fn system_disk() -> Vec<Row> {
    let disk = |options: Json| json!({"system_disk": options});
    let option = |attribute: &'static str, beside: Json, before: Json, after: Json| {
        let name = attribute.trim_start_matches("system_disk.");
        let field = format!("system_disk_{name}");
        let (before, changed) = (with(&beside, json!({name: before})), with(&beside, json!({name: after})));
        row(attribute, disk(before), disk(changed), group(json!({field: after})))
    };
    let (auto, essd) = (|| json!({"category": "cloud_auto"}), || json!({"category": "cloud_essd"}));
    let encrypted = || json!({"encrypted": true});
    vec![
        row("system_disk", json!({}), disk(json!({"size": 60})), group(json!({"system_disk_size": 60}))),
        option("system_disk.category", json!({}), json!("cloud_auto"), json!("cloud_ssd")),
        option(
            "system_disk.categories",
            json!({}),
            json!(["cloud_auto", "cloud_essd"]),
            json!(["cloud_auto", "cloud_ssd"]),
        ),
        option("system_disk.size", json!({}), json!(60), json!(80)),
        option("system_disk.performance_level", essd(), json!("PL1"), json!("PL2")),
        option("system_disk.encrypted", json!({}), json!(false), json!(true)),
        option("system_disk.encrypt_algorithm", encrypted(), Json::Null, json!("aes-256")),
        option("system_disk.kms_key_id", encrypted(), json!("key-1"), json!("key-2")),
        option("system_disk.bursting_enabled", auto(), json!(false), json!(true)),
        option("system_disk.provisioned_iops", auto(), json!(2000), json!(3000)),
        option("system_disk.snapshot_policy_id", json!({}), json!("sp-1"), json!("sp-2")),
    ]
}

/// The list of data disks is replaced as a whole.
fn data_disks() -> Vec<Row> {
    let disks = |disk: &Json| json!({"data_disks": [disk]});
    let option = |attribute: &'static str, beside: Json, before: Json, after: Json| {
        let name = attribute.trim_start_matches("data_disks.");
        let (before, changed) = (with(&beside, json!({name: before})), with(&beside, json!({name: after})));
        // The service takes this flag as a text.
        let mut sent = changed.clone();
        if sent["encrypted"] == true {
            sent["encrypted"] = json!("true");
        }
        row(attribute, disks(&before), disks(&changed), group(disks(&sent)))
    };
    let auto = || json!({"category": "cloud_auto", "size": 100});
    let essd = || json!({"category": "cloud_essd", "size": 100});
    vec![
        row("data_disks", json!({}), disks(&auto()), group(disks(&auto()))),
        option("data_disks.category", auto(), json!("cloud_auto"), json!("cloud_ssd")),
        option("data_disks.size", auto(), json!(100), json!(200)),
        option("data_disks.performance_level", essd(), json!("PL1"), json!("PL2")),
        option("data_disks.encrypted", auto(), Json::Null, json!(true)),
        option("data_disks.kms_key_id", with(&auto(), json!({"encrypted": true})), json!("key-1"), json!("key-2")),
        option("data_disks.disk_name", auto(), json!("images"), json!("data")),
        option("data_disks.device", auto(), json!("/dev/xvdb"), json!("/dev/xvdc")),
        option("data_disks.snapshot_id", auto(), json!("s-1"), json!("s-2")),
        option("data_disks.auto_snapshot_policy_id", auto(), json!("sp-1"), json!("sp-2")),
        option("data_disks.bursting_enabled", auto(), Json::Null, json!(true)),
        option("data_disks.provisioned_iops", auto(), json!(2000), json!(3000)),
    ]
}

fn kubernetes() -> Vec<Row> {
    let config = |fields: Json| json!({"kubernetes_config": fields});
    let on_nodes = |fields: Json| json!({"kubernetes_config": fields, "update_nodes": true});
    let plain = |name: &'static str, before: Json, after: Json| {
        row(name, json!({name: before}), json!({name: after}), config(json!({name: after})))
    };
    let script = |name: &'static str| {
        row(name, json!({name: "echo a"}), json!({name: "echo b"}), config(json!({name: "ZWNobyBi"})))
    };
    let runtime = |version: &str| json!({"runtime": {"name": "containerd", "version": version}});
    let batch = || json!({"key": "batch", "value": "true", "effect": "NoSchedule"});
    let taint = |attribute: &'static str, changes: Json| {
        let taints = |taint: Json| json!({"taints": [taint]});
        let changed = taints(with(&batch(), changes));
        row(attribute, taints(batch()), changed.clone(), on_nodes(changed))
    };
    vec![
        row(
            "runtime",
            json!({}),
            json!({"runtime": {"name": "Sandboxed-Container.runv"}}),
            config(json!({"runtime": "Sandboxed-Container.runv"})),
        ),
        row(
            "runtime.name",
            json!({"runtime": {"name": "containerd"}}),
            json!({"runtime": {"name": "Sandboxed-Container.runv"}}),
            config(json!({"runtime": "Sandboxed-Container.runv"})),
        ),
        row("runtime.version", runtime("1.6.20"), runtime("1.6.28"), config(json!({"runtime_version": "1.6.28"}))),
        row(
            "labels",
            json!({"labels": {"team": "web"}}),
            json!({"labels": {"team": "api"}}),
            on_nodes(json!({"labels": [{"key": "team", "value": "api"}]})),
        ),
        row("taints", json!({}), json!({"taints": [batch()]}), on_nodes(json!({"taints": [batch()]}))),
        taint("taints.key", json!({"key": "night"})),
        taint("taints.value", json!({"value": "false"})),
        taint("taints.effect", json!({"effect": "NoExecute"})),
        plain("unschedulable", json!(false), json!(true)),
        plain("cpu_policy", json!("none"), json!("static")),
        plain("node_name_mode", json!("customized,a,ip,b"), json!("customized,c,ip,d")),
        plain("cms_enabled", json!(false), json!(true)),
        script("pre_user_data"),
        script("user_data"),
    ]
}

fn management() -> Vec<Row> {
    let managed = |options: Json| json!({"management": options});
    // The block counts only with its switch, and a policy is replaced as a whole.
    let on = |options: Json| managed(with(&json!({"enable": true}), options));
    let repair = json!({"auto_repair_policy": {
        "restart_node": true, "approval_required": false,
        "max_parallel_repairing_nodes": "1", "max_unhealthy_nodes_threshold": "100%",
    }});
    let upgrade = json!({"auto_upgrade_policy": {
        "auto_upgrade_kubelet": true, "auto_upgrade_runtime": true, "auto_upgrade_os": false,
    }});
    let vul_fix = json!({"auto_vul_fix_policy": {
        "restart_node": true, "vul_level": "asap", "exclude_packages": "kernel",
    }});
    let flag = |attribute: &'static str, before: Json, after: Json| {
        let name = attribute.trim_start_matches("management.");
        row(attribute, managed(json!({name: before})), managed(json!({name: after})), on(json!({name: after})))
    };
    let member = |attribute: &'static str, value: Json, whole: &Json| {
        let (policy, name) = attribute.trim_start_matches("management.").split_once('.').unwrap();
        let change = json!({policy: {name: value}});
        row(attribute, managed(json!({policy: {}})), managed(change.clone()), on(with(whole, change)))
    };
    let policy = |attribute: &'static str, change: Json, whole: &Json| {
        row(attribute, managed(json!({})), managed(change.clone()), on(with(whole, change)))
    };
    let flags = json!({"auto_repair": true, "auto_upgrade": true, "auto_vul_fix": true});
    let everything = [&repair, &upgrade, &vul_fix].into_iter().fold(flags, |all, policy| with(&all, policy.clone()));
    vec![
        row("management", json!({}), managed(json!({})), on(everything)),
        flag("management.auto_repair", json!(true), json!(false)),
        flag("management.auto_upgrade", json!(true), json!(false)),
        flag("management.auto_vul_fix", json!(true), json!(false)),
        flag("management.auto_fault_diagnosis", json!(false), json!(true)),
        policy("management.auto_repair_policy", json!({"auto_repair_policy": {"restart_node": false}}), &repair),
        member("management.auto_repair_policy.restart_node", json!(false), &repair),
        member("management.auto_repair_policy.approval_required", json!(true), &repair),
        member("management.auto_repair_policy.max_parallel_repairing_nodes", json!("10%"), &repair),
        member("management.auto_repair_policy.max_unhealthy_nodes_threshold", json!("50%"), &repair),
        policy(
            "management.auto_upgrade_policy",
            json!({"auto_upgrade_policy": {"auto_upgrade_kubelet": false}}),
            &upgrade,
        ),
        member("management.auto_upgrade_policy.auto_upgrade_kubelet", json!(false), &upgrade),
        unseen(member("management.auto_upgrade_policy.auto_upgrade_runtime", json!(false), &upgrade)),
        unseen(member("management.auto_upgrade_policy.auto_upgrade_os", json!(true), &upgrade)),
        policy("management.auto_vul_fix_policy", json!({"auto_vul_fix_policy": {"restart_node": false}}), &vul_fix),
        member("management.auto_vul_fix_policy.restart_node", json!(false), &vul_fix),
        member("management.auto_vul_fix_policy.vul_level", json!("asap,later"), &vul_fix),
        member("management.auto_vul_fix_policy.exclude_packages", json!(""), &vul_fix),
    ]
}

/// Where two configurations differ; elements of lists go without their position.
fn differences(before: &Json, after: &Json, path: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Json::Object(before), Json::Object(after)) => {
            let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let at = |object: &serde_json::Map<String, Json>| object.get(name).cloned().unwrap_or_default();
                differences(&at(before), &at(after), &path, found);
            }
        }
        (Json::Array(before), Json::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).for_each(|(before, after)| differences(before, after, path, found));
        }
        (before, after) if before != after => found.push(path.to_owned()),
        _ => {}
    }
}

/// Attributes that change only together with another one.
const TOGETHER: &[(&str, &str)] = &[("password", "password_version"), ("instance_charge_type", "period")];

#[test]
fn every_attribute_that_can_be_changed_in_place_has_a_row_and_changes_in_it() {
    let mut found: Vec<_> = rows().iter().map(|row| row.attribute).collect();
    found.sort_unstable();
    assert_eq!(found, attributes::names(&Driver::<NodePool>::new().schema().attributes, attributes::is_mutable));
    for Row { attribute, before, after, .. } in rows() {
        let mut changed = Vec::new();
        differences(&before, &after, "", &mut changed);
        changed.retain(|name| !TOGETHER.contains(&(attribute, name.as_str())));
        let inside =
            |name: &String| name.strip_prefix(attribute).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        assert!(!changed.is_empty() && changed.iter().all(inside), "{attribute} has a row about {changed:?}");
    }
}

#[tokio::test]
async fn a_change_sends_what_it_is_about_and_nothing_else_and_is_found_out_when_it_is_ignored() {
    for Row { attribute, before, after, body, seen } in rows() {
        let pool = Pool::created(&before).await;
        let change = pool.change(&after).await;
        assert_eq!(change.body.clone().unwrap_or_else(|| json!({})), body, "{attribute}");
        let mut taken = pool.answer.clone();
        merge(&mut taken, &body);
        assert_eq!(change.violations(&taken), [""; 0], "{attribute} is read otherwise");
        let top = attribute.split('.').next().unwrap();
        let named = change.violations(&pool.answer).iter().any(|path| path.split(['.', '[']).next() == Some(top));
        assert_eq!(named, seen, "{attribute} is ignored: {:?}", change.violations(&pool.answer));
    }
}
