//! Whatever cuts an apply short, the next one brings it to its end: it succeeds, leaves nothing to do, and there is one
//! object of each kind.
#![cfg(unix)]

use std::time::{Duration, Instant};

use acceptance::{Action, Fault, LoggedRequest, Run, Simulator, Target, Terraform, Workspace, wait_until};
use anyhow::Context as _;
use serde_json::{Value, json};

/// How long Terraform may take to end once it was interrupted. The operations themselves are told to end in two seconds;
/// the rest is Terraform, on a machine that is busy with other tests.
const END_BOUND: Duration = Duration::from_secs(10);

const CLUSTER: &str = "ack_cluster.main";
const POOL: &str = "ack_node_pool.main";
const ADDON: &str = "ack_addon.main";

/// A simulator and a workspace that works against it.
struct Scene {
    simulator: Simulator,
    workspace: Workspace,
}

impl Scene {
    fn open(terraform: &Terraform) -> anyhow::Result<Self> {
        let simulator = Simulator::start()?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        let scene = Self { simulator, workspace };
        scene.write_cluster("1.35");
        Ok(scene)
    }

    /// A scene in which a cluster is looked for once before it is made, and not twice: what comes after that look is its
    /// creation.
    fn open_with_one_look(terraform: &Terraform) -> anyhow::Result<Self> {
        let mut scene = Self::open(terraform)?;
        scene.workspace.environment_mut().set("ACK_READ_LAG_SECONDS", "0");
        Ok(scene)
    }

    /// A cluster with deletion protection, which is the default and the last step of a creation.
    fn write_cluster(&self, version: &str) {
        self.workspace.write(
            "cluster.tf",
            &format!(
                r#"
resource "ack_cluster" "main" {{
  name           = "main"
  version        = "{version}"
  vpc_id         = "vpc-1"
  vswitch_ids    = ["vsw-1"]
  network_plugin = "flannel"
  pod_cidr       = "10.64.0.0/16"
}}
"#
            ),
        );
    }

    fn write_pool(&self, size: u32) {
        self.workspace.write("pool.tf", &pool("main", size));
    }

    /// An add-on that no cluster comes with.
    fn write_addon(&self) {
        self.workspace.write(
            "addon.tf",
            r#"
resource "ack_addon" "main" {
  cluster_id = ack_cluster.main.id
  name       = "loongcollector"
}
"#,
        );
    }

    /// The state in which the service has the add-on; null without one.
    fn addon_state(&self) -> anyhow::Result<Value> {
        Ok(self.simulator.cluster()?["addons"]["loongcollector"]["state"].take())
    }

    /// Applies, and interrupts once the simulator has been asked for `operation`. The command ends soon, although
    /// what it waits for goes on.
    fn apply_interrupted_at(&self, operation: &str) -> anyhow::Result<Run> {
        self.apply_interrupted_when(operation, |_| true)
    }

    /// The same for a request among those of the operation.
    fn apply_interrupted_when(
        &self,
        operation: &str,
        is_meant: impl Fn(&LoggedRequest) -> bool,
    ) -> anyhow::Result<Run> {
        self.simulator.clear_requests()?;
        let mut interrupted = None;
        let run = self.workspace.apply_interrupted(|| {
            let came = self.simulator.accepted(operation).is_ok_and(|requests| requests.iter().any(&is_meant));
            interrupted = came.then(Instant::now);
            came
        })?;
        let took = interrupted.context("never interrupted")?.elapsed();
        assert!(took < END_BOUND, "Terraform went on for {took:?} after the interrupt\n{run}");
        Ok(run.assert_failure().assert_says("Interrupt received"))
    }

    fn id_in_state(&self, address: &str) -> Option<String> {
        self.workspace.attribute(address, "id").as_str().map(str::to_owned)
    }

