//! The rules for the settings of a pool, new or changed.

use serde_json::{Value, json};

use crate::error::ApiError;
use crate::objects::Object;
use crate::store::World;
use crate::{tag, version};

/// The rules that hold for new pools and for changes alike. `whole` is the pool as it is to become: what a change does not
/// send, it has already.
pub(super) fn check_settings(world: &World, cluster: &Object, body: &Value, whole: &Value) -> Result<(), ApiError> {
    let assumptions = &world.assumptions;
    let group = &body["scaling_group"];
    let config = &body["kubernetes_config"];
    let given =
        |field: &str| group.get(field).is_some_and(|value| *value != "" && *value != json!([]) && *value != json!({}));
    for (field, most) in [("vswitch_ids", 8), ("instance_types", 10), ("data_disks", 10)] {
        let path = format!("scaling_group.{field}");
        match group[field].as_array().map(Vec::len) {
            Some(count) if count > most => {
                return Err(ApiError::invalid(&path, format!("{count} are given, at most {most} are allowed")));
            }
            Some(0) if field == "vswitch_ids" => return Err(ApiError::invalid(&path, "at least one is needed")),
            _ => {}
        }
    }
    for (one, other) in [("key_pair", "login_password"), ("private_pool_options", "resource_pool_options")] {
        if given(one) && given(other) {
            return Err(ApiError::invalid(
                &format!("scaling_group.{one}"),
                format!("it excludes scaling_group.{other}"),
            ));
        }
    }
    if let Some(password) = group["login_password"].as_str().filter(|password| !password.is_empty()) {
        check_password(password)?;
        if group["image_type"] == "ContainerOS" {
            return Err(ApiError::invalid("scaling_group.login_password", "ContainerOS takes key_pair only"));
        }
    }
    let whole = &whole["scaling_group"];
    if assumptions.documented_exclusions && given("spot_price_limit") && whole["spot_strategy"] != "SpotWithPriceLimit"
    {
        return Err(ApiError::invalid("scaling_group.spot_price_limit", "it needs spot_strategy SpotWithPriceLimit"));
    }
    let may_burst = whole["system_disk_category"] == "cloud_auto"
        || whole["system_disk_categories"].as_array().is_some_and(|list| list.contains(&json!("cloud_auto")));
    if group["system_disk_bursting_enabled"] == true && !may_burst {
        return Err(ApiError::invalid(
            "scaling_group.system_disk_bursting_enabled",
            "it needs system_disk_category cloud_auto",
        ));
    }
    if let Some(image_type) = group["image_type"].as_str().filter(|kind| kind.starts_with("Windows"))
        && version::minor(cluster.text("current_version")) >= 28
    {
        return Err(ApiError::invalid(
            "scaling_group.image_type",
            format!("{image_type} pools cannot be created on Kubernetes 1.28 or newer"),
        ));
    }
    let upgrade = &body["management"]["upgrade_config"];
    if assumptions.documented_exclusions && upgrade.get("surge").is_some() && upgrade.get("surge_percentage").is_some()
    {
        return Err(ApiError::invalid("management.upgrade_config.surge", "it excludes surge_percentage"));
    }
    if assumptions.management_needs_node_problem_detector
        && body["management"]["enable"] == true
        && !world.objects.within(cluster.id(), "addon").any(|addon| addon.id() == "ack-node-problem-detector")
    {
        return Err(ApiError::bad_request(
            "InvalidParameter.Management",
            "management.enable needs the add-on ack-node-problem-detector",
        ));
    }
    check_runtime(cluster, config)?;
    tag::check("scaling_group.tags", &group["tags"], 128)?;
    tag::check("kubernetes_config.labels", &config["labels"], 64)?;
    check_taints(&config["taints"])
}

pub(super) fn is_empty(list: &Value) -> bool {
    list.as_array().is_none_or(Vec::is_empty)
}

/// 8 to 30 characters of at least three of the four classes.
fn check_password(password: &str) -> Result<(), ApiError> {
    let classes = [
        password.chars().any(|letter| letter.is_ascii_lowercase()),
        password.chars().any(|letter| letter.is_ascii_uppercase()),
        password.chars().any(|letter| letter.is_ascii_digit()),
        password.chars().any(|letter| !letter.is_ascii_alphanumeric()),
    ];
    let strong = classes.iter().filter(|class| **class).count() >= 3;
    if strong && (8..=30).contains(&password.chars().count()) {
        return Ok(());
    }
    Err(ApiError::invalid(
        "scaling_group.login_password",
        "it needs 8 to 30 characters of three of: lower case, upper case, digits, others",
    ))
}

fn check_runtime(cluster: &Object, config: &Value) -> Result<(), ApiError> {
    let newest = match config["runtime"].as_str() {
        Some("docker") => 22,
        Some("Sandboxed-Container.runv") => 31,
        _ => return Ok(()),
    };
    if version::minor(cluster.text("current_version")) > newest {
        return Err(ApiError::invalid(
            "kubernetes_config.runtime",
            format!("{} is offered up to Kubernetes 1.{newest}", config["runtime"]),
        ));
    }
    Ok(())
}

fn check_taints(taints: &Value) -> Result<(), ApiError> {
    for taint in taints.as_array().into_iter().flatten() {
        if taint["key"].as_str().is_none_or(str::is_empty) {
            return Err(ApiError::invalid("kubernetes_config.taints", "every taint needs a key"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_need_three_classes() {
        assert!(check_password("Hello1234").is_ok());
        for weak in ["hello1234", "Hi1!", "HELLO!!!!"] {
            assert!(check_password(weak).is_err(), "{weak}");
        }
    }
}
