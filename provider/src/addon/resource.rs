//! The add-on's declaration and life.
//!
//! Left out: the `policy` of an upgrade, whose values the API does not explain, and log collection, which reads show
//! but no call of this API changes.

use ack_client::{AddonCatalogue, AddonInstance, AddonState, Client, InstallAddon, UninstallAddon};
use serde_json::{Value, json};
use tf_provider::{
    Computed, Context, Diagnostic, Fault, FaultKind, Json, Lifecycle, OptionalComputed, Plan, Progress, Resource,
    StringEnum,
};

use super::{place, plan, settings, version};
use crate::bridge::{Connection, Error, Task};
use crate::{checks, ids, region};

/// An add-on (component) of an ACK cluster: log collection, ingress, storage, monitoring and others.
///
/// An add-on that is installed already, because the cluster came with it or because somebody installed it, is adopted
/// with a warning: it gets the `version` and the `config` that are asked for. If that fails, it stays as it is and out of
/// the state, and the next apply tries again. Destroying the resource uninstalls the add-on, unless `skip_destroy` is on
/// or the cluster requires it: then it stays, and a warning says so.
///
/// The cluster carries out one operation on its add-ons at a time. Several `ack_addon` of one cluster need no
/// `depends_on`: they wait for each other.
#[derive(Clone, Debug, Resource)]
#[resource(
    spoken = "add-on",
    identity(region?, cluster_id, name),
    timeouts(create = "20m", read = "2m", update = "20m", delete = "20m")
)]
#[api(create = "InstallClusterAddons", modify = "ModifyClusterAddon", read = "GetClusterAddonInstance")]
pub(crate) struct Addon {
    /// Region, which is that of the cluster. Without it, the provider's region when the add-on is installed; an add-on that
    /// is installed stays where it is.
    #[attr(keep, check = checks::region, replace = "a cluster cannot move to another region")]
    #[api(own)]
    pub(crate) region: OptionalComputed<String>,
    /// Id of the add-on in its region: `<cluster_id>:<name>`.
    #[attr(keep)]
    #[api(own)]
    pub(crate) id: Computed<String>,
    /// Id of the cluster, such as `c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(replace = "an add-on belongs to one cluster", check = ids::cluster)]
    #[api(own)]
    pub(crate) cluster_id: String,
    /// Name of the add-on, such as `loongcollector`, `nginx-ingress-controller` or `ack-node-problem-detector`.
    #[attr(replace = "the name says which add-on it is", len = 1..)]
    #[api(own, at = "name")]
    pub(crate) name: String,
    /// Version. Without it, the service chooses the version that is installed. With it, the add-on is upgraded to it,
    /// which restarts its pods. It is the least that the add-on must have: an upgrade beyond it, whoever makes it, is no
    /// difference. Versions do not go back.
    #[attr(len = 1..)]
    #[api(own, create = "version", only(create))]
    pub(crate) version: OptionalComputed<String>,
    /// Version that the add-on has.
    #[attr(keep_unless(version))]
    #[api(own, at = "version")]
    pub(crate) current_version: Computed<String>,
    /// Settings as the text of a JSON object; write them with `jsonencode`. Only the keys that are set here are
    /// managed: what the service adds is neither shown nor touched. A key that is removed here goes back to its
    /// default. A change may restart the add-on's pods. After an import, the state holds all settings that differ from
    /// their defaults, until a change of `config` is applied.
    #[attr(check = plan::is_object)]
    #[api(own, at = "config")]
    pub(crate) config: OptionalComputed<Json>,
    /// What happens when the add-on is already installed with settings that differ from `config`: `overwrite`, as without
    /// this attribute, gives them the values of `config`; `none` refuses to adopt the add-on.
    #[attr(unread)]
    #[api(own)]
    pub(crate) resolve_conflicts_on_create: Option<OnCreate>,
    /// What happens when somebody else changes settings of `config` later: `overwrite`, as without this attribute, shows
    /// the change as drift and reverts it; `preserve` leaves it alone until `config` gives the setting another value.
    #[attr(unread)]
    #[api(own)]
    pub(crate) resolve_conflicts_on_update: Option<OnUpdate>,
    /// Whether a destroy also deletes the cloud resources that the add-on has made, such as load balancers and log
    /// projects. By default the service decides. The value of the last apply counts.
    #[attr(unread)]
    #[api(own)]
    pub(crate) cleanup_cloud_resources: Option<bool>,
    /// Whether a destroy leaves the add-on installed and only takes it out of the state. The value of the last apply
    /// counts.
    #[attr(unread)]
    #[api(own)]
    pub(crate) skip_destroy: Option<bool>,
    /// State as the service reports it: `active`, or what is going on, or what is wrong.
    #[api(own, at = "state")]
    pub(crate) state: Computed<String>,
}

