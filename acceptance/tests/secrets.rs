//! No secret that Terraform was given is found in what it leaves behind.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use acceptance::{Action, Fault, REQUIRED_PROVIDERS, Run, Simulator, Terraform, Workspace};
use ack_simulator::{Config, Credential};
use anyhow::Context as _;
use zip::ZipArchive;

// Letters and digits only: no encoding of a file or of a log line can hide them from the search.
const ACCESS_KEY_ID: &str = "STS7NotSecretKeyId";
const ACCESS_KEY_SECRET: &str = "Kq3vW8sLeakedKeySecret";
const SECURITY_TOKEN: &str = "Tz5mR2bLeakedSecurityToken";
const PASSWORD: &str = "Jx9pLeakedPassword";
const ROTATED_PASSWORD: &str = "Hn4fLeakedRotation";
const SECRETS: [&str; 4] = [ACCESS_KEY_SECRET, SECURITY_TOKEN, PASSWORD, ROTATED_PASSWORD];

/// Part of the user data, which is configuration: it has to be found, or the search is blind.
const NO_SECRET: &str = "Dw6tUserDataIsNoSecret";

const STATE: &str = "terraform.tfstate";
const PLAN: &str = "saved.tfplan";
const LOG: &str = "trace.log";

const MAIN: &str = r##"
variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "password_version" {
  type = number
}

resource "ack_cluster" "main" {
  name                = "secrets"
  vpc_id              = "vpc-1"
  vswitch_ids         = ["vsw-1"]
  network_plugin      = "flannel"
  pod_cidr            = "10.64.0.0/16"
  deletion_protection = false
}

resource "ack_node_pool" "main" {
  cluster_id       = ack_cluster.main.id
  name             = "workers"
  instance_types   = ["ecs.g7.xlarge"]
  vswitch_ids      = ["vsw-1"]
  desired_size     = 1
  password         = var.password
  password_version = var.password_version
  user_data        = "#!/bin/sh\necho Dw6tUserDataIsNoSecret\n"
}

resource "ack_addon" "main" {
  cluster_id = ack_cluster.main.id
  name       = "loongcollector"
}
"##;

/// Credentials that come through Terraform, which hands them to the provider.
const CREDENTIALS_IN_THE_CONFIGURATION: &str = r#"
variable "access_key_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "security_token" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "ack" {
  access_key_id     = "STS7NotSecretKeyId"
  access_key_secret = var.access_key_secret
  security_token    = var.security_token
}
"#;

/// R14: with everything logged that can be, by Terraform and by the provider.
#[test]
fn no_secret_is_left_behind_by_a_full_apply() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let credential = Credential::with_token(ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN);
        let simulator = Simulator::start_with(Config { credentials: vec![credential], ..Config::default() })?;
        let mut workspace = Workspace::open(terraform, simulator.provider_environment())?;
        workspace.write("versions.tf", REQUIRED_PROVIDERS);
        workspace.write("main.tf", MAIN);
        workspace.write("provider.tf", CREDENTIALS_IN_THE_CONFIGURATION);
        let log = workspace.directory().join(LOG);
        let environment = workspace.environment_mut();
        environment.unset("ALIBABA_CLOUD_ACCESS_KEY_ID");
        environment.unset("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
        environment.set("TF_LOG", "TRACE");
        environment.set("TF_LOG_PATH", log);
        environment.set("TF_VAR_access_key_secret", ACCESS_KEY_SECRET);
        environment.set("TF_VAR_security_token", SECURITY_TOKEN);
        environment.set("TF_VAR_password", PASSWORD);
        environment.set("TF_VAR_password_version", "1");
        let _ = workspace.init().assert_success();

        // Errors are logged with what went wrong, so something does.
        simulator.add_fault(&Fault::error("CreateClusterNodePool", 503, "Throttling", "slow down").times(1))?;
        apply_saved_plan(&workspace);
        assert_sends_a_password(&simulator, "CreateClusterNodePool")?;
        assert_nothing_leaked(&workspace)?;

        // The same by environment variables, and another password.
        workspace.write("provider.tf", "provider \"ack\" {}\n");
        let environment = workspace.environment_mut();
        environment.set("ALIBABA_CLOUD_ACCESS_KEY_ID", ACCESS_KEY_ID);
        environment.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ACCESS_KEY_SECRET);
        environment.set("ALIBABA_CLOUD_SECURITY_TOKEN", SECURITY_TOKEN);
        environment.set("TF_VAR_password", ROTATED_PASSWORD);
        environment.set("TF_VAR_password_version", "2");
        workspace.assert_planned(&[("ack_node_pool.main", Action::Update)]);
        simulator.add_fault(&Fault::drop_before("ModifyClusterNodePool").times(1))?;
        apply_saved_plan(&workspace);
        assert_sends_a_password(&simulator, "ModifyClusterNodePool")?;
        assert_nothing_leaked(&workspace)?;
        workspace.assert_plan_empty();

        let run = workspace.destroy().assert_success();
        assert_silent(&run);
        assert_nothing_in_files(&workspace)?;
    }
    Ok(())
}

