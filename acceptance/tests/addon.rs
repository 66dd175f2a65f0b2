//! Add-ons of a cluster that is there already: from the plan of the first install to the last destroy.

use acceptance::{Fault, Simulator, Target, Terraform, Workspace};
use anyhow::Context as _;
use serde_json::{Value, json};

const NEWEST_LOONGCOLLECTOR: &str = "v3.1.6-aliyun.1";

/// One cluster in a simulator of its own, and a working directory that is initialised.
struct Scene {
    simulator: Simulator,
    workspace: Workspace,
    cluster_id: String,
}

impl Scene {
    /// A cluster with the add-ons that every managed cluster gets, and `addons` as CreateCluster takes them.
    fn open(terraform: &Terraform, addons: &[Value]) -> anyhow::Result<Self> {
        let simulator = Simulator::start()?;
        let cluster_id = simulator.seed_cluster(addons)?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        Ok(Self { simulator, workspace, cluster_id })
    }

    /// Configures one `ack_addon` of the cluster for each label and its arguments.
    fn configure(&self, addons: &[(&str, &str)]) {
        let mut text = String::new();
        for (label, arguments) in addons {
            text += &format!(
                "resource \"ack_addon\" \"{label}\" {{\n  cluster_id = \"{}\"\n{arguments}\n}}\n",
                self.cluster_id
            );
        }
        self.workspace.write("main.tf", &text);
    }

    /// The add-on as the service has it; none when it is not installed.
    fn installed(&self, name: &str) -> anyhow::Result<Option<Value>> {
        Ok(self.simulator.cluster()?["addons"].get(name).cloned())
    }

    /// All settings of an add-on as the service has them.
    fn settings(&self, name: &str) -> anyhow::Result<Value> {
        let addon = self.installed(name)?.with_context(|| format!("{name} is not installed"))?;
        json_text(&addon["config"])
    }

    /// Changes an installed add-on behind Terraform's back.
    fn mutate(&self, name: &str, patch: &Value) -> anyhow::Result<()> {
        self.simulator.mutate(&Target::addon(&self.cluster_id, name), patch)
    }
}

/// The document in a value that is JSON text.
fn json_text(value: &Value) -> anyhow::Result<Value> {
    let text = value.as_str().with_context(|| format!("{value} is no text"))?;
    serde_json::from_str(text).with_context(|| format!("{text} is no JSON"))
}

/// R01, R26: an install sends the settings and leaves nothing to do. Settings are compared as values and over the
/// user's keys alone: what the service adds, the order of keys and white space make no difference.
#[test]
fn settings_are_compared_as_values_over_the_users_keys() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
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

/// R02: an add-on that is imported, by either form of its id or by its identity, is in the state as it is installed,
/// and there is nothing to do. Nothing is written.
#[test]
fn an_import_leaves_nothing_to_do() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let settings = r#"{"sls_project_name":"logs"}"#;
        let scene = Scene::open(terraform, &[json!({"name": "loongcollector", "config": settings})])?;
        let workspace = &scene.workspace;
        let config = "name = \"loongcollector\"\n config = jsonencode({ sls_project_name = \"logs\" })";
        scene.configure(&[("logs", config)]);

        let run = workspace.import("ack_addon.logs", "loongcollector").assert_failure();
        let _ = run.assert_says("The id must be `[<region>:]<cluster_id>:<name>`");
        let short = format!("{}:loongcollector", scene.cluster_id);
        let _ = workspace.import("ack_addon.logs", &short).assert_success();
        let check = || -> anyhow::Result<()> {
            workspace.assert_plan_empty();
            let state = workspace.resource("ack_addon.logs").context("it is not in the state")?;
            assert_eq!(state["cluster_id"], scene.cluster_id);
            assert_eq!(state["name"], "loongcollector");
            assert_eq!(state["region"], "cn-hangzhou");
            assert_eq!(state["version"], NEWEST_LOONGCOLLECTOR);
            Ok(())
        };
        check()?;
        workspace.reimport("ack_addon.logs", &format!("cn-hangzhou:{short}"));
        check()?;
        let identity = format!("cluster_id = \"{}\"\nname = \"loongcollector\"", scene.cluster_id);
        workspace.reimport_by_identity("ack_addon.logs", &identity);
        check()?;
        assert_eq!(scene.simulator.take_writes()?, []);
    }
    Ok(())
}

