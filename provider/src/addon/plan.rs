//! What is planned of an add-on and checked before anything is done.

use ack_client::{AddonCatalogue, AddonInstance, AddonState, Client};
use tf_provider::{Diagnostic, Json, Maybe, Plan};

use super::resource::{Addon, IMPORTED_CONFIG};
use super::settings;
use crate::bridge::{Connection, Error};
use crate::parent;

/// The settings must be a JSON object.
pub(super) fn is_object(config: &Json) -> Result<(), String> {
    if config.document().is_object() {
        return Ok(());
    }
    Err("must be a JSON object such as jsonencode({ key = \"value\" })".to_owned())
}

/// An update ends in the state `active`, so a state that is that already stays known.
pub(super) fn state(plan: &mut Plan<'_, Addon>) {
    let before = plan.prior().get(Addon::STATE);
    if before == Maybe::Known(AddonState::Active.to_string()) {
        plan.set(Addon::STATE, before);
    }
}

/// Settings are only the user's keys, and none if the user sets none; but right after an import the state holds all
/// settings, of which the user's may be a part.
pub(super) fn config(plan: &mut Plan<'_, Addon>) {
    let imported = plan.note(IMPORTED_CONFIG).is_some();
    match (plan.config().get(Addon::CONFIG), plan.prior().get(Addon::CONFIG)) {
        (Maybe::Null, _) if !imported => plan.set(Addon::CONFIG, Maybe::Null),
        (Maybe::Known(wanted), Maybe::Known(before))
            if imported && settings::covers(before.document(), wanted.document()) =>
        {
            plan.set(Addon::CONFIG, Maybe::Known(before));
        }
        _ => {}
    }
}

/// Asks the service whether what is planned can be done. A plan that cannot be judged yet passes.
pub(super) async fn ask(plan: &mut Plan<'_, Addon>, connection: Option<&Connection>) -> Result<(), Error> {
    // A replacement is planned once more, as a create.
    if !plan.is_create() && (plan.replaces() || !plan.changes(Addon::VERSION)) {
        return Ok(());
    }
    let (Some(connection), Maybe::Known(cluster_id), Maybe::Known(name)) =
        (connection, plan.get(Addon::CLUSTER_ID), plan.get(Addon::NAME))
    else {
        return Ok(());
    };
    let Some(client) = connection.client_for_plan(&plan.get(Addon::REGION))? else {
        return Ok(());
    };
    let question = Question { client, catalogue: AddonCatalogue::Cluster(cluster_id.clone()), cluster_id, name };
    let wanted = plan.get(Addon::VERSION).known();
    let findings = match plan.prior().get(Addon::VERSION) {
        Maybe::Known(present) if !plan.is_create() => {
            question.about_upgrade(&present, wanted.as_deref()).await?.into_iter().collect()
        }
        _ => question.about_create(wanted.as_deref()).await?,
    };
    plan.diagnostics.extend(findings);
    Ok(())
}

/// An add-on of a cluster, about which the service is asked.
struct Question {
    client: Client,
    catalogue: AddonCatalogue,
    cluster_id: String,
    name: String,
}