    /// Applies once more: that ends what was begun. Returns the one cluster that there is.
    #[track_caller]
    fn converge(&self, pools: usize) -> anyhow::Result<Value> {
        self.workspace.converge();
        // An apply that finds nothing to change does not wait for nodes that are still on their way.
        wait_until("active node pools", || {
            Ok(self.simulator.node_pools()?.iter().all(|pool| pool["record"]["status"]["state"] == "active"))
        })?;
        let cluster = self.simulator.cluster()?;
        assert_eq!(cluster["detail"]["state"], "running");
        assert_eq!(cluster["detail"]["deletion_protection"], true, "the creation was never completed");
        assert_eq!(self.id_in_state(CLUSTER).as_deref(), cluster["id"].as_str());
        let found = cluster["node_pools"].as_object().context("the cluster has no node pools")?;
        let ids: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(ids.len(), pools, "{ids:?}");
        if pools == 1 {
            assert_eq!(self.id_in_state(POOL).as_deref(), Some(ids[0]));
        }
        Ok(cluster)
    }
}

fn pool(name: &str, size: u32) -> String {
    format!(
        r#"
resource "ack_node_pool" "{name}" {{
  cluster_id     = ack_cluster.main.id
  name           = "{name}"
  instance_types = ["ecs.g7.xlarge"]
  vswitch_ids    = ["vsw-1"]
  key_pair       = "operations"
  desired_size   = {size}
}}
"#
    )
}

/// The number of nodes in the only pool.
fn node_count(cluster: &Value) -> Option<usize> {
    let pool = cluster["node_pools"].as_object()?.values().next()?;
    pool["nodes"].as_array().map(Vec::len)
}

/// R22: a time limit that is over while the service works on the cluster. What took long is no reason to destroy it.
#[test]
fn a_cluster_that_takes_longer_than_its_limit_is_finished_by_the_next_apply() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open_with_one_look(terraform)?;
        let config = String::from_utf8(scene.workspace.read("cluster.tf"))?;
        scene.workspace.write("cluster.tf", &config.replace("}\n", "  timeouts = { create = \"1s\" }\n}\n"));
        scene.simulator.stop_clock()?;
        let _ = scene
            .workspace
            .apply()
            .assert_success()
            .assert_says("Warning: Creating the cluster took longer than 1s")
            .assert_says("raise `timeouts.create`");
        let id = scene.id_in_state(CLUSTER).context("the cluster is not in the state")?;

        scene.simulator.run_clock(6000.0)?;
        wait_until("a running cluster", || Ok(scene.simulator.cluster()?["detail"]["state"] == "running"))?;
        scene.workspace.assert_planned(&[(CLUSTER, Action::Update)]);
        assert_eq!(scene.converge(0)?["id"], json!(id));
        assert!(scene.workspace.attribute(CLUSTER, "api_server_intranet_endpoint").is_string());
    }
    Ok(())
}

/// R22: Ctrl-C while the service works on the cluster.
#[test]
fn a_cluster_whose_creation_was_interrupted_is_finished_by_the_next_apply() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.write_pool(1);
        scene.simulator.stop_clock()?;
        let run = scene.apply_interrupted_at("DescribeTaskInfo")?;
        let id = scene.id_in_state(CLUSTER);
        assert!(id.is_some(), "the cluster is not in the state\n{run}");

        // It is still being created when the next apply begins.
        scene.simulator.run_clock(150.0)?;
        let cluster = scene.converge(1)?;
        assert_eq!(cluster["id"].as_str(), id.as_deref(), "it was made again");
        assert_eq!(scene.simulator.accepted("CreateCluster")?.len(), 1);
        assert!(scene.simulator.requests_of("DeleteCluster")?.is_empty());
    }
    Ok(())
}

/// R22: SIGTERM to Terraform and the provider, while the call that creates the cluster is under way, and while its task is.
#[test]
fn a_stopped_run_keeps_the_id_of_its_cluster() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        for operation in ["DescribeClustersForRegion", "DescribeTaskInfo"] {
            let scene = Scene::open_with_one_look(terraform)?;
            scene.simulator.add_fault(&Fault::delay("CreateCluster", Duration::from_millis(500)))?;
            // The plan lists clusters, too, without a name.
            let begun = |request: &LoggedRequest| operation == "DescribeTaskInfo" || is_by_name(request);
            let run = scene
                .workspace
                .apply_terminated(|| scene.simulator.accepted(operation).is_ok_and(|all| all.iter().any(begun)))?;
            assert!(scene.id_in_state(CLUSTER).is_some(), "{operation}: the cluster is not in the state\n{run}");
            let _ = scene.converge(0)?;
            assert_eq!(scene.simulator.accepted("CreateCluster")?.len(), 1, "{operation}");
        }
    }
    Ok(())
}

