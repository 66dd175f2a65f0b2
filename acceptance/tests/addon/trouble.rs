//! When something is wrong: the configuration, the service, the add-on, or its cluster.

use acceptance::{Action, Fault, Run, Target, Terraform, wait_until};
use anyhow::Context as _;
use serde_json::json;

use crate::scene::{NEWEST_LOONGCOLLECTOR, Scene};

/// R26: names and versions that do not exist are told by the plan, with those that do.
#[test]
fn unknown_names_and_versions_are_told_by_the_plan_with_those_that_exist() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        scene.configure(&[("logs", "name = \"loongcolector\"")]);
        let run = workspace.plan().assert_failure().assert_says("There is no add-on `loongcolector`");
        let _ = run.assert_says("Did you mean \"loongcollector\"?");
        scene.configure(&[("logs", "name = \"backup\"")]);
        let run = workspace.plan().assert_failure().assert_says("There is no add-on `backup`");
        let _ = run.assert_says("It has these:").assert_says("coredns").assert_says("loongcollector");
        scene.configure(&[("logs", "name = \"loongcollector\"\n version = \"v9\"")]);
        let run = workspace.plan().assert_failure().assert_says("`loongcollector` has no version v9");
        let _ = run.assert_says(NEWEST_LOONGCOLLECTOR).assert_says("v3.0.12-aliyun.1");
        assert_eq!(scene.simulator.take_writes()?, []);
    }
    Ok(())
}

/// R24: the error of a refused install holds the service's text, code and request id, that of a failed task the id of the
/// task too. R01: once the cause is removed the next apply installs, and an add-on that somebody else uninstalls is
/// installed again.
#[test]
fn a_failure_is_told_and_a_missing_add_on_is_installed_again() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        scene.configure(&[("logs", "name = \"loongcollector\"")]);
        let text = "no room left for the pods of loongcollector";
        scene.simulator.add_fault(&Fault::task("InstallClusterAddons", "QuotaExceeded.Pod", text).times(1))?;
        let run = workspace.apply().assert_failure().assert_says(text).assert_says("QuotaExceeded.Pod");
        let run = run.assert_says("with ack_addon.logs").assert_silent_about("Some(").assert_silent_about("None");
        let _ = run.assert_says(&scene.newest_task()?).assert_says("Request id: ");
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

/// R24, R39: changes and a destroy whose tasks fail say why; the state stays true, and the same again converges.
#[test]
fn a_failed_change_and_a_failed_destroy_say_why_and_can_be_repeated() -> anyhow::Result<()> {
    let name = "nginx-ingress-controller";
    let (old, newest) = ("v1.9.3-aliyun.1", "v1.12.6-aliyun.1");
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        let ingress = |version: &str, network: &str| {
            let config = format!("config = jsonencode({{ IngressSlbNetworkType = \"{network}\" }})");
            scene.configure(&[("ingress", &format!("name = \"{name}\"\n version = \"{version}\"\n {config}"))]);
        };
        ingress(old, "internet");
        workspace.converge();

        for (version, network, operation) in
            [(newest, "internet", "UpgradeClusterAddons"), (newest, "intranet", "ModifyClusterAddon")]
        {
            let before = workspace.resource("ack_addon.ingress");
            ingress(version, network);
            scene.simulator.add_fault(&Fault::task(operation, "PodsNotReady", "no node has room").times(1))?;
            let run = workspace.apply().assert_failure().assert_says("Updating the add-on failed");
            let run = run.assert_says("PodsNotReady").assert_says("no node has room");
            let _ = run.assert_says(&scene.newest_task()?).assert_says("Request id: ");
            assert_eq!(workspace.resource("ack_addon.ingress"), before, "the state says what is");
            workspace.assert_planned(&[("ack_addon.ingress", Action::Update)]);
            workspace.converge();
        }
        assert_eq!(scene.installed(name)?.context("it is gone")?["version"], newest);
        assert_eq!(scene.settings(name)?["IngressSlbNetworkType"], "intranet");

        let fault = Fault::task("UnInstallClusterAddons", "InUse", "an ingress is still served").times(1);
        scene.simulator.add_fault(&fault)?;
        let run = workspace.destroy().assert_failure().assert_says("Deleting the add-on failed");
        let run = run.assert_says("InUse").assert_says("an ingress is still served");
        let _ = run.assert_says(&scene.newest_task()?).assert_says("Request id: ");
        assert!(workspace.resource("ack_addon.ingress").is_some(), "what is still installed left the state");
        let _ = workspace.destroy().assert_success();
        assert_eq!(scene.installed(name)?, None);
    }
    Ok(())
}

