//! Settings: whose keys are whose.

use acceptance::{Fault, Terraform};
use anyhow::Context as _;
use serde_json::json;

use crate::scene::{NEWEST_LOONGCOLLECTOR, Scene, json_text};

/// R01, R26: an install sends the settings and leaves nothing to do. Settings are compared as values and over the
/// user's keys alone: what the service adds, the order of keys and white space make no difference.
#[test]
fn settings_are_compared_as_values_over_the_users_keys() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let config = r#"
            name   = "loongcollector"
            config = jsonencode({ sls_project_name = "logs", retention = { days = 7, tier = "hot" } })"#;
        scene.configure(&[("logs", config)]);
        let _ = scene.workspace.apply().assert_success().assert_says("1 added, 0 changed, 0 destroyed");
        let wanted = json!({"sls_project_name": "logs", "retention": {"days": 7, "tier": "hot"}});

        let writes = scene.simulator.take_writes()?;
        assert_eq!(writes.len(), 1, "{writes:?}");
        let (operation, body) = &writes[0];
        assert_eq!(operation, "InstallClusterAddons");
        assert_eq!(body[0]["name"], "loongcollector");
        assert_eq!(body[0]["version"], NEWEST_LOONGCOLLECTOR, "without a version, the newest is installed");
        assert_eq!(json_text(&body[0]["config"])?, wanted);
        let mut with_default = wanted.clone();
        with_default["IngressDashboardEnabled"] = json!("false");
        assert_eq!(scene.settings("loongcollector")?, with_default, "the service adds a default");

        // The default is in neither the state nor the plan.
        scene.workspace.assert_plan_empty();
        let state = scene.workspace.resource("ack_addon.logs").context("it is not in the state")?;
        assert_eq!(json_text(&state["config"])?, wanted);
        assert_eq!((&state["version"], &state["state"]), (&json!(NEWEST_LOONGCOLLECTOR), &json!("active")));

        // The service spells its settings in another way and has a key of somebody else; so does the user.
        let spelling = r#"{ "x": {"y":[1]},
            "retention": {"tier":"hot", "owner":"ops", "days":7}, "sls_project_name": "logs" }"#;
        scene.mutate("loongcollector", &json!({"config": spelling}))?;
        let config = r#"
            name   = "loongcollector"
            config = "{ \"sls_project_name\" : \"logs\",\n \"retention\": {\"tier\":\"hot\",  \"days\": 7} }""#;
        scene.configure(&[("logs", config)]);
        scene.workspace.assert_plan_empty();

        // A key of the user's, on the other hand, is drift that shows and is put right; the foreign keys stay.
        let drift = r#"{"x":1,"retention":{"tier":"cold","days":7},"sls_project_name":"logs"}"#;
        scene.mutate("loongcollector", &json!({"config": drift}))?;
        assert_eq!(scene.simulator.take_writes()?, []);
        let run = scene.workspace.apply().assert_success();
        let _ = run.assert_says("# ack_addon.logs will be updated in-place").assert_says("cold");
        let mut repaired = wanted;
        repaired["x"] = json!(1);
        let writes = scene.simulator.take_writes()?;
        assert_eq!(writes.len(), 1, "{writes:?}");
        assert_eq!(writes[0].0, "ModifyClusterAddon");
        assert_eq!(json_text(&writes[0].1["config"])?, repaired);
        scene.workspace.assert_plan_empty();
    }
    Ok(())
}

/// R26: a change of one key is an update in place that leaves the keys of others alone; a key that is taken out of the
/// configuration goes back to its default.
#[test]
fn one_key_changes_in_place_and_goes_back_to_its_default() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let project = |project: &str| {
            let config = format!("config = jsonencode({{ sls_project_name = \"{project}\" }})");
            scene.configure(&[("logs", &format!("name = \"loongcollector\"\n {config}"))]);
        };
        project("one");
        let _ = scene.workspace.apply().assert_success();
        let of_somebody = r#"{"IngressDashboardEnabled":"true","sls_project_name":"one"}"#;
        scene.mutate("loongcollector", &json!({"config": of_somebody}))?;
        scene.simulator.take_writes()?;

        project("two");
        let run = scene.workspace.apply().assert_success();
        let _ = run.assert_says("# ack_addon.logs will be updated in-place").assert_says("0 added, 1 changed");
        let writes = scene.simulator.take_writes()?;
        assert_eq!(writes.len(), 1, "{writes:?}");
        assert_eq!(writes[0].0, "ModifyClusterAddon");
        let changed = json!({"IngressDashboardEnabled": "true", "sls_project_name": "two"});
        assert_eq!(json_text(&writes[0].1["config"])?, changed);
        assert_eq!(scene.settings("loongcollector")?, changed);

        scene.configure(&[("logs", "name = \"loongcollector\"")]);
        let _ = scene.workspace.apply().assert_success().assert_says("0 added, 1 changed");
        let reset = json!({"IngressDashboardEnabled": "true", "sls_project_name": ""});
        assert_eq!(scene.settings("loongcollector")?, reset);
        scene.workspace.assert_plan_empty();
    }
    Ok(())
}

/// R04: settings that the service accepts and does not apply are an error at `config`, of an install and of a
/// change; the next apply writes them again.
#[test]
fn settings_that_the_service_ignores_are_an_error_that_names_them() -> anyhow::Result<()> {
    let logs = "name = \"loongcollector\"\n config = jsonencode({ sls_project_name = \"logs\" })";
    let storage = "name = \"storage-operator\"";
    let storage_changed = "name = \"storage-operator\"\n config = jsonencode({ CnfsNasEnable = \"true\" })";
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        scene.configure(&[("storage", storage)]);
        let _ = workspace.apply().assert_success();

        // Both in one apply, because each is read for a while before it counts as ignored.
        for operation in ["InstallClusterAddons", "ModifyClusterAddon"] {
            scene.simulator.add_fault(&Fault::ignore_field(operation, "config"))?;
        }
        scene.configure(&[("storage", storage_changed), ("logs", logs)]);
        let run = workspace.apply().assert_failure();
        let run = run.assert_says("with ack_addon.logs").assert_says("with ack_addon.storage");
        assert_eq!(run.words().matches("did not apply `config`").count(), 2, "{run}");
        assert_eq!(scene.settings("loongcollector")?["sls_project_name"], "", "the fault has not struck");
        assert_eq!(scene.settings("storage-operator")?["CnfsNasEnable"], "false", "the fault has not struck");

        scene.simulator.clear_faults()?;
        let _ = workspace.apply().assert_success();
        assert_eq!(scene.settings("loongcollector")?["sls_project_name"], "logs");
        assert_eq!(scene.settings("storage-operator")?["CnfsNasEnable"], "true");
        workspace.assert_plan_empty();
    }
    Ok(())
}
