//! Add-ons: what can be installed, what is, and the calls that change that.

use crate::call::Noun;
use crate::record;

mod catalogue;
mod change;
mod config;
mod kind;
mod offer;
mod old;

pub(super) static NOUN: Noun = Noun {
    calls: &[
        ("ListAddons", offer::list),
        ("DescribeAddon", offer::describe),
        ("ListClusterAddonInstances", |world, call| record::list(&kind::KIND, world, call, |_| true)),
        ("GetClusterAddonInstance", |world, call| record::read(&kind::KIND, world, call)),
        ("InstallClusterAddons", change::install),
        ("UpgradeClusterAddons", change::upgrade),
        ("UnInstallClusterAddons", change::uninstall),
        ("ModifyClusterAddon", change::modify),
        ("DescribeClusterAddonsVersion", old::versions),
        ("DescribeClusterAddonUpgradeStatus", old::upgrade_status),
        ("DescribeClusterAddonsUpgradeStatus", old::upgrade_statuses),
    ],
    kind: Some(&kind::KIND),
    at_birth: Some(change::at_birth),
    ..Noun::PLAIN
};
