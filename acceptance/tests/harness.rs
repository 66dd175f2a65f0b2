//! The harness itself: what it finds, what it installs, and that it can interrupt.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use acceptance::{
    Environment, HOSTS, Mirror, PROVIDER_VERSION, Package, Product, Run, Search, Simulator, Terraform, Version,
    Workspace, simulator_binary,
};

/// A file that can be run, with nothing in it that would.
fn program(folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, "#!/bin/sh\nexit 1\n")?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(path)
}

/// A workspace whose provider is a file that cannot work: installing does not start it.
fn workspace(terraform: &Terraform) -> anyhow::Result<Workspace> {
    let folder = tempfile::tempdir()?;
    let provider = program(folder.path(), "provider")?;
    Workspace::open_with_provider(terraform, Environment::new(), &provider)
}

#[test]
fn terraform_is_found_in_the_promised_order() {
    let one = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let tofu = program(one.path(), "tofu").unwrap();
    let terraform = program(other.path(), "terraform").unwrap();
    let named = program(other.path(), "terraform-1.16").unwrap();
    let path = vec![one.path().to_owned(), other.path().to_owned()];

    let search = Search { terraform_path: Some(named.clone()), path };
    assert_eq!(search.installed().unwrap(), Some(named));

    // `terraform` goes before `tofu`, even when the path has `tofu` first.
    let search = Search { terraform_path: None, ..search };
    assert_eq!(search.installed().unwrap(), Some(terraform));

    let search = Search { terraform_path: None, path: vec![one.path().to_owned()] };
    assert_eq!(search.installed().unwrap(), Some(tofu));
    assert_eq!(Search::default().installed().unwrap(), None);
}

#[test]
fn a_wrong_terraform_path_is_an_error_and_no_fallback() {
    let folder = tempfile::tempdir().unwrap();
    program(folder.path(), "terraform").unwrap();
    let search = Search { terraform_path: Some(folder.path().join("missing")), path: vec![folder.path().to_owned()] };
    let error = search.installed().unwrap_err().to_string();
    assert!(error.contains("TF_ACC_TERRAFORM_PATH"), "{error}");
    assert!(error.contains("unset it"), "{error}");
}

