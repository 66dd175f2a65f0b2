//! Every resource, in every combination of its attributes, with the kit that plays Terraform's core and holds the provider
//! to core's rules. Real Terraform has the last word in the other tests; this one sees more configurations.

use acceptance::Simulator;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use terraform_provider_ack::Ack;
use tf_provider::kit::{Choices, Core, Failure, Object};
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
async fn travel(object: &mut Object, choices: &Choices, unread: &[&str]) {
    let numbers = vec(any::<u8>(), choices.len());
    let mut runner = TestRunner::deterministic();
    let mut way: Vec<Value> = Vec::new();
    for _ in 0..CONFIGURATIONS {
        way.push(choices.pick(&numbers.new_tree(&mut runner).expect("numbers").current()));
        let journey = async {
            object.converge(&way[way.len() - 1]).await?;
            object.check_import(unread).await
        };
        if let Err(failure) = journey.await {
            panic!("{failure}\nafter these configurations: {way:#?}");
        }
    }
    if let Err(failure) = object.destroy().await {
        panic!("{failure}\nafter these configurations: {way:#?}");
    }
}

/// Nothing can be added without being tested here.
#[test]
fn every_resource_has_its_journey() {
    let names: Vec<_> = Ack::resources().iter().map(tf_provider::provider::Named::name).collect();
    assert_eq!(names, ["cluster", "node_pool", "addon"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_keep_to_the_rules() -> anyhow::Result<()> {
    let simulator = simulator()?;
    let choices = Choices::of(json!({
        "name": "main", "spec": "ack.pro.small", "vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"],
        "network_plugin": "flannel", "pod_cidr": "10.64.0.0/16", "deletion_protection": false,
    }))
    .with("name", [json!("main"), json!("other")])
    .with("spec", [json!("ack.pro.xlarge")])
    .with("vswitch_ids", [json!(["vsw-1", "vsw-2"])])
    .with("timezone", [json!("Asia/Shanghai"), json!("UTC")])
    .with("extra_sans", [json!(["api.example.com"]), json!(["a.example.com", "b.example.com"])])
    .with("tags", [json!({"team": "a"}), json!({"managed_by": "me", "team": "b"})])
    .with("auto_upgrade", [json!({"channel": "patch"}), json!({"enabled": false, "channel": "stable"})])
    .with("maintenance_window", [
        json!({"maintenance_time": "03:00:00Z", "weekly_period": ["Friday", "Monday"]}),
        json!({"maintenance_time": "2026-01-01T03:00:00.000+08:00", "duration": "5h", "recurrence": "FREQ=WEEKLY;BYDAY=SA"}),
    ])
    .with("timeouts", [json!({"create": "1h"})]);
    let core = core(&simulator).await?;
    travel(&mut core.resource("ack_cluster")?, &choices, &["version", "timeouts", "auto_upgrade"]).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn node_pools_keep_to_the_rules() -> anyhow::Result<()> {
    let simulator = simulator()?;
    let cluster_id = simulator.seed_cluster(&[])?;
    let choices = Choices::of(json!({
        "cluster_id": cluster_id, "name": "workers", "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"],
        "key_pair": "operations",
    }))
    .with("name", [json!("others")])
    .with("instance_types", [json!(["ecs.g7.xlarge", "ecs.g6.xlarge"])])
    .with("desired_size", [json!(1), json!(3)])
    .with("system_disk", [json!({"category": "cloud_essd", "size": 120}), json!({"size": 80, "encrypted": true})])
    .with(
        "data_disks",
        [json!([{"category": "cloud_essd", "size": 200}]), json!([{"size": 100}, {"size": 40, "encrypted": true}])],
    )
    .with("labels", [json!({"a": "1"}), json!({"a": "2", "b": ""})])
    .with(
        "taints",
        [json!([{"key": "k", "effect": "NoSchedule"}]), json!([{"key": "k", "value": "v", "effect": "NoExecute"}])],
    )
    .with("tags", [json!({"team": "a"})])
    .with("user_data", [json!("#!/bin/sh\necho one\n")])
    .with("unschedulable", [json!(true)])
    .with("cpu_policy", [json!("static")])
    .with("management", [json!({"auto_repair": true}), json!({"auto_repair": false})])
    .with("timeouts", [json!({"delete": "1h"})]);
    let core = core(&simulator).await?;
    let unread = ["desired_size", "initial_size", "timeouts"];
    travel(&mut core.resource("ack_node_pool")?, &choices, &unread).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn add_ons_keep_to_the_rules() -> anyhow::Result<()> {
    let simulator = simulator()?;
    let cluster_id = simulator.seed_cluster(&[])?;
    let choices = Choices::of(json!({"cluster_id": cluster_id, "name": "loongcollector"}))
        .with(
            "config",
            [json!(r#"{"IngressDashboardEnabled":"true"}"#), json!(r#"{ "IngressDashboardEnabled" : "false" }"#)],
        )
        .with("cleanup_cloud_resources", [json!(true), json!(false)]);
    let core = core(&simulator).await?;
    let unread = ["config", "cleanup_cloud_resources", "timeouts"];
    travel(&mut core.resource("ack_addon")?, &choices, &unread).await;
    Ok(())
}
