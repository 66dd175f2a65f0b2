//! Kubernetes versions: how they are written and compared, and the way from one to another.
//!
//! A full version is `1.34.1-aliyun.1`. A user may write any leading part of one (`1.34`, `1.34.1`) and means the newest
//! version that begins so. The service offers the steps of an upgrade (DescribeKubernetesVersionMetadata with
//! `QueryUpgradableVersion`); it goes one minor at a time and never back.

use std::cmp::Ordering;
use std::fmt;

use ack_client::{Client, Request, operations};
use serde_json::Value as Json;
use tf_provider::schema::{Check, Kind};
use tf_provider::value::{Type, Value, ValueError};
use tf_provider::{AttributeValue, Path};

/// What the service calls the one kind of cluster that is managed here.
pub(crate) const CLUSTER_TYPE: &str = "ManagedKubernetes";

/// A Kubernetes version, or the leading part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    text: String,
    major: u64,
    minor: u64,
    patch: Option<u64>,
    /// The service's own part, such as `aliyun` and `1`. Only a full version has one.
    build: Option<(String, u64)>,
}

impl Version {
    /// Reads `1.34`, `1.34.1` or `1.34.1-aliyun.1`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (numbers, build) = match text.split_once('-') {
            Some((numbers, build)) => (numbers, Some(build)),
            None => (text, None),
        };
        let mut numbers = numbers.split('.').map(number);
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = match numbers.next() {
            Some(patch) => Some(patch?),
            None => None,
        };
        let build = match build {
            Some(build) => {
                let (word, count) = build.rsplit_once('.')?;
                let legal = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
                Some((legal.then(|| word.to_owned())?, number(count)?))
            }
            None => None,
        };
        let complete = numbers.next().is_none() && (build.is_none() || patch.is_some());
        complete.then(|| Self { text: text.to_owned(), major, minor, patch, build })
    }

    /// The text as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Its beginning that names the minor version, such as `1.34`.
    pub(crate) fn minor(&self) -> Self {
        let (major, minor) = (self.major, self.minor);
        Self { text: format!("{major}.{minor}"), major, minor, patch: None, build: None }
    }

    /// Whether nothing is left open.
    pub(crate) fn is_full(&self) -> bool {
        self.build.is_some()
    }

    /// Whether `other` begins with this.
    pub(crate) fn is_prefix_of(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Equal
            && (self.patch.is_none() || other.patch.is_some())
            && (self.build.is_none() || self.build == other.build)
    }

    /// Whether a cluster at `current` has what was asked for, or more.
    pub(crate) fn is_reached_by(&self, current: &Self) -> bool {
        self.compare(current) != Ordering::Greater
    }

    /// Whether a cluster at `current` would have to go back for this.
    pub(crate) fn is_behind(&self, current: &Self) -> bool {
        self.compare(current) == Ordering::Less
    }

    /// Whether it is at least this minor; `None` if that is left open.
    pub(crate) fn is_at_least(&self, major: u64, minor: u64) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// Compares as far as this one is written: `1.34` equals every `1.34.x`.
    fn compare(&self, other: &Self) -> Ordering {
        let minors = (self.major, self.minor).cmp(&(other.major, other.minor));
        let patches = || match (self.patch, other.patch) {
            (Some(own), Some(others)) => own.cmp(&others),
            _ => Ordering::Equal,
        };
        let builds = || match (&self.build, &other.build) {
            (Some((_, own)), Some((_, others))) => own.cmp(others),
            _ => Ordering::Equal,
        };
        minors.then_with(patches).then_with(builds)
    }

    /// The order of full versions.
    fn rank(&self) -> (u64, u64, Option<u64>, Option<u64>) {
        (self.major, self.minor, self.patch, self.build.as_ref().map(|(_, count)| *count))
    }
}

/// Finds the number that is left of a version without quotes: Terraform makes 1.3 of it.
fn not_cut_off(text: &str) -> Result<(), String> {
    match text.strip_prefix("1.").map(str::as_bytes) {
        Some([b'1'..=b'9']) => Err(format!(
            "is Kubernetes {text}, which no cluster has had for years. Without quotes, {text}0 is the number {text}: write \"{text}0\""
        )),
        _ => Ok(()),
    }
}

