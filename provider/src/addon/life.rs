//! The life of an add-on.

use ack_client::Client;
use serde_json::{Value, json};
use tf_provider::{Context, Diagnostic, Fault, FaultKind, Json, Lifecycle, Plan, Progress};

use super::calls::{self, ACTIVE, DELETING};
use super::plan::{self, IMPORTED_CONFIG};
use super::resource::{Addon, OnUpdate};
use super::{place, refusal, settings};
use crate::bridge::{Connection, Error, Task};
use crate::region;

/// An installed add-on, and where.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(super) region: String,
    pub(super) addon: Value,
    /// The JSON schema of the settings, as far as it was asked for; null without one.
    pub(super) schema: Value,
}

impl Lifecycle for Addon {
    type Service = Connection;
    type Remote = Remote;

    async fn plan(plan: &mut Plan<'_, Self>, connection: Option<&Connection>) -> Result<(), Error> {
        region::plan(plan, Self::REGION, connection).await?;
        plan::version(plan);
        plan::id(plan);
        plan::state(plan);
        plan::config(plan);
        place::plan(plan, connection).await?;
        region::stay(plan, Self::REGION, connection);
        plan::ask(plan, connection).await
    }

    async fn create(&mut self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        let client = cx.service().client(&self.region)?;
        match self.look(&client).await? {
            Some(found) if calls::state(&found) == DELETING => Err(Fault::new(
                FaultKind::Busy,
                format!("The add-on `{}` is being uninstalled", self.name),
                "It can be installed again once that is over.",
            )
            .into()),
            Some(found) => {
                if let Some(conflict) = plan::conflict(self, &found, &client).await? {
                    return Err(conflict.into());
                }
                cx.warn(
                    Diagnostic::warning(
                        format!("The add-on `{}` is already installed; adopted", self.name),
                        format!(
                            "It was there in version {}. From now on Terraform manages it, with the version and the settings of the configuration.",
                            calls::version(&found)
                        ),
                    )
                    .at(Self::NAME),
                );
                cx.adopt();
                self.align(&found, &self.wanted_settings(), Vec::new(), cx).await?;
                if self.version.get().is_none() {
                    self.version.set(calls::version(&found).to_owned());
                }
                Ok(None)
            }
            None => self.install(&client, cx).await,
        }
    }

    async fn complete(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        self.confirm_preserved(&self.wanted_settings(), cx).await
    }

    async fn read(&self, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
        let client = cx.service().client(&self.region)?;
        let is_new = self.is_new_to_state();
        let mut region = client.region().to_owned();
        // An add-on does not tell where it is, but its cluster does.
        if is_new && let Some(home) = cx.service().home(&client, &self.cluster_id).await? {
            let id = format!("{}:{}", self.cluster_id, self.name);
            region::check_import::<Self>(&id, self.region.get(), Some(&home), Self::REGION)?;
            region = home.to_string();
        }
        let addon = if is_new || self.config.get().is_some() {
            calls::detail(&client, &self.cluster_id, &self.name).await?
        } else {
            calls::read(&client, &self.cluster_id, &self.name).await?
        };
        if is_new || (self.config.get().is_some() && cx.note(IMPORTED_CONFIG).is_some()) {
            cx.set_note(IMPORTED_CONFIG, settings::read(calls::config(&addon)));
        }
        let schema = match is_new {
            // Without the defaults the state gets all settings, which is as good.
            true => self.settings_schema(&addon, &client).await.unwrap_or_default(),
            false => Value::Null,
        };
        Ok(Remote { region, addon, schema })
    }

    fn progress(remote: &Remote) -> Progress {
        match calls::state(&remote.addon) {
            // An add-on that does not work, for want of nodes for instance, is installed all the same.
            "" | ACTIVE | "unhealthy" => Progress::Ready,
            DELETING => Progress::Deleting,
            // `install_failed` and others like it have been seen, and are in no document.
            state if state == "failed" || state.ends_with("_failed") => Progress::Failed(format!(
                "The service reports the add-on `{}` as \"{state}\". Look at its pods and at the events of the cluster, remove the cause, and change `version` or `config`, or install it anew with `terraform apply -replace=<address>`.",
                calls::name(&remote.addon)
            )),
            state => Progress::Pending(state.to_owned()),
        }
    }

    fn absorb(&mut self, remote: &Remote) {
        self.absorb_remote(remote);
    }