/// R26: an add-on that is installed already is adopted, the user is told so in the plan and in the apply, and it gets
/// the settings of the configuration without an install.
#[test]
fn an_installed_add_on_is_adopted_visibly() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let before = scene.settings("storage-operator")?;
        assert_eq!(before, json!({"CnfsNasEnable": "false", "CnfsOssEnable": "false"}));
        let storage = "name = \"storage-operator\"\n config = jsonencode({ CnfsNasEnable = \"true\" })";
        scene.configure(&[("storage", storage), ("metrics", "name = \"metrics-server\"")]);
        let _ = scene
            .workspace
            .apply()
            .assert_success()
            .assert_says("The apply adopts it instead of installing it")
            .assert_says("`storage-operator` is already installed; adopted")
            .assert_says("`metrics-server` is already installed; adopted");

        // One that has what is configured is not touched at all.
        let writes = scene.simulator.take_writes()?;
        assert_eq!(writes.len(), 1, "{writes:?}");
        assert_eq!(writes[0].0, "ModifyClusterAddon");
        let after = json!({"CnfsNasEnable": "true", "CnfsOssEnable": "false"});
        assert_eq!(json_text(&writes[0].1["config"])?, after);
        assert_eq!(scene.settings("storage-operator")?, after);
        scene.workspace.assert_plan_empty();
    }
    Ok(())
}

/// R26: without `version` no version is a difference, whoever upgraded it. With `version` every other version is one,
/// and the add-on is upgraded in place, where the service has a way; where it has none the plan says so.
#[test]
fn only_a_pinned_version_differs_and_it_is_upgraded_in_place() -> anyhow::Result<()> {
    let name = "nginx-ingress-controller";
    let (old, middle, newest) = ("v1.9.3-aliyun.1", "v1.11.5-aliyun.1", "v1.12.6-aliyun.1");
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[json!({"name": name, "version": old})])?;
        let workspace = &scene.workspace;
        let unpinned = format!("name = \"{name}\"");
        scene.configure(&[("ingress", &unpinned)]);
        let _ = workspace.import("ack_addon.ingress", &format!("{}:{name}", scene.cluster_id)).assert_success();
        scene.mutate(name, &json!({"version": middle}))?;
        workspace.assert_plan_empty();
        assert_eq!(scene.simulator.take_writes()?, []);

        let pin = |version: &str| scene.configure(&[("ingress", &format!("{unpinned}\n version = \"{version}\""))]);
        pin(newest);
        let run = workspace.apply().assert_success().assert_says("# ack_addon.ingress will be updated in-place");
        let _ = run.assert_says(&format!("\"{middle}\" -> \"{newest}\""));
        let upgrade = json!([{"component_name": name, "version": middle, "next_version": newest}]);
        assert_eq!(scene.simulator.take_writes()?, [("UpgradeClusterAddons".to_owned(), upgrade)]);
        assert_eq!(scene.installed(name)?.context("it is gone")?["version"], newest);
        workspace.assert_plan_empty();

        // Drift of a pinned version is a difference; a version to which nothing leads is an error.
        scene.mutate(name, &json!({"version": middle}))?;
        let plan = workspace.plan();
        assert_eq!(plan.exit_code, Some(2), "{plan}");
        let _ = plan.assert_says(&format!("\"{middle}\" -> \"{newest}\""));
        pin(old);
        let _ = workspace
            .plan()
            .assert_failure()
            .assert_says(&format!("cannot go from version {middle} to {old}"))
            .assert_says(&format!("It can be upgraded to {newest}."));
        assert_eq!(scene.simulator.take_writes()?, []);
    }
    Ok(())
}

/// R26: a change of one key is an update in place that leaves the keys of others alone; a key that is taken out of the
/// configuration goes back to its default.
#[test]
fn one_key_changes_in_place_and_goes_back_to_its_default() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
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

/// R04: settings that the service accepts and does not take over are an error at `config`, of an install and of a
/// change; the next apply writes them again.
#[test]
fn settings_that_the_service_ignores_are_an_error_that_names_them() -> anyhow::Result<()> {
    let logs = "name = \"loongcollector\"\n config = jsonencode({ sls_project_name = \"logs\" })";
    let storage = "name = \"storage-operator\"";
    let storage_changed = "name = \"storage-operator\"\n config = jsonencode({ CnfsNasEnable = \"true\" })";
    for terraform in Terraform::all_for_tests() {
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
        assert_eq!(run.words().matches("did not take over `config`").count(), 2, "{run}");
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

/// R26: a destroy uninstalls, with the answer to `cleanup_cloud_resources`; an add-on that the cluster requires leaves
/// the state with one warning, and no call is made for it.
#[test]
fn a_destroy_uninstalls_all_but_what_the_cluster_requires() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let logs = "name = \"loongcollector\"\n cleanup_cloud_resources = true";
        scene.configure(&[("logs", logs), ("dns", "name = \"coredns\"")]);
        scene.workspace.converge();
        scene.simulator.take_writes()?;

        let run = scene.workspace.destroy().assert_success();
        let run = run.assert_says("The add-on `coredns` stays installed").assert_says("2 destroyed");
        assert_eq!(run.words().matches("Warning:").count(), 1, "{run}");
        let uninstall = json!([{"name": "loongcollector", "cleanup_cloud_resources": true}]);
        assert_eq!(scene.simulator.take_writes()?, [("UnInstallClusterAddons".to_owned(), uninstall)]);
        assert_eq!(scene.installed("loongcollector")?, None);
        assert_eq!(scene.installed("coredns")?.context("coredns is gone")?["state"], "active");
        assert_eq!(scene.workspace.resource("ack_addon.dns"), None);
    }
    Ok(())
}

