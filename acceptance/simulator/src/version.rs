//! Kubernetes versions: what can be created, and what leads where.

use crate::assumptions::Assumptions;
use crate::error::ApiError;

/// A version of managed clusters as of October 2026: full version, release and end of support of its minor.
pub(crate) struct Release {
    pub(crate) version: &'static str,
    pub(crate) released: &'static str,
    pub(crate) expires: &'static str,
}

const fn release(version: &'static str, released: &'static str, expires: &'static str) -> Release {
    Release { version, released, expires }
}

/// Newest first. Only even minors were published up to 1.30; the three newest minors can be created.
pub(crate) const RELEASES: [Release; 15] = [
    release("1.36.2-aliyun.1", "2026-05-20", "2027-05-30"),
    release("1.36.1-aliyun.1", "2026-05-20", "2027-05-30"),
    release("1.35.7-aliyun.1", "2026-02-10", "2027-02-28"),
    release("1.35.2-aliyun.1", "2026-02-10", "2027-02-28"),
    release("1.34.6-aliyun.1", "2025-09-20", "2026-09-30"),
    release("1.34.1-aliyun.1", "2025-09-20", "2026-09-30"),
    release("1.33.9-aliyun.1", "2025-05-20", "2026-05-31"),
    release("1.33.3-aliyun.1", "2025-05-20", "2026-05-31"),
    release("1.32.7-aliyun.1", "2025-01-20", "2026-01-31"),
    release("1.32.1-aliyun.1", "2025-01-20", "2026-01-31"),
    release("1.31.9-aliyun.1", "2024-09-20", "2025-09-30"),
    release("1.30.14-aliyun.1", "2024-06-20", "2026-06-30"),
    release("1.28.15-aliyun.1", "2023-10-20", "2025-10-31"),
    release("1.26.15-aliyun.1", "2023-04-20", "2025-04-30"),
    release("1.24.17-aliyun.1", "2022-09-20", "2024-09-30"),
];

/// Minors that can be created, counted from the newest.
const CREATABLE_MINORS: usize = 3;

/// The version that a cluster gets when none is asked for.
pub(crate) const NEWEST: &str = RELEASES[0].version;

/// The minor number: 34 of `1.34.1-aliyun.1`; 0 for what is no version.
pub(crate) fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or_default()
}

fn patch(version: &str) -> u32 {
    let patch = version.split(['.', '-']).nth(2);
    patch.and_then(|patch| patch.parse().ok()).unwrap_or_default()
}

/// The minors that were published, newest first.
fn minors() -> Vec<u32> {
    let mut minors: Vec<_> = RELEASES.iter().map(|release| minor(release.version)).collect();
    minors.dedup();
    minors
}

pub(crate) fn is_known(version: &str) -> bool {
    RELEASES.iter().any(|release| release.version == version)
}

pub(crate) fn is_creatable(version: &str) -> bool {
    is_known(version) && minors().iter().take(CREATABLE_MINORS).any(|&newest| newest == minor(version))
}

/// Whether it is a version of a published minor: patches come and go faster than the table.
pub(crate) fn is_of_published_minor(version: &str) -> bool {
    let well_formed = version.starts_with("1.")
        && version.split_once("-aliyun").is_some_and(|(number, _)| number.matches('.').count() == 2);
    well_formed && minors().contains(&minor(version))
}

/// Checks the version of a cluster to be created.
pub(crate) fn check_creatable(assumptions: &Assumptions, version: &str) -> Result<(), ApiError> {
    if is_creatable(version) || !assumptions.newest_minors_only && is_of_published_minor(version) {
        return Ok(());
    }
    let creatable: Vec<_> =
        RELEASES.iter().map(|release| release.version).filter(|version| is_creatable(version)).collect();
    Err(ApiError::invalid(
        "kubernetes_version",
        format!("{version} cannot be created; these can: {}", creatable.join(", ")),
    ))
}

