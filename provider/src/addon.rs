//! `ack_addon`: an add-on (the API also says component) of a cluster.
//!
//! | what happens | calls |
//! |---|---|
//! | plan | DescribeClusterDetail once a cluster, DescribeAddon and GetClusterAddonInstance when it is to be created, DescribeAddon when its version changes, ListAddons to say what a wrong name could have meant |
//! | create | GetClusterAddonInstance, then InstallClusterAddons; an installed one is adopted |
//! | read | GetClusterAddonInstance for one with `config`; for the others ListClusterAddonInstances, one call for all of a cluster, which shows no settings |
//! | version | UpgradeClusterAddons, with the settings if they change too |
//! | settings | ModifyClusterAddon; DescribeClusterTasks before and after it, because it does not name its task |
//! | import | DescribeAddon once more, for the defaults of the settings |
//! | destroy | DescribeAddon, then UnInstallClusterAddons unless the cluster requires the add-on; nothing with `skip_destroy` |
//!
//! Each operation takes between half a minute and five, and the cluster is not `running` meanwhile: operations on the
//! add-ons of one cluster come one after the other. Those of this process queue for their turn, so that nobody finds out
//! by trying; the turn ends with the task.

mod change;
mod place;
mod plan;
mod resource;
mod settings;
#[cfg(test)]
mod tests;
mod version;

pub(crate) use self::resource::Addon;
