//! Attributes: what is sent for them, what is found again, and what can be taken back.

use acceptance::{Action, Fault, Run, Terraform, Version, skip};
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene, keys, node_pool, without};

/// R01, R02: the required attributes are enough; an import, by id or by identity, finds the same pool.
#[test]
fn a_minimal_node_pool_is_created_and_imported() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let workspace = &scene.workspace;
        scene.configure("");
        workspace.assert_planned(&[(ADDRESS, Action::Create)]);
        scene.workspace.converge();

        let creates = scene.simulator.requests_of("CreateClusterNodePool")?;
        assert_eq!(creates.len(), 1, "{creates:?}");
        let body = &creates[0].body;
        assert_eq!(body["nodepool_info"], json!({"name": "workers"}));
        // In the user's order, which is the order of preference.
        assert_eq!(body["scaling_group"]["instance_types"], json!(["ecs.g7.xlarge", "ecs.g6.xlarge"]));
        assert_eq!(body["scaling_group"]["vswitch_ids"][0], "vsw-bp1exampleexample000i");
        for block in ["auto_scaling", "management", "update_nodes"] {
            assert_eq!(body.get(block), None, "{body}");
        }
        let pool_id = scene.pool_id()?;
        assert_eq!(scene.attribute("id"), json!(pool_id));
        assert_eq!(scene.attribute("labels"), Value::Null);

        for id in [format!("{}:{pool_id}", scene.cluster_id), format!("cn-hangzhou:{}:{pool_id}", scene.cluster_id)] {
            workspace.reimport(ADDRESS, &id);
            workspace.assert_plan_empty();
        }
        let identity = format!("cluster_id = \"{}\"\nid = \"{pool_id}\"", scene.cluster_id);
        workspace.reimport_by_identity(ADDRESS, &identity);
        assert_eq!(scene.attribute("id"), json!(pool_id));
        assert_eq!(scene.changes()?, Vec::<Value>::new());
        scene.destroy()?;
    }
    Ok(())
}

/// R03, R12: what the service adds or reorders makes no difference; a change of the labels sends the labels, with the
/// service's own among them, and nothing else.
#[test]
fn a_change_of_labels_sends_labels_alone_and_keeps_the_services_own() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let config = |team: &str| {
            format!(
                "desired_size = 1\nlabels = {{ zone = \"a\", {team} }}\ntags = {{ stage = \"test\" }}\n\
                 taints = [{{ key = \"batch\", effect = \"NoSchedule\" }}]"
            )
        };
        scene.configure(&config("team = \"web\""));
        scene.workspace.converge();

        let record = scene.pool()?["record"].clone();
        let with = |list: &Value, extra: Value| {
            let mut list = list.as_array().cloned().unwrap_or_default();
            list.insert(0, extra);
            json!(list)
        };
        let own = json!({"key": "alibabacloud.com/gpu-model", "value": "none"});
        scene.drift(&json!({
            "kubernetes_config": {
                "labels": with(&record["kubernetes_config"]["labels"], own.clone()),
                "taints": with(
                    &json!([{"key": "batch", "value": "", "effect": "NoSchedule"}]),
                    json!({"key": "alibabacloud.com/cordoned", "value": "", "effect": "NoSchedule"}),
                ),
            },
            "scaling_group": {
                "tags": with(&record["scaling_group"]["tags"], json!({"key": "acs:autoscaling", "value": "asg"})),
                "instance_types": ["ecs.g6.xlarge", "ecs.g7.xlarge"],
            },
        }))?;
        scene.workspace.assert_plan_empty();
        let before = scene.pool()?;
        scene.changes()?;

        scene.configure(&config("tier = \"2\""));
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.workspace.converge();
        let changes = scene.changes()?;
        assert_eq!(changes.len(), 1, "{changes:?}");
        let mut body = changes[0].clone();
        let labels = body["kubernetes_config"]["labels"].take();
        assert_eq!(body, json!({"kubernetes_config": {"labels": null}, "update_nodes": true}));
        let expected = ["ack.aliyun.com", "alibabacloud.com/gpu-model", "alibabacloud.com/nodepool-id", "tier", "zone"];
        assert_eq!(keys(&labels), expected);
        let after = scene.pool()?;
        assert_eq!(keys(&after["record"]["kubernetes_config"]["labels"]), expected);
        let labels = ["kubernetes_config.labels"];
        assert_eq!(without(&after, &labels), without(&before, &labels));

        // A label that somebody else adds is drift, and is taken away.
        let drifted = with(&after["record"]["kubernetes_config"]["labels"], json!({"key": "manual", "value": "x"}));
        scene.drift(&json!({"kubernetes_config": {"labels": drifted}}))?;
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(keys(&scene.pool()?["record"]["kubernetes_config"]["labels"]), expected);
        scene.destroy()?;
    }
    Ok(())
}