/// R22: a run that was killed right behind the create call, and another one before the service lists the new cluster.
#[test]
fn a_killed_run_is_not_repeated_within_the_lag_of_lists() -> anyhow::Result<()> {
    // It is the provider that looks, so one Terraform will do.
    let terraform = &Terraform::all_for_tests()[0];
    let mut scene = Scene::open(terraform)?;
    // In the time of people. The plan of the second run takes less, and what the provider is told is more.
    scene.simulator.run_clock(1.0)?;
    scene.simulator.assume(&json!({"list_lag_seconds": 8}))?;
    scene.workspace.environment_mut().set("ACK_READ_LAG_SECONDS", "9");
    let _ = scene
        .workspace
        .apply_killed(|| scene.simulator.accepted("CreateCluster").is_ok_and(|requests| !requests.is_empty()))?;
    let orphan = scene.simulator.cluster()?["id"].as_str().context("a cluster has no id")?.to_owned();
    let run = scene.workspace.apply().assert_failure();
    let _ = run.assert_says(&format!("`terraform import <address> cn-hangzhou:{orphan}`"));
    assert_eq!(scene.simulator.clusters()?.len(), 1, "a twin");
    scene.simulator.run_clock(6000.0)?;
    let _ = scene.workspace.import(CLUSTER, &orphan).assert_success();
    let _ = scene.converge(0)?;
    Ok(())
}

/// R39: Ctrl-C while the service deletes the cluster. It is not gone before it is, and the next destroy waits for that.
#[test]
fn a_deletion_that_was_interrupted_is_waited_for() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        let config = String::from_utf8(scene.workspace.read("cluster.tf"))?;
        scene.workspace.write("cluster.tf", &config.replace("}\n", "  deletion_protection = false\n}\n"));
        let _ = scene.workspace.apply().assert_success();
        scene.simulator.clear_requests()?;
        scene.simulator.stop_clock()?;
        let destroy = ["destroy", "-auto-approve", "-input=false", "-no-color"];
        let deleting = || scene.simulator.accepted("DescribeTaskInfo").is_ok_and(|requests| !requests.is_empty());
        let run = scene.workspace.run_interrupted(&destroy, deleting)?.assert_failure();
        assert!(scene.id_in_state(CLUSTER).is_some(), "{run}");
        scene.workspace.assert_planned(&[(CLUSTER, Action::Replace)]);

        // Slow enough for the destroy to see it.
        scene.simulator.run_clock(60.0)?;
        let _ = scene.workspace.destroy().assert_success();
        assert!(scene.simulator.clusters()?.is_empty(), "it did not wait");
        assert_eq!(scene.id_in_state(CLUSTER), None);
    }
    Ok(())
}

/// The plan lists all clusters of the region; the creation asks for those of its name.
fn is_by_name(list: &LoggedRequest) -> bool {
    list.query.contains("name=")
}

/// R22: Ctrl-C while the call that creates the cluster is under way.
#[test]
fn an_interrupt_waits_for_the_id_of_a_cluster() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open_with_one_look(terraform)?;
        // Shorter than the grace that a call is given. The list is what is asked for right before.
        scene.simulator.add_fault(&Fault::delay("CreateCluster", Duration::from_millis(500)))?;
        let run = scene.apply_interrupted_when("DescribeClustersForRegion", is_by_name)?;
        assert!(scene.id_in_state(CLUSTER).is_some(), "the cluster is not in the state\n{run}");
        let _ = scene.converge(0)?;
        assert_eq!(scene.simulator.accepted("CreateCluster")?.len(), 1);
    }
    Ok(())
}