#[test]
fn a_missing_tool_is_one_sentence_with_the_remedy() {
    let nothing = Search::default();
    let error = format!("{:#}", Terraform::library("0.0.0", &nothing).unwrap_err());
    assert!(error.contains("install Python 3.9 or newer"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");

    // A Python without pip says what Debian's does.
    let folder = tempfile::tempdir().unwrap();
    let python = program(folder.path(), "python3").unwrap();
    fs::write(&python, "#!/bin/sh\necho \"$0: No module named pip\" >&2\nexit 1\n").unwrap();
    let search = Search { terraform_path: None, path: vec![folder.path().to_owned()] };
    let error = format!("{:#}", Terraform::library("0.0.0", &search).unwrap_err());
    assert!(error.contains("apt-get install python3-pip"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn a_program_that_is_no_terraform_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = Terraform::program(&program(folder.path(), "terraform").unwrap()).unwrap_err();
    assert!(error.to_string().contains("neither Terraform nor OpenTofu"), "{error}");
}

#[test]
fn the_newest_library_is_the_version_it_is_known_for() {
    let newest = &Terraform::all_for_tests()[0];
    assert_eq!(newest.version(), Version(1, 15, 5));
    assert_eq!(newest.product(), Product::Terraform);
}

#[test]
fn the_mirror_has_the_layout_of_both_registries() {
    let folder = tempfile::tempdir().unwrap();
    let provider = program(folder.path(), "provider").unwrap();
    Mirror::create(folder.path(), &Package::ack(&provider)).unwrap();
    for host in HOSTS {
        let version = folder.path().join("mirror").join(host).join("terraform-provider-ack/ack").join(PROVIDER_VERSION);
        let platforms: Vec<_> = fs::read_dir(&version).unwrap().flatten().collect();
        assert_eq!(platforms.len(), 1, "{}", version.display());
        let name = platforms[0].file_name().into_string().unwrap();
        assert!(name.contains('_'), "{name} is no OS_ARCH");
        let installed = platforms[0]
            .path()
            .join(format!("terraform-provider-ack_v{PROVIDER_VERSION}{}", std::env::consts::EXE_SUFFIX));
        assert!(installed.is_file(), "{} is missing", installed.display());
    }
}

#[test]
fn init_installs_from_the_mirror_and_locks_the_checksum() {
    for terraform in Terraform::all_for_tests() {
        let workspace = workspace(terraform).unwrap();
        workspace.write(
            "main.tf",
            &format!(
                "terraform {{\n  required_providers {{\n    ack = {{\n      source = \
                 \"terraform-provider-ack/ack\"\n      version = \"{PROVIDER_VERSION}\"\n    }}\n  \
                 }}\n}}\n"
            ),
        );
        let _ = workspace
            .init()
            .assert_success()
            .assert_says(&format!("Installed terraform-provider-ack/ack v{PROVIDER_VERSION}"));
        let lock = String::from_utf8(workspace.read(".terraform.lock.hcl")).unwrap();
        assert!(lock.contains("h1:"), "no checksum in {lock}");
    }
}

#[test]
fn nothing_is_installed_from_a_registry() {
    for terraform in Terraform::all_for_tests() {
        let workspace = workspace(terraform).unwrap();
        workspace.write(
            "main.tf",
            "terraform {\n  required_providers {\n    null = { source = \"hashicorp/null\" }\n  }\n}\n",
        );
        let _ = workspace.init().assert_failure().assert_says("hashicorp/null");
    }
}

#[test]
fn plans_and_states_are_read() {
    for terraform in Terraform::all_for_tests() {
        let workspace = workspace(terraform).unwrap();
        workspace.write("main.tf", "resource \"terraform_data\" \"one\" {\n  input = 1\n}\n");
        let _ = workspace.init().assert_success();
        workspace.assert_planned(&[("terraform_data.one", acceptance::Action::Create)]);
        let _ = workspace.apply().assert_success();
        workspace.assert_plan_empty();
        let values = workspace.resource("terraform_data.one").unwrap();
        assert_eq!(values["output"], 1);
        workspace.write("main.tf", "");
        workspace.assert_planned(&[("terraform_data.one", acceptance::Action::Delete)]);
        let _ = workspace.destroy().assert_success();
        assert_eq!(workspace.resource("terraform_data.one"), None);
    }
}

#[test]
#[should_panic(expected = "+ resource \"terraform_data\" \"one\"")]
fn a_plan_that_is_not_empty_fails_with_the_plan() {
    let workspace = workspace(&Terraform::all_for_tests()[0]).unwrap();
    workspace.write("main.tf", "resource \"terraform_data\" \"one\" {}\n");
    let _ = workspace.init().assert_success();
    workspace.assert_plan_empty();
}

#[cfg(unix)]
#[test]
fn an_apply_is_interrupted_as_by_ctrl_c() {
    for terraform in Terraform::all_for_tests() {
        let workspace = workspace(terraform).unwrap();
        // It would take a minute; the interrupt ends it at once.
        workspace.write(
            "main.tf",
            "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n    command = \
             \"touch begun; exec sleep 60\"\n  }\n}\n",
        );
        let _ = workspace.init().assert_success();
        let begun = workspace.directory().join("begun");
        let run: Run = workspace.apply_interrupted(|| begun.exists()).unwrap();
        let run = run.assert_failure().assert_says("Interrupt received");
        assert!(run.duration.as_secs() < 50, "{run}");
        // What was created before the interrupt is in the state.
        assert!(workspace.resource("terraform_data.slow").is_some(), "{run}");
    }
}

#[cfg(unix)]
#[test]
fn a_moment_that_never_comes_is_an_error() {
    let workspace = workspace(&Terraform::all_for_tests()[0]).unwrap();
    let _ = workspace.init().assert_success();
    let error = workspace.apply_interrupted(|| false).unwrap_err();
    assert!(error.to_string().contains("never came"), "{error}");
}

#[test]
fn the_simulator_runs_as_a_program_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("simulator.log");
    let program = simulator_binary().unwrap();
    let simulator = Simulator::spawn(program, 1000.0, &log).unwrap();
    assert!(simulator.requests().unwrap().is_empty());
    let address = simulator.url().trim_start_matches("http://").to_owned();
    drop(simulator);
    assert!(TcpStream::connect(address).is_err(), "it outlived its owner");
}
