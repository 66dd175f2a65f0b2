//! The network of a cluster: which ranges of addresses are legal and which get in each other's way, and what the service
//! chooses when nothing is named.

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::store::World;
use crate::version;

/// The add-ons that make a cluster's network; the last two are those of older clusters.
const NETWORKS: [&str; 4] = ["flannel", "terway-eniip", "terway", "terway-eni"];

/// Reads a range and checks that it is a private one with a legal mask.
///
/// Pods: 10/8 with masks 8-24, 172.16-31 with 12-24, 192.168/16 with 16-24. Services: the same ranges with 16-24.
fn parse(field: &str, text: &str, services: bool) -> Result<Ipv4Net, ApiError> {
    let illegal = |why: &str| ApiError::invalid(field, format!("{text:?} {why}"));
    let range: Ipv4Net = text.parse().map_err(|_| illegal("is no IPv4 range such as 172.20.0.0/16"))?;
    if range.addr() != range.network() {
        return Err(illegal(&format!("has host bits set; the range is {}", range.trunc())));
    }
    let private = [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)];
    let home = private
        .iter()
        .filter_map(|(address, mask)| Ipv4Net::new((*address).into(), *mask).ok())
        .find(|home| home.contains(&range));
    let home = home.ok_or_else(|| illegal("is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"))?;
    let shortest = if services { 16 } else { home.prefix_len() };
    if !(shortest..=24).contains(&range.prefix_len()) {
        return Err(illegal(&format!("needs a mask from {shortest} to 24")));
    }
    Ok(range)
}

/// Whether two ranges have an address in common.
fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other.network()) || other.contains(&one.network())
}

/// Whether a request for a new cluster asks for an add-on.
pub(super) fn asks_for(request: &Value, name: &str) -> bool {
    request["addons"].as_array().into_iter().flatten().any(|addon| addon["name"] == name && addon["disabled"] != true)
}

/// Whether a request is for a cluster with nodes and names no network add-on.
pub(super) fn is_missing(request: &Value) -> bool {
    let without_nodes = ["Serverless", "Acs"].iter().any(|profile| request["profile"] == *profile);
    let external = request["cluster_type"] == "ExternalKubernetes";
    !without_nodes && !external && !NETWORKS.iter().any(|name| asks_for(request, name))
}

/// A cluster with nodes needs exactly one network add-on; Flannel needs a pod range, Terway pod vSwitches unless the
/// service makes the network.
pub(super) fn check_addon(request: &Value) -> Result<(), ApiError> {
    if ["Serverless", "Acs"].iter().any(|profile| request["profile"] == *profile) {
        return Ok(());
    }
    let has = |field: &str| request.get(field).is_some_and(|value| *value != "" && *value != json!([]));
    match (asks_for(request, "flannel"), asks_for(request, "terway-eniip")) {
        (false, false) if is_missing(request) => {
            Err(ApiError::invalid("addons", "a network add-on is required: flannel or terway-eniip"))
        }
        (true, true) => Err(ApiError::invalid("addons", "flannel and terway-eniip exclude each other")),
        (true, false) if !has("container_cidr") => {
            Err(ApiError::invalid("container_cidr", "flannel needs a range for pods"))
        }
        (false, true) if has("vpcid") && !has("pod_vswitch_ids") && !terway_names_vswitches(request) => {
            Err(ApiError::invalid(
                "addons",
                "terway-eniip needs pod vSwitches: its config {\"PodVswitchId\":{\"<zone>\":[\"<vswitch>\"]}}, or pod_vswitch_ids",
            ))
        }
        _ => Ok(()),
    }
}

fn terway_names_vswitches(request: &Value) -> bool {
    let addon = request["addons"].as_array().into_iter().flatten().find(|addon| addon["name"] == "terway-eniip");
    let config =
        addon.and_then(|addon| addon["config"].as_str()).and_then(|config| serde_json::from_str::<Value>(config).ok());
    config.is_some_and(|config| !config["PodVswitchId"].is_null())
}

/// Names the network add-on of a request that does not, and what it needs.
pub(super) fn choose(world: &World, request: &mut Value) -> Result<(), ApiError> {
    let pods = |request: &Value| request["container_cidr"].as_str().is_some_and(|range| !range.is_empty());
    let with_terway = request["pod_vswitch_ids"].as_array().is_some_and(|ids| !ids.is_empty());
    if !with_terway && !pods(request) {
        request["container_cidr"] = json!(free_pod_range(world, request)?);
    }
    let name = if with_terway { "terway-eniip" } else { "flannel" };
    let mut addons = request["addons"].as_array().cloned().unwrap_or_default();
    addons.push(json!({"name": name}));
    request["addons"] = json!(addons);
    Ok(())
}

