//! When something is wrong: the configuration, the credentials, the service, or the cluster itself.

use acceptance::{Action, Environment, Fault, Target, Terraform};
use anyhow::Context as _;
use serde_json::json;

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

/// A wrong configuration: attributes, and what has to be said of them.
type Mistake = (&'static [(&'static str, &'static str)], &'static [&'static str]);

/// What is wrong whatever the service says, each with the attribute and the remedy that have to be named.
const WRONG: [Mistake; 13] = [
    (
        &[("pod_cidr", r#""10.64.0.0""#)],
        &["Invalid value for `pod_cidr`", "must be an IPv4 range in CIDR notation, such as \"172.20.0.0/16\""],
    ),
    (&[("pod_cidr", r#""10.64.3.0/16""#)], &["must begin at the start of its range: write \"10.64.0.0/16\""]),
    (&[("pod_cidr", r#""8.8.0.0/16""#)], &["must lie within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"]),
    (
        &[("service_cidr", r#""10.0.0.0/8""#)],
        &["Invalid value for `service_cidr`", "must have a prefix from /16 to /24, but has /8"],
    ),
    (
        &[("pod_cidr", r#""172.16.0.0/12""#)],
        &["`pod_cidr` 172.16.0.0/12 and `service_cidr` 172.19.0.0/20 overlap", "Choose ranges that share none"],
    ),
    (
        &[("pod_cidr", r#""192.168.0.0/16""#), ("service_cidr", r#""192.168.16.0/20""#)],
        &["`pod_cidr` 192.168.0.0/16 and `service_cidr` 192.168.16.0/20 overlap"],
    ),
    (
        &[("pod_cidr", "null")],
        &[
            "`network_plugin = \"flannel\"` needs `pod_cidr`",
            "Set `pod_cidr`: it is where pods get their addresses from",
        ],
    ),
    (
        &[("network_plugin", r#""terway-eniip""#), ("pod_vswitch_ids", r#"{ "cn-hangzhou-h" = ["vsw-p"] }"#)],
        &["`pod_cidr` cannot be set together with `network_plugin = \"terway-eniip\"`"],
    ),
    (&[("auto_upgrade", r#"{ channel = "patch" }"#)], &["`auto_upgrade` needs a Pro cluster", "Set `spec` to one of"]),
    (
        &[("api_server_eip_id", r#""eip-1""#)],
        &["`api_server_eip_id` needs `endpoint_public_access = true`", "or remove `api_server_eip_id`"],
    ),
    (&[("name", r#""under_score""#)], &["Invalid value for `name`", "must consist of letters a to z"]),
    (
        &[("version", r#""v1.34""#)],
        &["Invalid value for `version`", "must be a Kubernetes version, such as \"1.34\" or \"1.34.1-aliyun.1\""],
    ),
    (&[("spec", r#""ack.pro.huge""#)], &["Invalid value for `spec`", "\"ack.pro.small\""]),
];

/// R31: schema and validation ask nothing of the service and need no credentials. What is wrong with the configuration
/// alone is told by `validate`, naming the attribute and the remedy.
#[test]
fn wrong_configuration_is_told_by_validate_without_credentials_or_network() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let mut scene = Scene::open(terraform, &[])?;
        for variable in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"] {
            scene.workspace.environment_mut().unset(variable);
        }
        let schema = scene.workspace.run(&["providers", "schema", "-json"]).assert_success();
        assert!(schema.stdout.contains("ack_cluster"), "{schema}");
        let _ = scene.workspace.validate().assert_success();

        let wrong = WRONG.iter().enumerate().map(|(i, (attributes, _))| resource(&format!("wrong_{i}"), attributes));
        scene.workspace.write("main.tf", &wrong.collect::<String>());
        let mut run = scene.workspace.validate().assert_failure();
        for (i, (_, phrases)) in WRONG.iter().enumerate() {
            run = run.assert_says(&format!("with ack_cluster.wrong_{i},"));
            for phrase in *phrases {
                run = run.assert_says(phrase);
            }
        }
        assert_eq!(scene.simulator.requests()?.len(), 0, "something was asked of the service");
    }
    Ok(())
}

/// Credentials that are missing or wrong, and an endpoint that is not there, are told by the plan that needs an answer.
#[test]
fn a_service_that_cannot_be_asked_is_told_by_the_plan() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let mut scene = Scene::open(terraform, &[("version", r#""1.35""#)])?;
        let whole: Environment = scene.workspace.environment().clone();
        let cases: [(&str, Option<&str>, &[&str]); 5] = [
            (
                "ALIBABA_CLOUD_ACCESS_KEY_ID",
                None,
                &["The provider has no `access_key_id`", "or set ALIBABA_CLOUD_ACCESS_KEY_ID"],
            ),
            (
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                None,
                &["The provider has no `access_key_secret`", "or set ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            ),
            (
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                Some("a-wrong-secret"),
                &["SignatureDoesNotMatch", "check ALIBABA_CLOUD_ACCESS_KEY_SECRET", "Request id: "],
            ),
            ("ALIBABA_CLOUD_REGION", None, &["The provider has no `region`", "or set ALIBABA_CLOUD_REGION"]),
            // A port that nothing can listen on.
            (
                "ACK_ENDPOINT",
                Some("http://127.0.0.1:1"),
                &["annot connect to http://127.0.0.1:1", "check that the endpoint and the region are right"],
            ),
        ];
        for (variable, value, phrases) in cases {
            let environment = scene.workspace.environment_mut();
            environment.extend(&whole);
            match value {
                Some(value) => environment.set(variable, value),
                None => environment.unset(variable),
            }
            let mut run = scene.workspace.plan().assert_failure().assert_silent_about("a-wrong-secret");
            for phrase in phrases {
                run = run.assert_says(phrase);
            }
        }
        let operations: Vec<_> = scene.simulator.requests()?.into_iter().map(|request| request.operation).collect();
        assert_eq!(operations, ["DescribeKubernetesVersionMetadata"], "only the wrong secret got as far as that");
    }
    Ok(())
}

/// R24: a creation that the service refuses says which, why, and under which request id, points at the attribute that
/// the code names, and leaves nothing in the state.
#[test]
fn a_refused_creation_names_the_attribute_and_leaves_no_state() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[UNPROTECTED])?;
        let text = "container_cidr: 10.64.0.0/16 overlaps with the VPC";
        scene
            .simulator
            .add_fault(&Fault::error("CreateCluster", 400, "InvalidParameter.ContainerCidr", text).times(1))?;
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("CreateCluster failed: InvalidParameter.ContainerCidr")
            .assert_says("10.64.0.0/16 overlaps with the VPC")
            .assert_says("Request id: ")
            .assert_says("pod_cidr = \"10.64.0.0/16\"");
        assert_eq!(scene.workspace.resource(MAIN), None);
        scene.workspace.converge();
        scene.destroy()?;
    }
    Ok(())
}

/// R23, R24: a creation whose task fails shows text, code and task id, is remembered as failed, and the next apply puts
/// one good cluster in its place: deletion protection, which is on here, does not hold on to a failed one.
#[test]
fn a_failed_creation_is_tainted_and_the_next_apply_converges() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[])?;
        let text = "no resources of the type SLB are left in zone h";
        scene.simulator.add_fault(&Fault::task("CreateCluster", "QuotaExceeded.Slb", text).times(1))?;
        let run = scene.workspace.apply().assert_failure();
        let task = scene.newest_task()?;
        let _ = run
            .assert_says("The create failed")
            .assert_says("QuotaExceeded.Slb")
            .assert_says(text)
            .assert_says(&task)
            .assert_says("Remove the cause and apply again");
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
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let id = scene.id();
        scene.simulator.add_fault(&Fault::task("ModifyCluster", "ModifyFailed", "etcd is not well").times(1))?;
        scene.configure(&[("name", r#""prod-2""#), UNPROTECTED]);
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("The update failed")
            .assert_says("ModifyFailed")
            .assert_says("etcd is not well")
            .assert_says(&scene.newest_task()?)
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
            .assert_says("The delete failed")
            .assert_says("DeleteFailed")
            .assert_says("a disk is still attached")
            .assert_says(&scene.newest_task()?);
        assert_eq!(scene.id(), id, "what could not be destroyed stays in the state");
        scene.destroy()?;
    }
    Ok(())
}

/// R04: a field that the service accepts and ignores is an error that names the attribute, and no silent success.
#[test]
fn a_field_that_the_service_ignores_is_an_error_naming_the_attribute() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        scene.simulator.add_fault(&Fault::ignore_field("ModifyCluster", "timezone"))?;
        scene.configure(&[("timezone", r#""Asia/Tokyo""#), UNPROTECTED]);
        let run = scene.workspace.apply().assert_failure();
        let _ = run
            .assert_says("The service did not take over `timezone`")
            .assert_says("still reports another value for `timezone`")
            .assert_says("timezone = \"Asia/Tokyo\"");
        let sent = ("ModifyCluster".to_owned(), json!({"timezone": "Asia/Tokyo"}));
        assert!(scene.simulator.take_writes()?.contains(&sent));
        assert_eq!(scene.state("timezone"), "Asia/Shanghai", "the state says what is");

        scene.simulator.clear_faults()?;
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        assert_eq!(scene.simulator.cluster()?["detail"]["timezone"], "Asia/Tokyo");
        scene.destroy()?;
    }
    Ok(())
}

/// R23: a cluster that somebody deleted, or is deleting, is created again; one in a failed state is told by the plan
/// and not thrown away.
#[test]
fn a_cluster_that_is_gone_is_created_again_and_a_failed_one_is_told() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let first = scene.id();
        scene.simulator.mutate(&Target::cluster(&first), &json!({"state": "failed"}))?;
        let run = scene.workspace.plan();
        assert_ne!(run.exit_code, Some(1), "{run}");
        let _ = run.assert_says("The cluster is in a failed state").assert_says(&first);

        scene.simulator.mutate(&Target::cluster(&first), &json!({"state": "deleting"}))?;
        scene.workspace.assert_planned(&[(MAIN, Action::Create)]);

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