/// Where a version can go: newer patches of its minor, and the next minor that was published. Newest first.
pub(crate) fn upgradable(version: &str) -> Vec<&'static str> {
    let (from_minor, from_patch) = (minor(version), patch(version));
    let next = minors().into_iter().rev().find(|&candidate| candidate > from_minor);
    RELEASES
        .iter()
        .map(|release| release.version)
        .filter(|to| Some(minor(to)) == next || minor(to) == from_minor && patch(to) > from_patch)
        .collect()
}

/// Checks one step of an upgrade: no skipping, no way back.
pub(crate) fn check_upgrade(from: &str, to: &str) -> Result<(), ApiError> {
    let targets = upgradable(from);
    if targets.contains(&to) {
        return Ok(());
    }
    let way = if targets.is_empty() {
        "it is the newest".to_owned()
    } else {
        format!("the next step is one of {}", targets.join(", "))
    };
    Err(ApiError::invalid("next_version", format!("{from} cannot be upgraded to {to}; {way}")))
}

fn containerd(version: &str) -> &'static str {
    match minor(version) {
        36.. => "2.3.4",
        33..=35 => "2.1.5",
        30..=32 => "1.6.39",
        _ => "1.6.28",
    }
}

/// The runtime version that nodes get when none is asked for.
pub(crate) fn runtime_version(runtime: &str, version: &str) -> &'static str {
    match runtime {
        "docker" => "19.03.15",
        "Sandboxed-Container.runv" => "2.2.0",
        _ => containerd(version),
    }
}

/// The image that a pool of this type runs; none for a type that is not offered.
pub(crate) fn image(image_type: &str) -> Option<&'static str> {
    IMAGES.iter().find(|(kind, ..)| *kind == image_type).map(|(_, id, _)| *id)
}

pub(crate) const IMAGES: [(&str, &str, &str); 4] = [
    ("AliyunLinux3", "aliyun_3_x64_20G_container_optimized_alibase_20260120.vhd", "x86_64"),
    ("AliyunLinux3Arm64", "aliyun_3_arm64_20G_container_optimized_alibase_20260120.vhd", "arm64"),
    ("AliyunLinux3ContainerOptimized", "aliyun_3_x64_20G_container_optimized_alibase_20260120.vhd", "x86_64"),
    ("ContainerOS", "lifsea_3_x64_10G_containerd_1_6_39_alibase_20260110.vhd", "x86_64"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_created_depends_on_who_is_believed() {
        let (usual, strict) = (Assumptions::default(), Assumptions::strict());
        for version in ["1.34.1-aliyun.1", NEWEST] {
            assert!(check_creatable(&usual, version).is_ok() && check_creatable(&strict, version).is_ok(), "{version}");
        }
        for version in ["1.33.9-aliyun.1", "1.30.1-aliyun.1"] {
            assert!(check_creatable(&usual, version).is_ok(), "{version}");
            let refusal = check_creatable(&strict, version).unwrap_err();
            assert!(refusal.message.contains("these can: 1.36.2-aliyun.1"), "{refusal}");
        }
        for version in ["1.34", "1.29.1-aliyun.1", "1.99.0-aliyun.1", "latest"] {
            assert!(check_creatable(&usual, version).is_err(), "{version}");
        }
    }

    #[test]
    fn upgrades_go_one_published_minor_at_a_time() {
        assert_eq!(upgradable("1.34.1-aliyun.1"), ["1.35.7-aliyun.1", "1.35.2-aliyun.1", "1.34.6-aliyun.1"]);
        assert_eq!(upgradable("1.28.15-aliyun.1"), ["1.30.14-aliyun.1"]);
        assert!(upgradable(NEWEST).is_empty());
        assert!(check_upgrade("1.34.6-aliyun.1", "1.36.2-aliyun.1").is_err());
        assert!(check_upgrade("1.35.7-aliyun.1", "1.34.6-aliyun.1").is_err());
        assert!(check_upgrade("1.36.2-aliyun.1", "1.36.1-aliyun.1").unwrap_err().message.contains("newest"));
    }
}
