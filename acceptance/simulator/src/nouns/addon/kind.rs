//! The row of add-ons.

use crate::error::ApiError;
use crate::objects::{Key, Kind, Object};
use crate::store::World;

pub(super) static KIND: Kind = Kind {
    name: "addon",
    parameter: "instance_name",
    one: "addon",
    all: "addons",
    create: "InstallClusterAddons",
    read: "GetClusterAddonInstance",
    id: "name",
    state: "state",
    not_found: ApiError::addon_not_found,
    ..Kind::PLAIN
};

pub(super) fn key(cluster_id: &str, name: &str) -> Key {
    Key::new(&KIND, cluster_id, name)
}

pub(super) fn installed<'a>(world: &'a World, cluster_id: &str, name: &str) -> Result<&'a Object, ApiError> {
    world.find(&KIND, cluster_id, name)
}
