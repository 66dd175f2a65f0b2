//! Tags: the user's, the provider's default ones, and those that the service keeps for itself.

use std::collections::{BTreeMap, BTreeSet};

use ack_client::Tag;

/// Tags as attributes hold them.
pub(crate) type Tags = BTreeMap<String, String>;

/// Starts of keys that are the vendor's own. The service refuses them.
const RESERVED_STARTS: [&str; 4] = ["aliyun", "acs:", "http://", "https://"];
/// Keys that the service adds by itself.
const SERVICE_KEYS: [&str; 3] = ["ack.aliyun.com", "ack.playeraccount", "sae.do.not.delete"];

const MOST: usize = 20;
const LONGEST_KEY: usize = 64;
const LONGEST_VALUE: usize = 128;

/// The rule of `tags`.
pub(crate) fn check(tags: &Tags) -> Result<(), String> {
    if tags.len() > MOST {
        return Err(format!("must have at most {MOST} tags, but has {}", tags.len()));
    }
    for (key, value) in tags {
        let length = key.chars().count();
        if !(1..=LONGEST_KEY).contains(&length) {
            return Err(format!("must have keys of 1 to {LONGEST_KEY} characters, but {key:?} has {length}"));
        }
        if is_service_owned(key) {
            return Err(format!("must not have the key {key:?}: the service keeps such keys for itself"));
        }
        let length = value.chars().count();
        if length > LONGEST_VALUE {
            return Err(format!(
                "must have values of at most {LONGEST_VALUE} characters, but that of {key:?} has {length}"
            ));
        }
    }
    Ok(())
}

fn is_service_owned(key: &str) -> bool {
    SERVICE_KEYS.contains(&key) || RESERVED_STARTS.iter().any(|start| key.starts_with(start))
}

/// The default tags with the user's over them.
pub(crate) fn merged(default: &Tags, own: &Tags) -> Tags {
    let mut all = default.clone();
    all.extend(own.clone());
    all
}

/// The tags of an answer, without those of the service itself.
pub(crate) fn of(remote: &[Tag]) -> Tags {
    let ours = remote.iter().filter(|tag| !is_service_owned(&tag.key));
    ours.map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// What `tags` shows: all tags, except the default ones that the user did not write too.
pub(crate) fn without_defaults(all: &Tags, default: &Tags, own: Option<&Tags>) -> Option<Tags> {
    let is_own = |key: &String| !default.contains_key(key) || own.is_some_and(|own| own.contains_key(key));
    let shown: Tags = all.iter().filter(|(key, _)| is_own(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
    (!shown.is_empty() || own.is_some()).then_some(shown)
}

/// Tags as they are sent.
pub(crate) fn list(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::new(key, value)).collect()
}

/// The way from one set of tags to another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Tags to set, new ones and changed ones.
    pub(crate) set: Tags,
    /// Keys to take away.
    pub(crate) remove: BTreeSet<String>,
}

impl Difference {
    pub(crate) fn between(before: &Tags, after: &Tags) -> Self {
        let changed = after.iter().filter(|(key, value)| before.get(*key) != Some(*value));
        Self {
            set: changed.map(|(key, value)| (key.clone(), value.clone())).collect(),
            remove: before.keys().filter(|key| !after.contains_key(*key)).cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn keys_and_values_are_held_to_their_rules() {
        assert_eq!(check(&tags(&[("team", ""), ("环境", "生产")])), Ok(()));
        for key in ["", "aliyun.x", "acs:y", "http://a", "https://a", "ack.aliyun.com", &"k".repeat(65)] {
            assert!(check(&tags(&[(key, "v")])).is_err(), "{key}");
        }
        assert!(check(&tags(&[("k", &"v".repeat(129))])).unwrap_err().contains("has 129"));
        let many: Tags = (0..21).map(|i| (i.to_string(), String::new())).collect();
        assert!(check(&many).unwrap_err().contains("has 21"));
    }

    #[test]
    fn tags_of_the_service_and_default_ones_are_not_the_users() {
        let remote = [
            Tag::new("ack.aliyun.com", "c1"),
            Tag::new("env", "prod"),
            Tag::new("acs:x", "y"),
            Tag::new("by", "terraform"),
        ];
        let all = of(&remote);
        assert_eq!(all, tags(&[("by", "terraform"), ("env", "prod")]));
        let default = tags(&[("by", "terraform")]);
        assert_eq!(without_defaults(&all, &default, None), Some(tags(&[("env", "prod")])));
        let own = tags(&[("by", "terraform")]);
        assert_eq!(without_defaults(&all, &default, Some(&own)), Some(all.clone()));
        assert_eq!(without_defaults(&default, &default, None), None);
        assert_eq!(without_defaults(&default, &default, Some(&Tags::new())), Some(Tags::new()));
    }

    #[test]
    fn the_users_tags_win_over_the_default_ones() {
        let all = merged(&tags(&[("by", "terraform"), ("env", "dev")]), &tags(&[("env", "prod")]));
        assert_eq!(all, tags(&[("by", "terraform"), ("env", "prod")]));
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
