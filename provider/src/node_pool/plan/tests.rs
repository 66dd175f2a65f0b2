use std::collections::BTreeMap;

use tf_provider::lifecycle::{Driver, DynResource as _, PlanRequest, PlanResponse, Stored};
use tf_provider::private::Private;
use tf_provider::schema::null_object;
use tf_provider::value::Value;
use tf_provider::{Model as _, Path};

use super::*;
use crate::node_pool::fields::{Management, SystemDisk};
use crate::node_pool::samples::{answer_with, pool};

type Changes<'a> = &'a [(&'static str, Value)];

/// A configuration with what is required, and these attributes.
fn config(set: Changes<'_>) -> Value {
    let driver = Driver::<NodePool>::new();
    let mut members: BTreeMap<String, Value> =
        driver.schema().attributes.iter().map(|a| (a.name.to_owned(), Value::Null)).collect();
    for (name, value) in [("cluster_id", "c1"), ("name", "workers")] {
        members.insert(name.to_owned(), Value::from(value));
    }
    for (name, value) in [("instance_types", "ecs.g7.xlarge"), ("vswitch_ids", "vsw-a")] {
        members.insert(name.to_owned(), Value::List(vec![Value::from(value)]));
    }
    members.extend(set.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Value::Object(members)
}

/// The state of a pool that the service answers with these changes.
fn state(changes: &serde_json::Value) -> Value {
    let mut pool = pool();
    pool.instance_types = vec!["ecs.g7.xlarge".to_owned()];
    pool.vswitch_ids = vec!["vsw-a".to_owned()];
    let mut answer = answer_with(changes);
    answer.pool["scaling_group"]["instance_types"] = serde_json::json!(pool.instance_types);
    answer.pool["scaling_group"]["vswitch_ids"] = serde_json::json!(pool.vswitch_ids);
    pool.initial_size.set(0);
    pool.absorb_remote(&answer);
    let mut members = pool.to_members();
    members.insert("timeouts".to_owned(), Value::Null);
    Value::Object(members)
}

async fn planned(prior: Value, config: Value) -> PlanResponse {
    planned_with(Private::default(), prior, config).await
}

async fn planned_with(private: Private, prior: Value, config: Value) -> PlanResponse {
    let request = PlanRequest {
        prior: Stored { state: prior, identity: Value::Null, private },
        proposed: config.clone(),
        config,
    };
    Driver::<NodePool>::new().plan(request, None).await
}

/// Plans, and insists that nothing is wrong.
async fn plan(prior: &Value, set: Changes<'_>) -> PlanResponse {
    let response = planned(prior.clone(), config(set)).await;
    assert!(!response.diagnostics.has_errors(), "{:?}", response.diagnostics);
    response
}

fn errors(set: Changes<'_>) -> Vec<String> {
    let diagnostics = Driver::<NodePool>::new().validate(&config(set), true);
    diagnostics.iter().map(|d| d.attribute.as_ref().map(Path::to_string).unwrap_or_default()).collect()
}

fn scaling(min: i64, max: i64) -> Value {
    Value::object([("min", Value::from(min)), ("max", Value::from(max)), ("type", Value::Null)])
}

fn scales() -> serde_json::Value {
    serde_json::json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 5}})
}

fn at<'v>(response: &'v PlanResponse, name: &str) -> &'v Value {
    response.planned.state.get(name).unwrap()
}

#[tokio::test]
async fn a_new_pool_shows_its_size() {
    let response = plan(&Value::Null, &[("desired_size", Value::from(3))]).await;
    assert_eq!((at(&response, "desired_size"), at(&response, "initial_size")), (&Value::from(3), &Value::Null));
    let response = plan(&Value::Null, &[("initial_size", Value::from(3))]).await;
    assert_eq!(at(&response, "desired_size"), &Value::from(3));
    let response = plan(&Value::Null, &[]).await;
    assert_eq!(at(&response, "desired_size"), &Value::from(0));
    let response = plan(&Value::Null, &[("scaling", scaling(1, 5))]).await;
    assert_eq!(at(&response, "desired_size"), &Value::Null);
    let response = plan(&Value::Null, &[("scaling", Value::Unknown)]).await;
    assert_eq!(at(&response, "desired_size"), &Value::Unknown);
}