/// R22: the answer with the id comes too late. There is no second cluster, and the first one can be taken over.
#[test]
fn a_cluster_that_nobody_wrote_down_is_not_made_twice() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open_with_one_look(terraform)?;
        scene.simulator.add_fault(&Fault::delay("CreateCluster", Duration::from_secs(4)).times(1))?;
        let run = scene.apply_interrupted_when("DescribeClustersForRegion", is_by_name)?;
        assert_eq!(scene.id_in_state(CLUSTER), None, "{run}");
        // The service goes on with it.
        wait_until("the delayed creation", || Ok(!scene.simulator.clusters()?.is_empty()))?;
        let orphan = scene.simulator.cluster()?["id"].as_str().context("a cluster has no id")?.to_owned();
        let _ = scene
            .workspace
            .apply()
            .assert_failure()
            .assert_says(&format!("terraform import <address> cn-hangzhou:{orphan}"));
        assert_eq!(scene.simulator.clusters()?.len(), 1);
        let _ = scene.workspace.import(CLUSTER, &format!("cn-hangzhou:{orphan}")).assert_success();
        let _ = scene.converge(0)?;
        assert_eq!(scene.simulator.accepted("CreateCluster")?.len(), 1);
    }
    Ok(())
}

/// R22: Ctrl-C while the service works on a node pool.
#[test]
fn a_node_pool_whose_creation_was_interrupted_is_finished_by_the_next_apply() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let _ = scene.workspace.apply().assert_success();
        scene.write_pool(2);
        scene.simulator.stop_clock()?;
        let run = scene.apply_interrupted_at("DescribeTaskInfo")?;
        let id = scene.id_in_state(POOL);
        assert!(id.is_some(), "the node pool is not in the state\n{run}");

        scene.simulator.run_clock(100.0)?;
        let cluster = scene.converge(1)?;
        assert_eq!(scene.id_in_state(POOL), id, "it was made again");
        assert_eq!(node_count(&cluster), Some(2));
        assert_eq!(scene.simulator.accepted("CreateClusterNodePool")?.len(), 1);
        assert!(scene.simulator.requests_of("DeleteClusterNodepool")?.is_empty());
    }
    Ok(())
}

/// R22: Ctrl-C while the service upgrades the cluster, and while it changes the size of a node pool.
#[test]
fn an_interrupted_update_is_finished_by_the_next_apply() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.write_cluster("1.34");
        scene.write_pool(1);
        let _ = scene.workspace.apply().assert_success();

        scene.write_cluster("1.35");
        scene.simulator.stop_clock()?;
        let _ = scene.apply_interrupted_at("UpgradeCluster")?;
        scene.simulator.run_clock(150.0)?;
        let cluster = scene.converge(1)?;
        let version = cluster["detail"]["current_version"].as_str().unwrap_or_default();
        assert!(version.starts_with("1.35."), "{version}");
        assert_eq!(scene.simulator.accepted("UpgradeCluster")?.len(), 1, "it was upgraded twice");

        scene.write_pool(3);
        scene.simulator.stop_clock()?;
        let _ = scene.apply_interrupted_at("ModifyClusterNodePool")?;
        scene.simulator.run_clock(600.0)?;
        assert_eq!(node_count(&scene.converge(1)?), Some(3));
    }
    Ok(())
}

/// R22: Ctrl-C while the service installs an add-on.
#[test]
fn an_add_on_whose_install_was_interrupted_is_finished_by_the_next_apply() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let _ = scene.workspace.apply().assert_success();
        scene.write_addon();
        scene.simulator.stop_clock()?;
        let run = scene.apply_interrupted_at("DescribeTaskInfo")?;
        assert_eq!(scene.addon_state()?, "installing", "{run}");
        assert!(scene.workspace.resource(ADDON).is_some(), "the add-on is not in the state\n{run}");

        // It is still being installed when the next apply begins, which waits for it.
        scene.workspace.assert_planned(&[(ADDON, Action::Update)]);
        scene.simulator.run_clock(600.0)?;
        let _ = scene.converge(0)?;
        assert_eq!(scene.simulator.accepted("InstallClusterAddons")?.len(), 1);
        assert!(scene.simulator.requests_of("UnInstallClusterAddons")?.is_empty());
    }
    Ok(())
}

