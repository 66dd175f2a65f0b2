//! Tags of clusters and node pools: the user's own, the provider's `default_tags`, and both together.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tf_provider::{Computed, Field, Maybe, Plan, Resource};

use crate::bridge::Connection;

/// Tags as attributes hold them.
pub(crate) type Tags = BTreeMap<String, String>;

/// Starts of keys that are the vendor's own, of tags and labels alike. The service refuses them.
const RESERVED_STARTS: [&str; 4] = ["aliyun", "acs:", "http://", "https://"];

const MOST: usize = 20;
const LONGEST_VALUE: usize = 128;

/// Whether the service refuses a key as its own.
pub(crate) fn is_reserved(key: &str) -> bool {
    RESERVED_STARTS.iter().any(|start| key.starts_with(start))
}

/// The rule for keys of tags and labels.
pub(crate) fn check_keys(pairs: &Tags) -> Result<(), String> {
    match pairs.keys().find(|key| key.is_empty() || is_reserved(key)) {
        None => Ok(()),
        Some(key) if key.is_empty() => Err("must not have an empty key".to_owned()),
        Some(key) => Err(format!("must not have the key {key:?}: the service reserves such keys")),
    }
}

/// The rule for tags. How long a key may be depends on what is tagged.
pub(crate) fn check(tags: &Tags, longest_key: usize) -> Result<(), String> {
    if tags.len() > MOST {
        return Err(format!("has {} tags; at most {MOST} are allowed", tags.len()));
    }
    check_keys(tags)?;
    for (key, value) in tags {
        let length = key.chars().count();
        if length > longest_key {
            return Err(format!("has a key of {length} characters, {key:?}; at most {longest_key} are allowed"));
        }
        let length = value.chars().count();
        if length > LONGEST_VALUE {
            return Err(format!("has {length} characters for the key {key:?}; at most {LONGEST_VALUE} are allowed"));
        }
    }
    Ok(())
}

/// The default tags with the user's over them.
pub(crate) fn merged(default: &Tags, own: &Tags) -> Tags {
    let mut all = default.clone();
    all.extend(own.clone());
    all
}

/// Tags or labels of an answer. A value that is not there is empty.
pub(crate) fn of(reported: &Json) -> Tags {
    let pair = |tag: &Json| {
        let text = |name: &str| tag[name].as_str().map(str::to_owned);
        Some((text("key")?, text("value").unwrap_or_default()))
    };
    reported.as_array().into_iter().flatten().filter_map(pair).collect()
}

/// Tags or labels as they are sent.
pub(crate) fn list(tags: &Tags) -> Json {
    tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

/// Plans the attribute that shows all tags, and holds them together to the rule that `own` has alone.
pub(crate) fn plan<R: Resource>(
    plan: &mut Plan<'_, R>,
    own: Field<R, Tags>,
    all: Field<R, Tags>,
    check: fn(&Tags) -> Result<(), String>,
    connection: Option<&Connection>,
) {
    let Some(connection) = connection else {
        return;
    };
    let merged = match (plan.get(own), connection.default_tags()) {
        (Maybe::Unknown, _) | (_, None) => Maybe::Unknown,
        (own, Some(default)) => {
            let merged = merged(default, &own.known().unwrap_or_default());
            if merged.is_empty() { Maybe::Null } else { Maybe::Known(merged) }
        }
    };
    if let Maybe::Known(merged) = &merged
        && let Err(wrong) = check(merged)
    {
        plan.diagnostics.error(
            own,
            "Invalid `tags` in combination with the provider's `default_tags`",
            format!("The map of both {wrong}. Change `tags` of this {}, or `default_tags` of the provider.", R::SPOKEN),
        );
    }
    plan.set(all, merged);
}

/// Writes the tags that the service reports, without its own, into the two attributes that show them. `is_new`: of an
/// object that was not read before.
pub(crate) fn absorb(own: &mut Option<Tags>, all: &mut Computed<Tags>, reported: Tags, default: &Tags, is_new: bool) {
    *own = without_defaults(&reported, default, own.as_ref(), is_new);
    show(all, reported);
}

/// Where there are no tags at all, there is nothing to show.
pub(crate) fn show(all: &mut Computed<Tags>, tags: Tags) {
    all.set(Some(tags).filter(|tags| !tags.is_empty()));
}

/// What the user's attribute shows: all tags, except the default ones that the user did not write too. Of an object
/// that was not recorded before, a tag whose value is not the default one must be the user's.
fn without_defaults(all: &Tags, default: &Tags, own: Option<&Tags>, is_new: bool) -> Option<Tags> {
    let is_own = |key: &String, value: &String| match default.get(key) {
        None => true,
        Some(default) => own.is_some_and(|own| own.contains_key(key)) || (is_new && default != value),
    };
    let shown = all.iter().filter(|(key, value)| is_own(key, value));
    let shown: Tags = shown.map(|(key, value)| (key.clone(), value.clone())).collect();
    (!shown.is_empty() || own.is_some()).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn keys_and_values_are_held_to_their_rules() {
        assert_eq!(check(&tags(&[("team", ""), ("环境", "生产"), (&"k".repeat(64), "")]), 64), Ok(()));
        for key in ["", "aliyun.x", "acs:y", "http://a", "https://a", &"k".repeat(65)] {
            assert!(check(&tags(&[(key, "v")]), 64).is_err(), "{key}");
        }
        assert!(check(&tags(&[("k", &"v".repeat(129))]), 64).unwrap_err().contains("has 129 characters"));
        let many: Tags = (0..21).map(|i| (i.to_string(), String::new())).collect();
        assert!(check(&many, 64).unwrap_err().contains("has 21 tags"));
    }

    #[test]
    fn the_users_tags_win_over_the_default_ones() {
        let all = merged(&tags(&[("by", "terraform"), ("env", "dev")]), &tags(&[("env", "prod")]));
        assert_eq!(all, tags(&[("by", "terraform"), ("env", "prod")]));
    }

    #[test]
    fn default_tags_are_not_the_users_unless_written_too() {
        let default = tags(&[("by", "terraform")]);
        let all = tags(&[("by", "terraform"), ("env", "prod")]);
        let shown = |all: &Tags, own: Option<&Tags>| without_defaults(all, &default, own, false);
        assert_eq!(shown(&all, None), Some(tags(&[("env", "prod")])));
        assert_eq!(shown(&all, Some(&default)), Some(all.clone()));
        assert_eq!(shown(&default, None), None);
        assert_eq!(shown(&default, Some(&Tags::new())), Some(Tags::new()));
    }

    #[test]
    fn an_import_finds_the_users_value_of_a_default_tag() {
        let default = tags(&[("by", "terraform"), ("env", "dev")]);
        let reported = tags(&[("by", "terraform"), ("env", "prod")]);
        let (mut own, mut all) = (None, Computed::default());
        absorb(&mut own, &mut all, reported.clone(), &default, true);
        assert_eq!((own, all.get()), (Some(tags(&[("env", "prod")])), Some(&reported)));
        // Later it is drift, or the default has changed: not the user's.
        let mut own = None;
        absorb(&mut own, &mut all, reported, &default, false);
        assert_eq!(own, None);
    }
}
