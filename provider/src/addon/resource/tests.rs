//! What is read into the attributes of an add-on, and what is sent.

use super::*;

fn addon(version: Option<&str>, config: Option<serde_json::Value>) -> Addon {
    let mut addon = Addon {
        region: OptionalComputed::default(),
        id: Computed::default(),
        cluster_id: "c1".to_owned(),
        name: "loongcollector".to_owned(),
        version: OptionalComputed::default(),
        current_version: Computed::default(),
        config: OptionalComputed::default(),
        resolve_conflicts_on_create: None,
        resolve_conflicts_on_update: None,
        cleanup_cloud_resources: None,
        skip_destroy: None,
        state: Computed::default(),
    };
    addon.version.set(version.map(str::to_owned));
    addon.config.set(config.map(Json::from));
    addon
}

fn installed(config: Option<&str>) -> Installed {
    let instance = AddonInstance {
        name: "loongcollector".to_owned(),
        version: "v2".to_owned(),
        state: Some(AddonState::Active),
        config: config.map(str::to_owned),
        logging: None,
    };
    Installed { region: "cn-hangzhou".to_owned(), instance, schema: Value::Null }
}

fn document(addon: &Addon) -> Option<&serde_json::Value> {
    addon.config.get().map(Json::document)
}

#[test]
fn what_the_service_adds_to_the_settings_is_no_difference() {
    let text = r#"{ "a" : "1" }"#;
    let mut addon = addon(Some("v1"), None);
    addon.config.set(Json::parse(text).unwrap());
    addon.absorb(&installed(Some(r#"{"added":true,"a":"1"}"#)));
    assert_eq!(addon.config.get().map(Json::text), Some(text));
    let versions = [addon.version.get(), addon.current_version.get()].map(|version| version.map(String::as_str));
    assert_eq!(versions, [Some("v1"), Some("v2")], "the least, and the one that it has");
    assert_eq!(addon.region.get().map(String::as_str), Some("cn-hangzhou"));
    assert_eq!(addon.id.get().map(String::as_str), Some("c1:loongcollector"), "in states of before it was there, too");
    assert_eq!(addon.state.get().map(String::as_str), Some("active"));
}

#[test]
fn a_changed_or_missing_key_of_the_user_shows() {
    let mut addon = addon(Some("v1"), Some(json!({"a": "1", "b": 2})));
    addon.absorb(&installed(Some(r#"{"added":true,"a":"9"}"#)));
    assert_eq!(document(&addon), Some(&json!({"a": "9"})));
}

#[test]
fn settings_stay_null_if_the_user_sets_none() {
    let mut addon = addon(Some("v1"), None);
    addon.absorb(&installed(Some(r#"{"added":true}"#)));
    assert_eq!(document(&addon), None);
}

#[test]
fn an_import_takes_over_all_settings() {
    let mut imported = addon(None, None);
    imported.absorb(&installed(Some(r#"{"a":"1","b":"2"}"#)));
    assert_eq!(document(&imported), Some(&json!({"a": "1", "b": "2"})));
    for nothing in [None, Some(""), Some("{}")] {
        let mut imported = addon(None, None);
        imported.absorb(&installed(nothing));
        assert_eq!(document(&imported), None, "{nothing:?}");
    }
}

#[test]
fn an_import_leaves_out_what_is_at_its_default() {
    let mut imported = addon(None, None);
    let mut remote = installed(Some(r#"{"a":"1","b":"2","deep":{"c":1,"d":2}}"#));
    remote.schema = json!({"properties": {
        "a": {"default": "0"}, "b": {"default": "2"}, "deep": {"properties": {"c": {"default": 1}}}
    }});
    imported.absorb(&remote);
    assert_eq!(document(&imported), Some(&json!({"a": "1", "deep": {"d": 2}})));
    imported = addon(None, None);
    remote.instance.config = Some(r#"{"a":"0","deep":{"c":1}}"#.to_owned());
    imported.absorb(&remote);
    assert_eq!(document(&imported), None);
}

#[test]
fn a_version_that_the_add_on_lost_shows() {
    let mut addon = addon(Some("v3"), None);
    addon.absorb(&installed(None));
    assert_eq!(addon.version.get().map(String::as_str), Some("v2"));
}

#[test]
fn what_is_preserved_is_no_difference() {
    let mut addon = addon(Some("v1"), Some(json!({"a": "1"})));
    addon.resolve_conflicts_on_update = Some(OnUpdate::Preserve);
    addon.absorb(&installed(Some(r#"{"a":"9"}"#)));
    assert_eq!(document(&addon), Some(&json!({"a": "1"})));
}

#[test]
fn an_install_sends_what_is_set_and_nothing_else() {
    let sent = serde_json::to_value(addon(Some("v1"), Some(json!({"a": "1"}))).to_install()).unwrap();
    assert_eq!(sent, json!({"name": "loongcollector", "version": "v1", "config": r#"{"a":"1"}"#}));
    let sent = serde_json::to_value(addon(Some("v1"), None).to_install()).unwrap();
    assert_eq!(sent, json!({"name": "loongcollector", "version": "v1"}));
}

/// R05: without the attribute the service decides.
#[test]
fn an_uninstall_sends_what_is_set_and_nothing_else() {
    for (answer, sent) in [
        (None, json!({"name": "loongcollector"})),
        (Some(false), json!({"name": "loongcollector", "cleanup_cloud_resources": false})),
        (Some(true), json!({"name": "loongcollector", "cleanup_cloud_resources": true})),
    ] {
        let mut addon = addon(Some("v1"), None);
        addon.cleanup_cloud_resources = answer;
        assert_eq!(serde_json::to_value(addon.to_uninstall()).unwrap(), sent);
    }
}

#[test]
fn states_are_ready_pending_deleting_or_failed() {
    let progress = |state: &str| {
        let mut remote = installed(None);
        remote.instance.state = Some(AddonState::from(state));
        Addon::progress(&remote)
    };
    assert_eq!(progress("active"), Progress::Ready);
    assert_eq!(progress("unhealthy"), Progress::Ready);
    for pending in ["installing", "updating", "upgrading", "unheard-of"] {
        assert_eq!(progress(pending), Progress::Pending(pending.to_owned()));
    }
    assert_eq!(progress("deleting"), Progress::Deleting);
    for failed in ["failed", "install_failed", "upgrade_failed"] {
        let why = progress(failed);
        assert!(matches!(&why, Progress::Failed(why) if why.contains(&format!("\"{failed}\""))), "{why:?}");
    }
}

#[test]
fn only_a_list_of_actions_without_uninstall_means_required() {
    let offered = |actions: &[&str]| ack_client::Addon {
        supported_actions: actions.iter().map(ToString::to_string).collect(),
        ..ack_client::Addon::default()
    };
    assert!(cannot_be_uninstalled(&offered(&["Upgrade", "Modify"])));
    assert!(!cannot_be_uninstalled(&offered(&["Install", "Uninstall"])));
    assert!(!cannot_be_uninstalled(&offered(&["uninstall"])));
    assert!(!cannot_be_uninstalled(&offered(&[])));
}
