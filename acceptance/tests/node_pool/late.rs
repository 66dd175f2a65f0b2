//! Attributes that an existing pool cannot take, or cannot give back.

use acceptance::{Action, Terraform};
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene};

/// R10: a role that is written for a pool that exists is a warning, never a new pool and never a failure.
#[test]
fn a_role_that_comes_too_late_is_only_written_down() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("");
        scene.workspace.converge();
        let before = scene.pool()?;
        assert_eq!(scene.attribute("ram_role_name"), Value::Null);

        scene.configure("ram_role_name = \"KubernetesWorkerRole-late\"");
        for _ in ["after a create", "after an import"] {
            scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
            let _ = scene.workspace.plan().assert_says("`ram_role_name` has no effect on an existing node pool");
            scene.workspace.converge();
            assert_eq!(scene.attribute("ram_role_name"), "KubernetesWorkerRole-late");
            scene.workspace.reimport(ADDRESS, &format!("{}:{}", scene.cluster_id, scene.pool_id()?));
        }
        assert_eq!(scene.changes()?, Vec::<Value>::new());
        assert_eq!(scene.pool()?, before);
        scene.destroy()?;
    }
    Ok(())
}

/// The service goes on with an image that it was given: taking it back is refused, naming another one is not.
#[test]
fn an_image_of_the_users_is_changed_but_not_removed() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        scene.configure("image_id = \"m-bp1exampleexample0001\"");
        scene.workspace.converge();
        scene.changes()?;
        for without in ["", "image_type = \"ContainerOS\""] {
            scene.configure(without);
            let run = scene.workspace.plan().assert_failure();
            let _ = run
                .assert_says("`image_id` cannot be removed")
                .assert_says("would go on using m-bp1exampleexample0001 for new");
        }
        scene.configure("image_id = \"m-bp1exampleexample0002\"");
        scene.workspace.converge();
        assert_eq!(scene.changes()?, [json!({"scaling_group": {"image_id": "m-bp1exampleexample0002"}})]);
        scene.destroy()?;
    }
    Ok(())
}