/// Ways to adopt an add-on that has other settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum OnCreate {
    /// `config` wins.
    #[value("overwrite")]
    Overwrite,
    /// It is not adopted.
    #[value("none")]
    Refuse,
}

/// Ways to treat a setting that somebody else has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum OnUpdate {
    /// `config` wins.
    #[value("overwrite")]
    Overwrite,
    /// The change stays.
    #[value("preserve")]
    Preserve,
}

/// The note that holds all settings of the service, while those in the state are not the user's keys but what an import
/// found.
pub(super) const IMPORTED_CONFIG: &str = "imported_config";

/// An installed add-on, and where.
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    region: String,
    instance: AddonInstance,
    /// The JSON schema of the settings, as far as it was asked for; null without one.
    schema: Value,
}

impl Lifecycle for Addon {
    type Service = Connection;
    type Remote = Installed;

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
            Some(found) if found.state == Some(AddonState::Deleting) => Err(Fault::new(
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
                            found.version
                        ),
                    )
                    .at(Self::NAME),
                );
                cx.adopt();
                self.align(&found, &self.wanted_settings(), Vec::new(), cx).await?;
                if self.version.get().is_none() {
                    self.version.set(found.version);
                }
                Ok(None)
            }
            None => self.install(&client, cx).await,
        }
    }

    async fn complete(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        self.confirm_preserved(&self.wanted_settings(), cx).await
    }

    async fn read(&self, cx: &Context<'_, Connection>) -> Result<Installed, Error> {
        let client = cx.service().client(&self.region)?;
        let is_new = self.is_new_to_state();
        let mut region = client.region().to_owned();
        // An add-on does not tell where it is, but its cluster does.
        if is_new && let Some(home) = cx.service().home(&client, &self.cluster_id).await? {
            let id = format!("{}:{}", self.cluster_id, self.name);
            region::check_import::<Self>(&id, self.region.get(), Some(&home), Self::REGION)?;
            region = home.to_string();
        }
        let instance = if is_new || self.config.get().is_some() {
            client.get_cluster_addon_instance(&self.cluster_id, &self.name).await?
        } else {
            client.read_cluster_addon_version(&self.cluster_id, &self.name).await?
        };
        if is_new || (self.config.get().is_some() && cx.note(IMPORTED_CONFIG).is_some()) {
            cx.set_note(IMPORTED_CONFIG, settings::read(instance.config.as_deref()));
        }
        let schema = match is_new {
            // Without the defaults the state gets all settings, which is as good.
            true => self.settings_schema(&instance, &client).await.unwrap_or_default(),
            false => Value::Null,
        };
        Ok(Installed { region, instance, schema })
    }

    fn progress(remote: &Installed) -> Progress {
        match &remote.instance.state {
            // An add-on that does not work, for want of nodes for instance, is installed all the same.
            None | Some(AddonState::Active | AddonState::Unhealthy) => Progress::Ready,
            Some(AddonState::Deleting) => Progress::Deleting,
            Some(state) if state.is_failure() => Progress::Failed(format!(
                "The service reports the add-on `{}` as \"{state}\". Look at its pods and at the events of the cluster, remove the cause, and change `version` or `config`, or install it anew with `terraform apply -replace=<address>`.",
                remote.instance.name
            )),
            Some(state) => Progress::Pending(state.to_string()),
        }
    }

    fn absorb(&mut self, remote: &Installed) {
        let imported = self.is_new_to_state();
        let instance = &remote.instance;
        let present = settings::read(instance.config.as_deref());
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
        if !instance.version.is_empty() {
            self.current_version.set(instance.version.clone());
            // What the add-on has reached stays as the user wrote it.
            if !self.version.get().is_some_and(|wanted| version::is_reached_by(wanted, &instance.version)) {
                self.version.set(instance.version.clone());
            }
        }
        self.state.set(instance.state.as_ref().map(ToString::to_string));
    }

    async fn update(&mut self, prior: &Self, remote: &Installed, cx: &Context<'_, Connection>) -> Result<(), Error> {
        if self.config == prior.config && self.version == prior.version {
            return Ok(());
        }
        // After an import the state holds settings of all origins: those that the user does not speak of are none of ours.
        let ours = cx.note(IMPORTED_CONFIG).is_none();
        let read_without_settings = prior.config.get().is_none() && self.config.get().is_some();
        let present = if read_without_settings {
            let client = cx.service().client(&self.region)?;
            client.get_cluster_addon_instance(&self.cluster_id, &self.name).await?
        } else {
            remote.instance.clone()
        };
        let before = prior.config.get().map_or(&Value::Null, Json::document);
        let mut forgotten = match prior.config.get() {
            Some(before) if ours => settings::forgotten(before.document(), self.config.get().map(Json::document)),
            _ => Vec::new(),
        };
        let mut wanted = self.wanted_settings();
        if self.resolve_conflicts_on_update == Some(OnUpdate::Preserve) {
            // What is as it was at the last apply, or was there before, may be as others want it by now.
            let others = settings::read(present.config.as_deref());
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
        let addon = self.to_uninstall();
        self.start(
            &client,
            cx,
            || client.uninstall_cluster_addons(&self.cluster_id, std::slice::from_ref(&addon)),
            |present| present.is_none_or(|present| present.state == Some(AddonState::Deleting)),
        )
        .await
    }
}

