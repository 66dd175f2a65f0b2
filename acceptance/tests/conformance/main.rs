//! Every resource, in every combination of its attributes, with the kit that plays Terraform's core and holds the provider
//! to core's rules. Real Terraform has the last word in the other tests; this one sees more configurations.

mod matrix;
mod samples;

use std::collections::BTreeSet;

use acceptance::{Simulator, guides_directory};
use anyhow::Context as _;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use terraform_provider_ack::Ack;
use tf_provider::kit::{Choices, Core, Failure};
use tf_provider::provider::Named;
use tf_provider::schema::{Attribute, Shown};
use tf_provider::value::Value as Planned;
use tf_provider::{Provider as _, Server};

/// Simulated seconds in a real one.
const SPEED: f64 = 20_000.0;

/// How many configurations each resource goes through, one after the other.
const CONFIGURATIONS: usize = 12;

async fn core(simulator: &Simulator) -> Result<Core, Failure> {
    let config = json!({
        "region": "cn-hangzhou", "endpoint": simulator.url(),
        "access_key_id": "simulator-id", "access_key_secret": "simulator-secret",
        "default_tags": {"managed_by": "terraform"},
    });
    Core::start(Server::<Ack>::new(), config).await
}

fn simulator() -> anyhow::Result<Simulator> {
    let simulator = Simulator::start()?;
    simulator.run_clock(SPEED)?;
    Ok(simulator)
}

/// Brings one object from each configuration to the next, imports it, and destroys it.
async fn travel(core: &Core, type_name: &str, choices: &Choices, unread: &Unread) -> Result<(), Failure> {
    let mut object = core.resource(type_name)?;
    let numbers = vec(any::<u8>(), choices.len());
    let mut runner = TestRunner::deterministic();
    let mut way: Vec<Value> = Vec::new();
    for _ in 0..CONFIGURATIONS {
        way.push(choices.pick(&numbers.new_tree(&mut runner).expect("numbers").current()));
        let journey = async {
            object.converge(&way[way.len() - 1]).await?;
            let unread = unread.all();
            object.check_import(&unread).await?;
            core.check_data_source(&object, &unread).await?;
            object.check_remade(&unread).await
        };
        if let Err(failure) = journey.await {
            panic!("{failure}\nafter these configurations: {way:#?}");
        }
    }
    if let Err(failure) = object.destroy().await {
        panic!("{failure}\nafter these configurations: {way:#?}");
    }
    Ok(())
}

/// The attributes that an import does not find as they were.
struct Unread {
    /// What the schema says of itself.
    declared: Vec<&'static str>,
    /// What is told in other words.
    otherwise: &'static [&'static str],
}

impl Unread {
    fn all(&self) -> Vec<&'static str> {
        self.declared.iter().chain(self.otherwise).copied().collect()
    }
}

/// The configurations of each resource, and the attributes that are in none of them, with the reason.
struct Journey {
    noun: &'static str,
    choices: fn(cluster_id: &str) -> Choices,
    left_out: &'static [(&'static str, &'static str)],
    /// What an import tells in other words. That no answer tells something, the schema says.
    otherwise: &'static [&'static str],
}

const JOURNEYS: [Journey; 3] = [
    Journey {
        noun: "cluster",
        choices: |_| clusters(),
        left_out: &[
            ("region", "one simulator is one region"),
            ("type", "there is only one so far"),
            ("version", "versions only go up"),
        ],
        // One that is off is none.
        otherwise: &["version", "auto_upgrade"],
    },
    Journey {
        noun: "node_pool",
        choices: node_pools,
        left_out: &[
            ("region", "one simulator is one region"),
            ("skip_destroy", "what stays is in the way of what comes next"),
        ],
        otherwise: &["desired_size", "initial_size"],
    },
    Journey {
        noun: "addon",
        choices: add_ons,
        left_out: &[
            ("region", "one simulator is one region"),
            ("version", "versions only go up"),
            ("skip_destroy", "what stays is in the way of what comes next"),
        ],
        otherwise: &["config"],
    },
];

