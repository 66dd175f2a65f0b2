//! What is planned of an add-on and checked before anything is done.

use ack_client::Client;
use serde_json::Value as Answer;
use tf_provider::{Diagnostic, Fault, Json, Maybe, Plan};

use super::calls::{self, ACTIVE, DELETING};
use super::resource::{Addon, OnCreate};
use super::{settings, version};
use crate::bridge::{Connection, Error};
use crate::{checks, parent};

/// The note that holds all settings of the service, while those in the state are not the user's keys but what an import
/// found.
pub(super) const IMPORTED_CONFIG: &str = "imported_config";

/// The settings must be a JSON object.
pub(super) fn is_object(config: &Json) -> Result<(), String> {
    if config.document().is_object() {
        return Ok(());
    }
    Err("must be a JSON object, such as jsonencode({ key = \"value\" })".to_owned())
}

/// The id of a new one is known as soon as its parts are.
pub(super) fn id(plan: &mut Plan<'_, Addon>) {
    if let (true, Maybe::Known(cluster_id), Maybe::Known(name)) =
        (plan.is_create(), plan.get(Addon::CLUSTER_ID), plan.get(Addon::NAME))
    {
        plan.set(Addon::ID, Maybe::Known(Addon::id_of(&cluster_id, &name)));
    }
}

/// An update ends in the state `active`, so a state that is that already stays known.
pub(super) fn state(plan: &mut Plan<'_, Addon>) {
    let before = plan.prior().get(Addon::STATE);
    if before == Maybe::Known(ACTIVE.to_owned()) {
        plan.set(Addon::STATE, before);
    }
}

/// The configured version is the least that is wanted: an add-on that has it, or a newer one, stays as it is, whoever
/// upgraded it.
pub(super) fn version(plan: &mut Plan<'_, Addon>) {
    let present = match plan.prior().get(Addon::CURRENT_VERSION) {
        // A state that was written before there was such an attribute.
        Maybe::Null => plan.prior().get(Addon::VERSION),
        present => present,
    };
    let (Maybe::Known(wanted), Maybe::Known(present)) = (plan.config().get(Addon::VERSION), present) else {
        return;
    };
    if plan.is_create() || plan.replaces() || !version::is_reached_by(&wanted, &present) {
        return;
    }
    plan.keep(Addon::VERSION);
    if wanted != present {
        let name = plan.prior().get(Addon::NAME).known().unwrap_or_default();
        plan.diagnostics.push(newer(&name, &present, &wanted));
    }
}

/// The finding that an add-on stays at a version that is not the configured one.
fn newer(name: &str, present: &str, wanted: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The add-on `{name}` has version {present}, not {wanted}"),
        format!(
            "`version` is the least that is wanted, and add-ons do not go back to older versions, so it stays at {present}. To end this warning, set `version` to \"{present}\", or remove `version`."
        ),
    )
    .at(Addon::VERSION)
}

/// Settings are only the user's keys, and none if the user sets none; but right after an import the state holds what was
/// found, and a note holds all of it, which may include what the user sets.
pub(super) fn config(plan: &mut Plan<'_, Addon>) {
    let imported = plan.note(IMPORTED_CONFIG).cloned();
    match (plan.config().get(Addon::CONFIG), plan.prior().get(Addon::CONFIG), imported) {
        (Maybe::Null, _, None) => plan.set(Addon::CONFIG, Maybe::Null),
        (Maybe::Known(wanted), Maybe::Known(before), Some(all))
            if settings::covers(&all, wanted.document()) || settings::covers(before.document(), wanted.document()) =>
        {
            plan.keep(Addon::CONFIG);
        }
        _ => {}
    }
}

/// Why an installed add-on cannot be adopted: it has other settings, which are not to be overwritten.
pub(super) async fn conflict(own: &Addon, found: &Answer, client: &Client) -> Result<Option<Fault>, Error> {
    if own.resolve_conflicts_on_create != Some(OnCreate::Refuse) {
        return Ok(None);
    }
    let wanted = own.config.get().map_or(&Answer::Null, Json::document);
    let schema = own.settings_schema(found, client).await?;
    Ok(conflict_of(&own.name, wanted, found, &schema))
}

