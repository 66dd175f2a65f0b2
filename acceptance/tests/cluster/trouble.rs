//! When something is wrong: the service, or the cluster itself.

use acceptance::{Action, Fault, Run, Target, Terraform};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::scene::{MAIN, Scene, UNPROTECTED, resource};

impl Scene {
    /// The ids of the clusters that the service has.
    fn cluster_ids(&self) -> anyhow::Result<Vec<String>> {
        let clusters = self.simulator.clusters()?;
        Ok(clusters.iter().filter_map(|cluster| cluster["id"].as_str()).map(str::to_owned).collect())
    }

    /// How an error names the newest task of the service.
    fn newest_task(&self) -> anyhow::Result<String> {
        let tasks = self.simulator.tasks()?;
        let id = tasks.last().and_then(|task| task["id"].as_str()).context("there is no task")?;
        Ok(format!("Task: {id}."))
    }

    /// Whether Terraform remembers that the creation has failed.
    fn is_tainted(&self) -> bool {
        self.workspace.show_state_json()["values"]["root_module"]["resources"][0]["tainted"] == true
    }
}

/// R24: a creation that the service refuses says why, and under which request id, points at the attribute that the code
/// names, and leaves nothing in the state. Here the pods of another cluster in the VPC have the same addresses.
#[test]
fn a_refused_creation_names_the_attribute_and_leaves_no_state() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[UNPROTECTED])?;
        let neighbour = scene.simulator.seed_cluster(&[])?;
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("CreateCluster failed: InvalidParameter.ContainerCidr")
            .assert_says(&format!("10.64.0.0/16 overlaps with 10.64.0.0/16 of cluster {neighbour} in the same VPC"))
            .assert_says("Request id: ")
            .assert_says("pod_cidr = \"10.64.0.0/16\"");
        assert_eq!(scene.workspace.resource(MAIN), None);
        assert_eq!(scene.cluster_ids()?, [neighbour.as_str()]);
        scene.configure(&[("pod_cidr", r#""10.65.0.0/16""#), UNPROTECTED]);
        scene.workspace.converge();
        let _ = scene.workspace.destroy().assert_success();
        assert_eq!(scene.cluster_ids()?, [neighbour.as_str()]);
    }
    Ok(())
}

/// R23, R24: a creation whose task fails shows text, code and task id, is remembered as failed, and the next apply puts
/// one good cluster in its place: deletion protection, which is on here, does not hold on to a failed one.
#[test]
fn a_failed_creation_is_tainted_and_the_next_apply_converges() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let text = "no resources of the type SLB are left in zone h";
        scene.simulator.add_fault(&Fault::task("CreateCluster", "QuotaExceeded.Slb", text).times(1))?;
        let run = scene.workspace.apply().assert_failure();
        let task = scene.newest_task()?;
        let _ = run
            .assert_says("Creating the cluster failed")
            .assert_says("QuotaExceeded.Slb")
            .assert_says(text)
            .assert_says(&task)
            .assert_says("Request id: ")
            .assert_says("Remove the cause, and run Terraform again");
        let failed = scene.id();
        assert!(scene.is_tainted(), "on {terraform}");
        assert_eq!(scene.cluster_ids()?, [failed.as_str()]);
        assert_eq!(scene.simulator.cluster()?["detail"]["state"], "failed");

        scene.workspace.assert_planned(&[(MAIN, Action::Replace)]);
        scene.workspace.converge();
        assert!(!scene.is_tainted(), "on {terraform}");
        assert_ne!(scene.id(), failed);
        assert_eq!(scene.cluster_ids()?, [scene.id()]);
        let detail = scene.simulator.cluster()?["detail"].take();
        assert_eq!((&detail["state"], &detail["deletion_protection"]), (&json!("running"), &json!(true)));
    }
    Ok(())
}