    async fn update(&mut self, prior: &Self, remote: &Remote, cx: &Context<'_, Connection>) -> Result<(), Error> {
        if self.config == prior.config && self.version == prior.version {
            return Ok(());
        }
        // After an import the state holds settings of all origins: those that the user does not speak of are none of ours.
        let ours = cx.note(IMPORTED_CONFIG).is_none();
        let read_without_settings = prior.config.get().is_none() && self.config.get().is_some();
        let present = if read_without_settings {
            let client = cx.service().client(&self.region)?;
            calls::detail(&client, &self.cluster_id, &self.name).await?
        } else {
            remote.addon.clone()
        };
        let before = prior.config.get().map_or(&Value::Null, Json::document);
        let mut forgotten = match prior.config.get() {
            Some(before) if ours => settings::forgotten(before.document(), self.config.get().map(Json::document)),
            _ => Vec::new(),
        };
        let mut wanted = self.wanted_settings();
        if self.resolve_conflicts_on_update == Some(OnUpdate::Preserve) {
            // What is as it was at the last apply, or was there before, may be as others want it by now.
            let others = settings::read(calls::config(&present));
            wanted = settings::difference(before, &wanted);
            forgotten.retain(|path| settings::at(&others, path) == settings::at(before, path));
        }
        let mut target = self.clone();
        if self.version == prior.version {
            // What the service upgraded since the plan was made is not taken back.
            target.version.set(None);
        }
        target.align(&present, &wanted, forgotten, cx).await?;
        if self.config != prior.config {
            cx.set_note(IMPORTED_CONFIG, json!(null));
        }
        Ok(())
    }

    async fn delete(&self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        let client = cx.service().client(&self.region)?;
        let stays = if self.skip_destroy == Some(true) {
            Some("`skip_destroy` is on. Terraform no longer manages it.".to_owned())
        } else if self.is_required(&client).await? {
            let why = "requires it, so it cannot be uninstalled. Terraform no longer manages it.";
            Some(format!("Cluster {} {why}", self.cluster_id))
        } else {
            None
        };
        if let Some(why) = stays {
            cx.warn(Diagnostic::warning(format!("The add-on `{}` stays installed", self.name), &why));
            // As far as Terraform is concerned it is gone, and there is nothing to wait for.
            return Err(Fault::new(FaultKind::NotFound, "The add-on stays", why).into());
        }
        let send = || calls::uninstall(&client, &self.cluster_id, &self.name, self.cleanup_cloud_resources);
        let is_going = |present: Option<&Value>| present.is_none_or(|present| calls::state(present) == DELETING);
        self.start(&client, cx, send, is_going).await
    }
}

impl Addon {
    async fn install(&mut self, client: &Client, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        if self.version.get().is_none() {
            let offered = calls::offered(client, &self.cluster_id, &self.name, None).await.map_err(refusal::of)?;
            self.version.set(offered["version"].as_str().map(str::to_owned));
        }
        let version = self.version.get().map(String::as_str);
        let config = self.config.get().map(Json::text);
        let send = || calls::install(client, &self.cluster_id, &self.name, version, config);
        self.start(client, cx, send, |present| present.is_some()).await
    }

    /// Whether the service says that the add-on cannot be uninstalled.
    async fn is_required(&self, client: &Client) -> Result<bool, Error> {
        match calls::offered(client, &self.cluster_id, &self.name, None).await {
            Ok(offered) => Ok(cannot_be_uninstalled(&offered)),
            // Not on offer any more, or the cluster is gone: the call to uninstall tells.
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// A list without any action says nothing.
fn cannot_be_uninstalled(offered: &Value) -> bool {
    let mut actions =
        offered["supported_actions"].as_array().into_iter().flatten().filter_map(Value::as_str).peekable();
    actions.peek().is_some() && !actions.any(|action| action.eq_ignore_ascii_case("uninstall"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_ready_pending_deleting_or_failed() {
        let progress = |state: &str| {
            let mut remote = Remote { region: String::new(), addon: json!({}), schema: Value::Null };
            remote.addon["state"] = json!(state);
            Addon::progress(&remote)
        };
        for ready in ["active", "unhealthy", ""] {
            assert_eq!(progress(ready), Progress::Ready, "{ready}");
        }
        assert_eq!(progress("initial"), Progress::Pending("installing".to_owned()));
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
        let offered = |actions: &[&str]| json!({"supported_actions": actions});
        assert!(cannot_be_uninstalled(&offered(&["Upgrade", "Modify"])));
        assert!(!cannot_be_uninstalled(&offered(&["Install", "Uninstall"])));
        assert!(!cannot_be_uninstalled(&offered(&["uninstall"])));
        assert!(!cannot_be_uninstalled(&offered(&[])));
        assert!(!cannot_be_uninstalled(&json!({})));
    }
}