fn conflict_of(name: &str, wanted: &Answer, found: &Answer, schema: &Answer) -> Option<Fault> {
    let conflicts = settings::conflicts(&settings::read(calls::config(found)), wanted, schema);
    if conflicts.is_empty() {
        return None;
    }
    let keys: Vec<_> = conflicts.iter().map(|path| format!("`{}`", path.join("."))).collect();
    Some(
        Fault::other(
            format!("The add-on `{name}` is already installed with other settings"),
            format!(
                "It has another value than `config` for {}, and `resolve_conflicts_on_create = \"none\"` lets nothing be overwritten. Write the present values into `config`, or remove these keys from it, or set `resolve_conflicts_on_create = \"overwrite\"`.",
                keys.join(", ")
            ),
        )
        .at(Addon::CONFIG),
    )
}

/// Asks the service whether what is planned can be done. A plan that cannot be judged yet passes.
pub(super) async fn ask(plan: &mut Plan<'_, Addon>, connection: Option<&Connection>) -> Result<(), Error> {
    // A replacement is planned once more, as a create.
    if !plan.is_create() && (plan.replaces() || !plan.changes(Addon::VERSION)) {
        return Ok(());
    }
    let (Some(connection), Maybe::Known(name)) = (connection, plan.get(Addon::NAME)) else {
        return Ok(());
    };
    let Some(client) = connection.client_for_plan(&plan.get(Addon::REGION))? else {
        return Ok(());
    };
    let Maybe::Known(cluster_id) = plan.get(Addon::CLUSTER_ID) else {
        if let Some(doubt) = about_new_cluster(&name, connection, &client).await {
            plan.diagnostics.push(doubt);
        }
        return Ok(());
    };
    let refuses = plan.get(Addon::RESOLVE_CONFLICTS_ON_CREATE) == Maybe::Known(OnCreate::Refuse);
    let untouched = plan.get(Addon::CONFIG).known().filter(|_| refuses).map(|config| config.document().clone());
    let question = Question { client, cluster_id, name, untouched };
    let wanted = plan.get(Addon::VERSION).known();
    let present = plan.prior().get(Addon::CURRENT_VERSION).known().or(plan.prior().get(Addon::VERSION).known());
    let findings = match present {
        Some(present) if !plan.is_create() => {
            let finding = question.about_upgrade(&present, wanted.as_deref()).await?;
            if finding.is_some() && plan.has_drifted(Addon::VERSION) {
                // Not what the user wrote is wrong, but what became of the add-on.
                plan.keep(Addon::VERSION);
                vec![newer(&question.name, &present, wanted.as_deref().unwrap_or_default())]
            } else {
                finding.into_iter().collect()
            }
        }
        _ => question.about_create(wanted.as_deref()).await?,
    };
    plan.diagnostics.extend(findings);
    Ok(())
}

/// What to tell of the name of an add-on for a cluster that is still to be made. Which kind of cluster that will be is not
/// known here, so this is a warning, and silence where the service does not answer.
async fn about_new_cluster(name: &str, connection: &Connection, client: &Client) -> Option<Diagnostic> {
    let names = connection
        .catalogue(client.region(), || async {
            calls::newest_catalogue(client).await.ok()?.filter(|names| !names.is_empty())
        })
        .await?;
    if names.iter().any(|offered| offered == name) {
        return None;
    }
    Some(
        Diagnostic::warning(
            format!("There may be no add-on `{name}`"),
            format!(
                "The catalogue for new Pro clusters in region {} does not have it. {} If the name is right, ignore this: another kind of cluster may have it.",
                client.region(),
                meant(name, &names)
            ),
        )
        .at(Addon::NAME),
    )
}

/// The names that may have been meant, or else all that there are.
fn meant(name: &str, offered: &[String]) -> String {
    let close = checks::close_to(name, offered.iter().map(String::as_str));
    if close.is_empty() {
        format!("It has these: {}.", offered.join(", "))
    } else {
        format!("Did you mean {}?", tf_provider::schema::quoted(&close))
    }
}

/// An add-on of a cluster, about which the service is asked.
struct Question {
    client: Client,
    cluster_id: String,
    name: String,
    /// The wanted settings, if those that an installed add-on has are not to be overwritten.
    untouched: Option<Answer>,
}