fn clusters() -> Choices {
    Choices::of(json!({
        "name": "main", "spec": "ack.pro.small", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"],
        "network_plugin": "flannel", "pod_cidr": "10.64.0.0/16", "deletion_protection": false,
    }))
    .with_one_of([json!({"name": "other"}), json!({"name": null, "name_prefix": "made-"})])
    .with("spec", [json!("ack.pro.xlarge")])
    .with("vpc_id", [json!("vpc-2")])
    .with("vswitch_ids", [json!(["vsw-1", "vsw-2"])])
    .with_one_of([
        json!({"security_group_id": "sg-1"}),
        json!({"security_group_id": "sg-2"}),
        json!({"is_enterprise_security_group": true}),
    ])
    .with_one_of([
        json!({"node_cidr_mask": 25}),
        json!({"network_plugin": null}),
        json!({"network_plugin": "terway-eniip", "pod_cidr": null, "pod_vswitch_ids": {"cn-hangzhou-h": ["vsw-p"]}}),
        json!({"network_plugin": null, "pod_cidr": null, "pod_vswitch_ids": {"cn-hangzhou-h": ["vsw-p"]}}),
    ])
    .with("service_cidr", [json!("192.168.0.0/20")])
    .with("proxy_mode", [json!("iptables")])
    .with("cluster_domain", [json!("prod.local")])
    .with_one_of([
        json!({"endpoint_public_access": true, "api_server_eip_id": "eip-1"}),
        json!({"endpoint_public_access": true, "api_server_eip_id": "eip-2"}),
    ])
    .with("load_balancer_id", [json!("lb-1")])
    .with("snat_entry", [json!(true)])
    .with("encryption_provider_key", [json!("key-1")])
    .with("resource_group_id", [json!("rg-1")])
    .with("timezone", [json!("Asia/Shanghai"), json!("UTC")])
    .with("extra_sans", [json!(["api.example.com"]), json!(["a.example.com", "b.example.com"])])
    .with("tags", [json!({"team": "a"}), json!({"managed_by": "me", "team": "b"})])
    .with("auto_upgrade", [json!({"channel": "patch"}), json!({"enabled": false, "channel": "stable"})])
    .with("maintenance_window", [
        json!({"maintenance_time": "03:00:00Z", "weekly_period": ["Friday", "Monday"]}),
        json!({"maintenance_time": "2026-01-01T03:00:00.000+08:00", "duration": "5h", "recurrence": "FREQ=WEEKLY;BYDAY=SA"}),
    ])
    .with("timeouts", [json!({"create": "1h"})])
}

