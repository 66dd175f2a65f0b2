//! What the account may have and the service offers: regions, quotas, Kubernetes versions.

use serde_json::{Value, json};

use crate::call::{Answer, Call, Noun};
use crate::error::ApiError;
use crate::region::REGIONS;
use crate::store::World;
use crate::version::{
    IMAGES, RELEASES, Release, is_creatable, is_known, is_of_published_minor, minor, runtime_version, upgradable,
};

pub(super) static NOUN: Noun = Noun {
    calls: &[
        ("DescribeRegions", list_regions),
        ("DescribeUserQuota", describe_quota),
        ("OpenAckService", open_service),
        ("DescribeKubernetesVersionMetadata", list_versions),
    ],
    ..Noun::PLAIN
};

/// DescribeRegions.
fn list_regions(_: &mut World, _: &Call) -> Answer {
    let regions: Vec<_> = REGIONS.iter().map(|id| json!({"regionId": id, "localName": id})).collect();
    Ok(json!({"regions": regions}))
}

/// DescribeUserQuota: the old numbers and the newer map, which wins where it has an entry.
fn describe_quota(world: &mut World, _: &Call) -> Answer {
    let quota = |number: usize, code: &str, unit: &str| -> Value {
        json!({"quota": number.to_string(), "operation_code": code, "adjustable": true, "unit": unit})
    };
    let assumed = &world.assumptions;
    Ok(json!({
        "amk_cluster_quota": 20,
        "ask_cluster_quota": 20,
        "cluster_nodepool_quota": 20,
        "cluster_quota": 50,
        "node_quota": 100,
        "quotas": {
            "cluster": quota(assumed.pro_cluster_quota, "q_Kubernetes_Cluster", ""),
            "nodepool": quota(assumed.pro_node_pool_quota, "q_Kubernetes_Nodepool", ""),
        },
    }))
}

/// OpenAckService: there is nothing to open here, and no bill.
fn open_service(world: &mut World, _: &Call) -> Answer {
    Ok(json!({"order_id": world.ids.number().to_string()}))
}

/// DescribeKubernetesVersionMetadata. A version that is asked for may be a minor alone, or a patch that is no longer on
/// offer but that clusters still have.
fn list_versions(_: &mut World, call: &Call) -> Answer {
    let wanted = call.query_text("KubernetesVersion");
    let release = |version: &str| {
        RELEASES.iter().find(|release| release.version == version || minor(release.version) == minor(version))
    };
    let of_minor = |version: &str| version.matches('.').count() == 1;
    if let Some(version) = wanted
        && !is_known(version)
        && !is_of_published_minor(version)
        && !(of_minor(version) && release(version).is_some())
    {
        return Err(ApiError::invalid("KubernetesVersion", format!("{version} is not known")));
    }
    let creatable_only = call.query_text("Mode").is_none_or(|mode| mode == "creatable");
    let with_targets = call.query_flag("QueryUpgradableVersion");
    let runtime = call.query_text("runtime");
    let rows: Vec<(&str, &Release)> = match wanted {
        Some(version) if of_minor(version) => {
            let of_same = RELEASES.iter().filter(|release| minor(release.version) == minor(version));
            of_same.map(|release| (release.version, release)).collect()
        }
        // An unlisted patch has the dates of its minor.
        Some(version) => release(version).map(|release| (version, release)).into_iter().collect(),
        None => {
            let offered = RELEASES.iter().filter(|release| !creatable_only || is_creatable(release.version));
            offered.map(|release| (release.version, release)).collect()
        }
    };
    let rows = rows.into_iter().map(|(version, release)| {
        let mut row = json!({
            "version": version,
            "creatable": is_creatable(version),
            "release_date": format!("{}T00:00:00Z", release.released),
            "expiration_date": format!("{}T00:00:00Z", release.expires),
            "runtimes": runtimes(version, runtime),
            "images": images(),
            "capabilities": {},
            "meta_data": {},
        });
        if with_targets && wanted.is_some() {
            row["upgradable_versions"] = json!(upgradable(version));
        }
        row
    });
    Ok(rows.collect())
}

fn runtimes(version: &str, wanted: Option<&str>) -> Vec<Value> {
    let mut names = vec!["containerd"];
    if minor(version) <= 31 {
        names.push("Sandboxed-Container.runv");
    }
    let names = names.into_iter().filter(|name| wanted.is_none_or(|wanted| wanted == *name));
    names.map(|name| json!({"name": name, "version": runtime_version(name, version)})).collect()
}

fn images() -> Vec<Value> {
    let images = IMAGES.iter().map(|(image_type, id, architecture)| {
        json!({
            "image_id": id,
            "image_name": id,
            "image_type": image_type,
            "image_category": "system",
            "os_type": "Linux",
            "os_version": "3",
            "platform": "AliyunLinux",
            "architecture": architecture,
        })
    });
    images.collect()
}
