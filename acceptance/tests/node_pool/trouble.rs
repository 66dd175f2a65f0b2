//! What others do meanwhile: a busy or failing service, and somebody who deletes.

use acceptance::{Action, Fault, LoggedRequest, Run, Target, Terraform};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene, node_pool, wait_until};

/// R19: a cluster that bears one operation at a time makes pools wait for each other, not fail.
#[test]
fn ten_pools_come_and_go_one_at_a_time() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.simulator.assume(&json!({"exclusivity": "cluster"}))?;
        scene.configure_with_name("workers-${count.index}", "count = 10");
        let _ = scene.workspace.apply_with(&["-parallelism=10"]).assert_success();
        scene.workspace.assert_plan_empty();
        let names = sorted_names(&scene.pools()?);
        assert_eq!(names, (0..10).map(|i| format!("workers-{i}")).collect::<Vec<_>>());
        let _ = scene.workspace.run(&["destroy", "-auto-approve", "-no-color", "-parallelism=10"]).assert_success();
        assert_eq!(scene.pools()?, Vec::<Value>::new());
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

/// R20, R21: throttling, server errors and lost answers are not the user's business, and make no pool twice.
#[test]
fn a_bad_day_of_the_service_shows_nowhere() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        for fault in [
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
        scene.configure_with_name("workers-${count.index}", "count = 4");
        without_trouble(scene.workspace.apply());
        assert_eq!(sorted_names(&scene.pools()?), ["workers-0", "workers-1", "workers-2", "workers-3"]);
        without_trouble(scene.workspace.destroy());
        assert_eq!(scene.pools()?, Vec::<Value>::new());

        let requests = scene.simulator.requests()?;
        let count = |is: &dyn Fn(&LoggedRequest) -> bool| requests.iter().filter(|request| is(request)).count();
        assert!(count(&|request| request.code == "Throttling.User") >= 5, "the service was not bad enough");
        assert!(count(&|request| request.dropped) >= 3, "the service was not bad enough");
        // No answer that was lost made a second pool of the same name, not even one that came and went.
        let tasks = scene.simulator.snapshot()?["tasks"].take();
        let created = tasks.as_array().into_iter().flatten().filter(|task| task["kind"] == "nodepool_create").count();
        assert_eq!(created, 4, "{tasks}");
    }
    Ok(())
}

/// R23: a cluster that is gone takes its pools with it; the next apply makes both again.
#[test]
fn a_pool_whose_cluster_is_gone_is_gone() -> anyhow::Result<()> {
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
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.workspace.write("cluster.tf", CLUSTER);
        scene.workspace.write("main.tf", &node_pool("ack_cluster.main.id", "workers", ""));
        scene.apply();
        let gone = scene.attribute("cluster_id");
        scene.simulator.delete(&Target::cluster(gone.as_str().context("no cluster in the state")?))?;
        scene.workspace.assert_planned(&[("ack_cluster.main", Action::Create), (ADDRESS, Action::Create)]);
        scene.apply();
        assert_ne!(scene.attribute("cluster_id"), gone);
        assert_eq!(scene.pools()?.len(), 1);

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
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("desired_size = 1");
        scene.apply();
        let before = scene.pool_id()?;
        scene.drift(&json!({"status": {"state": "deleting"}}))?;
        scene.workspace.assert_planned(&[(ADDRESS, Action::Create)]);
        let _ = scene.workspace.plan().assert_says("The node pool is being deleted");
        scene.simulator.delete(&Target::node_pool(&scene.cluster_id, &before))?;
        scene.workspace.assert_planned(&[(ADDRESS, Action::Create)]);
        scene.apply();
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
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("");
        scene.apply();
        let while_busy = |operation: &'static str, command: &(dyn Fn() -> Run + Sync)| -> anyhow::Result<()> {
            scene.simulator.clear_requests()?;
            scene.drift(&json!({"status": {"state": "updating"}}))?;
            std::thread::scope(|scope| {
                let run = scope.spawn(command);
                let refused = wait_until(|| {
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
        assert_eq!(scene.pools()?, Vec::<Value>::new());
    }
    Ok(())
}