impl Question {
    async fn about_create(&self, wanted: Option<&str>) -> Result<Vec<Diagnostic>, Error> {
        match calls::detail(&self.client, &self.cluster_id, &self.name).await {
            Ok(found) if calls::state(&found) != DELETING => {
                let mut findings = vec![self.adoption(&found, wanted)];
                findings.extend(self.about_upgrade(calls::version(&found), wanted).await?);
                findings.extend(self.about_settings(&found).await?);
                return Ok(findings);
            }
            Ok(_) => {}
            Err(error) if error.code() == Some("ErrorClusterNotFound") => {
                return Ok(vec![parent::missing(&self.cluster_id, self.client.region()).at(Addon::CLUSTER_ID)]);
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
        match self.offered(None).await {
            Ok(offered) => match wanted {
                Some(wanted) if offered["version"] != wanted && !self.exists(wanted).await? => {
                    Ok(vec![self.no_such_version(wanted, &offered)])
                }
                _ => Ok(Vec::new()),
            },
            Err(error) if error.is_not_found() => {
                Ok(vec![self.no_such_name(&calls::catalogue(&self.client, &self.cluster_id).await?)])
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the settings of an installed add-on stand in the way of its adoption.
    async fn about_settings(&self, found: &Answer) -> Result<Option<Diagnostic>, Error> {
        let Some(wanted) = &self.untouched else {
            return Ok(None);
        };
        let schema = match self.offered(Some(calls::version(found))).await {
            Ok(offered) => settings::read(offered["config_schema"].as_str()),
            Err(error) if is_refusal(&error) => Answer::Null,
            Err(error) => return Err(error.into()),
        };
        Ok(conflict_of(&self.name, wanted, found, &schema).map(Diagnostic::from))
    }

    async fn about_upgrade(&self, present: &str, wanted: Option<&str>) -> Result<Option<Diagnostic>, Error> {
        let Some(wanted) = wanted.filter(|wanted| !version::is_reached_by(wanted, present)) else {
            return Ok(None);
        };
        let offered = match self.offered(Some(present)).await {
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
            "The service offers no upgrade to it from there; the cluster may be unable to run it."
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

    async fn offered(&self, version: Option<&str>) -> Result<Answer, ack_client::Error> {
        calls::offered(&self.client, &self.cluster_id, &self.name, version).await
    }

    async fn exists(&self, version: &str) -> Result<bool, Error> {
        match self.offered(Some(version)).await {
            Ok(_) => Ok(true),
            Err(error) if is_refusal(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn adoption(&self, found: &Answer, wanted: Option<&str>) -> Diagnostic {
        let version = match wanted {
            Some(wanted) if !version::is_reached_by(wanted, calls::version(found)) => {
                format!("upgrades it from version {} to {wanted}", calls::version(found))
            }
            _ => format!("leaves it at version {}", calls::version(found)),
        };
        Diagnostic::warning(
            format!("The add-on `{}` is already installed", self.name),
            format!(
                "The apply adopts it instead of installing it, {version}, and writes the keys of `config`, unless this plan destroys it first. A destroy of the adopted one uninstalls it, unless `skip_destroy` is on. To take it over without a change, import it."
            ),
        )
        .at(Addon::NAME)
    }

    fn no_such_version(&self, wanted: &str, offered: &Answer) -> Diagnostic {
        let newer = newer_versions(offered).filter_map(|newer| newer["version"].as_str());
        let mut versions: Vec<&str> = offered["version"].as_str().into_iter().chain(newer).collect();
        versions.dedup();
        Diagnostic::error(
            format!("The add-on `{}` has no version {wanted}", self.name),
            format!("Available for this cluster: {}. Without `version` the service chooses.", versions.join(", ")),
        )
        .at(Addon::VERSION)
    }

    fn no_such_name(&self, offered: &[String]) -> Diagnostic {
        let summary = format!("There is no add-on `{}` for this cluster", self.name);
        Diagnostic::error(summary, format!("The cluster's catalogue does not have it. {}", meant(&self.name, offered)))
            .at(Addon::NAME)
    }
}

/// The versions that an installed one can be upgraded to.
fn upgrades<'o>(offered: &'o Answer, present: &str) -> Vec<&'o str> {
    let newer = newer_versions(offered).filter(|newer| newer["upgradable"] != false);
    newer.filter_map(|newer| newer["version"].as_str()).filter(|version| *version != present).collect()
}

fn newer_versions(offered: &Answer) -> impl Iterator<Item = &Answer> {
    offered["newer_versions"].as_array().into_iter().flatten()
}

/// Whether the service refused what it was asked about, rather than failed to answer.
fn is_refusal(error: &ack_client::Error) -> bool {
    error.is_not_found() || error.code().is_some_and(|code| code.starts_with("InvalidParameter"))
}

#[cfg(test)]
mod tests;
