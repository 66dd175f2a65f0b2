//! What is a cluster's own about tags: which of them are the service's, and how they change one by one.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::tags::{self, Tags};

/// Keys that the service adds by itself.
const SERVICE_KEYS: [&str; 2] = ["ack.aliyun.com", "ack.playeraccount"];

/// The start of keys that another service of the vendor's adds to the clusters that it needs.
const SERVICE_START: &str = "sae.do.not.delete";

const LONGEST_KEY: usize = 64;

/// The rule of `tags`.
pub(crate) fn check(tags: &Tags) -> Result<(), String> {
    tags::check(tags, LONGEST_KEY)?;
    match tags.keys().find(|key| is_service_owned(key)) {
        None => Ok(()),
        Some(key) => Err(format!("must not have the key {key:?}: the service reserves such keys")),
    }
}

fn is_service_owned(key: &str) -> bool {
    SERVICE_KEYS.contains(&key) || key.starts_with(SERVICE_START) || tags::is_reserved(key)
}

/// The tags of an answer, without those of the service itself.
pub(super) fn of(remote: &Json) -> Tags {
    let mut tags = tags::of(remote);
    tags.retain(|key, _| !is_service_owned(key));
    tags
}

/// The way from one set of tags to another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Tags to set, new ones and changed ones.
    pub(super) set: Tags,
    /// Keys to take away.
    pub(super) remove: BTreeSet<String>,
}

impl Difference {
    pub(super) fn between(before: &Tags, after: &Tags) -> Self {
        let changed = after.iter().filter(|(key, value)| before.get(*key) != Some(*value));
        Self {
            set: changed.map(|(key, value)| (key.clone(), value.clone())).collect(),
            remove: before.keys().filter(|key| !after.contains_key(*key)).cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn tags_of_the_service_neither_show_nor_can_be_written() {
        let services = ["ack.aliyun.com", "acs:x", "sae.do.not.delete", "sae.do.not.delete.c1"];
        let mut remote = services.map(|key| json!({"key": key, "value": "y"})).to_vec();
        remote.push(json!({"key": "env", "value": "prod"}));
        assert_eq!(of(&json!(remote)), tags(&[("env", "prod")]));
        for key in services {
            assert!(check(&tags(&[(key, "y")])).unwrap_err().contains("reserves such keys"), "{key}");
        }
        assert_eq!(check(&tags(&[("env", "prod")])), Ok(()));
    }

    #[test]
    fn only_what_differs_is_sent() {
        let before = tags(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let after = tags(&[("a", "1"), ("b", "x"), ("d", "4")]);
        let difference = Difference::between(&before, &after);
        assert_eq!(difference.set, tags(&[("b", "x"), ("d", "4")]));
        assert_eq!(difference.remove, BTreeSet::from(["c".to_owned()]));
        assert_eq!(Difference::between(&after, &after), Difference::default());
    }
}