fn node_pools(cluster_id: &str) -> Choices {
    Choices::of(json!({
        "cluster_id": cluster_id, "name": "workers", "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"],
        // Once chosen, an image can be changed and not be taken back.
        "image_id": "m-1",
    }))
    .with_one_of([json!({"name": "others"}), json!({"name": null, "name_prefix": "made-"})])
    .with("instance_types", [json!(["ecs.g7.xlarge", "ecs.g6.xlarge"])])
    .with("vswitch_ids", [json!(["vsw-2", "vsw-1"])])
    .with_one_of([
        json!({"desired_size": 1}),
        json!({"desired_size": 3}),
        json!({"scaling": {"min": 1, "max": 5}}),
        json!({"scaling": {"min": 0, "max": 3, "type": "spot"}, "initial_size": 1}),
    ])
    .with_one_of([
        json!({
            "instance_charge_type": "PrePaid", "period": 1, "period_unit": "Month", "auto_renew": true,
            "auto_renew_period": 2,
        }),
        json!({"spot": {"strategy": "SpotAsPriceGo"}}),
        json!({
            "multi_az_policy": "COST_OPTIMIZED",
            "spot": {
                "strategy": "SpotWithPriceLimit", "price_limits": {"ecs.g7.xlarge": "0.40"},
                "compensate_with_on_demand": true, "on_demand_base_capacity": 1,
            },
        }),
    ])
    .with("scaling_policy", [json!("recycle")])
    .with("deployment_set_id", [json!("ds-1")])
    .with("system_disk", [json!({"category": "cloud_essd", "size": 120}), json!({"size": 80, "encrypted": true})])
    .with(
        "data_disks",
        [json!([{"category": "cloud_essd", "size": 200}]), json!([{"size": 100}, {"size": 40, "encrypted": true}])],
    )
    .with("image_type", [json!("AliyunLinux3")])
    .with("image_id", [json!("m-2")])
    .with("runtime", [json!({"name": "containerd"})])
    .with_one_of([
        json!({"key_pair": "operations"}),
        json!({"password": "Hello-1234", "password_version": 1}),
        json!({"key_pair": "operations", "management": {"auto_repair": true}}),
        json!({"key_pair": "others", "management": {"auto_repair": false}}),
    ])
    .with("login_as_non_root", [json!(true)])
    .with("security_group_ids", [json!(["sg-1"]), json!(["sg-2", "sg-1"])])
    .with("ram_role_name", [json!("KubernetesWorkerRole-workers")])
    .with_one_of([
        json!({"internet_max_bandwidth_out": 5}),
        json!({"internet_max_bandwidth_out": 10, "internet_charge_type": "PayByBandwidth"}),
    ])
    .with("rds_instances", [json!(["rm-1"])])
    .with("labels", [json!({"a": "1"}), json!({"a": "2", "b": ""})])
    .with(
        "taints",
        [json!([{"key": "k", "effect": "NoSchedule"}]), json!([{"key": "k", "value": "v", "effect": "NoExecute"}])],
    )
    .with("unschedulable", [json!(true)])
    .with("cpu_policy", [json!("static")])
    .with("node_name_mode", [json!("customized,aliyun,ip,com")])
    .with("cms_enabled", [json!(true)])
    .with("pre_user_data", [json!("#!/bin/sh\necho before\n")])
    .with("user_data", [json!("#!/bin/sh\necho one\n")])
    .with("resource_group_id", [json!("rg-1")])
    .with("tags", [json!({"team": "a"})])
    .with("timeouts", [json!({"delete": "1h"})])
}