/// The first range for pods that is in nobody's way.
fn free_pod_range(world: &World, request: &Value) -> Result<String, ApiError> {
    let taken = |range: &String| {
        let mut attempt = request.clone();
        attempt["container_cidr"] = json!(range);
        check_pod_range(world, &attempt).is_err()
    };
    let ranges = (16..=31).map(|second| format!("172.{second}.0.0/16"));
    ranges.into_iter().find(|range| !taken(range)).ok_or_else(|| {
        ApiError::invalid("container_cidr", "none was given, and no range from 172.16.0.0/16 to 172.31.0.0/16 is free")
    })
}

pub(super) fn check(request: &Value) -> Result<(), ApiError> {
    let text = |field: &str| request[field].as_str().filter(|text| !text.is_empty());
    let vswitches = request["vswitch_ids"].as_array().map_or(0, Vec::len);
    if text("vpcid").is_some() != (vswitches > 0) {
        return Err(ApiError::invalid("vswitch_ids", "vpcid and vswitch_ids have to be both set or both left out"));
    }
    if text("vpcid").is_none() && request["zone_ids"].as_array().is_none_or(Vec::is_empty) {
        return Err(ApiError::invalid("vpcid", "either vpcid with vswitch_ids, or zone_ids is needed"));
    }
    if vswitches > 5 {
        return Err(ApiError::invalid("vswitch_ids", format!("{vswitches} are given, at most 5 are allowed")));
    }
    if text("security_group_id").is_some() && request["is_enterprise_security_group"] == true {
        return Err(ApiError::invalid("security_group_id", "it excludes is_enterprise_security_group"));
    }
    if request["proxy_mode"] == "nftables"
        && text("kubernetes_version").is_some_and(|version| version::minor(version) < 35)
    {
        return Err(ApiError::invalid("proxy_mode", "nftables needs Kubernetes 1.35 or newer"));
    }
    parse("service_cidr", text("service_cidr").unwrap_or_default(), true).map(drop)
}

/// The range for pods, if there is one, lies in nobody's way.
pub(super) fn check_pod_range(world: &World, request: &Value) -> Result<(), ApiError> {
    let text = |field: &str| request[field].as_str().filter(|text| !text.is_empty());
    let services = parse("service_cidr", text("service_cidr").unwrap_or_default(), true)?;
    let Some(pods_text) = text("container_cidr") else { return Ok(()) };
    let pods = parse("container_cidr", pods_text, false)?;
    if overlap(pods, services) {
        return Err(ApiError::invalid("container_cidr", format!("{pods} overlaps with service_cidr {services}")));
    }
    if let Some(mask) = text("node_cidr_mask")
        && !mask.parse::<u8>().is_ok_and(|mask| (24..=28).contains(&mask) && mask >= pods.prefix_len())
    {
        return Err(ApiError::invalid("node_cidr_mask", format!("{mask:?} is no mask from 24 to 28 within {pods}")));
    }
    let neighbours = world
        .clusters()
        .filter(|other| world.assumptions.refuse_overlapping_clusters && text("vpcid") == Some(other.text("vpc_id")));
    for other in neighbours {
        if other.text("container_cidr").parse().is_ok_and(|theirs| overlap(pods, theirs)) {
            let text = format!(
                "{pods} overlaps with {} of cluster {} in the same VPC",
                other.text("container_cidr"),
                other.id()
            );
            return Err(ApiError::invalid("container_cidr", text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_ranges_with_legal_masks_pass() {
        for (text, services) in
            [("172.20.0.0/16", false), ("10.0.0.0/8", false), ("192.168.0.0/20", true), ("172.19.0.0/20", true)]
        {
            assert!(parse("cidr", text, services).is_ok(), "{text}");
        }
        for (text, services) in [
            ("8.8.8.0/24", false),
            ("10.0.0.0/8", true),
            ("172.20.0.1/16", false),
            ("172.20.0.0/28", false),
            ("172.20.0.0", true),
            ("192.0.0.0/8", false),
        ] {
            assert!(parse("cidr", text, services).is_err(), "{text}");
        }
    }

    #[test]
    fn overlap_is_symmetric() {
        let range = |text: &str| text.parse().unwrap();
        assert!(overlap(range("172.16.0.0/12"), range("172.19.0.0/20")));
        assert!(overlap(range("172.19.0.0/20"), range("172.16.0.0/12")));
        assert!(!overlap(range("172.20.0.0/16"), range("172.21.0.0/20")));
    }
}
