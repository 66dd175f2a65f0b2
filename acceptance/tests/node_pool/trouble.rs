//! What others do meanwhile: a busy or failing service, and somebody who deletes.

use std::time::Duration;

use acceptance::{Action, Fault, LoggedRequest, Run, Target, Terraform, wait_until};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene, node_pool, node_pool_named};

/// R19: a cluster that bears one operation at a time makes pools wait for each other, not fail.
#[test]
fn ten_pools_come_and_go_one_at_a_time() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.simulator.assume(&json!({"exclusivity": "cluster"}))?;
        scene.configure_with_name("workers-${count.index}", "count = 10");
        let _ = scene.workspace.apply_with(&["-parallelism=10"]).assert_success();
        scene.workspace.assert_plan_empty();
        let names = sorted_names(&scene.simulator.node_pools()?);
        assert_eq!(names, (0..10).map(|i| format!("workers-{i}")).collect::<Vec<_>>());
        let _ = scene.workspace.run(&["destroy", "-auto-approve", "-no-color", "-parallelism=10"]).assert_success();
        assert_eq!(scene.simulator.node_pools()?, Vec::<Value>::new());
        for operation in ["CreateClusterNodePool", "DeleteClusterNodepool"] {
            let requests = scene.simulator.requests_of(operation)?;
            let (accepted, refused): (Vec<_>, Vec<_>) = requests.iter().partition(|request| request.code.is_empty());
            assert_eq!(accepted.len(), 10, "{operation}");
            assert!(refused.iter().any(|request| request.code == "ErrorClusterState"), "{operation} never had to wait");
        }
    }
    Ok(())
}

fn sorted_names(pools: &[Value]) -> Vec<String> {
    let name = |pool: &Value| pool["record"]["nodepool_info"]["name"].as_str().unwrap_or_default().to_owned();
    let mut names: Vec<_> = pools.iter().map(name).collect();
    names.sort();
    names
}

/// A cluster of its own.
const CLUSTER: &str = r#"
resource "ack_cluster" "main" {
  name           = "replacement"
  spec           = "ack.pro.small"
  vpc_id         = "vpc-bp1exampleexample0002"
  vswitch_ids    = ["vsw-bp1exampleexample000h", "vsw-bp1exampleexample000i"]
  network_plugin = "flannel"
  pod_cidr       = "10.80.0.0/16"

  deletion_protection = false
}
"#;

const ADDON: &str = r#"
resource "ack_addon" "logs" {
  cluster_id = ack_cluster.main.id
  name       = "loongcollector"
}
"#;

/// R20, R21: throttling, server errors, resets of idle connections and lost answers are not the user's business, and make
/// no pool twice.
#[test]
fn a_bad_day_of_the_service_shows_nowhere() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        for fault in [
            Fault::idle_reset("*", Duration::from_millis(300)).times(8),
            Fault::drop_after("CreateClusterNodePool").times(1),
            Fault::drop_before("CreateClusterNodePool").skip(1).times(1),
            Fault::drop_after("DeleteClusterNodepool").times(1),
            Fault::drop_after("*").probability(0.03),
            Fault::error("*", 503, "Throttling.User", "too many requests").probability(0.3),
            Fault::error("*", 500, "InternalError", "an accident").probability(0.05),
        ] {
            scene.simulator.add_fault(&fault)?;
        }
        let without_trouble = |run: Run| {
            let mut run = run.assert_success();
            for word in ["Error", "Warning", "Throttling", "accident"] {
                run = run.assert_silent_about(word);
            }
        };
        let pools = node_pool("ack_cluster.main.id", "workers-${count.index}", "count = 4");
        scene.workspace.write("main.tf", &[CLUSTER, &pools, ADDON].concat());
        without_trouble(scene.workspace.apply());
        without_trouble(scene.workspace.plan());
        assert_eq!(sorted_names(&scene.simulator.node_pools()?), ["workers-0", "workers-1", "workers-2", "workers-3"]);
        without_trouble(scene.workspace.destroy());
        assert_eq!(scene.simulator.node_pools()?, Vec::<Value>::new());

        let requests = scene.simulator.requests()?;
        let count = |is: &dyn Fn(&LoggedRequest) -> bool| requests.iter().filter(|request| is(request)).count();
        let lost = |request: &LoggedRequest| request.dropped && request.status == 0;
        let answer_lost = |request: &LoggedRequest| request.dropped && request.status != 0;
        let refused = |request: &LoggedRequest| ["Throttling.User", "InternalError"].contains(&request.code.as_str());
        let counts = (count(&refused), count(&lost), count(&answer_lost));
        assert!(counts.0 >= 5 && counts.1 >= 5 && counts.2 >= 2, "the service was not bad enough: {counts:?}");
        // No answer that was lost made a second pool of the same name, not even one that came and went.
        let tasks = scene.simulator.tasks()?;
        let created = tasks.iter().filter(|task| task["kind"] == "nodepool_create").count();
        assert_eq!(created, 4, "{tasks:?}");
    }
    Ok(())
}