impl Addon {
    /// What the service does not have: one text that names an add-on, the same that imports it.
    pub(super) fn id_of(cluster_id: &str, name: &str) -> String {
        format!("{cluster_id}:{name}")
    }

    /// Whether nothing was read into this state yet, which is so right after an import: a create knows the version.
    fn is_new_to_state(&self) -> bool {
        self.version.get().is_none() && self.config.get().is_none()
    }

    /// The settings that the user wants; null for none.
    fn wanted_settings(&self) -> Value {
        self.config.get().map_or(Value::Null, |config| config.document().clone())
    }

    async fn install(&mut self, client: &Client, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        if self.version.get().is_none() {
            let catalogue = AddonCatalogue::Cluster(self.cluster_id.clone());
            let offered = client.describe_addon(&self.name, &catalogue, None).await.map_err(plan::refused)?;
            self.version.set(offered.version);
        }
        let addon = self.to_install();
        self.start(
            client,
            cx,
            || client.install_cluster_addons(&self.cluster_id, std::slice::from_ref(&addon)),
            |present| present.is_some(),
        )
        .await
    }

    fn to_install(&self) -> InstallAddon {
        InstallAddon {
            name: self.name.clone(),
            version: self.version.get().cloned(),
            config: self.config.get().map(|config| config.text().to_owned()),
        }
    }

    fn to_uninstall(&self) -> UninstallAddon {
        UninstallAddon { name: self.name.clone(), cleanup_cloud_resources: self.cleanup_cloud_resources }
    }

    /// Whether the service says that the add-on cannot be uninstalled.
    async fn is_required(&self, client: &Client) -> Result<bool, Error> {
        let catalogue = AddonCatalogue::Cluster(self.cluster_id.clone());
        match client.describe_addon(&self.name, &catalogue, None).await {
            Ok(offered) => Ok(cannot_be_uninstalled(&offered)),
            // Not on offer any more, or the cluster is gone: the call to uninstall tells.
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// A list without any action says nothing.
fn cannot_be_uninstalled(offered: &ack_client::Addon) -> bool {
    let actions = &offered.supported_actions;
    !actions.is_empty() && !actions.iter().any(|action| action.eq_ignore_ascii_case("uninstall"))
}

#[cfg(test)]
mod tests;
