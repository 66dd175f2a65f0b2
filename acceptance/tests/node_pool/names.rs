//! R37: names that are made from a prefix, and replacements that are there before what they replace goes.

use acceptance::{Action, Terraform};
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene};

impl Scene {
    /// Configures a pool that is replaced by one that is there before. `attributes` name it, too.
    fn configure_replaceable(&self, attributes: &str) {
        let cluster_id = &self.cluster_id;
        self.workspace.write(
            "main.tf",
            &format!(
                r#"
resource "ack_node_pool" "workers" {{
  cluster_id     = "{cluster_id}"
  instance_types = ["ecs.g7.xlarge"]
  vswitch_ids    = ["vsw-1"]
  desired_size   = 2
{attributes}

  lifecycle {{
    create_before_destroy = true
  }}
}}

output "made" {{
  value = ack_node_pool.workers.id != null
}}
"#
            ),
        );
    }
}

/// The only task of this kind that the service has begun last.
fn last(tasks: &[Value], kind: &str) -> Value {
    tasks.iter().rfind(|task| task["kind"] == kind).cloned().unwrap_or_default()
}

/// There is no moment without nodes: the new pool is ready before the old one is deleted. With a name of its own that
/// cannot be, which is told before anything is made. `-replace` and a taint replace a pool by one of its name.
#[test]
fn a_replacement_with_a_made_name_is_ready_before_the_old_pool_goes() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure_replaceable("name_prefix = \"web-\"");
        let plan = scene.workspace.plan_json();
        assert_eq!(plan["output_changes"]["made"]["after"], json!(true), "that there will be an id is known");
        assert_eq!(plan["resource_changes"][0]["change"]["after_unknown"]["name"], json!(true));
        scene.workspace.converge();
        let (old, name) = (scene.pool_id()?, scene.attribute("name"));
        assert!(name.as_str().is_some_and(|name| name.starts_with("web-") && name.len() == 30), "{name}");

        scene.configure_replaceable("name_prefix = \"web-\"\nlogin_as_non_root = true");
        let plan = scene.workspace.plan_json();
        assert_eq!(plan["resource_changes"][0]["change"]["actions"], json!(["create", "delete"]));
        scene.workspace.converge();
        assert_ne!(scene.pool_id()?, old);
        assert_ne!(scene.attribute("name"), name);
        let tasks = scene.simulator.tasks()?;
        let (create, delete) = (last(&tasks, "nodepool_create"), last(&tasks, "nodepool_delete"));
        let at = |task: &Value, what: &str| task[what].as_str().unwrap_or_default().parse::<jiff::Timestamp>();
        assert!(at(&create, "updated")? <= at(&delete, "created")?, "{create}\n{delete}");

        // A fixed name is taken by the old pool: nothing is made, nothing is destroyed.
        scene.configure_replaceable("name = \"workers\"\nlogin_as_non_root = true");
        scene.workspace.converge();
        let before = scene.pool()?;
        scene.configure_replaceable("name = \"workers\"");
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("The cluster already has a node pool named \"workers\"")
            .assert_says("To replace a node pool with `create_before_destroy`, set `name_prefix`");
        assert_eq!(scene.pool()?, before);
        // What it advises works: the pool that Terraform has put aside goes when the new one is ready.
        for name in ["name_prefix = \"workers-\"", "name = \"workers\""] {
            scene.configure_replaceable(&format!("{name}\nlogin_as_non_root = true"));
            scene.workspace.converge();
        }

        // By name, too, a pool can be replaced by one that comes after it.
        let cluster_id = &scene.cluster_id;
        let pool = crate::scene::node_pool(&format!("\"{cluster_id}\""), "workers", "");
        scene.workspace.write("main.tf", &pool);
        scene.workspace.assert_planned(&[(ADDRESS, Action::Replace)]);
        let _ = scene.workspace.run(&["taint", ADDRESS]).assert_success();
        for arguments in [&[][..], &["-refresh=false"]] {
            let run = scene.workspace.plan_with(arguments);
            assert_eq!(run.exit_code, Some(2), "{run}");
        }
        let _ = scene.workspace.run(&["untaint", ADDRESS]).assert_success();

        // Another one of this name is refused by the plan, and so are two.
        let twice = crate::scene::node_pool_named("twice", &format!("\"{cluster_id}\""), "count = 2");
        scene.workspace.write("main.tf", &twice);
        let run = scene.workspace.plan().assert_failure();
        let _ = run.assert_says(&format!("Two new node pools of cluster {cluster_id} are named \"twice\""));
        let _ = scene.workspace.forget(ADDRESS).assert_success();
        scene.workspace.write("main.tf", &pool);
        let run = scene.workspace.plan().assert_failure();
        let _ = run.assert_says(&format!("terraform import <address> cn-hangzhou:{cluster_id}:{}", scene.pool_id()?));
    }
    Ok(())
}
