//! The lists of clusters, all of them behind the truth, and the resources of one.

use serde_json::{Value, json};

use super::kind::KIND;
use crate::call::{Answer, Call, page};
use crate::operations::Schema;
use crate::schema::cut;
use crate::store::World;

/// DescribeClustersV1.
pub(super) fn list(world: &mut World, call: &Call) -> Answer {
    let region = call.query_text("region_id").map(str::to_owned);
    list_matching(world, call, region.as_deref())
}

/// DescribeClusters, the old list: all at once, and of all regions.
pub(super) fn list_all(world: &mut World, call: &Call) -> Answer {
    let record = call.operation.answer_schema.as_ref().and_then(|schema| schema.items.as_deref());
    let mut rows = world.listed(&KIND);
    rows.retain(|cluster| {
        let name = cluster["name"].as_str().unwrap_or_default();
        let fits = |parameter: &str, field: &str| {
            call.query_text(parameter).is_none_or(|wanted| cluster[field].as_str().unwrap_or_default() == wanted)
        };
        call.query_text("name").is_none_or(|part| name.contains(part))
            && fits("clusterType", "cluster_type")
            && fits("resource_group_id", "resource_group_id")
    });
    rows.iter_mut().for_each(|row| cut_to(record, row));
    Ok(Value::Array(rows))
}

/// DescribeClustersForRegion.
pub(super) fn list_for_region(world: &mut World, call: &Call) -> Answer {
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
    let mut rows = world.listed(&KIND);
    rows.retain(|cluster| {
        let name = cluster["name"].as_str().unwrap_or_default();
        region.is_none_or(|region| cluster["region_id"] == region)
            && call.query_text("name").is_none_or(|part| name.contains(part))
            && ["cluster_id", "cluster_spec", "cluster_type", "profile"].iter().all(|field| exact(cluster, field))
    });
    rows.iter_mut().for_each(|row| cut_to(record, row));
    Ok(page(call, "clusters", rows, 10))
}

fn cut_to(record: Option<&Schema>, row: &mut Value) {
    if let Some(record) = record {
        cut(record, row);
    }
}

/// DescribeClusterResources: what the service made, and the network that was brought along.
pub(super) fn list_resources(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    let settings = &cluster.hidden;
    let own_network = settings["own_network"] == true;
    let vswitches = cluster.record["vswitch_ids"].as_array().into_iter().flatten();
    let vswitches = vswitches.map(|id| ("VSWITCH", id.as_str(), !own_network));
    let made = [
        ("ALIYUN::SLB::LoadBalancer", settings["load_balancer_id"].as_str(), settings["own_load_balancer"] != true),
        (
            "ALIYUN::ECS::SecurityGroup",
            cluster.record["security_group_id"].as_str(),
            settings["own_security_group"] != true,
        ),
        ("ALIYUN::VPC::NatGateway", settings["nat_gateway_id"].as_str(), true),
        ("ALIYUN::VPC::EIP", settings["api_server_eip_id"].as_str(), settings["own_api_server_eip"] != true),
        ("ALIYUN::ECS::VPC", cluster.record["vpc_id"].as_str(), !own_network),
        ("ALIYUN::RAM::Role", cluster.record["worker_ram_role_name"].as_str(), true),
    ];
    let rows = made.into_iter().chain(vswitches).filter_map(|(kind, id, auto_create)| {
        let id = id.filter(|id| !id.is_empty())?;
        Some(json!({
            "cluster_id": cluster.id(),
            "created": cluster.record["created"],
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