/// Every attribute that goes with a fixed size and pay-as-you-go.
const EVERYTHING: &str = r##"
desired_size      = 1
multi_az_policy   = "COST_OPTIMIZED"
scaling_policy    = "recycle"
deployment_set_id = "ds-bp1exampleexample0001"
spot = {
  strategy     = "SpotWithPriceLimit"
  price_limits = { "ecs.g7.xlarge" = "0.40", "ecs.g6.xlarge" = "0.35" }

  instance_pools            = 2
  instance_remedy           = true
  compensate_with_on_demand = true
  on_demand_base_capacity   = 1

  on_demand_percentage_above_base_capacity = 20
}
system_disk = {
  category           = "cloud_auto"
  size               = 120
  encrypted          = true
  encrypt_algorithm  = "aes-256"
  kms_key_id         = "0fe4-key"
  bursting_enabled   = true
  provisioned_iops   = 2000
  snapshot_policy_id = "sp-bp1exampleexample0001"
}
data_disks = [
  {
    category                = "cloud_essd"
    size                    = 200
    performance_level       = "PL1"
    encrypted               = true
    kms_key_id              = "0fe4-key"
    disk_name               = "images"
    device                  = "/dev/xvdb"
    auto_snapshot_policy_id = "sp-bp1exampleexample0001"
  },
  { category = "cloud_auto", size = 100, bursting_enabled = true, provisioned_iops = 1000, snapshot_id = "s-1" },
]
image_type         = "AliyunLinux3"
runtime            = { name = "containerd" }
key_pair           = "operations"
security_group_ids = ["sg-bp1exampleexample0002", "sg-bp1exampleexample0001"]
ram_role_name      = "KubernetesWorkerRole-workers"
internet_charge_type       = "PayByTraffic"
internet_max_bandwidth_out = 10
rds_instances  = ["rm-bp1exampleexample0001"]
labels         = { team = "web", "example.com/tier" = "" }
taints = [
  { key = "batch", value = "true", effect = "NoSchedule" },
  { key = "gpu", effect = "NoExecute" },
]
unschedulable  = true
cpu_policy     = "static"
node_name_mode = "customized,aliyun,ip,com"
cms_enabled    = true
pre_user_data  = "#!/bin/sh\necho before\n"
user_data      = "#!/bin/sh\necho after\n"
management = {
  auto_repair = true
  auto_repair_policy = {
    restart_node                  = false
    max_parallel_repairing_nodes  = "10%"
    max_unhealthy_nodes_threshold = "50%"
    approval_required             = true
  }
  auto_upgrade        = false
  auto_upgrade_policy = { auto_upgrade_kubelet = false }
  auto_vul_fix        = true
  auto_vul_fix_policy = { restart_node = false, vul_level = "asap,later", exclude_packages = "" }
}
resource_group_id = "rg-acfmexample00001"
tags              = { stage = "test" }
"##;