/// R21: the connection is cut when the service has carried a creation out.
#[test]
fn creations_without_an_answer_make_one_object_each() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.write_pool(1);
        scene.write_addon();
        for operation in ["CreateCluster", "CreateClusterNodePool", "InstallClusterAddons"] {
            scene.simulator.add_fault(&Fault::drop_after(operation).times(1))?;
        }
        // No error is shown, and nothing is left to a second apply.
        let _ = scene.converge(1)?;

        let creations = scene.simulator.requests_of("CreateCluster")?;
        assert!(creations.len() == 1 && creations[0].dropped, "{creations:?}");

        let creations = scene.simulator.requests_of("CreateClusterNodePool")?;
        assert!(creations[0].dropped && creations[0].status == 200, "{creations:?}");
        assert!(creations[1..].iter().all(|request| request.status >= 400), "a second pool was made: {creations:?}");

        assert_eq!(scene.addon_state()?, "active");
        let installs = scene.simulator.accepted("InstallClusterAddons")?;
        assert!(installs.len() == 1 && installs[0].dropped, "{installs:?}");
    }
    Ok(())
}

/// R20, R21: the creation of a cluster is sent again when there is no cluster of the first one, as the same operation, and
/// not when there is one: not even by a service that does not know the token again.
#[test]
fn a_cluster_is_made_once_whatever_becomes_of_the_answers() -> anyhow::Result<()> {
    // It is the provider that sends again, so one Terraform will do.
    let terraform = &Terraform::all_for_tests()[0];
    let simulator = Simulator::start()?;
    simulator.assume(&json!({"client_token_is_known_again": false}))?;
    let workspace = Workspace::initialised(terraform, &simulator)?;
    let scene = Scene { simulator, workspace };
    scene.write_cluster("1.35");
    for fault in [
        Fault::error("CreateCluster", 500, "InternalError", "an accident").times(1),
        Fault::drop_before("CreateCluster").times(1),
        Fault::drop_after("CreateCluster").times(1),
    ] {
        scene.simulator.add_fault(&fault)?;
    }
    let _ = scene.converge(0)?;
    let creations = scene.simulator.requests_of("CreateCluster")?;
    let tokens: Vec<&Value> = creations.iter().map(|request| &request.body["client_token"]).collect();
    assert!(tokens[0].is_string() && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert_eq!(creations.len(), 3, "{creations:?}");
    let tasks = scene.simulator.tasks()?;
    assert_eq!(tasks.iter().filter(|task| task["kind"] == "cluster_create").count(), 1, "{tasks:?}");
    Ok(())
}

/// R21: the same with changes of an add-on and its uninstall.
#[test]
fn changes_of_an_add_on_without_an_answer_are_made_once() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let simulator = Simulator::start()?;
        let cluster_id = simulator.seed_cluster(&[])?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        let configure = |version: &str, settings: &str| {
            workspace.write(
                "main.tf",
                &format!(
                    "resource \"ack_addon\" \"main\" {{\n  cluster_id = \"{cluster_id}\"\n  name = \"loongcollector\"\n  \
                     version = \"{version}\"\n  config = jsonencode({settings})\n}}\n"
                ),
            );
        };
        configure("v3.0.12-aliyun.1", "{}");
        workspace.converge();
        for operation in ["UpgradeClusterAddons", "ModifyClusterAddon", "UnInstallClusterAddons"] {
            simulator.add_fault(&Fault::drop_after(operation).times(1))?;
        }
        configure("v3.1.6-aliyun.1", "{}");
        workspace.converge();
        configure("v3.1.6-aliyun.1", r#"{ sls_project_name = "logs" }"#);
        workspace.converge();
        let addon = simulator.cluster()?["addons"]["loongcollector"].take();
        assert_eq!(addon["version"], "v3.1.6-aliyun.1");
        assert!(addon["config"].as_str().is_some_and(|config| config.contains("logs")), "{addon}");
        let _ = workspace.destroy().assert_success();
        assert_eq!(simulator.cluster()?["addons"].get("loongcollector"), None);

        for (operation, most) in [("UpgradeClusterAddons", 1), ("ModifyClusterAddon", 2), ("UnInstallClusterAddons", 1)]
        {
            let accepted = simulator.accepted(operation)?;
            assert!(accepted[0].dropped, "{accepted:?}");
            // The same settings once more are the same settings.
            assert!(accepted.len() <= most, "{accepted:?}");
        }
    }
    Ok(())
}