/// What is said to be known after apply comes to be something: what there will be none of is null at once.
#[tokio::test]
async fn what_a_new_pool_has_none_of_is_known() {
    let disk = |category: &str, encrypted: bool| {
        let mut disk = null_object(&SystemDisk::attributes());
        disk.extend([("category".to_owned(), category.into()), ("encrypted".to_owned(), encrypted.into())]);
        ("system_disk", Value::Object(disk))
    };
    let response = plan(&Value::Null, &[disk("cloud_ssd", false)]).await;
    for name in ["internet_max_bandwidth_out", "internet_charge_type", "tags"] {
        assert_eq!(at(&response, name), &Value::Null, "{name}");
    }
    let inside = |response: &PlanResponse, name: &str| at(response, "system_disk").get(name).unwrap().clone();
    assert_eq!(inside(&response, "performance_level"), Value::Null);
    assert_eq!(inside(&response, "encrypt_algorithm"), Value::Null);
    let response = plan(&Value::Null, &[disk("cloud_essd", true), ("internet_max_bandwidth_out", 5.into())]).await;
    assert_eq!(inside(&response, "performance_level"), Value::Unknown);
    assert_eq!(inside(&response, "encrypt_algorithm"), Value::Unknown);
    assert_eq!(at(&response, "internet_charge_type"), &Value::Unknown);

    // The first public addresses of a pool bring a way to pay for them.
    let prior = state(&serde_json::json!({}));
    let response = plan(&prior, &[("internet_max_bandwidth_out", 5.into())]).await;
    assert_eq!(at(&response, "internet_charge_type"), &Value::Unknown);
    let response = plan(&prior, &[("internet_max_bandwidth_out", Value::Unknown)]).await;
    assert_eq!(at(&response, "internet_charge_type"), &Value::Unknown);
}

#[tokio::test]
async fn what_was_read_needs_no_change() {
    let prior = state(&serde_json::json!({}));
    let response = plan(&prior, &[]).await;
    assert_eq!(response.planned.state, prior);
    assert!(response.replace.is_empty());
}

#[tokio::test]
async fn a_size_that_the_service_changed_is_no_difference() {
    let mut answer = scales();
    answer["status"] = serde_json::json!({"total_nodes": 4});
    answer["scaling_group"] = serde_json::json!({"desired_size": 4});
    let prior = state(&answer);
    let response = plan(&prior, &[("scaling", scaling(1, 5))]).await;
    assert_eq!(response.planned.state, prior);
}

#[tokio::test]
async fn scaling_is_switched_on_and_off_in_place_and_off_keeps_the_nodes() {
    let response = plan(&state(&serde_json::json!({})), &[("scaling", scaling(1, 5))]).await;
    assert_eq!(at(&response, "desired_size"), &Value::Null);
    assert!(response.replace.is_empty());
    let response = plan(&state(&scales()), &[]).await;
    assert_eq!(at(&response, "desired_size"), &Value::from(2), "the two nodes that are there");
    assert!(response.replace.is_empty());
    let response = plan(&state(&scales()), &[("desired_size", Value::from(4))]).await;
    assert_eq!(at(&response, "desired_size"), &Value::from(4));
}

#[tokio::test]
async fn a_first_size_never_makes_a_difference() {
    let prior = state(&scales());
    for size in [Value::from(4), Value::Null] {
        let response = plan(&prior, &[("initial_size", size), ("scaling", scaling(1, 5))]).await;
        assert_eq!(response.planned.state, prior);
    }
}