/// A number without leading zeros or signs.
fn number(text: &str) -> Option<u64> {
    let plain = text.chars().all(|c| c.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AttributeValue for Version {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::String)
    }

    fn checks() -> Vec<Check> {
        fn well_formed(value: &Value) -> Result<(), String> {
            match value.as_str() {
                Some(text) if Version::parse(text).is_none() => {
                    Err("must be a Kubernetes version, such as \"1.34\" or \"1.34.1-aliyun.1\"".to_owned())
                }
                Some(text) => not_cut_off(text),
                None => Ok(()),
            }
        }
        vec![Check::Function(well_formed)]
    }

    /// A stored full version and its configured beginning are the same. Not the other way round: who writes more
    /// digits asks for more.
    fn same() -> Option<fn(&Value, &Value) -> bool> {
        fn begins(stored: &Value, configured: &Value) -> bool {
            let parse = |value: &Value| value.as_str().and_then(Version::parse);
            parse(stored).zip(parse(configured)).is_some_and(|(stored, configured)| configured.is_prefix_of(&stored))
        }
        Some(begins)
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        value.as_str().and_then(Self::parse).ok_or_else(|| ValueError {
            path: path.clone(),
            reason: "must be a Kubernetes version, such as \"1.34\"".to_owned(),
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn blank() -> Self {
        Self { text: "0.0".to_owned(), major: 0, minor: 0, patch: None, build: None }
    }
}

/// The versions that clusters can be created with, newest first.
///
/// # Errors
/// DescribeKubernetesVersionMetadata fails.
pub(crate) async fn creatable(client: &Client) -> Result<Vec<Version>, ack_client::Error> {
    let query = creation_query(client.region());
    let request = Request::of(&operations::DESCRIBE_KUBERNETES_VERSION_METADATA, &query);
    Ok(creatable_of(&client.call(&request).await?.body))
}

/// Asks for the versions that clusters can be created with.
pub(crate) fn creation_query(region: &str) -> [(&'static str, &str); 3] {
    [("Region", region), ("ClusterType", CLUSTER_TYPE), ("Mode", "creatable")]
}

/// Those of an answer, newest first.
pub(crate) fn creatable_of(offered: &Json) -> Vec<Version> {
    let creatable = offered.as_array().into_iter().flatten().filter(|offer| offer["creatable"] != false);
    newest_first(creatable.filter_map(|offer| offer["version"].as_str()))
}

/// The newest of `versions`, newest first, that begins with `wanted`.
pub(crate) fn newest_match<'v>(wanted: &Version, versions: &'v [Version]) -> Option<&'v Version> {
    versions.iter().find(|version| wanted.is_prefix_of(version))
}

/// Where a cluster at `from` can go in one step, newest first.
///
/// # Errors
/// DescribeKubernetesVersionMetadata fails.
pub(crate) async fn steps_from(client: &Client, from: &Version) -> Result<Vec<Version>, ack_client::Error> {
    let own = [("Region", client.region()), ("ClusterType", CLUSTER_TYPE), ("KubernetesVersion", from.as_str())];
    let request = Request::of(&operations::DESCRIBE_KUBERNETES_VERSION_METADATA, &own);
    let offered = client.call(&request.query("QueryUpgradableVersion", true)).await?.body;
    let own = offered.as_array().into_iter().flatten().filter(|offer| offer["version"] == from.as_str());
    Ok(newest_first(own.filter_map(|offer| offer["upgradable_versions"].as_array()).flatten().filter_map(Json::as_str)))
}

/// The next step from `from` to `target`: the target itself if it is offered, else the newest patch of the farthest
/// minor before it. `None` if no step leads there.
pub(crate) fn next_step<'v>(from: &Version, target: &Version, offered: &'v [Version]) -> Option<&'v Version> {
    let forward = |version: &&Version| version.rank() > from.rank();
    newest_match(target, offered).or_else(|| offered.iter().filter(forward).find(|version| version.is_short_of(target)))
}

impl Version {
    /// Whether an upgrade to `target` would go on from here.
    fn is_short_of(&self, target: &Self) -> bool {
        target.compare(self) == Ordering::Greater
    }
}