/// R24: a task that fails says why, and the next apply does again what failed.
#[test]
fn what_failed_is_done_again_by_the_next_apply() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.write_cluster("1.34");
        scene.write_pool(1);
        let fails = |operation: &str, code: &str| {
            scene.simulator.add_fault(&Fault::task(operation, code, "zone h is sold out").times(1))
        };
        let failing_apply = |code: &str| {
            let run = scene.workspace.apply().assert_failure();
            let _ = run.assert_says(code).assert_says("zone h is sold out").assert_says("Task: T-");
        };

        fails("CreateCluster", "NoStockOfSLB")?;
        failing_apply("NoStockOfSLB");
        scene.workspace.assert_planned(&[(CLUSTER, Action::Replace), (POOL, Action::Create)]);

        fails("CreateClusterNodePool", "NoStockOfECS")?;
        failing_apply("NoStockOfECS");
        scene.workspace.assert_planned(&[(POOL, Action::Replace)]);
        let _ = scene.converge(1)?;

        scene.write_cluster("1.35");
        fails("UpgradeCluster", "PreCheckFailed")?;
        failing_apply("PreCheckFailed");
        scene.workspace.assert_planned(&[(CLUSTER, Action::Update)]);
        let cluster = scene.converge(1)?;
        let version = cluster["detail"]["current_version"].as_str().unwrap_or_default();
        assert!(version.starts_with("1.35."), "{version}");
    }
    Ok(())
}

/// R19 in part: somebody else's operation, and operations of the same apply, are waited for.
#[test]
fn a_busy_cluster_is_waited_for() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let _ = scene.workspace.apply().assert_success();
        let id = scene.id_in_state(CLUSTER).context("the cluster is not in the state")?;
        let refusals = || -> anyhow::Result<usize> {
            let requests = scene.simulator.requests()?;
            Ok(requests.iter().filter(|request| request.code == "ErrorClusterState").count())
        };

        // The cluster is busy until the provider has been refused at least once.
        let put_into = |state: &str| scene.simulator.mutate(&Target::cluster(&id), &json!({"state": state}));
        scene.simulator.assume(&json!({"node_pool_operations_need_running_cluster": true}))?;
        scene.write_pool(1);
        put_into("updating")?;
        std::thread::scope(|scope| {
            let apply = scope.spawn(|| scene.workspace.apply());
            let refused = wait_until("a refusal", || Ok(refusals()? > 0 || apply.is_finished()));
            put_into("running")?;
            let _ = apply.join().expect("the apply panicked").assert_success();
            refused
        })?;
        assert!(refusals()? > 0, "it was never busy");
        let _ = scene.converge(1)?;

        // One operation at a time, and four at once: none of them needs to know of the others.
        scene.simulator.assume(&json!({"exclusivity": "cluster"}))?;
        scene.simulator.clear_requests()?;
        scene.workspace.write("more.tf", &[pool("one", 1), pool("two", 1), pool("three", 0)].concat());
        scene.write_addon();
        let _ = scene.converge(4)?;
        assert!(refusals()? > 0, "nothing was busy");
        assert_eq!(scene.simulator.accepted("CreateClusterNodePool")?.len(), 3);
    }
    Ok(())
}

/// R23: a cluster that is gone takes what it holds with it, and all is made again.
#[test]
fn a_deleted_cluster_is_made_again_with_all_that_it_held() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.write_pool(1);
        scene.write_addon();
        let cluster = scene.converge(1)?;
        let id = cluster["id"].as_str().context("a cluster has no id")?;
        scene.simulator.delete(&Target::cluster(id))?;
        let created = [CLUSTER, POOL, ADDON].map(|address| (address, Action::Create));
        scene.workspace.assert_planned(&created);
        assert_ne!(scene.converge(1)?["id"].as_str(), Some(id));
        assert_eq!(scene.addon_state()?, "active");
    }
    Ok(())
}