/// R23: a cluster that is gone takes its pools with it; the next apply makes both again.
#[test]
fn a_pool_whose_cluster_is_gone_is_gone() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.workspace.write("cluster.tf", CLUSTER);
        scene.workspace.write("main.tf", &node_pool("ack_cluster.main.id", "workers", ""));
        scene.workspace.converge();
        let gone = scene.attribute("cluster_id");
        scene.simulator.delete(&Target::cluster(gone.as_str().context("no cluster in the state")?))?;
        scene.workspace.assert_planned(&[("ack_cluster.main", Action::Create), (ADDRESS, Action::Create)]);
        scene.workspace.converge();
        assert_ne!(scene.attribute("cluster_id"), gone);
        assert_eq!(scene.simulator.node_pools()?.len(), 1);

        // Destroy does not need what is gone either, not even when it does not look first.
        let cluster_id = scene.attribute("cluster_id");
        scene.simulator.delete(&Target::cluster(cluster_id.as_str().context("no cluster in the state")?))?;
        let destroy = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
        let _ = scene.workspace.run(&destroy).assert_success();
        assert_eq!(scene.workspace.resource(ADDRESS), None);
    }
    Ok(())
}

/// R23: a pool that somebody else deletes is made again, also while it is still going.
#[test]
fn a_pool_that_somebody_else_deletes_is_created_again() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("desired_size = 1");
        scene.workspace.converge();
        let before = scene.pool_id()?;
        scene.drift(&json!({"status": {"state": "deleting"}}))?;
        scene.workspace.assert_planned(&[(ADDRESS, Action::Replace)]);
        let _ = scene.workspace.plan().assert_says("The node pool is being deleted");
        scene.simulator.delete(&Target::node_pool(&scene.cluster_id, &before))?;
        scene.workspace.assert_planned(&[(ADDRESS, Action::Create)]);
        scene.workspace.converge();
        assert_ne!(scene.pool_id()?, before);

        // A pool that goes between the plan and the destroy is as good as destroyed.
        scene.simulator.delete(&Target::node_pool(&scene.cluster_id, &scene.pool_id()?))?;
        let _ = scene.workspace.run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"]).assert_success();
        assert_eq!(scene.workspace.resource(ADDRESS), None);
    }
    Ok(())
}

/// R19: a pool that is busy with something else is waited for, by a change and by a destroy.
#[test]
fn a_busy_pool_is_waited_for() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("");
        scene.workspace.converge();
        let while_busy = |operation: &'static str, command: &(dyn Fn() -> Run + Sync)| -> anyhow::Result<()> {
            scene.simulator.clear_requests()?;
            scene.drift(&json!({"status": {"state": "updating"}}))?;
            std::thread::scope(|scope| {
                let run = scope.spawn(command);
                let refused = wait_until("a refusal", || {
                    let requests = scene.simulator.requests_of(operation)?;
                    Ok(requests.iter().any(|request| request.code == "InvalidNodePoolStatus.Forbidden"))
                });
                scene.drift(&json!({"status": {"state": "active"}}))?;
                let run = run.join().map_err(|_| anyhow::anyhow!("{operation}: Terraform did not start"))?;
                let _ = run.assert_success();
                refused.with_context(|| format!("{operation} was never tried on the busy pool"))
            })
        };
        scene.configure("labels = { team = \"web\" }");
        while_busy("ModifyClusterNodePool", &|| scene.workspace.apply())?;
        scene.workspace.assert_plan_empty();
        assert_eq!(scene.changes()?.len(), 1);
        while_busy("DeleteClusterNodepool", &|| scene.workspace.destroy())?;
        assert_eq!(scene.simulator.node_pools()?, Vec::<Value>::new());
    }
    Ok(())
}

