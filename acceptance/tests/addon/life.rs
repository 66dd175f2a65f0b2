//! As long as nothing goes wrong: install, adopt, import, upgrade, replace, uninstall.

use acceptance::{Action, Terraform};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::scene::{NEWEST_LOONGCOLLECTOR, Scene, json_text};

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
        let _ = run.assert_says("The ID must have the form `[<region>:]<cluster_id>:<name>`");
        let short = format!("{}:loongcollector", scene.cluster_id);
        let _ = workspace.import("ack_addon.logs", &short).assert_success();
        let check = || -> anyhow::Result<()> {
            workspace.assert_plan_empty();
            let state = workspace.resource("ack_addon.logs").context("it is not in the state")?;
            assert_eq!(state["id"], short);
            assert_eq!(state["cluster_id"], scene.cluster_id);
            assert_eq!(state["name"], "loongcollector");
            assert_eq!(state["region"], "cn-hangzhou");
            assert_eq!(state["version"], NEWEST_LOONGCOLLECTOR);
            // The service has a default beside it, which nobody wrote.
            assert_eq!(json_text(&state["config"])?, json!({"sls_project_name": "logs"}));
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

/// R26, R44: without `version` no version is a difference, whoever upgraded it. With `version` an older one is, and the
/// add-on is upgraded in place; a newer one, whoever made it, is told and stays, and plan and destroy go on.
#[test]
fn a_version_is_the_least_that_is_wanted_and_is_upgraded_in_place() -> anyhow::Result<()> {
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
        // The version that nobody wrote is the first one; what there is is `current_version`.
        let _ = run.assert_says(&format!("\"{old}\" -> \"{newest}\"")).assert_says(&format!("\"{middle}\" ->"));
        let upgrade = json!([{"component_name": name, "version": middle, "next_version": newest}]);
        assert_eq!(scene.simulator.take_writes()?, [("UpgradeClusterAddons".to_owned(), upgrade)]);
        assert_eq!(scene.installed(name)?.context("it is gone")?["version"], newest);
        workspace.assert_plan_empty();

        // What is older than wanted is a difference, what is newer is none, also if it is written as another version.
        scene.mutate(name, &json!({"version": middle}))?;
        let plan = workspace.plan();
        assert_eq!(plan.exit_code, Some(2), "{plan}");
        let _ = plan.assert_says(&format!("\"{middle}\" -> \"{newest}\""));
        for wanted in [middle, old] {
            pin(wanted);
            workspace.assert_plan_empty();
        }
        pin(middle);
        let _ = workspace.apply().assert_success();
        scene.mutate(name, &json!({"version": newest}))?;
        let run = workspace.plan().assert_says(&format!("The add-on `{name}` has version {newest}, not {middle}"));
        assert_eq!(run.exit_code, Some(0), "{run}");
        assert_eq!(scene.simulator.take_writes()?, []);
        // R46: either way to end the warning ends it.
        let no_difference = |version: &str| {
            match version {
                "" => scene.configure(&[("ingress", &unpinned)]),
                version => pin(version),
            }
            let run = workspace.plan();
            assert_eq!(run.exit_code, Some(0), "{run}");
            let _ = run.assert_silent_about("Warning").assert_silent_about("cannot go from version");
        };
        ["", newest].into_iter().for_each(no_difference);

        // What the user wrote is refused, and can be destroyed as the error says.
        pin("v9.9.9");
        let run = workspace.destroy().assert_failure();
        let run = run.assert_says(&format!("cannot go from version {newest} to v9.9.9"));
        let run = run.assert_says("To destroy the add-on as it is, run `terraform destroy -refresh=false`.");
        let _ = run.assert_says(&format!("set `version` to {newest}, or remove `version`"));
        ["", newest].into_iter().for_each(no_difference);
        pin("v9.9.9");
        let destroy = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
        let _ = workspace.run(&destroy).assert_success().assert_says("1 destroyed");
        assert_eq!(scene.installed(name)?, None);

        // A drifted one is destroyed without any of that; and one that is newer already is adopted as it is.
        pin(old);
        workspace.converge();
        scene.mutate(name, &json!({"version": newest}))?;
        let _ = workspace.forget("ack_addon.ingress").assert_success();
        let run = workspace.apply().assert_success();
        let _ = run.assert_says(&format!("`{name}` is already installed; adopted"));
        assert_eq!(workspace.attribute("ack_addon.ingress", "version"), old);
        assert_eq!(workspace.attribute("ack_addon.ingress", "current_version"), newest);
        workspace.assert_plan_empty();
        let _ = workspace.destroy().assert_success();
        assert_eq!(scene.installed(name)?, None);
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

/// R03: another name is another add-on: the old one is uninstalled, and then the new one installed.
#[test]
fn another_name_replaces() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        scene.configure(&[("logs", "name = \"loongcollector\"")]);
        scene.workspace.converge();
        scene.simulator.take_writes()?;

        scene.configure(&[("logs", "name = \"logtail-ds\"")]);
        scene.workspace.assert_planned(&[("ack_addon.logs", Action::Replace)]);
        let _ = scene.workspace.plan().assert_says("\"loongcollector\" -> \"logtail-ds\" # forces replacement");
        scene.workspace.converge();
        let install = json!([{"name": "logtail-ds", "version": "v1.8.9.0-aliyun"}]);
        assert_eq!(
            scene.simulator.take_writes()?,
            [
                ("UnInstallClusterAddons".to_owned(), json!([{"name": "loongcollector"}])),
                ("InstallClusterAddons".to_owned(), install),
            ]
        );
        assert_eq!(scene.installed("loongcollector")?, None);
        assert_eq!(scene.installed("logtail-ds")?.context("it is missing")?["state"], "active");
    }
    Ok(())
}

