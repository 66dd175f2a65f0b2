//! Every example is what it says: it validates, applies, leaves nothing to do, and can be destroyed.
//!
//! `examples/quickstart` is a whole configuration. The files in the other folders of `examples` are fragments, the ones that the registry shows: each is put into a configuration as its reader would do it.

use std::fs;
use std::path::{Path, PathBuf};

use acceptance::{REQUIRED_PROVIDERS, Simulator, Terraform, Workspace, examples_directory};
use anyhow::Context as _;
use serde_json::{Value, json};

/// The fragments of resources and data sources that make one configuration, each with what it leaves to its reader.
const FRAGMENTS: [(&[&str], Reader); 5] = [
    (&["resources/ack_cluster/resource.tf"], Reader::Copies),
    (&["resources/ack_node_pool/resource.tf"], Reader::Copies),
    (&["resources/ack_addon/resource.tf"], Reader::CallsAsModules(ADDONS)),
    (&["resources/ack_auto_repair_policy/resource.tf"], Reader::CallsAsModules(POLICIES)),
    (
        &[
            "data-sources/ack_cluster/data-source.tf",
            "data-sources/ack_node_pool/data-source.tf",
            "data-sources/ack_addon/data-source.tf",
            "data-sources/ack_auto_repair_policy/data-source.tf",
        ],
        Reader::CallsAsModules(DATA_SOURCES),
    ),
];

/// What a reader does with a fragment.
enum Reader {
    /// Puts it beside the provider's block: everything it refers to is in it.
    Copies,
    /// Makes each a module named after its folder, because it has variables: this gives them values. There is a cluster.
    CallsAsModules(&'static str),
}

/// A cluster that a fragment can be about.
const CLUSTER: &str = r#"
resource "ack_cluster" "main" {
  name                = "main"
  vpc_id              = "vpc-bp1exampleexample0001"
  vswitch_ids         = ["vsw-bp1exampleexample000h"]
  network_plugin      = "flannel"
  pod_cidr            = "10.64.0.0/16"
  deletion_protection = false
}
"#;

const ADDONS: &str = r#"
module "ack_addon" {
  source     = "./ack_addon"
  cluster_id = ack_cluster.main.id
}
"#;

const POLICIES: &str = r#"
module "ack_auto_repair_policy" {
  source     = "./ack_auto_repair_policy"
  cluster_id = ack_cluster.main.id
}
"#;

const DATA_SOURCES: &str = r#"
resource "ack_auto_repair_policy" "hosts" {
  cluster_id = ack_cluster.main.id
  name       = "faulty-hosts"
  rules      = [{ incidents = [{ name = "Node.FaultNeedReboot.HOST" }] }]
}

module "ack_auto_repair_policy" {
  source     = "./ack_auto_repair_policy"
  cluster_id = ack_cluster.main.id
  policy_id  = ack_auto_repair_policy.hosts.id
}

resource "ack_node_pool" "workers" {
  cluster_id     = ack_cluster.main.id
  name           = "workers"
  instance_types = ["ecs.g7.xlarge"]
  vswitch_ids    = ["vsw-bp1exampleexample000h"]
  desired_size   = 0
}

module "ack_cluster" {
  source     = "./ack_cluster"
  cluster_id = ack_cluster.main.id
}

module "ack_node_pool" {
  source       = "./ack_node_pool"
  cluster_id   = ack_cluster.main.id
  node_pool_id = ack_node_pool.workers.id
}

module "ack_addon" {
  source     = "./ack_addon"
  cluster_id = ack_cluster.main.id
}
"#;

/// R01
#[test]
fn quickstart_applies_plans_empty_and_is_destroyed() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let simulator = Simulator::start()?;
        let workspace = Workspace::open(terraform, simulator.provider_environment())?;
        workspace.copy_example("quickstart")?;
        live(&simulator, &workspace)?;
    }
    Ok(())
}

