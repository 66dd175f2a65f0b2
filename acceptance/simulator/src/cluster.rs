//! Clusters: reading, listing and deleting; [`create`] and [`modify`] hold the rest.

use serde_json::{Value, json};

use crate::addon;
use crate::assumptions::{Assumptions, Exclusivity};
use crate::call::{Answer, Call, page};
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::operations::Schema;
use crate::store::{Change, Cluster, Target, World};

pub(crate) mod create;
pub(crate) mod deprecated;
pub(crate) mod kubeconfig;
pub(crate) mod modify;
mod network;

/// States in which a cluster can be deleted.
const DELETABLE: [&str; 7] =
    ["running", "failed", "delete_failed", "inactive", "unavailable", "waiting", "disconnected"];

/// Refuses a cluster operation unless the cluster is `running` and, where a cluster bears one operation at a time,
/// nothing else goes on in it.
pub(crate) fn check_running(world: &World, cluster_id: &str) -> Result<(), ApiError> {
    let cluster = world.cluster(cluster_id)?;
    if cluster.state() != "running" {
        return Err(wrong_state(cluster));
    }
    check_exclusive(world, cluster_id)
}

/// Refuses what comes while another operation runs, if a cluster bears only one.
pub(crate) fn check_exclusive(world: &World, cluster_id: &str) -> Result<(), ApiError> {
    match world.running_task(cluster_id) {
        Some(task) if world.assumptions.exclusivity == Exclusivity::Cluster => Err(ApiError::bad_request(
            "ErrorClusterState",
            format!("cluster {cluster_id} is busy with task {} ({})", task.id, task.kind),
        )),
        _ => Ok(()),
    }
}

pub(crate) fn wrong_state(cluster: &Cluster) -> ApiError {
    ApiError::bad_request(
        "ErrorClusterState",
        format!("cluster {} is {}, the operation needs another state", cluster.id, cluster.state()),
    )
}

/// Starts an operation on a cluster: checks that it may begin, and puts the cluster into `state`.
pub(crate) fn begin(world: &mut World, cluster_id: &str, state: &str) -> Result<(), ApiError> {
    check_running(world, cluster_id)?;
    set_state(world, cluster_id, state);
    Ok(())
}

pub(crate) fn set_state(world: &mut World, cluster_id: &str, state: &str) {
    world.apply(merge_state(cluster_id, state));
}

fn merge_state(cluster_id: &str, state: &str) -> Change {
    Change::Merge(Target::Cluster(cluster_id.to_owned()), json!({"state": state}))
}

/// The change that makes a cluster usable again, a moment after its task has ended.
pub(crate) fn running_again(world: &World, cluster_id: &str) -> Change {
    let running = merge_state(cluster_id, "running");
    match world.assumptions.running_after_task_seconds {
        delay if delay > 0.0 => Change::After(delay, vec![running]),
        _ => running,
    }
}

/// Starts a task on a cluster that applies `changes` and then gives the cluster back as `running`, whatever comes.
pub(crate) fn cluster_task(
    world: &mut World,
    kind: &'static str,
    cluster_id: &str,
    stages: Vec<(&'static str, f64)>,
    mut changes: Vec<Change>,
) -> String {
    changes.push(running_again(world, cluster_id));
    let work = Work {
        success: changes,
        failure: vec![running_again(world, cluster_id)],
        ..Work::on_cluster(kind, cluster_id, stages)
    };
    world.start_task(work)
}

/// DescribeClusterDetail.
pub(crate) fn describe(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    Ok(world.with_unset_fields("DescribeClusterDetail", cluster.answer()))
}

/// The JSON text that reads carry along: what is installed, RRSA, names in certificates, and what no field of the answer
/// has, such as the key that Secrets are encrypted with. No document describes the text; what is in it is known from
/// clients that read it.
pub(crate) fn meta_data(cluster: &Cluster) -> Value {
    let addons: Vec<_> =
        cluster.addons.iter().map(|(name, addon)| json!({"name": name, "version": addon["version"]})).collect();
    let mut text = json!({
        "Addons": addons,
        "RRSAConfig": cluster.detail["rrsa_config"],
        "Capabilities": {"DisableEncryption": cluster.settings.get("kms_key_id").is_none()},
        "ExtraCertSAN": cluster.detail.get("extra_sans").unwrap_or(&json!([])),
    });
    if let Some(key) = cluster.settings.get("kms_key_id") {
        text["Capabilities"]["EncryptionKMSKeyId"] = key.clone();
    }
    if let Some(mask) = cluster.detail.get("node_cidr_mask") {
        text["Capabilities"]["NodeCIDRMask"] = mask.clone();
    }
    json!(text.to_string())
}

/// DescribeClustersV1.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let region = call.query_text("region_id").map(str::to_owned);
    list_matching(world, call, region.as_deref())
}