/// Attributes, the configuration that changes each, and the field of the change that carries it.
const CHANGES: [(&str, &str, &str); 8] = [
    ("name", "", "nodepool_info.name"),
    ("desired_size", "desired_size = 1", "scaling_group.desired_size"),
    ("scaling", "scaling = { min = 0, max = 3 }", "auto_scaling.enable"),
    ("key_pair", "key_pair = \"operations\"", "scaling_group.key_pair"),
    ("system_disk.size", "system_disk = { size = 200 }", "scaling_group.system_disk_size"),
    ("labels[\"team\"]", "labels = { team = \"web\" }", "kubernetes_config.labels"),
    ("tags[\"stage\"]", "tags = { stage = \"test\" }", "scaling_group.tags"),
    ("management", "management = {}", "management.enable"),
];

/// R04: a field that the service accepts and ignores is an error that names the attribute, of a change at once and of a
/// creation by a warning first; the next apply sends it again. Every attribute has its row in the provider's own tests.
#[test]
fn an_ignored_field_is_named() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let cluster_id = format!("\"{}\"", scene.cluster_id);
        let pools = |attributes: &dyn Fn(usize) -> String| -> String {
            (0..CHANGES.len()).map(|i| node_pool_named(&format!("pool-{i}"), &cluster_id, &attributes(i))).collect()
        };
        scene.workspace.write("main.tf", &pools(&|_| String::new()));
        scene.workspace.converge();

        // All in one apply, because each is read for a while before it counts as ignored.
        for (_, _, field) in CHANGES {
            scene.simulator.add_fault(&Fault::ignore_field("ModifyClusterNodePool", field))?;
        }
        scene.simulator.add_fault(&Fault::ignore_field("CreateClusterNodePool", "kubernetes_config.cpu_policy"))?;
        let changed = pools(&|i| CHANGES[i].1.to_owned()).replace("name           = \"pool-0\"", "name = \"renamed\"");
        let created = node_pool_named("new", &cluster_id, "cpu_policy = \"static\"");
        scene.workspace.write("main.tf", &[changed, created].concat());
        let mut run = scene.workspace.apply().assert_failure();
        for (attribute, ..) in CHANGES.iter().chain(&[("cpu_policy", "", "")]) {
            run = run.assert_says(&format!("The service did not apply `{attribute}`"));
        }
        assert_eq!(run.words().matches("did not apply").count(), CHANGES.len() + 1, "{run}");

        scene.simulator.clear_faults()?;
        let planned: Vec<_> = scene.workspace.planned_actions().into_iter().map(|(_, action)| action).collect();
        assert_eq!(planned, vec![Action::Update; CHANGES.len() + 1]);
        scene.workspace.converge();
        scene.destroy()?;
    }
    Ok(())
}

/// R23: a pool that failed is told by the plan, with what the service says of it; it can be destroyed, and a create that
/// failed can be done again.
#[test]
fn a_failed_pool_is_told_and_can_be_destroyed() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let no_stock = Fault::task("CreateClusterNodePool", "NoStock", "there are no such instances in the zone");
        scene.simulator.add_fault(&no_stock.times(1))?;
        scene.configure("desired_size = 1");
        let run = scene.workspace.apply().assert_failure();
        let _ = run.assert_says("Creating the node pool failed").assert_says("there are no such instances in the zone");
        let failed = scene.pool_id()?;
        assert_eq!(scene.attribute("id"), json!(failed), "what failed is in the state");
        let _ = scene.workspace.plan().assert_says("The node pool is in a failed state").assert_says(&failed);
        scene.workspace.assert_planned(&[(ADDRESS, Action::Replace)]);
        scene.workspace.converge();
        assert_ne!(scene.pool_id()?, failed);

        // One that fails later is not thrown away: the plan tells, a change is refused, and a destroy works.
        scene.drift(&json!({"status": {"state": "failed"}}))?;
        let plan = scene.workspace.plan();
        assert_eq!(plan.exit_code, Some(0), "{plan}");
        let _ = plan.assert_says("The node pool is in a failed state").assert_says("Destroy it, or replace it");
        scene.configure("desired_size = 2");
        let run = scene.workspace.apply().assert_failure().assert_says("The node pool cannot be changed");
        let _ = run.assert_says("`terraform apply -replace=<address>`");
        let _ = scene.workspace.apply_with(&["-replace=ack_node_pool.workers"]).assert_success();
        scene.workspace.assert_plan_empty();
        scene.destroy()?;
    }
    Ok(())
}
