//! What the bindings do not say of an answer: of the settings, only the user's keys; and a version that is the least that is
//! wanted.

use serde_json::json;
use tf_provider::Json;

use super::life::Remote;
use super::resource::{Addon, OnUpdate};
use super::{calls, settings, version};

impl Addon {
    pub(super) fn absorb_remote(&mut self, remote: &Remote) {
        let imported = self.is_new_to_state();
        let present = settings::read(calls::config(&remote.addon));
        match self.config.get() {
            Some(_) if self.resolve_conflicts_on_update == Some(OnUpdate::Preserve) => {}
            Some(wanted) if !settings::covers(&present, wanted.document()) => {
                let shown = settings::restricted(&present, wanted.document());
                self.config.set(Json::from(shown));
            }
            None if imported => {
                let chosen = settings::without_defaults(&present, &remote.schema);
                self.config.set(Some(chosen).filter(|chosen| *chosen != json!({})).map(Json::from));
            }
            _ => {}
        }
        self.region.set(remote.region.clone());
        self.id.set(Self::id_of(&self.cluster_id, &self.name));
        let version = calls::version(&remote.addon);
        if !version.is_empty() {
            self.current_version.set(version.to_owned());
            // What the add-on has reached stays as the user wrote it.
            if !self.version.get().is_some_and(|wanted| version::is_reached_by(wanted, version)) {
                self.version.set(version.to_owned());
            }
        }
        self.state.set(Some(calls::state(&remote.addon)).filter(|state| !state.is_empty()).map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tf_provider::{Computed, OptionalComputed};

    use super::*;

    fn addon(version: Option<&str>, config: Option<Value>) -> Addon {
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

    fn installed(config: Option<&str>) -> Remote {
        let addon = json!({"name": "loongcollector", "version": "v2", "state": "active", "config": config});
        Remote { region: "cn-hangzhou".to_owned(), addon, schema: Value::Null }
    }

    fn document(addon: &Addon) -> Option<&Value> {
        addon.config.get().map(Json::document)
    }

    #[test]
    fn what_the_service_adds_to_the_settings_is_no_difference() {
        let text = r#"{ "a" : "1" }"#;
        let mut addon = addon(Some("v1"), None);
        addon.config.set(Json::parse(text).unwrap());
        addon.absorb_remote(&installed(Some(r#"{"added":true,"a":"1"}"#)));
        assert_eq!(addon.config.get().map(Json::text), Some(text));
        let versions = [addon.version.get(), addon.current_version.get()].map(|version| version.map(String::as_str));
        assert_eq!(versions, [Some("v1"), Some("v2")], "the least, and the one that it has");
        assert_eq!(addon.region.get().map(String::as_str), Some("cn-hangzhou"));
        assert_eq!(
            addon.id.get().map(String::as_str),
            Some("c1:loongcollector"),
            "in states of before it was there, too"
        );
        assert_eq!(addon.state.get().map(String::as_str), Some("active"));
    }

    #[test]
    fn a_changed_or_missing_key_of_the_user_shows() {
        let mut addon = addon(Some("v1"), Some(json!({"a": "1", "b": 2})));
        addon.absorb_remote(&installed(Some(r#"{"added":true,"a":"9"}"#)));
        assert_eq!(document(&addon), Some(&json!({"a": "9"})));
    }

    #[test]
    fn settings_stay_null_if_the_user_sets_none() {
        let mut addon = addon(Some("v1"), None);
        addon.absorb_remote(&installed(Some(r#"{"added":true}"#)));
        assert_eq!(document(&addon), None);
    }

    #[test]
    fn an_import_takes_over_all_settings() {
        let mut imported = addon(None, None);
        imported.absorb_remote(&installed(Some(r#"{"a":"1","b":"2"}"#)));
        assert_eq!(document(&imported), Some(&json!({"a": "1", "b": "2"})));
        for nothing in [None, Some(""), Some("{}")] {
            let mut imported = addon(None, None);
            imported.absorb_remote(&installed(nothing));
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
        imported.absorb_remote(&remote);
        assert_eq!(document(&imported), Some(&json!({"a": "1", "deep": {"d": 2}})));
        imported = addon(None, None);
        remote.addon["config"] = json!(r#"{"a":"0","deep":{"c":1}}"#);
        imported.absorb_remote(&remote);
        assert_eq!(document(&imported), None);
    }

    #[test]
    fn a_version_that_the_add_on_lost_shows() {
        let mut addon = addon(Some("v3"), None);
        addon.absorb_remote(&installed(None));
        assert_eq!(addon.version.get().map(String::as_str), Some("v2"));
    }

    #[test]
    fn what_is_preserved_is_no_difference() {
        let mut addon = addon(Some("v1"), Some(json!({"a": "1"})));
        addon.resolve_conflicts_on_update = Some(OnUpdate::Preserve);
        addon.absorb_remote(&installed(Some(r#"{"a":"9"}"#)));
        assert_eq!(document(&addon), Some(&json!({"a": "1"})));
    }
}