/// Plans, shows the plan as text and as JSON, and applies exactly that plan.
fn apply_saved_plan(workspace: &Workspace) {
    let plan = workspace.plan();
    assert_eq!(plan.exit_code, Some(2), "{plan}");
    // The provider's part of the text is there: what is searched is no empty page.
    let plan = plan.assert_says("password_version");
    let text = workspace.run(&["show", "-no-color", PLAN]).assert_success();
    let json = workspace.run(&["show", "-json", PLAN]).assert_success();
    let apply = workspace.run(&["apply", "-input=false", "-no-color", PLAN]).assert_success();
    let state = workspace.run(&["show", "-json"]).assert_success().assert_says(NO_SECRET);
    for run in [plan, text, json, apply, state] {
        assert_silent(&run);
    }
}

fn assert_silent(run: &Run) {
    for secret in SECRETS {
        let _ = run.clone().assert_silent_about(secret);
    }
}

/// The secrets were in use: the simulator checks key and token of every call, and this one had a password.
fn assert_sends_a_password(simulator: &Simulator, operation: &str) -> anyhow::Result<()> {
    let requests = simulator.accepted(operation)?;
    let request = requests.first().with_context(|| format!("no {operation} was accepted"))?;
    assert_eq!(request.body["scaling_group"]["login_password"], "******", "{request:?}");
    Ok(())
}

fn assert_nothing_leaked(workspace: &Workspace) -> anyhow::Result<()> {
    assert_nothing_in_files(workspace)?;

    let state = fs::read(workspace.directory().join(STATE))?;
    assert!(holds(&state, NO_SECRET), "the state has no user data");

    let mut archive = ZipArchive::new(fs::File::open(workspace.directory().join(PLAN))?)?;
    let mut shows_user_data = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        let name = part.name()?;
        assert_no_secret(&format!("{name} in the plan"), &content);
        shows_user_data |= name == "tfplan" && holds(&content, NO_SECRET);
    }
    assert!(shows_user_data, "the plan has no user data");
    Ok(())
}

/// Searches every file in the working directory: state, its backup, plan, log, and what else there may be.
fn assert_nothing_in_files(workspace: &Workspace) -> anyhow::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace.directory())? {
        let path = entry?.path();
        if path.is_file() {
            assert_no_secret(&path.display().to_string(), &fs::read(&path)?);
            names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    for expected in [STATE, PLAN, LOG] {
        assert!(names.iter().any(|name| name == expected), "{expected} is not among {names:?}");
    }
    assert_log_is_complete(&workspace.directory().join(LOG))
}

/// The log holds what Terraform traces and what the provider says about its calls.
fn assert_log_is_complete(log: &Path) -> anyhow::Result<()> {
    let log = fs::read_to_string(log)?;
    let calls =
        log.lines().filter(|line| line.contains("terraform-provider-ack") && line.contains("CreateClusterNodePool"));
    assert!(calls.count() > 0, "the provider logged no call");
    assert!(log.contains("[TRACE]"), "Terraform logged no trace");
    assert!(log.contains("Throttling"), "the provider logged no refusal");
    Ok(())
}

#[track_caller]
fn assert_no_secret(place: &str, content: &[u8]) {
    for secret in SECRETS {
        // The content is not shown: it would leak once more, into the log of the test.
        assert!(!holds(content, secret), "{place} holds the secret that begins {}", &secret[..4]);
    }
}

fn holds(content: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(content).contains(text)
}