/// R24, R39: an update and a destroy whose tasks fail say why; the state stays true, and the same again converges.
#[test]
fn a_failed_change_and_a_failed_destroy_say_why_and_can_be_repeated() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let id = scene.id();
        scene.simulator.add_fault(&Fault::task("ModifyCluster", "ModifyFailed", "etcd is not well").times(1))?;
        scene.configure(&[("name", r#""prod-2""#), UNPROTECTED]);
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("Updating the cluster failed")
            .assert_says("ModifyFailed")
            .assert_says("etcd is not well")
            .assert_says(&scene.newest_task()?)
            .assert_says("Request id: ")
            .assert_says("name = \"prod-2\"");
        assert!(!scene.is_tainted(), "a failed update is no reason to replace");
        assert_eq!(scene.state("name"), "prod");
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(scene.simulator.cluster()?["detail"]["name"], "prod-2");

        scene
            .simulator
            .add_fault(&Fault::task("DeleteCluster", "DeleteFailed", "a disk is still attached").times(1))?;
        let run = scene.workspace.destroy().assert_failure();
        let _ = run
            .assert_says("Deleting the cluster failed")
            .assert_says("DeleteFailed")
            .assert_says("a disk is still attached")
            .assert_says(&scene.newest_task()?)
            .assert_says("Request id: ");
        assert_eq!(scene.id(), id, "what could not be destroyed stays in the state");
        scene.destroy()?;
    }
    Ok(())
}

/// R04: a field that the service accepts and ignores is an error that names the attribute, and no silent success.
#[test]
fn a_field_that_the_service_ignores_is_an_error_naming_the_attribute() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        scene.simulator.add_fault(&Fault::ignore_field("ModifyCluster", "timezone"))?;
        scene.configure(&[("timezone", r#""Asia/Tokyo""#), UNPROTECTED]);
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("The service did not apply `timezone`")
            .assert_says("still reports another value for `timezone`")
            .assert_says("timezone = \"Asia/Tokyo\"");
        let sent = ("ModifyCluster".to_owned(), json!({"timezone": "Asia/Tokyo"}));
        assert!(scene.simulator.take_writes()?.contains(&sent));
        assert_eq!(scene.state("timezone"), Value::Null, "the state says what is");

        scene.simulator.clear_faults()?;
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(scene.simulator.cluster()?["detail"]["timezone"], "Asia/Tokyo");
        scene.destroy()?;
    }
    Ok(())
}

/// R20, R21: an upgrade and a migration whose answer is lost, or never came to be, take place once each, and nobody is
/// told.
#[test]
fn a_lost_answer_to_an_upgrade_or_a_migration_shows_nowhere() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let attributes = |spec, version| [("spec", spec), ("version", version), UNPROTECTED];
        let scene = Scene::applied(terraform, &attributes(r#""ack.standard""#, r#""1.34""#))?;
        for operation in ["UpgradeCluster", "MigrateCluster"] {
            for fault in [
                Fault::error(operation, 500, "InternalError", "an accident").times(1),
                Fault::drop_before(operation).times(1),
                Fault::drop_after(operation).times(1),
            ] {
                scene.simulator.add_fault(&fault)?;
            }
        }
        scene.configure(&attributes(r#""ack.pro.xlarge""#, r#""1.35""#));
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        let _ = scene.workspace.apply().assert_success().assert_silent_about("Warning");
        scene.workspace.assert_plan_empty();
        let detail = scene.simulator.cluster()?["detail"].take();
        assert_eq!(detail["cluster_spec"], "ack.pro.xlarge");
        assert_eq!(detail["current_version"], "1.35.7-aliyun.1");
        let tasks = scene.simulator.tasks()?;
        for kind in ["cluster_upgrade", "cluster_migrate"] {
            assert_eq!(tasks.iter().filter(|task| task["kind"] == kind).count(), 1, "{tasks:?}");
        }
        scene.destroy()?;
    }
    Ok(())
}

/// What the service takes and ignores when a cluster is created: the field of the call, and an attribute that asks for it.
const IGNORED: [(&str, &str, &str); 15] = [
    ("kubernetes_version", "version", r#""1.34""#),
    ("encryption_provider_key", "encryption_provider_key", r#""key-1""#),
    ("load_balancer_id", "load_balancer_id", r#""lb-1""#),
    ("operation_policy.cluster_auto_upgrade.channel", "auto_upgrade", r#"{ channel = "stable" }"#),
    ("maintenance_window", "maintenance_window", r#"{ maintenance_time = "03:00:00Z", weekly_period = ["Sunday"] }"#),
    ("service_cidr", "service_cidr", r#""192.168.0.0/20""#),
    ("node_cidr_mask", "node_cidr_mask", "25"),
    ("proxy_mode", "proxy_mode", r#""iptables""#),
    ("cluster_domain", "cluster_domain", r#""prod.local""#),
    ("security_group_id", "security_group_id", r#""sg-1""#),
    ("timezone", "timezone", r#""Asia/Tokyo""#),
    ("resource_group_id", "resource_group_id", r#""rg-1""#),
    ("extra_sans", "extra_sans", r#"["a.example.com"]"#),
    ("tags", "tags", r#"{ team = "a" }"#),
    ("endpoint_public_access", "endpoint_public_access", "true"),
];

/// Those among them that an update cannot set. A new cluster would be asked for the same again.
const FOR_GOOD: [&str; 7] = [
    "version",
    "encryption_provider_key",
    "load_balancer_id",
    "service_cidr",
    "node_cidr_mask",
    "proxy_mode",
    "cluster_domain",
];

/// R04, R39: what only the creation of a cluster can set, and it accepts and ignores, is told at the attribute, also where
/// no later read shows it as it was asked for. Nothing is destroyed for it: the next apply sets what can be set, fails for
/// the rest, and does so as often as it is run.
#[test]
fn each_ignored_field_of_a_creation_is_named() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        // All in one apply, because each is read for a while before it counts as ignored.
        let mut text = String::new();
        for (i, (_, attribute, value)) in IGNORED.iter().chain(&[("snat_entry", "snat_entry", "true")]).enumerate() {
            let pods = format!("\"10.{}.0.0/16\"", 64 + i);
            let name = format!("\"{}\"", attribute.replace('_', "-"));
            let attributes = [("name", name.as_str()), ("pod_cidr", &pods), ("spec", r#""ack.pro.small""#)];
            text += &resource(attribute, &[&attributes[..], &[(attribute, value)]].concat());
        }
        scene.workspace.write("main.tf", &text);
        for (field, ..) in IGNORED {
            scene.simulator.add_fault(&Fault::ignore_field("CreateCluster", field))?;
        }
        scene.simulator.add_fault(&Fault::ignore_field("CreateCluster", "snat_entry"))?;
        let mut run = scene.workspace.apply_with(&["-parallelism=16"]).assert_success();
        for (_, attribute, _) in IGNORED {
            run = run.assert_says(&format!("The service did not apply `{attribute}"));
        }
        assert_eq!(run.words().matches("is not finished").count(), IGNORED.len(), "{run}");
        // A VPC may have a way to the internet already.
        let _ = run.assert_says("Warning: The service made no NAT gateway for `snat_entry`");

        scene.simulator.clear_faults()?;
        let errors = |run: Run| {
            let mut run = run.assert_failure();
            for attribute in FOR_GOOD {
                run = run.assert_says(&format!("The service did not apply `{attribute}"));
                run = run.assert_says(&format!("with ack_cluster.{attribute},"));
            }
            assert_eq!(run.words().matches("Error:").count(), FOR_GOOD.len(), "{run}");
        };
        // An EIP would be the user's to make.
        let public = |text: &str| text.replace("endpoint_public_access = true", "endpoint_public_access = false");
        scene.workspace.write("main.tf", &public(&text));
        errors(scene.workspace.apply_with(&["-parallelism=16"]));
        errors(scene.workspace.apply_with(&["-parallelism=16"]));
        assert_eq!(scene.simulator.accepted("CreateCluster")?.len(), IGNORED.len() + 1, "it was made again");
        assert!(scene.simulator.requests_of("DeleteCluster")?.is_empty());

        // What is protected is not replaced.
        let unlocked =
            FOR_GOOD.map(|name| format!("resource \"ack_cluster\" \"{name}\" {{\n  deletion_protection = false\n}}\n"));
        scene.workspace.write("unlocked_override.tf", &unlocked.concat());
        errors(scene.workspace.apply_with(&["-parallelism=16"]));
        let replace: Vec<String> = FOR_GOOD.iter().map(|name| format!("-replace=ack_cluster.{name}")).collect();
        let arguments: Vec<&str> = replace.iter().map(String::as_str).chain(["-parallelism=16"]).collect();
        let _ = scene.workspace.apply_with(&arguments).assert_success();
        scene.workspace.assert_plan_empty();
        assert_eq!(scene.simulator.clusters()?.len(), IGNORED.len() + 1);
    }
    Ok(())
}

/// R39, R45: what fails behind a creation is no reason to destroy it: the cluster stays with a warning, and one apply ends
/// with an empty plan.
#[test]
fn what_fails_behind_a_creation_is_finished_by_the_next_apply() -> anyhow::Result<()> {
    // What Terraform has a part in is tried with all of them in `interrupts.rs`.
    let terraform = &Terraform::all_for_tests()[0];
    let expired = |operation| Fault::error(operation, 400, "InvalidSecurityToken.Expired", "the token has expired");
    let steps = [
        ("a read while it is awaited", expired("DescribeClusterDetail").times(1), "InvalidSecurityToken.Expired"),
        ("the task", expired("DescribeTaskInfo").times(1), "InvalidSecurityToken.Expired"),
        (
            "the protection",
            Fault::task("ModifyCluster", "ModifyFailed", "etcd is not well").times(1),
            "etcd is not well",
        ),
        ("its answer", expired("ModifyCluster").times(1), "InvalidSecurityToken.Expired"),
        ("its task", expired("DescribeTaskInfo").skip(1).times(1), "InvalidSecurityToken.Expired"),
    ];
    for (step, fault, why) in steps {
        let scene = Scene::open(terraform, &[])?;
        scene.simulator.add_fault(&fault)?;
        let run = scene.workspace.apply();
        assert_eq!(run.exit_code, Some(0), "{step}: {run}");
        let _ = run.assert_says("is not finished").assert_says("The next apply finishes it").assert_says(why);
        assert!(!scene.is_tainted(), "{step}");
        let id = scene.id();
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(scene.id(), id, "{step}");
        assert!(scene.state("api_server_intranet_endpoint").is_string(), "{step}");
        assert_eq!(scene.simulator.cluster()?["detail"]["deletion_protection"], true, "{step}");
        assert_eq!(scene.cluster_ids()?, [id], "{step}");
        assert!(scene.simulator.requests_of("DeleteCluster")?.is_empty(), "{step}");
    }
    Ok(())
}

/// R43: `-replace` of a protected cluster is refused by the plan, on every Terraform. Of a tainted one the plan warns, and
/// the service refuses, with words that lead on.
#[test]
fn a_protected_cluster_is_not_replaced_by_force() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[])?;
        let id = scene.id();
        let replace = format!("-replace={MAIN}");
        let run = scene.workspace.run(&["plan", "-no-color", "-input=false", &replace]).assert_failure();
        let _ = run.assert_says("`deletion_protection` stops the replacement of this cluster");

        let _ = scene.workspace.run(&["taint", MAIN]).assert_success();
        let _ = scene.workspace.plan().assert_says(&format!("Cluster {id}, which has the same name, is protected"));
        let run = scene.workspace.apply().assert_failure();
        let _ = run.assert_says("Terraform does not show providers which objects are tainted");
        // Its advice, step by step.
        let _ = scene.workspace.run(&["untaint", MAIN]).assert_success();
        scene.configure(&[UNPROTECTED]);
        scene.workspace.converge();
        assert_eq!(scene.id(), id);
        let _ = scene.workspace.apply_with(&[&replace]).assert_success();
        assert_ne!(scene.id(), id);
        scene.destroy()?;
    }
    Ok(())
}

/// R23: a cluster that somebody deleted, or is deleting, is created again; one in a failed state is told by the plan
/// and not thrown away.
#[test]
fn a_cluster_that_is_gone_is_created_again_and_a_failed_one_is_told() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let first = scene.id();
        scene.simulator.mutate(&Target::cluster(&first), &json!({"state": "failed"}))?;
        let run = scene.workspace.plan();
        assert_ne!(run.exit_code, Some(1), "{run}");
        let run = run.assert_says("The cluster is in a failed state").assert_says(&first);
        let _ = run.assert_says("Destroy it, or replace it with `terraform apply -replace=<address>`.");
        let _ = scene.workspace.apply_with(&["-replace=ack_cluster.main"]).assert_success();
        assert_ne!(scene.id(), first);
        scene.workspace.assert_plan_empty();
        let first = scene.id();

        scene.simulator.mutate(&Target::cluster(&first), &json!({"state": "deleting"}))?;
        scene.workspace.assert_planned(&[(MAIN, Action::Replace)]);

        scene.simulator.delete(&Target::cluster(&first))?;
        scene.workspace.assert_planned(&[(MAIN, Action::Create)]);
        scene.workspace.converge();
        assert_ne!(scene.id(), first);
        assert_eq!(scene.cluster_ids()?, [scene.id()]);

        // Nothing is left to destroy: that is what was wanted.
        scene.simulator.delete(&Target::cluster(&scene.id()))?;
        scene.destroy()?;
    }
    Ok(())
}

/// R46: protection that somebody else switched on stops a destroy that does not look, and goes as the error says.
#[test]
fn protection_that_somebody_switched_on_goes_as_the_error_says() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        scene.simulator.mutate(&Target::cluster(&scene.id()), &json!({"deletion_protection": true}))?;
        let blind = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
        let run = scene.workspace.run(&blind).assert_failure();
        let _ = run
            .assert_says("something other than Terraform has switched it on")
            .assert_says("Plan again: the next plan shows that");
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        let _ = scene.workspace.run(&blind).assert_success();
        assert_eq!(scene.cluster_ids()?, [""; 0]);
    }
    Ok(())
}

/// R46: what is no cluster of this resource, whoever made it so, leaves the state as the error says.
#[test]
fn a_cluster_of_another_kind_leaves_the_state_as_the_error_says() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let id = scene.id();
        scene.simulator.mutate(&Target::cluster(&id), &json!({"profile": "Edge"}))?;
        let run = scene.workspace.plan().assert_failure();
        let _ = run.assert_says("does not manage yet").assert_says("`terraform state rm <address>`");
        let _ = scene.workspace.run(&["state", "rm", MAIN]).assert_success();
        scene.workspace.write("main.tf", "");
        scene.workspace.assert_plan_empty();
        let _ = scene.workspace.destroy().assert_success();
        assert_eq!(scene.cluster_ids()?, [id], "it is nobody's to delete");
    }
    Ok(())
}
