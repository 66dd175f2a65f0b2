//! The order of an add-on's versions.
//!
//! Add-ons do not share a scheme: `v1.12.6-aliyun.1`, `v1.12.1.3-a5bd1a3-aliyun` and `1.2.24` are all in use. What they
//! have in common is a release, numbers with dots between them, and perhaps the name of a build behind a hyphen.

use std::cmp::Ordering;

/// Whether an add-on at version `present` has what was asked for, or more. Two builds of one release have no order,
/// unless only a count at their ends tells them apart.
pub(super) fn is_reached_by(wanted: &str, present: &str) -> bool {
    if wanted == present {
        return true;
    }
    let (Some((wanted, wanted_build)), Some((present, present_build))) = (release(wanted), release(present)) else {
        return false;
    };
    match compare(&wanted, &present) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => {
            let counts = count(wanted_build).zip(count(present_build));
            counts.is_some_and(|((word, wanted), (other, present))| word == other && wanted <= present)
        }
    }
}

/// The numbers of a version, and what follows them.
fn release(version: &str) -> Option<(Vec<u64>, &str)> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let (numbers, build) = version.split_once('-').unwrap_or((version, ""));
    let numbers: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
    Some((numbers.ok()?, build))
}

/// A missing number counts as 0.
fn compare(one: &[u64], other: &[u64]) -> Ordering {
    let at = |numbers: &[u64], i: usize| numbers.get(i).copied().unwrap_or_default();
    let mut pairs = (0..one.len().max(other.len())).map(|i| at(one, i).cmp(&at(other, i)));
    pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// `aliyun.1` as word and count.
fn count(build: &str) -> Option<(&str, u64)> {
    let (word, count) = build.rsplit_once('.')?;
    Some((word, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_the_numbers_of_their_release() {
        for (older, newer) in [
            ("v1.9.3-aliyun.1", "v1.12.6-aliyun.1"),
            ("v1.12.6-aliyun.1", "v1.12.6-aliyun.2"),
            ("v0.15.1.23-9ab2c1d-aliyun", "v0.15.1.24-b4d1b2c-aliyun"),
            ("1.2.16", "v1.2.24"),
            ("v1.0.29.1-0550501-aliyun", "v1.8.9.0-aliyun"),
            ("1.2", "1.2.1"),
        ] {
            assert!(is_reached_by(older, newer), "{older} {newer}");
            assert!(!is_reached_by(newer, older), "{newer} {older}");
            assert!(is_reached_by(newer, newer));
        }
    }

    #[test]
    fn builds_of_one_release_and_what_is_no_version_have_no_order() {
        for (one, other) in [
            ("v1.9.0-3a1c2b4-aliyun", "v1.9.0-187f707-aliyun"),
            ("v1.9.0-aliyun.1", "v1.9.0-edge.2"),
            ("latest", "v1"),
            ("v1.x", "v2"),
        ] {
            assert!(!is_reached_by(one, other) && !is_reached_by(other, one), "{one} {other}");
        }
    }
}
