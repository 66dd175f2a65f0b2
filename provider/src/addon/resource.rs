//! The attributes of an add-on, and where they stand in the documents of the API.
//!
//! Left out: the `policy` of an upgrade, whose values the API does not explain, and log collection, which reads show
//! but no call of this API changes.

use serde_json::Value;
use tf_provider::{Computed, Json, OptionalComputed, Resource, StringEnum};

use super::plan;
use crate::{checks, ids};

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

impl Addon {
    /// What the service does not have: one text that names an add-on, the same that imports it.
    pub(super) fn id_of(cluster_id: &str, name: &str) -> String {
        format!("{cluster_id}:{name}")
    }

    /// Whether nothing was read into this state yet, which is so right after an import: a create knows the version.
    pub(super) fn is_new_to_state(&self) -> bool {
        self.version.get().is_none() && self.config.get().is_none()
    }

    /// The settings that the user wants; null for none.
    pub(super) fn wanted_settings(&self) -> Value {
        self.config.get().map_or(Value::Null, |config| config.document().clone())
    }
}
