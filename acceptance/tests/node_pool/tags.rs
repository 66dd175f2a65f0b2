//! The provider's default tags.

use acceptance::{Action, Terraform};
use serde_json::{Value, json};

use crate::scene::{ADDRESS, Scene};

fn set_default_tags(scene: &Scene, tags: &str) {
    scene.workspace.write("provider.tf", &format!("provider \"ack\" {{\n  default_tags = {{ {tags} }}\n}}\n"));
}

/// The tags among these keys that the service has.
fn tags_of_the_service(scene: &Scene) -> anyhow::Result<Value> {
    let pool = scene.pool()?;
    let tags = pool["record"]["scaling_group"]["tags"].as_array().cloned().unwrap_or_default();
    let ours = tags.iter().filter(|tag| tag["key"] == "by" || tag["key"] == "stage");
    Ok(ours.map(|tag| (tag["key"].as_str().unwrap_or_default().to_owned(), tag["value"].clone())).collect())
}

#[test]
fn default_tags_reach_node_pools() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform)?;
        let all = |by: &str| json!({"by": by, "stage": "live"});
        set_default_tags(&scene, "by = \"terraform\", stage = \"dev\"");
        scene.configure("tags = { stage = \"live\" }");
        let plan = scene.workspace.plan_json();
        assert_eq!(plan["resource_changes"][0]["change"]["after"]["tags_all"], all("terraform"));
        scene.workspace.converge();
        assert_eq!(tags_of_the_service(&scene)?, all("terraform"));
        assert_eq!(
            (scene.attribute("tags"), scene.attribute("tags_all")),
            (json!({"stage": "live"}), all("terraform"))
        );

        scene.changes()?;
        set_default_tags(&scene, "by = \"tofu\", stage = \"dev\"");
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.workspace.converge();
        let mut changes = scene.changes()?;
        assert_eq!(changes.len(), 1, "{changes:?}");
        changes[0]["scaling_group"]["tags"].take();
        assert_eq!(changes, [json!({"scaling_group": {"tags": null}})]);
        assert_eq!(tags_of_the_service(&scene)?, all("tofu"));

        scene.workspace.reimport(ADDRESS, &format!("{}:{}", scene.cluster_id, scene.pool_id()?));
        scene.workspace.assert_plan_empty();

        // Somebody else's hand is on a default tag: it goes back.
        scene.drift(&json!({"scaling_group": {"tags": [{"key": "by", "value": "hand"}]}}))?;
        scene.workspace.assert_planned(&[(ADDRESS, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(tags_of_the_service(&scene)?, all("tofu"));

        set_default_tags(&scene, "\"acs:by\" = \"tofu\"");
        let plan = scene.workspace.plan().assert_failure();
        let _ = plan.assert_says("Invalid `tags` in combination with the provider's `default_tags`");
        set_default_tags(&scene, "");
        scene.workspace.converge();
        assert_eq!(tags_of_the_service(&scene)?, json!({"stage": "live"}));
        scene.destroy()?;
    }
    Ok(())
}