/// DescribeClusters, the old list: all at once, and of all regions.
pub(crate) fn list_all(world: &mut World, call: &Call) -> Answer {
    let record = call.operation.answer_schema.as_ref().and_then(|schema| schema.items.as_deref());
    let mut rows = world.listed_clusters();
    rows.retain(|cluster| {
        let name = cluster["name"].as_str().unwrap_or_default();
        let fits = |parameter: &str, field: &str| {
            call.query_text(parameter).is_none_or(|wanted| cluster[field].as_str().unwrap_or_default() == wanted)
        };
        call.query_text("name").is_none_or(|part| name.contains(part))
            && fits("clusterType", "cluster_type")
            && fits("resource_group_id", "resource_group_id")
    });
    rows.iter_mut().for_each(|row| restrict_to(record, row));
    Ok(Value::Array(rows))
}

/// DescribeClustersForRegion.
pub(crate) fn list_for_region(world: &mut World, call: &Call) -> Answer {
    let region = call.path("region_id").to_owned();
    list_matching(world, call, Some(&region))
}

fn list_matching(world: &mut World, call: &Call, region: Option<&str>) -> Answer {
    let exact = |cluster: &Value, field: &str| {
        call.query_text(field)
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(cluster[field].as_str().unwrap_or_default()))
    };
    let record =
        call.operation.answer_schema.as_ref().and_then(|schema| schema.properties.get("clusters")?.items.as_deref());
    let mut rows = world.listed_clusters();
    rows.retain(|cluster| {
        let name = cluster["name"].as_str().unwrap_or_default();
        region.is_none_or(|region| cluster["region_id"] == region)
            && call.query_text("name").is_none_or(|part| name.contains(part))
            && ["cluster_id", "cluster_spec", "cluster_type", "profile"].iter().all(|field| exact(cluster, field))
    });
    rows.iter_mut().for_each(|row| restrict_to(record, row));
    Ok(page(call, "clusters", rows, 10))
}

/// Takes out the fields that a record of a list does not have.
fn restrict_to(record: Option<&Schema>, row: &mut Value) {
    if let (Some(Schema { properties, .. }), Some(fields)) = (record, row.as_object_mut()) {
        fields.retain(|name, _| properties.contains_key(name));
    }
}

/// DescribeClusterResources: what the service made, and the network that was brought along.
pub(crate) fn list_resources(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    let settings = &cluster.settings;
    let own_network = settings["own_network"] == true;
    let vswitches = cluster.detail["vswitch_ids"].as_array().into_iter().flatten();
    let vswitches = vswitches.map(|id| ("VSWITCH", id.as_str(), !own_network));
    let made = [
        ("ALIYUN::SLB::LoadBalancer", settings["load_balancer_id"].as_str(), settings["own_load_balancer"] != true),
        (
            "ALIYUN::ECS::SecurityGroup",
            cluster.detail["security_group_id"].as_str(),
            settings["own_security_group"] != true,
        ),
        ("ALIYUN::VPC::NatGateway", settings["nat_gateway_id"].as_str(), true),
        ("ALIYUN::VPC::EIP", settings["api_server_eip_id"].as_str(), settings["own_api_server_eip"] != true),
        ("ALIYUN::ECS::VPC", cluster.detail["vpc_id"].as_str(), !own_network),
        ("ALIYUN::RAM::Role", cluster.detail["worker_ram_role_name"].as_str(), true),
    ];
    let rows = made.into_iter().chain(vswitches).filter_map(|(kind, id, auto_create)| {
        let id = id.filter(|id| !id.is_empty())?;
        Some(json!({
            "cluster_id": cluster.id,
            "created": cluster.detail["created"],
            "instance_id": id,
            "resource_type": kind,
            "resource_info": "{}",
            "state": "CREATE_COMPLETE",
            "auto_create": i32::from(auto_create),
            "creator_type": if auto_create { "system" } else { "user" },
            "delete_behavior": {"delete_by_default": auto_create, "changeable": kind == "ALIYUN::SLB::LoadBalancer"},
            "dependencies": [],
        }))
    });
    Ok(rows.collect())
}

