//! What is on offer: the catalogue, and what is taken although the catalogue does not have it.

use serde_json::json;

use super::catalogue::{self, Addon};
use super::kind::installed;
use crate::assumptions::Assumptions;
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::store::World;

/// What is known of an add-on that is not in the catalogue.
static STRANGER: Addon = Addon::stranger();

/// ListAddons.
pub(super) fn list(world: &mut World, call: &Call) -> Answer {
    check_scope(world, call)?;
    let addons: Vec<_> = catalogue::all().iter().map(Addon::answer).collect();
    Ok(json!({"addons": addons}))
}

/// DescribeAddon. For a version, `newer_versions` has those it can be upgraded to; without one, all. One that is installed
/// is on offer, too, though nothing more is known of it.
pub(super) fn describe(world: &mut World, call: &Call) -> Answer {
    check_scope(world, call)?;
    let name = call.path("addon_name");
    let present = call.query_text("cluster_id").and_then(|cluster_id| installed(world, cluster_id, name).ok());
    let addon = match present {
        Some(_) => known_or_stranger(name),
        None => known(name)?,
    };
    let mut answer = addon.answer();
    answer["name"] = json!(name);
    if let Some(present) = present.filter(|_| addon.versions.is_empty()) {
        answer["version"] = present.record["version"].clone();
    }
    let offered = match call.query_text("version") {
        Some(version) => {
            check_version(&world.assumptions, addon, name, "version", version)?;
            answer["version"] = json!(version);
            addon.newer_than(version)
        }
        None => addon.versions,
    };
    let offered: Vec<_> = offered
        .iter()
        .map(|version| json!({"version": version, "upgradable": true, "minimum_cluster_version": "1.22.0"}))
        .collect();
    answer["newer_versions"] = json!(offered);
    Ok(answer)
}

/// The catalogue is asked for a cluster, or for a kind of cluster with all five parameters.
fn check_scope(world: &World, call: &Call) -> Result<(), ApiError> {
    if let Some(cluster_id) = call.query_text("cluster_id") {
        return world.cluster(cluster_id).map(|_| ());
    }
    let kind = ["region_id", "cluster_type", "profile", "cluster_spec", "cluster_version"];
    match kind.iter().find(|field| call.query_text(field).is_none()) {
        Some(field) => {
            Err(ApiError::invalid(field, format!("without cluster_id, all of {} are needed", kind.join(", "))))
        }
        None => Ok(()),
    }
}

pub(super) fn known(name: &str) -> Result<&'static Addon, ApiError> {
    catalogue::find(name).ok_or_else(|| ApiError::addon_not_found(name))
}

/// For what is installed already.
pub(super) fn known_or_stranger(name: &str) -> &'static Addon {
    catalogue::find(name).unwrap_or(&STRANGER)
}

/// What is to be installed, and its version: the newest, unless one is named. The live catalogue has more add-ons than
/// this one, but what their newest versions are is not known.
pub(super) fn wanted<'a>(
    assumptions: &Assumptions,
    field: &str,
    name: &str,
    version: Option<&'a str>,
) -> Result<(&'static Addon, &'a str), ApiError> {
    let addon = match (catalogue::find(name), version) {
        (Some(addon), _) => addon,
        (None, Some(_)) if is_name(name) && !assumptions.catalogue_addons_only => &STRANGER,
        (None, _) => return Err(ApiError::addon_not_found(name)),
    };
    let version = version.unwrap_or_else(|| addon.newest());
    check_version(assumptions, addon, name, field, version)?;
    Ok((addon, version))
}

fn is_name(name: &str) -> bool {
    let legal = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter);
    !name.is_empty() && name.chars().all(legal)
}

pub(super) fn check_version(
    assumptions: &Assumptions,
    addon: &Addon,
    name: &str,
    field: &str,
    version: &str,
) -> Result<(), ApiError> {
    let plausible = version.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit());
    if addon.versions.contains(&version) || plausible && version.contains('.') && !assumptions.catalogue_versions_only {
        return Ok(());
    }
    let known = if addon.versions.is_empty() { "no known ones".to_owned() } else { addon.versions.join(", ") };
    Err(ApiError::invalid(field, format!("{name} has no version {version}; it has {known}")))
}
