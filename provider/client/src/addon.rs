//! Add-ons: the catalogue, and what is installed in a cluster.
//!
//! ListClusterAddonInstances answers name, version and state of all that is installed, and nothing else;
//! GetClusterAddonInstance alone answers the settings. So there are two reads of one add-on:
//! [`Client::read_cluster_addon_version`] out of the list, which many readers share, for those whom version and state
//! are enough; and [`Client::get_cluster_addon_instance`], one call each, for those who need the settings. The API has
//! no call for the settings of several add-ons.

use serde::{Deserialize, Serialize};

use crate::call::Object;
use crate::request::Request;
use crate::task::TaskStarted;
use crate::wire::{self, open_enum, sparse};
use crate::{Client, Error, operations};

open_enum! {
    /// State of an installed add-on.
    pub enum AddonState {
        /// Being installed.
        Installing = "installing" | "initial",
        /// Ready.
        Active = "active",
        /// Its settings are being changed.
        Updating = "updating",
        /// Its version is being changed.
        Upgrading = "upgrading",
        /// Being removed.
        Deleting = "deleting",
        /// The last operation failed.
        Failed = "failed",
        /// Installed and not working.
        Unhealthy = "unhealthy",
    }
}

impl AddonState {
    /// The last operation failed, whichever it was: `install_failed` and others like it have been seen, and are in no
    /// document.
    pub fn is_failure(&self) -> bool {
        self.as_str() == "failed" || self.as_str().ends_with("_failed")
    }
}

/// For which cluster, or for which kind of cluster, to look at the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub enum AddonCatalogue {
    /// An existing cluster, by id.
    Cluster(String),
    /// A kind of cluster, in the client's region.
    Kind {
        /// `ManagedKubernetes`, ...
        cluster_type: String,
        /// `Default`, ...
        profile: String,
        /// `ack.pro.small`, ...
        cluster_spec: String,
        /// Kubernetes version.
        cluster_version: String,
    },
}

/// An add-on of the catalogue (ListAddons, DescribeAddon).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Addon {
    /// Name.
    #[serde(deserialize_with = "wire::or_default")]
    pub name: String,
    /// Version that would be installed.
    pub version: Option<String>,
    /// `core`, `network`, `security`, `storage`, `monitor`, `application` or empty.
    pub category: Option<String>,
    /// It is installed when a cluster is created.
    pub install_by_default: Option<bool>,
    /// It runs on the service's side.
    pub managed: Option<bool>,
    /// What can be done with it, such as `Install`, `Upgrade`, `Uninstall`.
    #[serde(deserialize_with = "wire::or_default")]
    pub supported_actions: Vec<String>,
    /// Architectures of nodes.
    #[serde(deserialize_with = "wire::or_default")]
    pub architecture: Vec<String>,
    /// JSON schema of its settings, as text.
    pub config_schema: Option<String>,
    /// Newer versions; in DescribeAddon only.
    #[serde(deserialize_with = "wire::or_default")]
    pub newer_versions: Vec<AddonVersion>,
}

/// A version of an add-on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AddonVersion {
    /// Version.
    #[serde(deserialize_with = "wire::or_default")]
    pub version: String,
    /// The installed one can be upgraded to it.
    pub upgradable: Option<bool>,
    /// Kubernetes version that it needs.
    pub minimum_cluster_version: Option<String>,
}

/// An installed add-on. `config` and `logging` are filled by GetClusterAddonInstance only.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AddonInstance {
    /// Name.
    #[serde(deserialize_with = "wire::or_default")]
    pub name: String,
    /// Version.
    #[serde(deserialize_with = "wire::or_default")]
    pub version: String,
    /// State.
    pub state: Option<AddonState>,
    /// Settings, as JSON text, with what the service has added to them.
    pub config: Option<String>,
    /// Logs.
    pub logging: Option<AddonLogging>,
}

/// Logs of an add-on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AddonLogging {
    /// Its logs can be collected.
    pub capable: Option<bool>,
    /// They are.
    pub enabled: Option<bool>,
    /// Log project.
    pub log_project: Option<String>,
    /// Log store.
    pub logstore: Option<String>,
}

sparse! {
    /// An add-on to install (InstallClusterAddons).
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct InstallAddon {
        /// Name.
        pub name: String,
        /// Version. The documents require it.
        pub version: Option<String>,
        /// Settings, as JSON text.
        pub config: Option<String>,
    }
}

sparse! {
    /// An add-on to move to another version (UpgradeClusterAddons).
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct UpgradeAddon {
        /// Name.
        pub component_name: String,
        /// Version to go to.
        pub next_version: String,
        /// Version it has.
        pub version: Option<String>,
        /// Settings, as JSON text.
        pub config: Option<String>,
        /// `overwrite` or `canary`.
        pub policy: Option<String>,
    }
}

sparse! {
    /// An add-on to remove (UnInstallClusterAddons).
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct UninstallAddon {
        /// Name.
        pub name: String,
        /// Also delete the cloud resources that it made.
        pub cleanup_cloud_resources: Option<bool>,
    }
}

impl Object for Addon {
    fn lacks(&self) -> Option<&'static str> {
        self.name.is_empty().then_some("name")
    }
}