/// R01
#[test]
fn every_fragment_applies_plans_empty_and_is_destroyed() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        for (paths, reader) in &FRAGMENTS {
            let simulator = Simulator::start()?;
            let workspace = Workspace::open(terraform, simulator.provider_environment())?;
            workspace.write("provider.tf", &example("provider/provider.tf")?);
            if let Reader::CallsAsModules(calls) = reader {
                workspace.write("main.tf", &[CLUSTER, calls].concat());
            }
            for path in *paths {
                let fragment = example(path)?;
                let folder = Path::new(path).parent().and_then(Path::file_name).context("a folder")?.to_string_lossy();
                match reader {
                    Reader::Copies => workspace.write("main.tf", &fragment),
                    Reader::CallsAsModules(_) => {
                        fs::create_dir(workspace.directory().join(&*folder))?;
                        // A module says, too, which provider its caller configures.
                        workspace.write(&format!("{folder}/versions.tf"), REQUIRED_PROVIDERS);
                        workspace.write(&format!("{folder}/main.tf"), &fragment);
                    }
                }
            }
            let made = live(&simulator, &workspace).with_context(|| format!("{paths:?} on {terraform}"))?;
            // The provider's block has worked: its default tag is on every cluster.
            for cluster in made {
                let tags = cluster["detail"]["tags"].as_array().context("a cluster has no tags")?;
                assert!(tags.contains(&json!({"key": "managed-by", "value": "terraform"})), "{paths:?}: {tags:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn no_example_is_left_out() -> anyhow::Result<()> {
    let mut executed = vec!["provider/provider.tf".to_owned()];
    executed.extend(FRAGMENTS.iter().flat_map(|(paths, _)| *paths).map(|path| (*path).to_owned()));
    for path in files(&examples_directory())? {
        let name = path.strip_prefix(examples_directory())?.to_string_lossy().replace('\\', "/");
        let is_executed = !name.ends_with(".tf") || name.starts_with("quickstart/") || executed.contains(&name);
        assert!(is_executed, "no test executes examples/{name}");
    }
    Ok(())
}

#[test]
fn no_example_knows_the_simulator() -> anyhow::Result<()> {
    for path in files(&examples_directory())? {
        let text = fs::read_to_string(&path)?.to_lowercase();
        for word in ["simulator", "127.0.0.1", "localhost", "ack_endpoint"] {
            assert!(!text.contains(word), "{} says {word}", path.display());
        }
    }
    Ok(())
}

/// Takes a configuration from validation to destruction, and returns the clusters that there were in between.
fn live(simulator: &Simulator, workspace: &Workspace) -> anyhow::Result<Vec<Value>> {
    let _ = workspace.init().assert_success();
    let _ = workspace.validate().assert_success();
    workspace.converge();
    let made = simulator.clusters()?;
    assert!(!made.is_empty(), "nothing was made");

    let protected = protected_clusters(&workspace.show_state_json());
    if !protected.is_empty() {
        // What a reader is told to do who wants to get rid of it all.
        let _ = workspace.destroy().assert_failure().assert_says("deletion_protection");
        let off = |name| format!("resource \"ack_cluster\" \"{name}\" {{\n  deletion_protection = false\n}}\n");
        workspace.write("unprotected_override.tf", &protected.into_iter().map(off).collect::<String>());
        let _ = workspace.apply().assert_success();
    }
    let _ = workspace.destroy().assert_success();
    assert_eq!(simulator.clusters()?, [Value::Null; 0], "something is left");
    Ok(made)
}

/// The names of the clusters in the root module that must not be destroyed as they are.
fn protected_clusters(state: &Value) -> Vec<String> {
    let resources = state["values"]["root_module"]["resources"].as_array();
    let protected =
        resources.into_iter().flatten().filter(|resource| resource["values"]["deletion_protection"] == true);
    protected.filter_map(|resource| Some(resource["name"].as_str()?.to_owned())).collect()
}

fn example(name: &str) -> anyhow::Result<String> {
    let path = examples_directory().join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Every file in a folder and the folders in it.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