/// R02, R05: every optional attribute reaches the service, is found again by an import, and can be taken back.
#[test]
fn everything_can_be_set_and_unset() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("desired_size = 1");
        scene.workspace.converge();
        let pool_id = scene.pool_id()?;

        scene.configure(&EVERYTHING.replace("ram_role_name ", "# "));
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(scene.changes()?.len(), 1);
        let pool = scene.pool()?;
        let (group, config) = (&pool["record"]["scaling_group"], &pool["record"]["kubernetes_config"]);
        assert_eq!(group["spot_strategy"], "SpotWithPriceLimit");
        assert_eq!(group["system_disk_provisioned_iops"], 2000);
        assert_eq!(group["data_disks"][0]["encrypted"], "true");
        assert_eq!(group["data_disks"][1]["snapshot_id"], "s-1");
        assert_eq!(group["rds_instances"], json!(["rm-bp1exampleexample0001"]));
        assert_eq!(group["internet_max_bandwidth_out"], 10);
        assert_eq!(config["user_data"], "IyEvYmluL3NoCmVjaG8gYWZ0ZXIK");
        assert_eq!(keys(&config["taints"]), ["batch", "gpu"]);
        assert_eq!(pool["record"]["management"]["auto_repair_policy"]["approval_required"], true);
        assert_eq!(pool["record"]["management"]["auto_upgrade"], false);
        assert_eq!(pool["record"]["nodepool_info"]["resource_group_id"], "rg-acfmexample00001");

        scene.workspace.reimport(ADDRESS, &format!("{}:{pool_id}", scene.cluster_id));
        scene.workspace.assert_plan_empty();

        scene.configure("desired_size = 1\nsystem_disk = { category = \"cloud_auto\", size = 120 }");
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(scene.changes()?.len(), 1);
        let pool = scene.pool()?;
        let record = &pool["record"];
        let cleared = [
            ("scaling_group", "spot_strategy", json!("NoSpot")),
            ("scaling_group", "spot_price_limit", json!([])),
            ("scaling_group", "spot_instance_remedy", json!(false)),
            ("scaling_group", "compensate_with_on_demand", json!(false)),
            ("scaling_group", "multi_az_policy", json!("PRIORITY")),
            ("scaling_group", "scaling_policy", json!("release")),
            ("scaling_group", "deploymentset_id", json!("")),
            ("scaling_group", "key_pair", json!("")),
            ("scaling_group", "data_disks", json!([])),
            ("scaling_group", "rds_instances", json!([])),
            ("scaling_group", "system_disk_encrypted", json!(false)),
            ("scaling_group", "system_disk_kms_key_id", json!("")),
            ("scaling_group", "system_disk_bursting_enabled", json!(false)),
            ("scaling_group", "system_disk_provisioned_iops", json!(0)),
            ("scaling_group", "system_disk_snapshot_policy_id", json!("")),
            ("kubernetes_config", "taints", json!([])),
            ("kubernetes_config", "unschedulable", json!(false)),
            ("kubernetes_config", "cpu_policy", json!("none")),
            ("kubernetes_config", "cms_enabled", json!(false)),
            ("kubernetes_config", "pre_user_data", json!("")),
            ("kubernetes_config", "user_data", json!("")),
            ("management", "enable", json!(false)),
        ];
        for (block, field, expected) in cleared {
            assert_eq!(record[block][field], expected, "{block}.{field}");
        }
        let own = ["ack.aliyun.com", "alibabacloud.com/nodepool-id"];
        assert_eq!(keys(&record["kubernetes_config"]["labels"]), own);
        assert_eq!(keys(&record["scaling_group"]["tags"]), own);
        scene.destroy()?;

        // The same in a create, where the service's role can be named, too.
        scene.configure(EVERYTHING);
        scene.workspace.converge();
        assert_eq!(scene.pool()?["record"]["scaling_group"]["ram_role_name"], "KubernetesWorkerRole-workers");
        assert_eq!(scene.changes()?, Vec::<Value>::new());
        scene.destroy()?;
    }
    Ok(())
}

/// R01, R02: whether the service leaves out what was never set, or shows it as nothing or as null, is not documented. All
/// of it means the same.
#[test]
fn what_was_never_set_may_read_as_anything_empty() -> anyhow::Result<()> {
    const CLUSTER: &str = r#"
resource "ack_cluster" "main" {
  name                = "empty"
  vpc_id              = "vpc-2"
  vswitch_ids         = ["vsw-1"]
  network_plugin      = "flannel"
  pod_cidr            = "10.80.0.0/16"
  deletion_protection = false
}
"#;
    // It is not Terraform's business, so one of them will do.
    let terraform = &Terraform::all_for_tests()[0];
    for unset in ["zero", "null"] {
        let scene = Scene::open(terraform)?;
        scene.simulator.assume(&json!({"unset_fields": unset}))?;
        for attributes in [EVERYTHING, ""] {
            let pool = node_pool("ack_cluster.main.id", "workers", attributes);
            scene.workspace.write("main.tf", &[CLUSTER, &pool].concat());
            scene.workspace.converge();
        }
        let cluster_id = scene.workspace.attribute("ack_cluster.main", "id");
        let cluster_id = cluster_id.as_str().unwrap_or_default();
        scene.workspace.reimport("ack_cluster.main", cluster_id);
        scene.workspace.reimport(ADDRESS, &format!("{cluster_id}:{}", scene.pool_id()?));
        scene.workspace.assert_plan_empty();
        let _ = scene.workspace.destroy().assert_success();
    }
    Ok(())
}