impl Question {
    async fn about_create(&self, wanted: Option<&str>) -> Result<Vec<Diagnostic>, Error> {
        match self.client.get_cluster_addon_instance(&self.cluster_id, &self.name).await {
            Ok(found) if found.state != Some(AddonState::Deleting) => {
                let mut findings = vec![self.adoption(&found, wanted)];
                findings.extend(self.about_upgrade(&found.version, wanted).await?);
                return Ok(findings);
            }
            Ok(_) => {}
            Err(error) if error.code() == Some("ErrorClusterNotFound") => {
                return Ok(vec![parent::missing(&self.cluster_id, self.client.region()).at(Addon::CLUSTER_ID)]);
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
        match self.client.describe_addon(&self.name, &self.catalogue, None).await {
            Ok(offered) => match wanted {
                Some(wanted) if offered.version.as_deref() != Some(wanted) && !self.exists(wanted).await? => {
                    Ok(vec![self.no_such_version(wanted, &offered)])
                }
                _ => Ok(Vec::new()),
            },
            Err(error) if error.is_not_found() => {
                let offered = self.client.list_addons(&self.catalogue).await?;
                Ok(vec![self.no_such_name(offered.into_iter().map(|addon| addon.name).collect())])
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn about_upgrade(&self, present: &str, wanted: Option<&str>) -> Result<Option<Diagnostic>, Error> {
        let Some(wanted) = wanted.filter(|wanted| *wanted != present) else {
            return Ok(None);
        };
        let offered = match self.client.describe_addon(&self.name, &self.catalogue, Some(present)).await {
            Ok(offered) => offered,
            // A version that is not on offer any more can still be upgraded: the service decides.
            Err(error) if is_refusal(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let targets = upgrades(&offered, present);
        if targets.contains(&wanted) {
            return Ok(None);
        }
        let why = if self.exists(wanted).await? {
            "The service does not take an add-on back to an earlier version, nor to one that the cluster cannot run."
        } else {
            "There is no such version for this cluster."
        };
        let next = match targets.as_slice() {
            [] => "There is no newer version at present.".to_owned(),
            targets => format!("It can be upgraded to {}.", targets.join(", ")),
        };
        Ok(Some(
            Diagnostic::error(
                format!("The add-on `{}` cannot go from version {present} to {wanted}", self.name),
                format!("{why} {next} To leave it where it is, set `version` to {present}, or remove `version` and let the service choose."),
            )
            .at(Addon::VERSION),
        ))
    }

    async fn exists(&self, version: &str) -> Result<bool, Error> {
        match self.client.describe_addon(&self.name, &self.catalogue, Some(version)).await {
            Ok(_) => Ok(true),
            Err(error) if is_refusal(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn adoption(&self, found: &AddonInstance, wanted: Option<&str>) -> Diagnostic {
        let version = match wanted {
            Some(wanted) if wanted != found.version => {
                format!("upgrades it from version {} to {wanted}", found.version)
            }
            _ => format!("leaves it at version {}", found.version),
        };
        Diagnostic::warning(
            format!("The add-on `{}` is already installed", self.name),
            format!(
                "The apply adopts it instead of installing it, {version}, and writes the keys of `config`, unless this plan destroys it first. A destroy of the adopted one uninstalls it. To take it over without a change, import it."
            ),
        )
        .at(Addon::NAME)
    }

    fn no_such_version(&self, wanted: &str, offered: &ack_client::Addon) -> Diagnostic {
        let newer = offered.newer_versions.iter().map(|version| version.version.as_str());
        let mut versions: Vec<&str> = offered.version.as_deref().into_iter().chain(newer).collect();
        versions.dedup();
        Diagnostic::error(
            format!("The add-on `{}` has no version {wanted}", self.name),
            format!("Available for this cluster: {}. Without `version` the service chooses.", versions.join(", ")),
        )
        .at(Addon::VERSION)
    }

    fn no_such_name(&self, mut offered: Vec<String>) -> Diagnostic {
        offered.sort();
        let close = close_to(&self.name, &offered);
        let hint = if close.is_empty() {
            format!("Available for this cluster: {}.", offered.join(", "))
        } else {
            format!("Did you mean {}?", tf_provider::schema::quoted(&close))
        };
        Diagnostic::error(format!("There is no add-on `{}` for this cluster", self.name), hint).at(Addon::NAME)
    }
}

/// The versions that an installed one can be upgraded to.
fn upgrades<'o>(offered: &'o ack_client::Addon, present: &str) -> Vec<&'o str> {
    let newer = offered.newer_versions.iter().filter(|version| version.upgradable != Some(false));
    newer.map(|version| version.version.as_str()).filter(|version| *version != present).collect()
}

/// Whether the service refused what it was asked about, rather than failed to answer.
fn is_refusal(error: &ack_client::Error) -> bool {
    error.is_not_found() || error.code().is_some_and(|code| code.starts_with("InvalidParameter"))
}

/// The error of a call that writes, at the attribute that the service refused.
pub(super) fn refused(error: ack_client::Error) -> Error {
    let attribute = match error.code() {
        Some("ErrorClusterNotFound") => Addon::CLUSTER_ID.path(),
        Some("AddonNotFound" | "InvalidParameter.Name" | "InvalidParameter.ComponentName") => Addon::NAME.path(),
        Some("InvalidParameter.Version" | "InvalidParameter.NextVersion") => Addon::VERSION.path(),
        Some("InvalidParameter.Config" | "InvalidParameter.Format") => Addon::CONFIG.path(),
        _ => return error.into(),
    };
    Error::from(error).at(attribute)
}

/// At most three names that may have been meant, the closest first.
fn close_to<'n>(wanted: &str, names: &'n [String]) -> Vec<&'n str> {
    let farthest = (wanted.chars().count() / 3).max(2);
    let mut close: Vec<(usize, &str)> = names
        .iter()
        .map(|name| match name.contains(wanted) || wanted.contains(name.as_str()) {
            true => (1, name.as_str()),
            false => (distance(wanted, name), name.as_str()),
        })
        .filter(|(distance, _)| *distance <= farthest)
        .collect();
    close.sort_unstable();
    close.into_iter().map(|(_, name)| name).take(3).collect()
}

/// How many letters must be changed, added or removed to make one word of the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use ack_client::AddonVersion;
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

    /// The plan of an installed add-on: settings in the state, settings in the configuration, and whether the state is
    /// that of an import.
    async fn planned(before: Option<&str>, config: Option<&str>, imported: bool) -> Value {
        let mut private = Private::default();
        if imported {
            private.set(IMPORTED_CONFIG, json!(true));
        }
        let prior = Stored { state: object(Some("v1"), before, Some("active")), identity: Value::Null, private };
        let config = object(None, config, None);
        let plan = Driver::<Addon>::new().plan(PlanRequest { prior, proposed: config.clone(), config }, None).await;
        assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
        assert!(plan.replace.is_empty());
        plan.planned.state
    }

    #[tokio::test]
    async fn settings_that_an_import_already_shows_are_no_change() {
        let whole = r#"{"a":"1","added":true}"#;
        for config in [Some(r#"{"a":"1"}"#), Some(whole), None] {
            assert_eq!(planned(Some(whole), config, true).await, object(Some("v1"), Some(whole), Some("active")));
        }
        let other = r#"{"a":"2"}"#;
        assert_eq!(planned(Some(whole), Some(other), true).await, object(Some("v1"), Some(other), Some("active")));
    }

    #[tokio::test]
    async fn a_key_that_the_user_removes_is_a_change() {
        let (both, one) = (r#"{"a":"1","b":"2"}"#, r#"{"a":"1"}"#);
        assert_eq!(planned(Some(both), Some(one), false).await, object(Some("v1"), Some(one), Some("active")));
        assert_eq!(planned(Some(both), None, false).await, object(Some("v1"), None, Some("active")));
    }

    #[tokio::test]
    async fn another_spelling_of_the_same_settings_is_no_change() {
        let stored = r#"{"a":"1"}"#;
        let plan = planned(Some(stored), Some(r#"{ "a" : "1" }"#), false).await;
        assert_eq!(plan, object(Some("v1"), Some(stored), Some("active")));
    }

    #[tokio::test]
    async fn a_new_add_on_without_settings_has_none_in_the_plan() {
        let prior = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
        let config = object(None, None, None);
        let plan = Driver::<Addon>::new().plan(PlanRequest { prior, proposed: config.clone(), config }, None).await;
        assert_eq!(plan.planned.state.get("config"), Some(&Value::Null));
        assert_eq!(plan.planned.state.get("version"), Some(&Value::Unknown));
    }

    #[test]
    fn settings_must_be_an_object() {
        assert_eq!(is_object(&Json::parse("{}").unwrap()), Ok(()));
        for other in ["[1]", "\"text\"", "null", "1"] {
            assert!(is_object(&Json::parse(other).unwrap()).unwrap_err().contains("jsonencode"), "{other}");
        }
    }

    #[test]
    fn a_misspelt_name_is_recognised() {
        let names: Vec<String> =
            ["coredns", "csi-plugin", "logtail-ds", "loongcollector", "managed-csiprovisioner", "csi-provisioner"]
                .map(str::to_owned)
                .into();
        assert_eq!(close_to("loongcolector", &names), ["loongcollector"]);
        assert_eq!(close_to("coreDNS", &names), Vec::<&str>::new(), "three letters are too many");
        assert_eq!(close_to("core-dns", &names), ["coredns"]);
        assert_eq!(close_to("provisioner", &names), ["csi-provisioner", "managed-csiprovisioner"]);
        assert_eq!(close_to("nginx-ingress-controller", &names), Vec::<&str>::new());
    }

    #[test]
    fn distance_counts_changed_added_and_removed_letters() {
        for (from, to, expected) in [("", "abc", 3), ("abc", "abc", 0), ("abc", "axc", 1), ("abc", "bcd", 2)] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
            assert_eq!(distance(to, from), expected, "{to} {from}");
        }
    }

    #[test]
    fn an_upgrade_goes_to_the_versions_on_offer() {
        let version = |version: &str, upgradable| AddonVersion {
            version: version.to_owned(),
            upgradable,
            minimum_cluster_version: None,
        };
        let offered = ack_client::Addon {
            newer_versions: vec![
                version("v1", None),
                version("v2", Some(false)),
                version("v3", Some(true)),
                version("v4", None),
            ],
            ..ack_client::Addon::default()
        };
        assert_eq!(upgrades(&offered, "v1"), ["v3", "v4"]);
    }
}