/// DeleteCluster.
pub(crate) fn delete(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let cluster = world.cluster(&cluster_id)?;
    if cluster.detail["deletion_protection"] == true {
        let code = world.assumptions.deletion_protection_code.clone();
        let text = format!("cluster {cluster_id} has deletion protection: switch deletion_protection off first");
        return Err(ApiError::bad_request(code, text));
    }
    if !DELETABLE.contains(&cluster.state()) {
        return Err(wrong_state(cluster));
    }
    check_exclusive(world, &cluster_id)?;
    world.abandon_tasks(&cluster_id);
    set_state(world, &cluster_id, "deleting");
    let pools: Vec<_> = world.cluster(&cluster_id)?.node_pools.keys().cloned().collect();
    for pool in pools {
        world
            .apply(Change::Merge(Target::NodePool(cluster_id.clone(), pool), json!({"status": {"state": "deleting"}})));
    }
    addon::set_all_states(world, &cluster_id, "deleting");
    let stages = vec![
        ("DeleteNodePools", duration::CLUSTER_DELETE * 0.4),
        ("DeleteControlPlane", duration::CLUSTER_DELETE * 0.4),
        ("ReleaseResources", duration::CLUSTER_DELETE * 0.2),
    ];
    let work = Work {
        parameters: Value::Object(call.query.clone()),
        success: vec![Change::Remove(Target::Cluster(cluster_id.clone()))],
        failure: vec![merge_state(&cluster_id, "delete_failed")],
        ..Work::on_cluster("cluster_delete", &cluster_id, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// Checks a name: 1 to 63 digits, letters, Chinese characters or hyphens, not starting with a hyphen; underscores where
/// they are assumed to be legal.
pub(crate) fn check_name(assumptions: &Assumptions, field: &str, name: &str) -> Result<(), ApiError> {
    let legal = |letter: char| {
        letter.is_ascii_alphanumeric()
            || letter == '-'
            || letter == '_' && assumptions.underscores_in_names
            || ('\u{4e00}'..='\u{9fff}').contains(&letter)
    };
    let length = name.chars().count();
    if (1..=63).contains(&length) && name.chars().all(legal) && !name.starts_with('-') {
        return Ok(());
    }
    let last = if assumptions.underscores_in_names { ", hyphens or underscores" } else { " or hyphens" };
    let rule = format!("must have 1 to 63 digits, letters, Chinese characters{last} and not start with a hyphen");
    Err(ApiError::invalid(field, format!("{name:?} {rule}")))
}

/// Refuses a name that another cluster has, if names have to be unique.
fn check_unique_name(world: &World, name: &str, own_id: Option<&str>) -> Result<(), ApiError> {
    let taken = world.clusters.values().any(|other| other.text("name") == name && own_id != Some(other.id.as_str()));
    if world.assumptions.unique_cluster_names && taken {
        return Err(ApiError::bad_request(
            "ErrorClusterNameAlreadyExist",
            format!("a cluster named {name} exists already"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_their_rule() {
        let usual = Assumptions::default();
        for legal in ["a", "prod-1", "a_b", "生产-1", &"x".repeat(63)] {
            assert!(check_name(&usual, "name", legal).is_ok(), "{legal}");
        }
        for illegal in ["", "-a", "a b", "ä", &"x".repeat(64)] {
            assert!(check_name(&usual, "name", illegal).is_err(), "{illegal}");
        }
        assert!(check_name(&Assumptions::strict(), "name", "a_b").is_err());
    }
}
