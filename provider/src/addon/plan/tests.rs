use serde_json::json;
use tf_provider::lifecycle::{Driver, DynResource, PlanRequest, Stored};
use tf_provider::private::Private;
use tf_provider::schema::null_object;
use tf_provider::value::Value;

use super::*;

fn object(version: Option<&str>, config: Option<&str>, state: Option<&str>) -> Value {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let mut members = null_object(&Driver::<Addon>::new().schema().attributes);
    members.extend([
        ("cluster_id".to_owned(), Value::from("c1")),
        ("name".to_owned(), Value::from("loongcollector")),
        ("version".to_owned(), text(version)),
        ("config".to_owned(), text(config)),
        ("state".to_owned(), text(state)),
    ]);
    Value::Object(members)
}

/// The plan of an installed add-on: settings in the state, settings in the configuration, and what an import found.
async fn planned(before: Option<&str>, config: Option<&str>, imported: Option<Answer>) -> Value {
    let mut private = Private::default();
    private.set(IMPORTED_CONFIG, imported.unwrap_or_default());
    let prior = Stored { state: object(Some("v1"), before, Some("active")), identity: Value::Null, private };
    let config = object(None, config, None);
    let plan = Driver::<Addon>::new().plan(PlanRequest { prior, proposed: config.clone(), config }, None).await;
    assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
    assert!(plan.replace.is_empty());
    plan.planned.state
}

#[tokio::test]
async fn settings_that_an_import_already_shows_are_no_change() {
    let found = || Some(json!({"a": "1", "added": true, "default": 0}));
    let chosen = r#"{"a":"1","added":true}"#;
    for config in [Some(r#"{"a":"1"}"#), Some(chosen), Some(r#"{"a":"1","default":0}"#), None] {
        let planned = planned(Some(chosen), config, found()).await;
        assert_eq!(planned, object(Some("v1"), Some(chosen), Some("active")), "{config:?}");
    }
    let other = r#"{"a":"2"}"#;
    assert_eq!(planned(Some(chosen), Some(other), found()).await, object(Some("v1"), Some(other), Some("active")));
}

#[tokio::test]
async fn a_key_that_the_user_removes_is_a_change() {
    let (both, one) = (r#"{"a":"1","b":"2"}"#, r#"{"a":"1"}"#);
    assert_eq!(planned(Some(both), Some(one), None).await, object(Some("v1"), Some(one), Some("active")));
    assert_eq!(planned(Some(both), None, None).await, object(Some("v1"), None, Some("active")));
}

#[tokio::test]
async fn another_spelling_of_the_same_settings_is_no_change() {
    let stored = r#"{"a":"1"}"#;
    let plan = planned(Some(stored), Some(r#"{ "a" : "1" }"#), None).await;
    assert_eq!(plan, object(Some("v1"), Some(stored), Some("active")));
}

#[tokio::test]
async fn a_new_add_on_without_settings_has_none_in_the_plan() {
    let prior = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    let config = object(None, None, None);
    let plan = Driver::<Addon>::new().plan(PlanRequest { prior, proposed: config.clone(), config }, None).await;
    assert_eq!(plan.planned.state.get("id"), Some(&"c1:loongcollector".into()));
    assert_eq!(plan.planned.state.get("config"), Some(&Value::Null));
    assert_eq!(plan.planned.state.get("version"), Some(&Value::Unknown));
}

/// R44: what was pinned and then upgraded elsewhere is no change, and neither is a lower version.
#[tokio::test]
async fn a_version_that_was_reached_is_no_change_but_told() {
    for (stored, wanted) in [("v1.2", "v1.2"), ("v1.2", "v1.0"), ("v1.2", "v1.4"), ("v1.2", "v1.5")] {
        let with = |version: &str, current: &str| {
            let mut object = object(Some(version), None, Some("active"));
            if let Value::Object(members) = &mut object {
                members.insert("current_version".to_owned(), current.into());
            }
            object
        };
        let prior = Stored { state: with(stored, "v1.5"), identity: Value::Null, private: Private::default() };
        let config = object(Some(wanted), None, None);
        let request = PlanRequest { prior, proposed: config.clone(), config };
        let plan = Driver::<Addon>::new().plan(request, None).await;
        assert_eq!(plan.planned.state, with(stored, "v1.5"), "{wanted}");
        let told: Vec<_> = plan.diagnostics.iter().map(|told| told.summary.clone()).collect();
        let expected = format!("The add-on `loongcollector` has version v1.5, not {wanted}");
        assert_eq!(told, if wanted == "v1.5" { vec![] } else { vec![expected] });
        assert!(!plan.diagnostics.has_errors());
    }
}

/// States of before there was an id have none until they are read.
#[tokio::test]
async fn a_state_without_an_id_is_no_difference() {
    let planned = planned(None, None, None).await;
    assert_eq!(planned.get("id"), Some(&Value::Null));
}

#[tokio::test]
async fn the_id_of_a_new_add_on_waits_for_its_parts() {
    let prior = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    let Value::Object(mut members) = object(None, None, None) else { panic!("no object") };
    members.insert("cluster_id".to_owned(), Value::Unknown);
    let config = Value::Object(members);
    let plan = Driver::<Addon>::new().plan(PlanRequest { prior, proposed: config.clone(), config }, None).await;
    assert_eq!(plan.planned.state.get("id"), Some(&Value::Unknown));
}

#[test]
fn settings_must_be_an_object() {
    assert_eq!(is_object(&Json::parse("{}").unwrap()), Ok(()));
    for other in ["[1]", "\"text\"", "null", "1"] {
        assert!(is_object(&Json::parse(other).unwrap()).unwrap_err().contains("jsonencode"), "{other}");
    }
}

#[test]
fn an_upgrade_goes_to_the_versions_on_offer() {
    let offered = json!({"newer_versions": [
        {"version": "v1"}, {"version": "v2", "upgradable": false}, {"version": "v3", "upgradable": true}, {"version": "v4"},
    ]});
    assert_eq!(upgrades(&offered, "v1"), ["v3", "v4"]);
}