/// R26: an adoption that fails, refused or later on, takes nothing over: what was installed stays as it is and out of
/// the state, so nothing uninstalls it, and the next apply adopts it.
#[test]
fn a_failed_adoption_never_uninstalls() -> anyhow::Result<()> {
    let name = "nginx-ingress-controller";
    let (old, newest) = ("v1.9.3-aliyun.1", "v1.12.6-aliyun.1");
    let storage = "name = \"storage-operator\"\n config = jsonencode({ CnfsNasEnable = \"true\" })";
    let ingress = format!("name = \"{name}\"\n version = \"{newest}\"");
    let addresses = ["ack_addon.storage", "ack_addon.ingress"];
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[json!({"name": name, "version": old})])?;
        let workspace = &scene.workspace;
        let before = (scene.installed("storage-operator")?, scene.installed(name)?);
        scene.configure(&[("storage", storage), ("ingress", &ingress)]);
        for how in ["refused", "failed"] {
            for operation in ["ModifyClusterAddon", "UpgradeClusterAddons"] {
                let fault = match how {
                    "refused" => Fault::error(operation, 400, "OperationDenied", operation),
                    _ => Fault::task(operation, "PodsNotReady", operation),
                };
                scene.simulator.add_fault(&fault)?;
            }
            let run = workspace.apply().assert_failure();
            let mut run = run.assert_says("Request id: ").assert_says("ModifyClusterAddon");
            run = run.assert_says("UpgradeClusterAddons");
            assert_eq!(run.words().matches("Task: T-").count(), if how == "failed" { 2 } else { 0 }, "{run}");
            assert_eq!((scene.installed("storage-operator")?, scene.installed(name)?), before, "{how} on {terraform}");
            assert_eq!(addresses.map(|address| workspace.resource(address)), [None, None], "{how} on {terraform}");
            workspace.assert_planned(&addresses.map(|address| (address, Action::Create)));
            scene.simulator.clear_faults()?;
        }
        let run = workspace.apply().assert_success().assert_says("`storage-operator` is already installed; adopted");
        let _ = run.assert_says(&format!("`{name}` is already installed; adopted"));
        assert_eq!(scene.settings("storage-operator")?["CnfsNasEnable"], "true");
        assert_eq!(scene.installed(name)?.context("it is gone")?["version"], newest);
        workspace.assert_plan_empty();
        for operation in ["InstallClusterAddons", "UnInstallClusterAddons"] {
            assert_eq!(scene.simulator.requests_of(operation)?.len(), 0, "{operation}");
        }
    }
    Ok(())
}

/// R23: a cluster that is gone takes its add-ons with it: the plan says so, and a destroy needs neither, not even when it
/// does not look first.
#[test]
fn an_add_on_whose_cluster_is_gone_is_gone() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        scene.configure(&[("logs", "name = \"loongcollector\""), ("dns", "name = \"coredns\"")]);
        workspace.converge();
        scene.simulator.delete(&Target::cluster(&scene.cluster_id))?;

        let addresses = ["ack_addon.logs", "ack_addon.dns"];
        workspace.assert_planned(&addresses.map(|address| (address, Action::Create)));
        let gone = format!("There is no cluster {}", scene.cluster_id);
        let run = workspace.plan().assert_says(&gone).assert_says("Check the ID, the `region`, and which account");
        let _ = run.assert_says(&format!("cluster_id = \"{}\"", scene.cluster_id));

        let destroy = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
        let _ = workspace.run(&destroy).assert_success().assert_says("2 destroyed");
        assert_eq!(addresses.map(|address| workspace.resource(address)), [None, None]);

        // There is nothing to install it in.
        let run = workspace.apply().assert_failure().assert_says("ErrorClusterNotFound").assert_says("Request id: ");
        let _ = run.assert_says(&format!("cluster_id = \"{}\"", scene.cluster_id));
        assert_eq!(addresses.map(|address| workspace.resource(address)), [None, None]);
    }
    Ok(())
}

/// R23: an add-on in a failed state is told by the plan, not thrown away, and can be destroyed; one that is being
/// uninstalled is waited for and installed again.
#[test]
fn a_failed_add_on_is_told_and_one_that_is_going_is_installed_again() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let workspace = &scene.workspace;
        scene.configure(&[("logs", "name = \"loongcollector\"")]);
        workspace.converge();
        scene.mutate("loongcollector", &json!({"state": "failed"}))?;
        workspace.assert_planned(&[]);
        let run = workspace.plan().assert_says("The add-on is in a failed state");
        let _ = run
            .assert_says("reports the add-on `loongcollector` as \"failed\"")
            .assert_says("`terraform apply -replace=<address>`");
        let _ = workspace.apply_with(&["-replace=ack_addon.logs"]).assert_success();
        assert_eq!(scene.installed("loongcollector")?.context("it is gone")?["state"], "active");
        let _ = workspace.destroy().assert_success();
        assert_eq!(scene.installed("loongcollector")?, None);

        workspace.converge();
        scene.simulator.clear_requests()?;
        scene.mutate("loongcollector", &json!({"state": "deleting"}))?;
        workspace.assert_planned(&[("ack_addon.logs", Action::Replace)]);
        let _ = workspace.plan().assert_says("The add-on is being deleted");
        // The add-on goes when the command has looked several times: the plan looks once, what waits again and again.
        let while_it_goes = |command: &(dyn Fn() -> Run + Sync)| {
            std::thread::scope(|scope| {
                scene.simulator.clear_requests()?;
                let run = scope.spawn(command);
                let waited = wait_until("a command that waits", || {
                    Ok(scene.simulator.requests_of("ListClusterAddonInstances")?.len() > 3 || run.is_finished())
                });
                scene.simulator.delete(&Target::addon(&scene.cluster_id, "loongcollector"))?;
                let _ = run.join().expect("the command panicked").assert_success();
                waited
            })
        };
        while_it_goes(&|| workspace.apply())?;
        let install = json!([{"name": "loongcollector", "version": NEWEST_LOONGCOLLECTOR}]);
        assert_eq!(scene.simulator.take_writes()?, [("InstallClusterAddons".to_owned(), install)]);
        workspace.assert_plan_empty();

        // What is going anyway is not uninstalled once more.
        scene.mutate("loongcollector", &json!({"state": "deleting"}))?;
        while_it_goes(&|| workspace.destroy())?;
        assert_eq!(scene.simulator.take_writes()?, []);
        assert_eq!(workspace.resource("ack_addon.logs"), None);
    }
    Ok(())
}