/// R01, R02, R05: everything that an add-on can have, set at once, imported, changed in one call, and taken away again.
#[test]
fn everything_is_set_imported_changed_and_unset() -> anyhow::Result<()> {
    let name = "nginx-ingress-controller";
    let (middle, newest) = ("v1.11.5-aliyun.1", "v1.12.6-aliyun.1");
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        let everything = |version: &str, network: &str| {
            let arguments = format!(
                r#"
                region                  = "cn-hangzhou"
                name                    = "{name}"
                version                 = "{version}"
                config                  = jsonencode({{ IngressSlbNetworkType = "{network}", replicas = 3 }})
                cleanup_cloud_resources = true
                timeouts                = {{ create = "10m", update = "11m", delete = "12m" }}"#
            );
            scene.configure(&[("ingress", &arguments)]);
        };
        let settings = |network: &str| json!({"IngressSlbNetworkType": network, "replicas": 3});
        everything(middle, "intranet");
        workspace.converge();
        let writes = scene.simulator.take_writes()?;
        let [(install, body)] = writes.as_slice() else { panic!("{writes:?}") };
        assert_eq!(install, "InstallClusterAddons");
        assert_eq!((&body[0]["name"], &body[0]["version"]), (&json!(name), &json!(middle)));
        assert_eq!(json_text(&body[0]["config"])?, settings("intranet"));
        assert_eq!(scene.settings(name)?, settings("intranet"));

        // No answer shows what a destroy is to do; writing it down again calls nobody.
        workspace.reimport("ack_addon.ingress", &format!("{}:{name}", scene.cluster_id));
        let state = workspace.resource("ack_addon.ingress").context("it is not in the state")?;
        assert_eq!((&state["version"], &state["cleanup_cloud_resources"]), (&json!(middle), &Value::Null));
        assert_eq!(json_text(&state["config"])?, settings("intranet"));
        workspace.assert_planned(&[("ack_addon.ingress", Action::Update)]);
        workspace.converge();
        assert_eq!(scene.simulator.take_writes()?, []);
        assert_eq!(workspace.attribute("ack_addon.ingress", "cleanup_cloud_resources"), true);

        everything(newest, "internet");
        workspace.assert_planned(&[("ack_addon.ingress", Action::Update)]);
        workspace.converge();
        let writes = scene.simulator.take_writes()?;
        let [(upgrade, body)] = writes.as_slice() else { panic!("{writes:?}") };
        assert_eq!(upgrade, "UpgradeClusterAddons");
        assert_eq!((&body[0]["version"], &body[0]["next_version"]), (&json!(middle), &json!(newest)));
        assert_eq!(json_text(&body[0]["config"])?, settings("internet"), "the settings go along");

        scene.configure(&[("ingress", &format!("name = \"{name}\""))]);
        workspace.assert_planned(&[("ack_addon.ingress", Action::Update)]);
        workspace.converge();
        assert_eq!(scene.settings(name)?, json!({"IngressSlbNetworkType": "internet"}), "the defaults are back");
        assert_eq!(workspace.attribute("ack_addon.ingress", "version"), newest);
        scene.simulator.take_writes()?;
        let _ = workspace.destroy().assert_success();
        assert_eq!(
            scene.simulator.take_writes()?,
            [("UnInstallClusterAddons".to_owned(), json!([{"name": name}]))],
            "what was unset is not sent"
        );
        assert_eq!(scene.installed(name)?, None);
    }
    Ok(())
}
