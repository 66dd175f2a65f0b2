//! What `plan -generate-config-out` writes for objects that are not configured yet.

use acceptance::Terraform;
use anyhow::Context as _;
use serde_json::Value;

use crate::scene::{MAIN, Scene, resource};

const POOL: &str = "ack_node_pool.workers";
const ADDON: &str = "ack_addon.ingress";

/// What is not the default, and what the service would choose otherwise.
const CLUSTER: &[(&str, &str)] = &[
    ("spec", r#""ack.pro.small""#),
    ("version", r#""1.34""#),
    ("node_cidr_mask", "25"),
    ("service_cidr", r#""192.168.0.0/20""#),
    ("proxy_mode", r#""iptables""#),
    ("cluster_domain", r#""prod.local""#),
    ("security_group_id", r#""sg-bp1exampleexample0001""#),
    ("endpoint_public_access", "true"),
    ("api_server_eip_id", r#""eip-bp1exampleexample001""#),
    ("load_balancer_id", r#""lb-bp1exampleexample0001""#),
    ("snat_entry", "true"),
    ("extra_sans", r#"["api.example.com"]"#),
    ("timezone", r#""UTC""#),
    ("resource_group_id", r#""rg-acfmexample00001""#),
    ("tags", r#"{ team = "web" }"#),
    ("deletion_protection", "false"),
    ("maintenance_window", r#"{ maintenance_time = "03:00:00Z", duration = "5h", weekly_period = ["Friday"] }"#),
    ("auto_upgrade", r#"{ channel = "patch" }"#),
    ("encryption_provider_key", r#""key-1""#),
];

const OTHERS: &str = r##"
resource "ack_node_pool" "workers" {
  cluster_id                 = ack_cluster.main.id
  name                       = "workers"
  instance_types             = ["ecs.g7.xlarge", "ecs.g6.xlarge"]
  vswitch_ids                = ["vsw-1"]
  desired_size               = 2
  scaling_policy             = "recycle"
  deployment_set_id          = "ds-bp1exampleexample0001"
  system_disk                = { category = "cloud_essd", size = 80, performance_level = "PL0", encrypted = true }
  data_disks                 = [{ category = "cloud_essd", size = 200, device = "/dev/xvdc" }, { size = 60, disk_name = "logs" }]
  image_type                 = "ContainerOS"
  runtime                    = { name = "containerd", version = "1.6.20" }
  key_pair                   = "operations"
  security_group_ids         = ["sg-bp1exampleexample0002"]
  ram_role_name              = "nodes"
  internet_max_bandwidth_out = 5
  internet_charge_type       = "PayByBandwidth"
  rds_instances              = ["rm-bp1exampleexample0001"]
  labels                     = { "example.com/tier" = "web" }
  taints                     = [{ key = "web", effect = "NoSchedule" }]
  unschedulable              = true
  cpu_policy                 = "static"
  node_name_mode             = "customized,aliyun,ip,com"
  cms_enabled                = true
  user_data                  = "#!/bin/sh\necho $HOME\n"
  management                 = { auto_repair = false, auto_vul_fix_policy = { exclude_packages = "nginx" } }
  resource_group_id          = "rg-acfmexample00001"
  tags                       = { team = "web" }
}

resource "ack_addon" "ingress" {
  cluster_id = ack_cluster.main.id
  name       = "nginx-ingress-controller"
  version    = "v1.11.5-aliyun.1"
  config     = jsonencode({ IngressSlbNetworkType = "intranet", replicas = 3 })
}
"##;

/// What every object gets anew from the service; and the first size, which an import takes from the present one.
const ITS_OWN: &[&str] = &[
    "created",
    "api_server_endpoint",
    "api_server_intranet_endpoint",
    "scaling_group_id",
    "worker_ram_role_name",
    "initial_size",
];

/// The attributes of the objects in the state, in which those of other clusters and pools are the same.
fn objects(scene: &Scene) -> anyhow::Result<Value> {
    let mut all = serde_json::Map::new();
    for address in [MAIN, POOL, ADDON] {
        let mut object = scene.workspace.resource(address).context(address)?;
        let attributes = object.as_object_mut().context(address)?;
        attributes.retain(|name, _| !ITS_OWN.contains(&name.as_str()));
        all.insert(address.to_owned(), object);
    }
    let mut text = Value::from(all).to_string();
    for (address, name) in [(MAIN, "<cluster>"), (POOL, "<pool>")] {
        let id = scene.workspace.attribute(address, "id");
        text = text.replace(id.as_str().context("an id")?, name);
    }
    Ok(serde_json::from_str(&text)?)
}

/// R02: what Terraform writes for imported objects is legal and changes nothing; applied where there are none, it makes
/// the same objects again, with all that whoever made the first ones had chosen.
#[test]
fn objects_are_made_anew_from_what_is_generated_for_their_import() -> anyhow::Result<()> {
    // The newest one: before 1.14.1, Terraform writes what it guesses from the schema.
    let terraform = Terraform::all_for_tests().first().context("a Terraform")?;
    let scene = Scene::open(terraform, &[])?;
    let workspace = &scene.workspace;
    workspace.write("main.tf", &format!("{}{OTHERS}", resource("main", CLUSTER)));
    workspace.converge();
    let (cluster_id, pool_id) = (scene.id(), workspace.attribute(POOL, "id"));
    let pool_id = pool_id.as_str().context("an id")?.to_owned();

    let mut imports = String::new();
    for (address, id) in [
        (MAIN, cluster_id.clone()),
        (POOL, format!("{cluster_id}:{pool_id}")),
        (ADDON, format!("{cluster_id}:nginx-ingress-controller")),
    ] {
        let _ = workspace.forget(address).assert_success();
        imports += &format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n");
    }
    workspace.write("main.tf", &imports);
    scene.simulator.clear_requests()?;
    let _ = workspace
        .plan_with(&["-generate-config-out=generated.tf"])
        .assert_says("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.");
    let _ = workspace.apply().assert_success().assert_says("3 imported, 0 added, 0 changed, 0 destroyed");
    workspace.assert_plan_empty();
    assert_eq!(scene.simulator.take_writes()?, []);
    let imported = objects(&scene)?;
    let generated = String::from_utf8(workspace.read("generated.tf"))?;
    for absent in ["login_as_non_root", "instance_charge_type", "current_version", "tags_all"] {
        assert!(!generated.contains(absent), "{absent} is the default, or the service's\n{generated}");
    }
    assert!(generated.contains("jsonencode({"), "settings are no text in a text\n{generated}");

    let _ = workspace.destroy().assert_success();
    let generated = generated.replace(&format!("\"{cluster_id}\""), "ack_cluster.main.id");
    workspace.write("main.tf", "");
    workspace.write("generated.tf", &generated);
    workspace.converge();
    assert_ne!(scene.id(), cluster_id);
    let remade = objects(&scene)?;
    assert!(imported == remade, "imported {imported:#}\nmade anew {remade:#}\nfrom {generated}");
    scene.destroy()
}
