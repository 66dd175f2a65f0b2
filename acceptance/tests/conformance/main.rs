//! Every resource, in every combination of its attributes, with the kit that plays Terraform's core and holds the provider
//! to core's rules. Real Terraform has the last word in the other tests; this one sees more configurations.

mod matrix;
mod samples;

use std::collections::BTreeSet;

use acceptance::{Simulator, Target, guides_directory};
use anyhow::Context as _;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use terraform_provider_ack::Ack;
use tf_provider::kit::{Choices, Core, Failure};
use tf_provider::provider::Named;
use tf_provider::schema::{Attribute, Shown};
use tf_provider::value::Value as Planned;
use tf_provider::{Provider as _, Server};

use samples::Samples;

/// Simulated seconds in a real one.
const SPEED: f64 = 20_000.0;

/// How many configurations each resource goes through, one after the other.
const CONFIGURATIONS: usize = 12;

async fn core(simulator: &Simulator) -> Result<Core, Failure> {
    let config = json!({
        "region": "cn-hangzhou", "endpoint": simulator.url(),
        "access_key_id": "simulator-id", "access_key_secret": "simulator-secret",
        "default_tags": {"managed_by": "terraform"},
    });
    Core::start(Server::<Ack>::new(), config).await
}

fn simulator() -> anyhow::Result<Simulator> {
    let simulator = Simulator::start()?;
    simulator.run_clock(SPEED)?;
    Ok(simulator)
}

/// Brings one object from each configuration to the next, imports it, and destroys it.
async fn travel(core: &Core, type_name: &str, choices: &Choices, unread: &Unread) -> Result<(), Failure> {
    let mut object = core.resource(type_name)?;
    let numbers = vec(any::<u8>(), choices.len());
    let mut runner = TestRunner::deterministic();
    let mut way: Vec<Value> = Vec::new();
    for _ in 0..CONFIGURATIONS {
        way.push(choices.pick(&numbers.new_tree(&mut runner).expect("numbers").current()));
        let journey = async {
            object.converge(&way[way.len() - 1]).await?;
            let unread = unread.all();
            object.check_import(&unread).await?;
            core.check_data_source(&object, &unread).await?;
            object.check_remade(&unread).await
        };
        if let Err(failure) = journey.await {
            panic!("{failure}\nafter these configurations: {way:#?}");
        }
    }
    if let Err(failure) = object.destroy().await {
        panic!("{failure}\nafter these configurations: {way:#?}");
    }
    Ok(())
}

/// The attributes that an import does not find as they were.
struct Unread {
    /// What the schema says of itself.
    declared: Vec<&'static str>,
    /// What is told in other words.
    otherwise: &'static [&'static str],
}

impl Unread {
    fn all(&self) -> Vec<&'static str> {
        self.declared.iter().chain(self.otherwise).copied().collect()
    }
}

/// The configurations of each resource, and the attributes that are in none of them, with the reason.
struct Journey {
    noun: &'static str,
    samples: fn(cluster_id: &str) -> Samples,
    left_out: &'static [(&'static str, &'static str)],
    /// What an import tells in other words. That no answer tells something, the schema says.
    otherwise: &'static [&'static str],
}

const JOURNEYS: [Journey; 4] = [
    Journey {
        noun: "cluster",
        samples: samples::cluster,
        left_out: &[
            ("region", "one simulator is one region"),
            ("type", "there is only one so far"),
            ("version", "versions only go up"),
        ],
        // One that is off is none.
        otherwise: &["version", "auto_upgrade"],
    },
    Journey {
        noun: "node_pool",
        samples: samples::node_pool,
        left_out: &[
            ("region", "one simulator is one region"),
            ("skip_destroy", "what stays is in the way of what comes next"),
        ],
        otherwise: &["desired_size", "initial_size"],
    },
    Journey {
        noun: "addon",
        samples: samples::addon,
        left_out: &[
            ("region", "one simulator is one region"),
            ("version", "versions only go up"),
            ("skip_destroy", "what stays is in the way of what comes next"),
        ],
        otherwise: &["config"],
    },
    Journey {
        noun: "auto_repair_policy",
        samples: samples::auto_repair_policy,
        left_out: &[("region", "one simulator is one region")],
        otherwise: &[],
    },
];

/// Nothing can be added without being tested here.
#[test]
fn every_attribute_of_every_resource_is_on_its_journey() {
    let resources = Ack::resources();
    let names: Vec<_> = resources.iter().map(Named::name).collect();
    assert_eq!(names, JOURNEYS.map(|journey| journey.noun));
    for (resource, journey) in resources.iter().zip(JOURNEYS) {
        let choices = (journey.samples)("c1").choices();
        let mut seen = choices.attributes();
        for (name, _) in journey.left_out {
            assert!(seen.insert(name), "{}: `{name}` is left out, and is there", journey.noun);
        }
        let configurable = resource.schema().attributes.iter().filter(|a| a.presence.is_configurable());
        assert_eq!(seen, configurable.map(|a| a.name).collect(), "{}", journey.noun);
    }
}

