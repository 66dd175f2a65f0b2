//! Sizes: who decides how many nodes there are.

use acceptance::{Action, Terraform};
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene, node_count};

/// R06: a size that the service changes is no difference, and no change of something else touches it.
#[test]
fn the_autoscaler_is_left_alone() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let config = |team: &str| format!("scaling = {{ min = 1, max = 10 }}\nlabels = {{ team = \"{team}\" }}");
        scene.configure(&config("web"));
        scene.workspace.converge();
        scene.drift(&json!({"scaling_group": {"desired_size": 6}}))?;
        scene.workspace.assert_plan_empty();
        let limits = scene.pool()?["record"]["auto_scaling"].clone();
        assert_eq!(limits["max_instances"], 10);
        scene.changes()?;

        scene.configure(&config("shop"));
        scene.workspace.converge();
        let changes = scene.changes()?;
        assert_eq!(changes.len(), 1, "{changes:?}");
        assert_eq!(changes[0].get("auto_scaling"), None, "{changes:?}");
        assert_eq!(changes[0].get("scaling_group"), None, "{changes:?}");
        let pool = scene.pool()?;
        assert_eq!(pool["record"]["auto_scaling"], limits);
        assert_eq!(node_count(&pool), 6);
        assert_eq!(scene.attribute("current_size"), 6);
        assert_eq!(scene.attribute("desired_size"), Value::Null);
        scene.destroy()?;
    }
    Ok(())
}

/// R07: scaling comes and goes in place, each time in one call with everything about sizes in it.
#[test]
fn scaling_is_switched_on_and_off_in_place() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let change_to = |attributes: &str, sent: Value, nodes: usize| -> anyhow::Result<()> {
            scene.configure(attributes);
            scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
            scene.workspace.converge();
            assert_eq!(scene.changes()?, [sent], "{attributes}");
            assert_eq!(node_count(&scene.pool()?), nodes, "{attributes}");
            Ok(())
        };
        let limits = |min: i64, max: i64| json!({"enable": true, "min_instances": min, "max_instances": max});
        scene.configure("desired_size = 2");
        scene.workspace.converge();
        change_to("scaling = { min = 1, max = 5 }", json!({"auto_scaling": limits(1, 5)}), 2)?;
        change_to("scaling = { min = 3, max = 8 }", json!({"auto_scaling": limits(3, 8)}), 3)?;

        // Without a wish the nodes that are there stay, whatever their number was when Terraform last changed it.
        scene.drift(&json!({"scaling_group": {"desired_size": 4}}))?;
        let off = |size: i64| json!({"auto_scaling": {"enable": false}, "scaling_group": {"desired_size": size}});
        change_to("", off(4), 4)?;
        scene.drift(&json!({"scaling_group": {"desired_size": 3}}))?;
        scene.workspace.assert_plan_empty();

        change_to("scaling = { min = 2, max = 6 }", json!({"auto_scaling": limits(2, 6)}), 3)?;
        change_to("desired_size = 5", off(5), 5)?;
        assert_eq!(scene.pool()?["record"]["auto_scaling"]["enable"], false);
        scene.destroy()?;
    }
    Ok(())
}

/// R07, R09: what a pool can be scaled for is fixed when it is made, so scaling of another kind makes a new pool, also
/// where there was none; of the same kind it comes and goes.
#[test]
fn scaling_of_another_kind_is_planned_as_a_new_pool() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let scaling = |kind: &str| format!("scaling = {{ min = 1, max = 5, type = \"{kind}\" }}");
        scene.configure("desired_size = 1");
        scene.workspace.converge();
        let first = scene.pool_id()?;

        scene.configure(&scaling("spot"));
        let change = &scene.workspace.plan_json()["resource_changes"][0]["change"];
        assert_eq!(change["replace_paths"], json!([["scaling"]]));
        scene.workspace.converge();
        let second = scene.pool_id()?;
        assert_ne!(second, first);
        assert_eq!(scene.pool()?["record"]["auto_scaling"]["type"], "spot");

        for (attributes, action) in [
            ("desired_size = 1".to_owned(), Action::Update),
            (scaling("spot"), Action::Update),
            (String::new(), Action::Update),
            (scaling("cpu"), Action::Replace),
        ] {
            scene.configure(&attributes);
            scene.workspace.assert_planned(&[(ADDRESS, action)]);
            scene.workspace.converge();
        }
        assert_ne!(scene.pool_id()?, second);
        scene.destroy()?;
    }
    Ok(())
}

/// R08, R10: two wishes about one size are refused with what to do; a first size counts once; an attribute that only
/// counts at creation never replaces a pool for which it was not recorded.
#[test]
fn sizes_that_exclude_each_other_are_refused_and_a_first_size_never_differs() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let workspace = &scene.workspace;
        scene.configure("desired_size = 3\nscaling = { min = 1, max = 5 }");
        for run in [workspace.validate(), workspace.plan()] {
            let _ = run
                .assert_failure()
                .assert_says("`desired_size` cannot be set together with `scaling`")
                .assert_says("For the size at creation use `initial_size`");
        }
        assert_eq!(scene.simulator.requests()?.len(), 0);

        let scaling = "scaling = { min = 1, max = 5 }\n";
        scene.configure(&format!("{scaling}initial_size = 3"));
        scene.workspace.converge();
        let pool = scene.pool()?;
        assert_eq!(node_count(&pool), 3);
        assert_eq!(pool["record"]["auto_scaling"]["enable"], true);
        for other in ["initial_size = 4", ""] {
            scene.configure(&format!("{scaling}{other}"));
            workspace.assert_plan_empty();
        }

        workspace.reimport(ADDRESS, &format!("{}:{}", scene.cluster_id, scene.pool_id()?));
        scene.configure(&format!("{scaling}initial_size = 2"));
        workspace.assert_plan_empty();
        scene.configure(&format!("{scaling}ram_role_name = \"KubernetesWorkerRole-workers\""));
        workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.destroy()?;
    }
    Ok(())
}