fn add_ons(cluster_id: &str) -> Choices {
    Choices::of(json!({"cluster_id": cluster_id, "name": "loongcollector"}))
        .with(
            "config",
            [json!(r#"{"IngressDashboardEnabled":"true"}"#), json!(r#"{ "IngressDashboardEnabled" : "false" }"#)],
        )
        .with("cleanup_cloud_resources", [json!(true), json!(false)])
        .with("resolve_conflicts_on_create", [json!("overwrite"), json!("none")])
        .with("resolve_conflicts_on_update", [json!("overwrite"), json!("preserve")])
        .with("timeouts", [json!({"delete": "1h"})])
}

/// Nothing can be added without being tested here.
#[test]
fn every_attribute_of_every_resource_is_on_its_journey() {
    let resources = Ack::resources();
    let names: Vec<_> = resources.iter().map(Named::name).collect();
    assert_eq!(names, JOURNEYS.map(|journey| journey.noun));
    for (resource, journey) in resources.iter().zip(JOURNEYS) {
        let choices = (journey.choices)("c1");
        let mut seen = choices.attributes();
        for (name, _) in journey.left_out {
            assert!(seen.insert(name), "{}: `{name}` is left out, and is there", journey.noun);
        }
        let configurable = resource.schema().attributes.iter().filter(|a| a.presence.is_configurable());
        assert_eq!(seen, configurable.map(|a| a.name).collect(), "{}", journey.noun);
    }
}

/// Takes a resource through its configurations, on a simulator that has a cluster.
async fn keeps_to_the_rules(noun: &str) -> anyhow::Result<()> {
    let journey = JOURNEYS.into_iter().find(|journey| journey.noun == noun).context("a journey")?;
    let simulator = simulator()?;
    let choices = (journey.choices)(&if noun == "cluster" { String::new() } else { simulator.seed_cluster(&[])? });
    let core = core(&simulator).await?;
    let resources = Ack::resources();
    let schema = resources.get(noun).context("a resource")?.schema();
    // What counts only when an object is created is recorded when it comes too late; an import finds what there is.
    let found_otherwise = |a: &&Attribute| match a.shown {
        Shown::Always => false,
        Shown::OnImport => a.replace.is_some(),
        Shown::Never => true,
    };
    let declared = schema.attributes.iter().filter(found_otherwise).map(|a| a.name).collect();
    travel(&core, &format!("ack_{noun}"), &choices, &Unread { declared, otherwise: journey.otherwise }).await?;
    let permitted = permitted(noun)?;
    for request in simulator.requests()? {
        let operation = request.operation;
        assert!(permitted.contains(&operation), "docs/guides/permissions.md lacks {operation} for ack_{noun}");
    }
    Ok(())
}

/// The operations that the page of permissions lists for a resource.
fn permitted(noun: &str) -> anyhow::Result<BTreeSet<String>> {
    let page = std::fs::read_to_string(guides_directory().join("permissions.md"))?;
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let column = rows[0].iter().position(|name| *name == format!("`ack_{noun}`")).context("a column")?;
    let operation = |row: &Vec<&str>| row[1].trim_matches('`').trim_start_matches("cs:").to_owned();
    Ok(rows.iter().filter(|row| row[column] == "x").map(operation).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("cluster").await
}

#[tokio::test(flavor = "multi_thread")]
async fn node_pools_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("node_pool").await
}

#[tokio::test(flavor = "multi_thread")]
async fn add_ons_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("addon").await
}

/// What a plan says is known after apply comes to be something, but for these: the service may tell nothing of them.
const UNTOLD: &[&str] = &[
    "cluster.timezone",
    "node_pool.ram_role_name",
    "node_pool.node_name_mode",
    "node_pool.data_disks.device",
    "node_pool.data_disks.disk_name",
];

/// Where a plan has an unknown value that comes to be null.
fn disappointments(planned: &Planned, state: &Planned, path: &str, found: &mut Vec<String>) {
    match (planned, state) {
        (Planned::Unknown, Planned::Null) => found.push(path.to_owned()),
        (Planned::Object(before), Planned::Object(after)) => {
            for (name, planned) in before {
                disappointments(planned, &after[name], &format!("{path}.{name}"), found);
            }
        }
        (Planned::List(before), Planned::List(after)) => {
            before.iter().zip(after).for_each(|(planned, state)| disappointments(planned, state, path, found));
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_after_apply_comes_to_be_something() -> anyhow::Result<()> {
    let simulator = simulator()?;
    let cluster_id = simulator.seed_cluster(&[])?;
    let core = core(&simulator).await?;
    let disks = |category: &str| json!({"category": category, "size": 80});
    let pool = |name: &str, more: Value| {
        let mut pool = json!({
            "cluster_id": cluster_id, "name": name, "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"],
        });
        pool.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        pool
    };
    let cluster = json!({
        "name": "new", "vpc_id": "vpc-2", "vswitch_ids": ["vsw-1"], "network_plugin": "flannel",
        "pod_cidr": "10.65.0.0/16", "deletion_protection": false,
    });
    let objects = [
        ("cluster", cluster),
        ("node_pool", pool("least", json!({}))),
        ("node_pool", pool("sized", json!({"desired_size": 1, "system_disk": disks("cloud_ssd")}))),
        ("node_pool", pool("scaled", json!({"scaling": {"min": 0, "max": 2}, "data_disks": [disks("cloud_ssd")]}))),
        ("addon", json!({"cluster_id": cluster_id, "name": "loongcollector"})),
    ];
    let mut found = Vec::new();
    for (noun, config) in objects {
        let mut object = core.resource(&format!("ack_{noun}"))?;
        let planned = object.plan(&config).await?;
        object.apply(&planned).await?;
        disappointments(&planned.state, object.state(), noun, &mut found);
    }
    found.retain(|path| !UNTOLD.contains(&path.as_str()));
    assert_eq!(found, [""; 0]);
    Ok(())
}

