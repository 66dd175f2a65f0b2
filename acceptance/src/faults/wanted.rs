//! What a run has Terraform make: a configuration, drawn by chance, and changes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use fastrand::Rng;

use crate::REQUIRED_PROVIDERS;

/// The add-ons that a run installs, with the setting that it changes and two values for it. No cluster comes with the
/// first two.
const ADDONS: [(&str, &str, [&str; 2]); 3] = [
    ("loongcollector", "sls_project_name", ["logs", "more-logs"]),
    ("nginx-ingress-controller", "IngressSlbNetworkType", ["internet", "intranet"]),
    ("storage-operator", "CnfsNasEnable", ["false", "true"]),
];

/// The name of the only cluster.
pub(super) const CLUSTER: &str = "main";

/// A configuration.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The beginning of the Kubernetes version.
    pub(super) version: &'static str,
    /// `deletion_protection`; true is left to the default.
    pub(super) protected: bool,
    /// A tag of the cluster.
    pub(super) tag: Option<u8>,
    /// Another one is another cluster.
    generation: u8,
    /// By name.
    pub(super) pools: BTreeMap<String, Pool>,
    /// By name: which value of its setting, if any.
    pub(super) addons: BTreeMap<&'static str, Option<usize>>,
    /// `timeouts.create` of everything.
    pub(super) create_limit: Option<&'static str>,
}

/// A node pool.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) size: u32,
    /// A label.
    pub(super) team: Option<u8>,
}

impl Pool {
    fn draw(chance: &mut Rng) -> Self {
        Self { size: chance.u32(0..3), team: chance.bool().then(|| chance.u8(..)) }
    }
}

/// What a change takes away on purpose.
#[derive(Debug, Clone, Default)]
pub(super) struct Removed {
    pub(super) cluster: bool,
    pub(super) pools: BTreeSet<String>,
    pub(super) addons: BTreeSet<&'static str>,
}

impl Wanted {
    pub(super) fn draw(chance: &mut Rng) -> Self {
        let pools = (0..chance.usize(1..=2)).map(|i| (format!("pool-{i}"), Pool::draw(chance))).collect();
        let mut wanted = Self {
            version: chance.choice(["1.34", "1.35"]).unwrap_or("1.35"),
            protected: chance.u8(0..10) < 7,
            tag: chance.bool().then(|| chance.u8(..)),
            generation: 0,
            pools,
            addons: BTreeMap::new(),
            create_limit: None,
        };
        for _ in 0..chance.usize(1..=2) {
            wanted.set_addon(chance);
        }
        wanted
    }

    fn set_addon(&mut self, chance: &mut Rng) -> &'static str {
        let name = ADDONS[chance.usize(..ADDONS.len())].0;
        let _ = self.addons.insert(name, chance.bool().then(|| chance.usize(..2)));
        name
    }

    /// Two to four changes, told to `story`.
    pub(super) fn change(&mut self, chance: &mut Rng, story: &mut String) -> Removed {
        let mut removed = Removed::default();
        for _ in 0..chance.u8(2..=4) {
            self.change_once(chance, &mut removed, story);
        }
        removed
    }

    fn change_once(&mut self, chance: &mut Rng, removed: &mut Removed, story: &mut String) {
        let some_pool = chance.choice(self.pools.keys().cloned().collect::<Vec<_>>());
        let told = match (chance.u8(0..12), some_pool) {
            (0..=2, Some(name)) => {
                let size = chance.u32(0..4);
                self.pools.entry(name.clone()).and_modify(|pool| pool.size = size);
                format!("{name} gets the size {size}")
            }
            (3 | 4, Some(name)) => {
                let team = chance.u8(..);
                self.pools.entry(name.clone()).and_modify(|pool| pool.team = Some(team));
                format!("{name} gets a label")
            }
            (5, Some(name)) => {
                self.pools.remove(&name);
                let told = format!("{name} is taken away");
                removed.pools.insert(name);
                told
            }
            (6, _) => {
                // Never a name that was taken away, so that nothing has to be told apart by its age.
                let name = format!("pool-{}", self.pools.len() + removed.pools.len() + 2);
                self.pools.insert(name.clone(), Pool::draw(chance));
                format!("{name} is added")
            }
            (7, _) if !self.addons.is_empty() => {
                let name = chance.choice(self.addons.keys().copied().collect::<Vec<_>>()).unwrap_or_default();
                self.addons.remove(name);
                removed.addons.insert(name);
                format!("{name} is taken away")
            }
            (8, _) if self.version == "1.34" => {
                self.version = "1.35";
                "the cluster is upgraded".to_owned()
            }
            (9, _) if !self.protected => {
                self.generation += 1;
                removed.cluster = true;
                "the cluster is replaced".to_owned()
            }
            (10, _) => {
                self.tag = Some(chance.u8(..));
                "the cluster gets another tag".to_owned()
            }
            _ => {
                let name = self.set_addon(chance);
                removed.addons.remove(name);
                format!("{name} is set")
            }
        };
        let _ = writeln!(story, "change: {told}");
    }

    /// The value that the add-on's setting is to have: the key, then the value.
    pub(super) fn setting(&self, name: &str) -> Option<(&'static str, &'static str)> {
        let value = (*self.addons.get(name)?)?;
        let (_, key, values) = ADDONS.iter().find(|(known, ..)| *known == name)?;
        Some((key, values[value]))
    }

    /// The configuration as a file. Its outputs are what a second apply was needed for once.
    pub(super) fn text(&self) -> String {
        let limit = self.create_limit.map(|limit| format!("  timeouts = {{ create = \"{limit}\" }}\n"));
        let limit = limit.unwrap_or_default();
        let mut text = format!(
            "{REQUIRED_PROVIDERS}\nresource \"ack_cluster\" \"{CLUSTER}\" {{\n  name = \"{CLUSTER}\"\n  version = \
             \"{}\"\n  vpc_id = \"vpc-1\"\n  vswitch_ids = [\"vsw-1\"]\n  network_plugin = \"flannel\"\n  pod_cidr = \
             \"10.64.0.0/16\"\n  service_cidr = \"172.{}.0.0/20\"\n{limit}",
            self.version,
            19 + self.generation,
        );
        if !self.protected {
            text += "  deletion_protection = false\n";
        }
        if let Some(tag) = self.tag {
            let _ = writeln!(text, "  tags = {{ stage = \"s{tag}\" }}");
        }
        text += "}\n\noutput \"endpoint\" {\n  value = ack_cluster.main.api_server_intranet_endpoint\n}\n";
        for (name, Pool { size, team }) in &self.pools {
            let labels = team.map(|team| format!("  labels = {{ team = \"t{team}\" }}\n")).unwrap_or_default();
            let _ = write!(
                text,
                "\nresource \"ack_node_pool\" \"{name}\" {{\n  cluster_id = ack_cluster.{CLUSTER}.id\n  name = \
                 \"{name}\"\n  instance_types = [\"ecs.g7.xlarge\"]\n  vswitch_ids = [\"vsw-1\"]\n  key_pair = \
                 \"operations\"\n  desired_size = {size}\n{labels}{limit}}}\n"
            );
        }
        for name in self.addons.keys() {
            let config =
                self.setting(name).map(|(key, value)| format!("  config = jsonencode({{ {key} = \"{value}\" }})\n"));
            let config = config.unwrap_or_default();
            let _ = write!(
                text,
                "\nresource \"ack_addon\" \"{name}\" {{\n  cluster_id = ack_cluster.{CLUSTER}.id\n  name = \
                 \"{name}\"\n{config}{limit}}}\n"
            );
        }
        text
    }
}