fn newest_first<'v>(texts: impl Iterator<Item = &'v str>) -> Vec<Version> {
    let mut versions: Vec<Version> = texts.filter_map(Version::parse).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(version.rank()));
    versions.dedup();
    versions
}

/// Versions as a list for people.
pub(crate) fn list(versions: &[Version]) -> String {
    match versions {
        [] => "none".to_owned(),
        versions => versions.iter().map(Version::as_str).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn versions(texts: &[&str]) -> Vec<Version> {
        newest_first(texts.iter().copied())
    }

    #[test]
    fn full_versions_and_their_beginnings_are_read() {
        for text in ["1.34", "1.34.1", "1.34.1-aliyun.1", "1.20.11-aliyunedge.1", "1.34.0"] {
            assert_eq!(version(text).as_str(), text);
        }
        for text in
            ["", "1", "v1.34", "1.34.", "1.34.x", "1.034", "1.34-aliyun.1", "1.34.1-aliyun", "1.34.1-.1", "1.34.1.1"]
        {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert_eq!(version("1.34.1-aliyun.1").minor(), version("1.34"));
        assert!(version("1.34.1-aliyun.1").is_full() && !version("1.34.1").is_full());
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(version("1.34.1").is_prefix_of(&version("1.34.1-aliyun.1")));
        assert!(!version("1.34.1").is_prefix_of(&version("1.34.10-aliyun.1")));
        assert!(!version("1.3").is_prefix_of(&version("1.34.1-aliyun.1")));
        assert!(!version("1.34.1").is_prefix_of(&version("1.34")));
        assert!(!version("1.34.1-aliyun.1").is_prefix_of(&version("1.34.1-aliyunedge.1")));
        assert!(version("1.9").is_reached_by(&version("1.34.1-aliyun.1")));
        assert!(version("1.34").is_reached_by(&version("1.34.1-aliyun.1")));
        assert!(!version("1.34.2").is_reached_by(&version("1.34.1-aliyun.1")));
        assert!(version("1.33").is_behind(&version("1.34.1-aliyun.1")));
        assert!(!version("1.34").is_behind(&version("1.34.1-aliyun.1")));
        assert!(version("1.35").is_at_least(1, 35) && !version("1.34.9").is_at_least(1, 35));
    }

    #[test]
    fn a_stored_full_version_and_its_configured_beginning_are_the_same_but_not_the_reverse() {
        let same = Version::same().unwrap();
        assert!(same(&"1.34.1-aliyun.1".into(), &"1.34".into()));
        assert!(!same(&"1.34".into(), &"1.34.6-aliyun.1".into()));
        assert!(!same(&"1.34.1-aliyun.1".into(), &Value::Null));
    }

    #[test]
    fn a_step_goes_to_the_target_or_to_the_next_minor_on_the_way() {
        let offered = versions(&["1.34.6-aliyun.1", "1.35.2-aliyun.1", "1.35.7-aliyun.1"]);
        let from = version("1.34.1-aliyun.1");
        let step = |target: &str| next_step(&from, &version(target), &offered).map(Version::as_str);
        assert_eq!(step("1.35"), Some("1.35.7-aliyun.1"));
        assert_eq!(step("1.35.2"), Some("1.35.2-aliyun.1"));
        assert_eq!(step("1.34.6-aliyun.1"), Some("1.34.6-aliyun.1"));
        assert_eq!(step("1.36"), Some("1.35.7-aliyun.1"));
        assert_eq!(step("1.34.9"), Some("1.34.6-aliyun.1"));
        assert_eq!(next_step(&version("1.36.2-aliyun.1"), &version("1.37"), &[]), None);
    }

    #[test]
    fn the_newest_match_is_chosen() {
        let offered = versions(&["1.35.2-aliyun.1", "1.35.10-aliyun.1", "1.34.6-aliyun.1", "1.35.10-aliyun.1"]);
        assert_eq!(list(&offered), "1.35.10-aliyun.1, 1.35.2-aliyun.1, 1.34.6-aliyun.1");
        assert_eq!(newest_match(&version("1.35"), &offered).map(Version::as_str), Some("1.35.10-aliyun.1"));
        assert_eq!(newest_match(&version("1.30"), &offered), None);
        assert_eq!(list(&[]), "none");
    }
}
