//! What others do to the objects of a run.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::{Simulator, Target};

/// One deed of somebody else. Where what it is done to is not there, it is not done.
#[derive(Debug, Clone)]
pub(super) enum Drift {
    PoolResized(u32),
    PoolRelabelled,
    PoolGone,
    AddonGone,
    AddonSet,
    ClusterTagged,
    ClusterUnprotected,
    ClusterGone,
}

/// What drift took away, so that nobody else is blamed for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    pub(super) ids: Vec<String>,
}

impl Drift {
    pub(super) fn draw(chance: &mut Rng) -> Self {
        match chance.u8(0..15) {
            0..=2 => Self::PoolResized(chance.u32(0..4)),
            3 | 4 => Self::PoolRelabelled,
            5 | 6 => Self::PoolGone,
            7 | 8 => Self::AddonGone,
            9 | 10 => Self::AddonSet,
            11 | 12 => Self::ClusterTagged,
            13 => Self::ClusterUnprotected,
            _ => Self::ClusterGone,
        }
    }

    /// Does it to the first object of its kind, by name.
    pub(super) fn happen(&self, simulator: &Simulator, taken: &mut Taken) -> anyhow::Result<()> {
        let clusters = simulator.clusters()?;
        let Some(cluster) = clusters.first() else { return Ok(()) };
        let Some(cluster_id) = cluster["id"].as_str() else { return Ok(()) };
        let of_cluster = Target::cluster(cluster_id);
        let pool_id = first_pool(cluster);
        let pool = pool_id.map(|id| Target::node_pool(cluster_id, id));
        let addon = ["loongcollector", "nginx-ingress-controller"]
            .into_iter()
            .find(|name| cluster["addons"].get(*name).is_some());
        let addon = addon.map(|name| Target::addon(cluster_id, name));
        let change = |target: Option<Target>, patch: Value| match target {
            Some(target) => simulator.mutate(&target, &patch),
            None => Ok(()),
        };
        match self {
            Self::PoolResized(size) => change(pool, json!({"scaling_group": {"desired_size": size}})),
            Self::PoolRelabelled => {
                change(pool, json!({"kubernetes_config": {"labels": [{"key": "team", "value": "somebody"}]}}))
            }
            Self::PoolGone => {
                taken.ids.extend(pool_id.map(str::to_owned));
                pool.map_or(Ok(()), |pool| simulator.delete(&pool))
            }
            Self::AddonGone => addon.map_or(Ok(()), |addon| simulator.delete(&addon)),
            Self::AddonSet => change(addon, json!({"config": "{\"sls_project_name\":\"somebody\"}"})),
            Self::ClusterTagged => change(Some(of_cluster), json!({"tags": [{"key": "stage", "value": "somebody"}]})),
            Self::ClusterUnprotected => change(Some(of_cluster), json!({"deletion_protection": false})),
            Self::ClusterGone => {
                taken.ids.push(cluster_id.to_owned());
                simulator.delete(&of_cluster)
            }
        }
    }
}

fn first_pool(cluster: &Value) -> Option<&str> {
    let pools = cluster["node_pools"].as_object()?;
    let first = pools.values().min_by_key(|pool| pool["record"]["nodepool_info"]["name"].as_str())?;
    first["id"].as_str()
}