#[tokio::test]
async fn the_kind_of_scaling_is_that_of_the_pool_also_while_it_is_not_scaled() {
    let of_kind = |kind| Value::object([("min", Value::from(1)), ("max", Value::from(5)), ("type", kind)]);
    let replaced = async |made_for: Option<&str>, before: serde_json::Value, kind: Value| -> Vec<String> {
        let mut private = Private::default();
        private.set(SCALING_TYPE, serde_json::json!(made_for));
        let response = planned_with(private, state(&before), config(&[("scaling", of_kind(kind))])).await;
        assert!(!response.diagnostics.has_errors(), "{:?}", response.diagnostics);
        response.replace.iter().map(Path::to_string).collect()
    };
    let none = || serde_json::json!({});
    assert_eq!(replaced(Some("cpu"), scales(), "gpu".into()).await, ["scaling.type"]);
    assert_eq!(replaced(Some("cpu"), none(), "gpu".into()).await, ["scaling"]);
    assert_eq!(replaced(Some("gpu"), none(), "gpu".into()).await, [""; 0]);
    assert_eq!(replaced(Some("gpu"), none(), Value::Null).await, ["scaling"]);
    assert_eq!(replaced(Some("gpu"), none(), Value::Unknown).await, [""; 0]);
    // Of a pool that an older provider recorded, nothing else is known than how pools are made.
    assert_eq!(replaced(None, none(), Value::Null).await, [""; 0]);
    assert_eq!(replaced(None, none(), "gpu".into()).await, ["scaling"]);
}

#[tokio::test]
async fn what_depends_on_a_change_is_not_known_and_the_rest_stays_known() {
    let prior = state(&serde_json::json!({}));
    let response = plan(&prior, &[("image_type", Value::from("ContainerOS"))]).await;
    assert_eq!(at(&response, "image_id"), &Value::Unknown);
    for name in ["id", "region", "scaling_group_id", "current_size", "runtime", "security_group_ids"] {
        assert!(at(&response, name).is_wholly_known(), "{name}");
    }
    let nulls = SystemDisk::attributes().into_iter().map(|a| (a.name.to_owned(), Value::Null));
    let mut disk: BTreeMap<String, Value> = nulls.collect();
    disk.insert("category".to_owned(), Value::from("cloud_essd"));
    let response = plan(&prior, &[("system_disk", Value::Object(disk))]).await;
    let disk = at(&response, "system_disk");
    assert_eq!(disk.get("performance_level"), Some(&Value::Unknown));
    assert_eq!(disk.get("size"), Some(&Value::from(120)));
}

#[test]
fn sizes_that_exclude_each_other_are_refused() {
    let set = |set: Changes<'_>| errors(set);
    assert_eq!(set(&[("desired_size", Value::from(2)), ("scaling", scaling(1, 5))]), ["desired_size"]);
    assert_eq!(set(&[("desired_size", Value::from(2)), ("initial_size", Value::from(2))]), ["initial_size"]);
    assert_eq!(set(&[("scaling", scaling(5, 1))]), ["scaling.min"]);
    assert_eq!(set(&[("scaling", scaling(1, 5)), ("initial_size", Value::from(6))]), ["initial_size"]);
    assert_eq!(set(&[("scaling", scaling(1, 5)), ("initial_size", Value::from(5))]), [""; 0]);
    // What is not known yet is judged when it is.
    assert_eq!(set(&[("desired_size", Value::from(2)), ("scaling", Value::Unknown)]), [""; 0]);
}