impl Object for AddonInstance {
    fn lacks(&self) -> Option<&'static str> {
        self.name.is_empty().then_some("name")
    }

    fn state(&self) -> Option<&str> {
        self.state.as_ref().map(AddonState::as_str)
    }
}

#[derive(Serialize)]
struct ModifyAddon<'a> {
    config: &'a str,
}

#[derive(Deserialize)]
struct AddonList<T> {
    #[serde(default = "Vec::new", deserialize_with = "wire::or_default", bound(deserialize = "T: Deserialize<'de>"))]
    addons: Vec<T>,
}

impl<T: Object> Object for AddonList<T> {
    fn lacks(&self) -> Option<&'static str> {
        self.addons.iter().find_map(T::lacks)
    }
}

impl Client {
    /// Lists the add-ons that are available (ListAddons).
    pub async fn list_addons(&self, catalogue: &AddonCatalogue) -> Result<Vec<Addon>, Error> {
        let request = self.for_catalogue(Request::of(&operations::LIST_ADDONS, &[]), catalogue);
        self.send_for_object(&request).await.map(|list: AddonList<Addon>| list.addons)
    }

    /// Reads one add-on of the catalogue: schema of its settings, newer versions (DescribeAddon).
    pub async fn describe_addon(
        &self,
        name: &str,
        catalogue: &AddonCatalogue,
        version: Option<&str>,
    ) -> Result<Addon, Error> {
        let request = Request::of(&operations::DESCRIBE_ADDON, &[("addon_name", name)]).query("version", version);
        self.send_for_object(&self.for_catalogue(request, catalogue)).await
    }

    fn for_catalogue(&self, request: Request, catalogue: &AddonCatalogue) -> Request {
        match catalogue {
            AddonCatalogue::Cluster(cluster_id) => request.query("cluster_id", cluster_id.as_str()),
            AddonCatalogue::Kind { cluster_type, profile, cluster_spec, cluster_version } => request
                .query("region_id", self.region())
                .query("cluster_type", cluster_type.as_str())
                .query("profile", profile.as_str())
                .query("cluster_spec", cluster_spec.as_str())
                .query("cluster_version", cluster_version.as_str()),
        }
    }

    /// Reads one installed add-on without `config` and `logging`, out of the list of its siblings, which all who ask
    /// within about two seconds share (ListClusterAddonInstances).
    ///
    /// Any write to the cluster by this client makes the next reader ask again. An add-on that the list does not hold is
    /// read by itself, so that only the service's own word says that it is [gone](Error::is_not_found).
    pub async fn read_cluster_addon_version(&self, cluster_id: &str, name: &str) -> Result<AddonInstance, Error> {
        let list = Request::of(&operations::LIST_CLUSTER_ADDON_INSTANCES, &[("cluster_id", cluster_id)])
            .must_answer("addons[].name");
        let addons = self.shared(&list).await?;
        match addons.element("addons", |addon| addon["name"] == name) {
            Some(addon) => addons.typed(&list, addon),
            None => self.get_cluster_addon_instance(cluster_id, name).await,
        }
    }

    /// Reads one installed add-on with its settings, always from the service (GetClusterAddonInstance).
    pub async fn get_cluster_addon_instance(&self, cluster_id: &str, name: &str) -> Result<AddonInstance, Error> {
        let of = [("cluster_id", cluster_id), ("instance_name", name)];
        self.send_for_object(&Request::of(&operations::GET_CLUSTER_ADDON_INSTANCE, &of)).await
    }

    /// Installs add-ons (InstallClusterAddons). The cluster leaves `running` until it is done.
    pub async fn install_cluster_addons(
        &self,
        cluster_id: &str,
        addons: &[InstallAddon],
    ) -> Result<TaskStarted, Error> {
        let request = Request::of(&operations::INSTALL_CLUSTER_ADDONS, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request.body(addons)).await
    }

    /// Moves add-ons to other versions (UpgradeClusterAddons).
    pub async fn upgrade_cluster_addons(
        &self,
        cluster_id: &str,
        addons: &[UpgradeAddon],
    ) -> Result<TaskStarted, Error> {
        let request = Request::of(&operations::UPGRADE_CLUSTER_ADDONS, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request.body(addons)).await
    }

    /// Removes add-ons (UnInstallClusterAddons).
    pub async fn uninstall_cluster_addons(
        &self,
        cluster_id: &str,
        addons: &[UninstallAddon],
    ) -> Result<TaskStarted, Error> {
        let request = Request::of(&operations::UN_INSTALL_CLUSTER_ADDONS, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request.body(addons)).await
    }

    /// Replaces the settings of an installed add-on, or of a control plane part of a Pro cluster (ModifyClusterAddon).
    ///
    /// The answer is documented to be empty: of the two ids there is that of the request only. The task is of type
    /// `cluster_addon_modify` and shows up in [`describe_cluster_tasks`](Self::describe_cluster_tasks) after a while.
    pub async fn modify_cluster_addon(&self, cluster_id: &str, name: &str, config: &str) -> Result<TaskStarted, Error> {
        let of = [("cluster_id", cluster_id), ("component_id", name)];
        let request = Request::of(&operations::MODIFY_CLUSTER_ADDON, &of).body(&ModifyAddon { config });
        self.send_to_start(&request).await
    }
}
