//! The row of clusters, and what follows from the rest of a cluster when it is read.

use serde_json::{Value, json};

use crate::clusters::node_count;
use crate::error::ApiError;
use crate::objects::{Key, Kind, Object, Objects};
use crate::store::{CLUSTER, World};

pub(super) static KIND: Kind = Kind {
    name: CLUSTER,
    parameter: "cluster_id",
    one: "cluster_id",
    all: "clusters",
    create: "CreateCluster",
    read: "DescribeClusterDetail",
    renames: &[("vpcid", "vpc_id"), ("cluster_name", "name")],
    id: "cluster_id",
    state: "state",
    updated: "updated",
    lagging: true,
    not_found: ApiError::cluster_not_found,
    answer,
    ..Kind::PLAIN
};

pub(super) fn key(cluster_id: &str) -> Key {
    Key::new(&KIND, "", cluster_id)
}

/// The detail answer; lists show a part of it.
fn answer(all: &Objects, cluster: &Object) -> Value {
    let mut answer = cluster.record.clone();
    answer["size"] = json!(node_count(all, cluster.id()));
    answer["meta_data"] = meta_data(all, cluster);
    answer
}

/// The JSON text that reads carry along: what is installed, RRSA, names in certificates, and what no field of the answer
/// has, such as the key that Secrets are encrypted with. No document describes the text; what is in it is known from
/// clients that read it.
fn meta_data(all: &Objects, cluster: &Object) -> Value {
    let addons = all.within(cluster.id(), "addon");
    let addons: Vec<_> = addons.map(|addon| json!({"name": addon.id(), "version": addon.record["version"]})).collect();
    let mut text = json!({
        "Addons": addons,
        "RRSAConfig": cluster.record["rrsa_config"],
        "Capabilities": {"DisableEncryption": cluster.hidden.get("kms_key_id").is_none()},
        "ExtraCertSAN": cluster.record.get("extra_sans").unwrap_or(&json!([])),
    });
    if let Some(key) = cluster.hidden.get("kms_key_id") {
        text["Capabilities"]["EncryptionKMSKeyId"] = key.clone();
    }
    if let Some(mask) = cluster.record.get("node_cidr_mask") {
        text["Capabilities"]["NodeCIDRMask"] = mask.clone();
    }
    json!(text.to_string())
}

/// Refuses a name that another cluster has, if names have to be unique.
pub(super) fn check_unique_name(world: &World, name: &str, own_id: Option<&str>) -> Result<(), ApiError> {
    let taken = world.clusters().any(|other| other.text("name") == name && own_id != Some(other.id()));
    if world.assumptions.unique_cluster_names && taken {
        return Err(ApiError::bad_request(
            "ErrorClusterNameAlreadyExist",
            format!("a cluster named {name} exists already"),
        ));
    }
    Ok(())
}
