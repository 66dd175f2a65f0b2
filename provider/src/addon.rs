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
//!
//! | file | what it holds |
//! |---|---|
//! | `resource` | the attributes, and where they stand in the documents of the API |
//! | `life` | the calls of its life; `change`, how work is begun and followed |
//! | `calls` | how the calls are made |
//! | `answer` | what the bindings do not say of answers |
//! | `settings` | settings as JSON: the user's keys among those of the service; `version`, the order of versions |
//! | `place` | in which cluster a new add-on can be |
//! | `plan` | what is filled in and checked before anything is sent |
//! | `refusal` | errors of the service, and the attributes that they are about |

mod answer;
mod calls;
mod change;
mod life;
mod place;
mod plan;
mod refusal;
mod resource;
mod settings;
#[cfg(test)]
mod tests;
mod version;

pub(crate) use self::resource::Addon;