/// R14: a password reaches the service and nothing else; it is sent again when, and only when, its version changes.
#[test]
fn a_password_reaches_the_service_and_neither_plan_nor_state() -> anyhow::Result<()> {
    const FIRST: &str = "First-Secret-4711";
    const SECOND: &str = "Second-Secret-4712";
    const THIRD: &str = "Third-Secret-4713";
    for terraform in Terraform::one_for_tests() {
        if terraform.version() < Version(1, 11, 0) {
            skip("write-only passwords", terraform);
            continue;
        }
        let mut scene = Scene::open(terraform)?;
        scene.workspace.write(
            "variables.tf",
            "variable \"password\" {\n  type      = string\n  sensitive = true\n  ephemeral = true\n}\n",
        );
        scene.workspace.environment_mut().set("TF_VAR_password", FIRST);
        scene.configure("password = var.password\npassword_version = 1\nkey_pair = \"operations\"");
        // To `validate` the variable is unknown, and may come to be null.
        let _ =
            scene.workspace.plan().assert_failure().assert_says("`key_pair` cannot be set together with `password`");

        // At the loudest log level of the provider.
        scene.workspace.environment_mut().set("TF_LOG_PROVIDER", "TRACE");
        let secretless = |scene: &Scene, run: Run| {
            for secret in [FIRST, SECOND] {
                let run = run.clone().assert_silent_about(secret);
                let state = scene.workspace.read("terraform.tfstate");
                assert!(!String::from_utf8_lossy(&state).contains(secret), "the state holds the password\n{run}");
            }
        };
        let passwords = |scene: &Scene, operation: &str| -> anyhow::Result<Vec<Value>> {
            let requests = scene.simulator.requests_of(operation)?;
            Ok(requests.into_iter().map(|request| request.body["scaling_group"]["login_password"].clone()).collect())
        };
        scene.configure("password = var.password\npassword_version = 1");
        let plan = scene.workspace.plan_json().to_string();
        assert!(!plan.contains(FIRST), "the plan holds the password");
        secretless(&scene, scene.workspace.apply().assert_success());
        // The log masks it.
        assert_eq!(passwords(&scene, "CreateClusterNodePool")?, ["******"]);
        assert_eq!(scene.attribute("password"), Value::Null);

        scene.workspace.environment_mut().set("TF_VAR_password", SECOND);
        scene.workspace.assert_plan_empty();
        scene.changes()?;
        scene.configure("password = var.password\npassword_version = 2");
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        secretless(&scene, scene.workspace.apply().assert_success());
        scene.workspace.assert_plan_empty();
        assert_eq!(scene.changes()?, [json!({"scaling_group": {"login_password": "******"}})]);

        // A weak one is told by the plan, without a word of it.
        scene.workspace.environment_mut().set("TF_VAR_password", "lower-case-only");
        scene.configure("password = var.password\npassword_version = 3");
        let _ = scene
            .workspace
            .plan()
            .assert_failure()
            .assert_says("must have at least three of")
            .assert_says("password = var.password")
            .assert_silent_about("lower-case-only");

        // A rotation that the service refuses stays to be done.
        scene.workspace.environment_mut().set("TF_VAR_password", THIRD);
        let (code, text) = ("InvalidParameter.LoginPassword", "it was used before");
        scene.simulator.add_fault(&Fault::error("ModifyClusterNodePool", 400, code, text).times(1))?;
        let _ = scene
            .workspace
            .apply()
            .assert_failure()
            .assert_says(code)
            .assert_says(text)
            .assert_says("password = var.password")
            .assert_silent_about(THIRD);
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.destroy()?;
    }
    Ok(())
}

/// R09: what only a new pool can have replaces it, and the plan names the attribute.
#[test]
fn a_change_of_the_login_user_replaces_the_pool() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("");
        scene.workspace.converge();
        let before = scene.pool_id()?;
        scene.configure("login_as_non_root = true");
        scene.workspace.assert_planned(&[(ADDRESS, Action::Replace)]);
        let plan = scene.workspace.plan_json();
        assert_eq!(plan["resource_changes"][0]["change"]["replace_paths"], json!([["login_as_non_root"]]));
        scene.workspace.converge();
        let after = scene.pool()?;
        assert_ne!(after["id"], before);
        assert_eq!(after["record"]["scaling_group"]["login_as_non_root"], true);
        scene.destroy()?;
    }
    Ok(())
}