#[test]
fn attributes_without_effect_are_refused() {
    assert_eq!(errors(&[("period", Value::from(1))]), ["period"]);
    assert_eq!(errors(&[("instance_charge_type", Value::from("PrePaid"))]), ["period"]);
    assert_eq!(errors(&[("instance_charge_type", Value::from("PrePaid")), ("period", Value::from(1))]), [""; 0]);
    let password = [("password", Value::from("Hello1234")), ("password_version", Value::from(1))];
    assert_eq!(errors(&password), [""; 0]);
    let image = ("image_type", Value::from("ContainerOS"));
    assert_eq!(errors(&[password[0].clone(), password[1].clone(), image]), ["password"]);
    let management = ("management", Value::object(Management::attributes().into_iter().map(|a| (a.name, Value::Null))));
    assert_eq!(errors(&[password[0].clone(), password[1].clone(), management]), ["password"]);

    let spot = |name: &str, value: Value| {
        let mut members: BTreeMap<String, Value> =
            Spot::attributes().into_iter().map(|a| (a.name.to_owned(), Value::Null)).collect();
        members.insert("strategy".to_owned(), Value::from("SpotAsPriceGo"));
        members.insert(name.to_owned(), value);
        ("spot", Value::Object(members))
    };
    for (name, value) in [("compensate_with_on_demand", Value::from(true)), ("on_demand_base_capacity", Value::from(2))]
    {
        assert_eq!(errors(&[spot(name, value.clone())]), [format!("spot.{name}")]);
        for policy in [Value::from("COST_OPTIMIZED"), Value::Unknown] {
            assert_eq!(errors(&[spot(name, value.clone()), ("multi_az_policy", policy)]), [""; 0]);
        }
    }
    // The service takes limits beside the market price, so that is not refused.
    let limits = Value::object([("ecs.g7.xlarge".to_owned(), Value::from("0.39"))]);
    let (name, spot_with_limits) = spot("price_limits", limits);
    let diagnostics = Driver::<NodePool>::new().validate(&config(&[(name, spot_with_limits)]), true);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    assert_eq!(
        diagnostics.iter().map(|d| d.summary.as_str()).collect::<Vec<_>>(),
        ["`price_limits` has no effect with `SpotAsPriceGo`"]
    );
    // What an import finds of a pool that does not use them.
    assert_eq!(errors(&[spot("on_demand_base_capacity", Value::from(0))]), [""; 0]);
}

#[test]
fn tags_and_passwords_follow_the_services_rules() {
    for legal in ["Hello1234", "hello-1234", "HELLO-1234", "Grüße-1234"] {
        assert_eq!(checks::password(&legal.into()), Ok(()), "{legal}");
    }
    for weak in ["helloworld", "hello1234", "HELLO1234", "hello-world"] {
        assert!(checks::password(&weak.into()).is_err_and(|why| !why.contains(weak)), "{weak}");
    }
    let tag = |key: &str| checks::pool_tags(&[(key.to_owned(), String::new())].into());
    assert!(tag("team").is_ok() && tag("ack.node.gpu.schedule").is_ok() && tag(&"k".repeat(128)).is_ok());
    for wrong in ["", "aliyun/x", "acs:x", "https://x", &"k".repeat(129)] {
        assert!(tag(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_key_and_an_effect_are_one_taint() {
    let taint = |value: &str, effect: &str| {
        Value::object([("key", Value::from("gpu")), ("value", Value::from(value)), ("effect", Value::from(effect))])
    };
    let taints = |effect: &str| [("taints", Value::Set(vec![taint("a", "NoSchedule"), taint("b", effect)]))];
    assert_eq!(errors(&taints("NoExecute")), [""; 0]);
    assert_eq!(errors(&taints("NoSchedule")), ["taints"]);
}

#[test]
fn a_subscription_has_no_spot_instances() {
    let config = |strategy: &str| {
        let spot = Spot { strategy: strategy.to_owned(), ..Spot::default() };
        [
            ("spot", Value::Object(spot.to_members())),
            ("instance_charge_type", Value::from("PrePaid")),
            ("period", Value::from(1)),
        ]
    };
    assert_eq!(errors(&config("NoSpot")), [""; 0]);
    assert_eq!(errors(&config("SpotAsPriceGo")), ["spot"]);
}

#[test]
fn lengths_of_subscriptions_that_are_not_known_are_warned_of() {
    let warnings = |set: Changes<'_>| {
        let all: Vec<_> =
            [("instance_charge_type", Value::from("PrePaid"))].into_iter().chain(set.iter().cloned()).collect();
        let mut diagnostics = Diagnostics::new();
        validate(&View::new(&config(&all)), &mut diagnostics);
        diagnostics.into_iter().map(|d| d.detail).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&[("period", Value::from(12))]), [""; 0]);
    assert_eq!(
        warnings(&[("period", Value::from(5)), ("period_unit", Value::from("Week"))]),
        ["Known lengths are 1, 2, 3, 4 weeks. 5 is sent as it is, and the service may refuse it."]
    );
    assert_eq!(warnings(&[("period", Value::from(1)), ("auto_renew_period", Value::from(4))]).len(), 1);
}