/// R26: what cannot work is said before anything is written: malformed settings in `validate`, which asks nobody, and
/// names and versions that do not exist in the plan, with those that do.
#[test]
fn mistakes_are_told_before_anything_is_written() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        for malformed in [r#""{ \"sls_project_name\": \"logs\"""#, r#"jsonencode(["logs"])"#] {
            scene.configure(&[("logs", &format!("name = \"loongcollector\"\n config = {malformed}"))]);
            // Terraform shows the line of the attribute that an error is about.
            let run = workspace.validate().assert_failure().assert_says("with ack_addon.logs");
            let _ = run.assert_says("config = ").assert_says("JSON");
        }
        assert!(scene.simulator.requests()?.is_empty(), "validate asked the service");

        scene.configure(&[("logs", "name = \"loongcolector\"")]);
        let run = workspace.plan().assert_failure().assert_says("There is no add-on `loongcolector`");
        let _ = run.assert_says("Did you mean \"loongcollector\"?");
        scene.configure(&[("logs", "name = \"backup\"")]);
        let run = workspace.plan().assert_failure().assert_says("There is no add-on `backup`");
        let _ = run.assert_says("Available for this cluster:").assert_says("coredns").assert_says("loongcollector");
        scene.configure(&[("logs", "name = \"loongcollector\"\n version = \"v9\"")]);
        let run = workspace.plan().assert_failure().assert_says("`loongcollector` has no version v9");
        let _ = run.assert_says(NEWEST_LOONGCOLLECTOR).assert_says("v3.0.12-aliyun.1");
        assert_eq!(scene.simulator.take_writes()?, []);
    }
    Ok(())
}

/// R24: the error of a refused install holds the service's text, code and request id, that of a failed task its text,
/// code and task id. R01: once the cause is
/// removed the next apply installs, and an add-on that somebody else uninstalls is installed again.
#[test]
fn a_failure_is_told_and_a_missing_add_on_is_installed_again() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        scene.configure(&[("logs", "name = \"loongcollector\"")]);
        let text = "no room left for the pods of loongcollector";
        scene.simulator.add_fault(&Fault::task("InstallClusterAddons", "QuotaExceeded.Pod", text).times(1))?;
        let run = workspace.apply().assert_failure().assert_says(text).assert_says("QuotaExceeded.Pod");
        let run = run.assert_says("with ack_addon.logs").assert_silent_about("Some(").assert_silent_about("None");
        let tasks = scene.simulator.tasks()?;
        let failed = tasks.iter().find(|task| task["state"] == "fail").context("no task has failed")?;
        let _ = run.assert_says(failed["id"].as_str().context("the task has no id")?);
        assert_eq!(scene.installed("loongcollector")?, None);

        let text = "Two collectors cannot share a node.";
        let refusal = Fault::error("InstallClusterAddons", 400, "InvalidParameter.Name", text).times(1);
        scene.simulator.add_fault(&refusal)?;
        let run = workspace.apply().assert_failure().assert_says(text).assert_says("InvalidParameter.Name");
        let run = run.assert_says("Request id: ").assert_silent_about("Some(");
        // The service refused the name, so Terraform shows its line.
        let _ = run.assert_says("name = \"loongcollector\"");

        workspace.converge();
        scene.simulator.delete(&Target::addon(&scene.cluster_id, "loongcollector"))?;
        scene.simulator.take_writes()?;
        let run = workspace.apply().assert_success().assert_says("# ack_addon.logs will be created");
        let _ = run.assert_says("1 added, 0 changed, 0 destroyed");
        let install = json!([{"name": "loongcollector", "version": NEWEST_LOONGCOLLECTOR}]);
        assert_eq!(scene.simulator.take_writes()?, [("InstallClusterAddons".to_owned(), install)]);
        assert_eq!(scene.installed("loongcollector")?.context("it is missing")?["state"], "active");
        workspace.assert_plan_empty();
    }
    Ok(())
}
