//! Laws over the whole tree: what must hold for every resource, and between the crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use terraform_provider_ack::Ack;
use tf_provider::provider::Named;
use tf_provider::schema::{Attribute, Kind, Presence};
use tf_provider::{Provider, Server};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn nouns() -> Vec<&'static str> {
    Ack::resources().iter().map(Named::name).collect()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Visits every attribute with its full name, nested ones included.
fn visit(attributes: &[Attribute], prefix: &str, see: &mut dyn FnMut(&str, &Attribute)) {
    for a in attributes {
        let name = format!("{prefix}.{}", a.name);
        see(&name, a);
        if let Kind::Nested(_, inner) = &a.kind {
            visit(inner, &name, see);
        }
    }
}

fn visit_all(see: &mut dyn FnMut(&str, &Attribute)) {
    let server = Server::<Ack>::new();
    visit(&server.provider_schema().attributes, "provider", see);
    for resource in Ack::resources().iter() {
        visit(&resource.schema().attributes, &format!("ack_{}", resource.name()), see);
    }
    for source in Ack::data_sources().iter() {
        visit(&source.schema().attributes, &format!("data.ack_{}", source.name()), see);
    }
}

#[test]
fn terraform_accepts_every_schema() {
    assert_eq!(Server::<Ack>::broken_rules(), Vec::<String>::new());
}

#[test]
fn every_noun_has_its_place_in_every_room() {
    for noun in nouns() {
        for file in [
            format!("provider/src/{noun}.rs"),
            format!("provider/src/{noun}/resource.rs"),
            format!("provider/src/{noun}/unbound.txt"),
            format!("provider/src/{noun}/coverage.md"),
            format!("acceptance/simulator/src/nouns/{noun}.rs"),
            format!("examples/resources/ack_{noun}/resource.tf"),
            format!("examples/resources/ack_{noun}/import.sh"),
            format!("docs/resources/{noun}.md"),
            format!("examples/data-sources/ack_{noun}/data-source.tf"),
            format!("docs/data-sources/{noun}.md"),
        ] {
            assert!(root().join(&file).is_file(), "the noun {noun} has no {file}");
        }
        let script = [format!("acceptance/tests/{noun}.rs"), format!("acceptance/tests/{noun}/main.rs")];
        assert!(script.iter().any(|file| root().join(file).is_file()), "the noun {noun} has no acceptance script");
    }
}

#[test]
fn every_resource_can_be_imported_waited_for_and_read() {
    for resource in Ack::resources().iter() {
        let name = resource.name();
        assert!(!resource.identity_attributes().is_empty(), "{name} has no identity");
        assert!(resource.import_id_form().contains('<'), "{name}");
        assert!(resource.schema().attribute("timeouts").is_some(), "{name} has no timeouts");
        // Programs that use providers without Terraform know an object by its `id`.
        let id = resource.schema().attribute("id");
        assert!(id.is_some_and(|id| id.presence == Presence::Computed), "{name} has no id");
        assert!(resource.schema().attribute("region").is_some(), "{name} has no region");
        assert!(Ack::data_sources().get(name).is_some(), "{name} has no data source");
    }
}

/// R09: an attribute that forces a new object was read by a person, with its reason.
#[test]
fn every_replace_forcing_attribute_is_on_the_reviewed_list() {
    let mut found = BTreeMap::new();
    visit_all(&mut |name, a| {
        if let Some(reason) = a.replace {
            found.insert(name.to_owned(), reason.to_owned());
        }
        if let Some(reason) = a.may_replace {
            found.insert(name.to_owned(), format!("sometimes: {reason}"));
        }
    });
    let found: String = found.iter().map(|(name, reason)| format!("{name}: {reason}\n")).collect();
    let reviewed = read("provider/tests/replace_forcing.txt");
    similar_asserts::assert_eq!(reviewed, found, "review provider/tests/replace_forcing.txt");
}

/// Names that sound like a secret and hold none.
const NO_SECRET: &[&str] = &["key_pair", "kms_key_id", "encryption_provider_key", "key"];

#[test]
fn what_sounds_like_a_secret_is_kept_as_one() {
    visit_all(&mut |name, a| {
        let suspicious = ["key", "token", "password", "secret", "kubeconfig"]
            .iter()
            .any(|word| a.name.split('_').any(|part| part == *word));
        let count = a.name.ends_with("_version");
        if suspicious && !count && !NO_SECRET.contains(&a.name) {
            assert!(a.sensitive, "{name} is not sensitive");
            assert!(a.write_only || name.starts_with("provider."), "{name} would be in the state");
        }
    });
}

/// The edges between the crates of this workspace; anything else is a line in the wrong room.
const EDGES: &[(&str, &[&str])] = &[
    ("ack-client", &[]),
    ("ack-simulator", &[]),
    ("acceptance", &["ack-simulator", "terraform-provider-ack"]),
    ("terraform-provider-ack", &["ack-client", "tf-provider"]),
    ("tf-provider", &["tf-provider-derive", "tfplugin"]),
    ("tf-provider-derive", &[]),
    ("tfplugin", &[]),
];

/// Edges that only tests have: those of the provider play Terraform, and what a derive writes names the framework.
const EDGES_OF_TESTS: &[(&str, &str)] =
    &[("terraform-provider-ack", "tfplugin"), ("acceptance", "tf-provider"), ("tf-provider-derive", "tf-provider")];

#[test]
fn the_rooms_depend_on_each_other_as_drawn() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let of_tests = |from: &serde_json::Value, to: &serde_json::Value| {
        EDGES_OF_TESTS.iter().any(|(name, edge)| from == name && to == edge)
    };
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let edges: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["path"].is_string() && d["name"] != package["name"])
            .filter(|d| d["kind"] != "dev" || !of_tests(&package["name"], &d["name"]))
            .filter_map(|d| d["name"].as_str())
            .collect();
        found.insert(package["name"].as_str().unwrap(), edges);
    }
    let drawn: BTreeMap<&str, BTreeSet<&str>> =
        EDGES.iter().map(|(name, edges)| (*name, edges.iter().copied().collect())).collect();
    assert_eq!(found, drawn);
}

/// The two-dictionaries rule, as far as a search can tell.
#[test]
fn the_framework_knows_no_cloud_and_the_client_no_terraform() {
    let words = |folder: &str, forbidden: &[&str]| {
        for file in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&file).unwrap().to_lowercase();
            for word in forbidden {
                assert!(!text.contains(word), "{} says {word:?}", file.display());
            }
        }
    };
    words("provider/framework/src", &["alibaba", "aliyun", "node_pool", "node pool", "kubernetes"]);
    words("provider/client/src", &["terraform", "opentofu", "tf_provider"]);
    words("acceptance/simulator/src", &["ack_client", "tf_provider"]);
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of this tree") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// An example that is not compiled is wrong one day.
#[test]
fn no_example_in_the_documentation_is_kept_from_the_compiler() {
    let mark = ["```", "ignore"].concat();
    for folder in ["provider", "proto/src", "acceptance"] {
        for file in rust_files(&root().join(folder)) {
            assert!(!fs::read_to_string(&file).unwrap().contains(&mark), "{}", file.display());
        }
    }
}

#[test]
fn no_file_has_grown_past_seven_hundred_lines() {
    for folder in ["provider", "proto/src", "acceptance"] {
        for file in rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            let generated = file.components().any(|c| c.as_os_str() == "generated" || c.as_os_str() == "target");
            assert!(generated || lines <= 700, "{} has {lines} lines: split it", file.display());
        }
    }
}
