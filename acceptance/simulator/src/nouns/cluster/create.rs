//! CreateCluster: the rules for a new cluster, what it looks like, and the task that builds it.

use serde_json::{Value, json};

use super::kind::{KIND, check_unique_name, key};
use super::{log, network};
use crate::assumptions::Assumptions;
use crate::call::{Answer, Call};
use crate::clusters::{is_pro, running_again};
use crate::error::ApiError;
use crate::identifiers::Identifiers;
use crate::machine::Work;
use crate::name::check_name;
use crate::objects::Object;
use crate::record::kept;
use crate::store::{Change, World};
use crate::{duration, region, tag, version};

const DEFAULT_SERVICE_CIDR: &str = "172.19.0.0/20";

/// CreateCluster.
pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let cluster_id = world.ids.cluster();
    let mut request = with_defaults(world, &call.body)?;
    // Old clients say it in the path: POST /resource_groups/{resource_group_id}/clusters.
    if let Some(group) = call.path.get("resource_group_id") {
        request["resource_group_id"] = json!(group);
    }
    check(world, &request)?;
    let cluster = key(&cluster_id);
    let record = record(world, &cluster_id, &request);
    let hidden = settings(&mut world.ids, &cluster_id, &request);
    let ready = json!({"master_url": master_url(&hidden)});
    world.apply(Change::Put(Object { hidden, ..Object::new(cluster.clone(), record) }));

    let mut success = vec![Change::Merge(cluster.clone(), ready)];
    let mut stages = vec![
        ("CreateNetwork", 40.0),
        ("CreateControlPlane", duration::CLUSTER_CREATE - 100.0),
        ("InstallAddons", 60.0),
    ];
    for part in world.at_birth.clone() {
        match part(world, &cluster_id, &request) {
            Ok(birth) => {
                success.extend(birth.success);
                stages.extend(birth.stages);
            }
            // A request that is refused leaves nothing behind.
            Err(error) => {
                world.apply(Change::Remove(cluster));
                return Err(error);
            }
        }
    }
    success.push(if request["cluster_type"] == "ExternalKubernetes" {
        Change::Merge(cluster.clone(), json!({"state": "waiting"}))
    } else {
        running_again(world, &cluster)
    });
    let work = Work {
        success,
        failure: vec![Change::Merge(cluster, json!({"state": "failed"}))],
        ..Work::on_cluster("cluster_create", &cluster_id, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// The request with the documented defaults filled in.
fn with_defaults(world: &World, body: &Value) -> Result<Value, ApiError> {
    let mut request = body.clone();
    let mut default = |name: &str, value: Value| {
        if request.get(name).is_none_or(|given| given == "") {
            request[name] = value;
        }
    };
    default("cluster_type", json!("ManagedKubernetes"));
    default("ip_stack", json!("ipv4"));
    default("deletion_protection", json!(false));
    default("cluster_domain", json!("cluster.local"));
    default("maintenance_window", json!({"enable": false}));
    default("operation_policy", json!({"cluster_auto_upgrade": {"enabled": false}}));
    let mut default = |name: &str, value: &str| {
        if request.get(name).is_none_or(|given| given == "") {
            request[name] = json!(value);
        }
    };
    if body["cluster_type"] != "ExternalKubernetes" {
        default("service_cidr", DEFAULT_SERVICE_CIDR);
        default("proxy_mode", "ipvs");
    }
    if body["cluster_type"] != "ExternalKubernetes" && body["cluster_type"] != "Kubernetes" {
        default("profile", "Default");
        default("cluster_spec", "ack.standard");
    }
    complete_maintenance_window(&mut request["maintenance_window"]);
    if !world.assumptions.network_addon_needed && network::is_missing(&request) {
        network::choose(world, &mut request)?;
    }
    Ok(request)
}

/// Fills what a maintenance window leaves open.
pub(super) fn complete_maintenance_window(window: &mut Value) {
    if window["enable"] == true {
        if window["duration"].is_null() {
            window["duration"] = json!("3h");
        }
        if window["weekly_period"].is_null() && window["recurrence"].is_null() {
            window["weekly_period"] = json!("Thursday");
        }
        if window["maintenance_time"].is_null() {
            window["maintenance_time"] = json!("03:00:00Z");
        }
    }
}

fn check(world: &World, request: &Value) -> Result<(), ApiError> {
    let text = |field: &str| request[field].as_str().filter(|text| !text.is_empty());
    check_name(&world.assumptions, "name", text("name").unwrap_or_default())?;
    check_unique_name(world, text("name").unwrap_or_default(), None)?;
    region::check(text("region_id").unwrap_or_default())?;
    tag::check("tags", &request["tags"], 64)?;
    if text("cluster_type") == Some("Kubernetes") && !world.assumptions.dedicated_clusters {
        return Err(ApiError::bad_request(
            &world.assumptions.cluster_quota_code,
            "dedicated clusters can no longer be created: the quota of cluster_type Kubernetes is 0",
        ));
    }
    if let Some(version) = text("kubernetes_version") {
        version::check_creatable(&world.assumptions, version)?;
    }
    if text("cluster_type") == Some("ExternalKubernetes") {
        return Ok(());
    }
    check_quota(world, request)?;
    check_pro_features(&world.assumptions, request)?;
    network::check_addon(request)?;
    network::check(request)?;
    network::check_pod_range(world, request)?;
    check_maintenance_window(&request["maintenance_window"])?;
    log::check_control_plane_log(
        "controlplane_log_components",
        &request["controlplane_log_components"],
        &request["controlplane_log_ttl"],
    )?;
    if text("service_account_issuer").is_some() != text("api_audiences").is_some() {
        return Err(ApiError::invalid("service_account_issuer", "it has to be set together with api_audiences"));
    }
    Ok(())
}

fn asks_for_pro(request: &Value) -> bool {
    request["cluster_spec"].as_str().is_some_and(|spec| spec.starts_with("ack.pro"))
}

fn check_quota(world: &World, request: &Value) -> Result<(), ApiError> {
    if request["cluster_type"] != "ManagedKubernetes" {
        return Ok(());
    }
    let pro = asks_for_pro(request);
    let quota = if pro { world.assumptions.pro_cluster_quota } else { world.assumptions.basic_cluster_quota };
    let used = world
        .clusters()
        .filter(|cluster| cluster.text("cluster_type") == "ManagedKubernetes" && is_pro(cluster) == pro)
        .count();
    if used >= quota {
        let kind = if pro { "Pro" } else { "Basic" };
        return Err(ApiError::bad_request(
            &world.assumptions.cluster_quota_code,
            format!("the account has {used} {kind} clusters, its quota is {quota}"),
        ));
    }
    Ok(())
}

fn check_pro_features(assumptions: &Assumptions, request: &Value) -> Result<(), ApiError> {
    if asks_for_pro(request) || request["cluster_type"] != "ManagedKubernetes" {
        return Ok(());
    }
    let used = [
        ("encryption_provider_key", request["encryption_provider_key"].as_str().is_some_and(|key| !key.is_empty())),
        ("maintenance_window", assumptions.maintenance_needs_pro && request["maintenance_window"]["enable"] == true),
        (
            "operation_policy",
            assumptions.maintenance_needs_pro && request["operation_policy"]["cluster_auto_upgrade"]["enabled"] == true,
        ),
        ("auto_mode", request["auto_mode"]["enable"] == true),
        ("profile", request["profile"] == "Lingjun" || request["profile"] == "Acs"),
    ];
    match used.iter().find(|(_, used)| *used) {
        Some((field, _)) => Err(ApiError::invalid(field, "this needs a cluster_spec of ack.pro.small or larger")),
        None => Ok(()),
    }
}

pub(super) fn check_maintenance_window(window: &Value) -> Result<(), ApiError> {
    if let Some(rule) = window["recurrence"].as_str().filter(|rule| !rule.is_empty()) {
        let weekly = rule.split(';').any(|part| part == "FREQ=WEEKLY");
        if !weekly || ["COUNT=", "UNTIL="].iter().any(|part| rule.contains(part)) {
            return Err(ApiError::invalid(
                "maintenance_window.recurrence",
                format!("{rule:?} must have FREQ=WEEKLY and neither COUNT nor UNTIL"),
            ));
        }
    }
    if window["exclusions"].as_array().is_some_and(|exclusions| exclusions.len() > 10) {
        return Err(ApiError::invalid("maintenance_window.exclusions", "at most 10 are allowed"));
    }
    Ok(())
}

/// What is kept of a request, and what the service adds to it.
fn record(world: &mut World, cluster_id: &str, request: &Value) -> Value {
    let given = |field: &str| request.get(field).filter(|value| *value != "").cloned();
    let version = request["kubernetes_version"].as_str().unwrap_or(version::NEWEST);
    let mut record = kept(&KIND, request);
    let now = world.stamp();
    let tags = tag::complete(&world.assumptions, cluster_id, &request["tags"]);
    let ids = &mut world.ids;
    let Some(fields) = record.as_object_mut() else { return record };
    // These are shown only where there is such a network.
    for field in ["container_cidr", "node_cidr_mask"] {
        fields.remove(field);
    }
    fields.retain(|_, value| *value != "");
    let mut put = |field: &str, value: Value| fields.insert(field.to_owned(), value);
    put("cluster_id", json!(cluster_id));
    put("state", json!("initial"));
    put("init_version", json!(version));
    put("current_version", json!(version));
    put("next_version", json!(version::upgradable(version).first().unwrap_or(&"")));
    put("created", json!(now));
    put("updated", json!(now));
    put("master_url", json!(""));
    put("docker_version", json!(""));
    put("network_mode", json!("vpc"));
    put("private_zone", json!(false));
    put("parameters", json!({}));
    put("rrsa_config", rrsa(cluster_id, &request["region_id"], request["rrsa_config"]["enabled"] == true));
    put("resource_group_id", given("resource_group_id").unwrap_or_else(|| json!(ids.resource("rg"))));
    put("worker_ram_role_name", json!(ids.worker_role()));
    put("tags", tags);
    if request["cluster_type"] != "ExternalKubernetes" {
        let vswitch_ids = given("vswitch_ids").unwrap_or_else(|| json!([ids.resource("vsw")]));
        put("vswitch_id", json!(joined(&vswitch_ids)));
        put("vswitch_ids", vswitch_ids);
        put("vpc_id", given("vpcid").unwrap_or_else(|| json!(ids.resource("vpc"))));
        put("security_group_id", given("security_group_id").unwrap_or_else(|| json!(ids.resource("sg"))));
        put("zone_id", json!(format!("{}-h", request["region_id"].as_str().unwrap_or_default())));
    }
    let mask = given("node_cidr_mask");
    if network::asks_for(request, "flannel") {
        let pods = given("container_cidr").unwrap_or_default();
        put("subnet_cidr", pods.clone());
        put("container_cidr", pods);
        put("node_cidr_mask", mask.unwrap_or_else(|| json!("26")));
    } else if let Some(mask) = mask {
        put("node_cidr_mask", mask);
    }
    if let Some(masters) = fields.get_mut("control_plane_config").and_then(Value::as_object_mut) {
        masters.remove("login_password");
    }
    record
}

/// Ids as the old field for vSwitches has them.
pub(super) fn joined(ids: &Value) -> String {
    ids.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
}

/// The RRSA block of the detail answer.
pub(super) fn rrsa(cluster_id: &str, region_id: &Value, enabled: bool) -> Value {
    if !enabled {
        return json!({"enabled": false});
    }
    let region_id = region_id.as_str().unwrap_or_default();
    let issuer = format!("https://oidc-ack-{region_id}.oss-{region_id}.aliyuncs.com/{cluster_id}");
    json!({
        "enabled": true,
        "audience": "sts.aliyuncs.com",
        "jwks_url": format!("{issuer}/keys.json"),
        "open_api_configuration_url": format!("{issuer}/.well-known/openid-configuration"),
        "issuer": issuer,
        "max_oidc_token_expiration": "12h",
        "oidc_name": format!("ack-rrsa-{cluster_id}"),
        "oidc_arn": format!("acs:ram::1000000000000001:oidc-provider/ack-rrsa-{cluster_id}"),
    })
}

fn settings(ids: &mut Identifiers, cluster_id: &str, request: &Value) -> Value {
    let given = |field: &str| request[field].as_str().filter(|text| !text.is_empty());
    let project = given("controlplane_log_project").map_or_else(|| log::default_project(cluster_id), str::to_owned);
    let mut settings = json!({
        "own_network": given("vpcid").is_some(),
        "own_security_group": given("security_group_id").is_some(),
        "own_load_balancer": given("load_balancer_id").is_some(),
        "load_balancer_id": given("load_balancer_id").map_or_else(|| ids.resource("lb"), str::to_owned),
        "intranet_address": format!("192.168.{}.{}", ids.number() % 256, 1 + ids.number() % 254),
    });
    if request["snat_entry"] == true {
        settings["nat_gateway_id"] = json!(ids.resource("ngw"));
    }
    if request["endpoint_public_access"] == true {
        settings["api_server_eip_id"] = json!(ids.resource("eip"));
        settings["public_address"] = json!(public_address(ids));
    }
    if let Some(key) = given("encryption_provider_key") {
        settings["kms_key_id"] = json!(key);
    }
    if request["audit_log_config"]["enabled"] == true {
        let project = request["audit_log_config"]["sls_project_name"].as_str().filter(|name| !name.is_empty());
        let project = project.map_or_else(|| log::default_project(cluster_id), str::to_owned);
        settings["audit"] = json!({"enabled": true, "project": project});
    }
    if let Some(components) =
        request["controlplane_log_components"].as_array().filter(|components| !components.is_empty())
    {
        let days = given("controlplane_log_ttl").unwrap_or("30");
        settings["control_plane_log"] = json!({"components": components, "log_project": project, "log_ttl": days});
    }
    settings
}

/// A public address from the range for documentation.
pub(super) fn public_address(ids: &mut Identifiers) -> String {
    format!("203.0.113.{}", 1 + ids.number() % 254)
}

/// The JSON text with the API server's endpoints.
pub(super) fn master_url(settings: &Value) -> Value {
    let endpoint =
        |field: &str| settings[field].as_str().map_or_else(String::new, |address| format!("https://{address}:6443"));
    let endpoints = json!({
        "api_server_endpoint": endpoint("public_address"),
        "intranet_api_server_endpoint": endpoint("intranet_address"),
    });
    json!(endpoints.to_string())
}