/// Puts what an object of a resource is in into a simulator: a cluster, whose id it returns.
fn seed(noun: &str, simulator: &Simulator) -> anyhow::Result<String> {
    if noun == "cluster" {
        return Ok(String::new());
    }
    let cluster_id = simulator.seed_cluster(&[])?;
    if noun == "node_pool" {
        // The last one with two runtimes.
        simulator.mutate(&Target::cluster(&cluster_id), &json!({"current_version": "1.31.9-aliyun.1"}))?;
    }
    Ok(cluster_id)
}

/// Takes a resource through its configurations, on a simulator that has a cluster.
async fn keeps_to_the_rules(noun: &str) -> anyhow::Result<()> {
    let journey = JOURNEYS.into_iter().find(|journey| journey.noun == noun).context("a journey")?;
    let simulator = simulator()?;
    let cluster_id = seed(noun, &simulator)?;
    let choices = (journey.samples)(&cluster_id).choices();
    let core = core(&simulator).await?;
    let resources = Ack::resources();
    let schema = resources.get(noun).context("a resource")?.schema();
    // What counts only when an object is created is recorded when it comes too late; an import finds what there is.
    let found_otherwise = |a: &&Attribute| match a.shown {
        Shown::Always => false,
        Shown::OnImport => a.replace.is_some(),
        Shown::Never => true,
    };
    let declared = schema.attributes.iter().filter(found_otherwise).map(|a| a.name).collect();
    travel(&core, &format!("ack_{noun}"), &choices, &Unread { declared, otherwise: journey.otherwise }).await?;
    let permitted = permitted(noun)?;
    for request in simulator.requests()? {
        let operation = request.operation;
        assert!(permitted.contains(&operation), "docs/guides/permissions.md lacks {operation} for ack_{noun}");
    }
    Ok(())
}

/// The operations that the page of permissions lists for a resource.
fn permitted(noun: &str) -> anyhow::Result<BTreeSet<String>> {
    let page = std::fs::read_to_string(guides_directory().join("permissions.md"))?;
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let column = rows[0].iter().position(|name| *name == format!("`ack_{noun}`")).context("a column")?;
    let operation = |row: &Vec<&str>| row[1].trim_matches('`').trim_start_matches("cs:").to_owned();
    Ok(rows.iter().filter(|row| row[column] == "x").map(operation).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("cluster").await
}

#[tokio::test(flavor = "multi_thread")]
async fn node_pools_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("node_pool").await
}

#[tokio::test(flavor = "multi_thread")]
async fn add_ons_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("addon").await
}

#[tokio::test(flavor = "multi_thread")]
async fn auto_repair_policies_keep_to_the_rules() -> anyhow::Result<()> {
    keeps_to_the_rules("auto_repair_policy").await
}

/// What a plan says is known after apply comes to be something, but for these: the service may tell nothing of them.
const UNTOLD: &[&str] = &[
    "cluster.timezone",
    "node_pool.ram_role_name",
    "node_pool.node_name_mode",
    "node_pool.data_disks.device",
    "node_pool.data_disks.disk_name",
];

/// Where a plan has an unknown value that comes to be null.
fn disappointments(planned: &Planned, state: &Planned, path: &str, found: &mut Vec<String>) {
    match (planned, state) {
        (Planned::Unknown, Planned::Null) => found.push(path.to_owned()),
        (Planned::Object(before), Planned::Object(after)) => {
            for (name, planned) in before {
                disappointments(planned, &after[name], &format!("{path}.{name}"), found);
            }
        }
        (Planned::List(before), Planned::List(after)) => {
            before.iter().zip(after).for_each(|(planned, state)| disappointments(planned, state, path, found));
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_after_apply_comes_to_be_something() -> anyhow::Result<()> {
    let simulator = simulator()?;
    let cluster_id = simulator.seed_cluster(&[])?;
    let core = core(&simulator).await?;
    let disks = |category: &str| json!({"category": category, "size": 80});
    let pool = |name: &str, more: Value| {
        let mut pool = json!({
            "cluster_id": cluster_id, "name": name, "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"],
        });
        pool.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        pool
    };
    let cluster = json!({
        "name": "new", "vpc_id": "vpc-2", "vswitch_ids": ["vsw-1"], "network_plugin": "flannel",
        "pod_cidr": "10.65.0.0/16", "deletion_protection": false,
    });
    let objects = [
        ("cluster", cluster),
        ("node_pool", pool("least", json!({}))),
        ("node_pool", pool("sized", json!({"desired_size": 1, "system_disk": disks("cloud_ssd")}))),
        ("node_pool", pool("scaled", json!({"scaling": {"min": 0, "max": 2}, "data_disks": [disks("cloud_ssd")]}))),
        ("addon", json!({"cluster_id": cluster_id, "name": "loongcollector"})),
    ];
    let mut found = Vec::new();
    for (noun, config) in objects {
        let mut object = core.resource(&format!("ack_{noun}"))?;
        let planned = object.plan(&config).await?;
        object.apply(&planned).await?;
        disappointments(&planned.state, object.state(), noun, &mut found);
    }
    found.retain(|path| !UNTOLD.contains(&path.as_str()));
    assert_eq!(found, [""; 0]);
    Ok(())
}
