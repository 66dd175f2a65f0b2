//! Rules of single values of a node pool: what Kubernetes takes as labels and taints, what ECS takes for its instances and
//! disks.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use super::foreign;
use crate::tags::{self, Tags};

/// The longest name of a label, and the longest value.
const LONGEST_LABEL: usize = 63;
const LONGEST_DOMAIN: usize = 253;
/// The longest key of which the service's documentation speaks.
const LONGEST_USUAL_KEY: usize = 64;
const LONGEST_TAG_KEY: usize = 128;

/// What ECS takes as the script of an instance. The service has a script of its own there, so less may already be too much.
const LONGEST_SCRIPT: usize = 32 * 1024;
const LONGEST_USUAL_SCRIPT: usize = 16 * 1024;

/// The rule of `labels`.
pub(super) fn labels(labels: &BTreeMap<String, String>) -> Result<(), String> {
    tags::check_keys(labels)?;
    for (key, value) in labels {
        label_key(key).map_err(|wrong| format!("has the key {key:?}, which {wrong}"))?;
        label_value(value).map_err(|wrong| format!("has {value:?} for the key {key:?}, which {wrong}"))?;
        if foreign::is_of_every_pool(key) {
            return Err(format!("must not have the key {key:?}: the service sets it on every node"));
        }
    }
    Ok(())
}

/// What is not usual of `labels`.
pub(super) fn usual_labels(labels: &BTreeMap<String, String>) -> Result<(), String> {
    for key in labels.keys() {
        if foreign::is_service_key(key) {
            return Err(format!("has the key {key:?}, whose prefix the service uses for labels of its own"));
        }
        if key.len() > LONGEST_USUAL_KEY {
            let length = key.len();
            return Err(format!(
                "has a key of {length} characters, {key:?}; the service speaks of at most {LONGEST_USUAL_KEY}"
            ));
        }
    }
    Ok(())
}

/// The rule of the key of a taint.
pub(super) fn taint_key(key: &str) -> Result<(), String> {
    label_key(key).map_err(|wrong| format!("is {key:?}, which {wrong}"))
}

/// The rule of the value of a taint.
pub(super) fn taint_value(value: &str) -> Result<(), String> {
    label_value(value).map_err(|wrong| format!("is {value:?}, which {wrong}"))
}

/// What Kubernetes takes as a key: a name, or a domain, a slash and a name.
fn label_key(key: &str) -> Result<(), String> {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    if let Some(domain) = domain
        && !is_domain(domain)
    {
        return Err(
            "Kubernetes does not accept: what is before the slash must be a domain in lower case, such as \"example.com\""
                .to_owned(),
        );
    }
    if name.is_empty() {
        return Err("Kubernetes does not accept: a name is missing".to_owned());
    }
    is_word(name)
}

/// What Kubernetes takes as a value: nothing, or a word.
fn label_value(value: &str) -> Result<(), String> {
    if value.is_empty() { Ok(()) } else { is_word(value) }
}

fn is_word(text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length > LONGEST_LABEL {
        return Err(format!(
            "Kubernetes does not accept: it has {length} characters, and at most {LONGEST_LABEL} are allowed"
        ));
    }
    let ends = |c: char| c.is_ascii_alphanumeric();
    let inside = |c: char| ends(c) || "-_.".contains(c);
    if text.chars().all(inside) && text.starts_with(ends) && text.ends_with(ends) {
        return Ok(());
    }
    Err("Kubernetes does not accept: only letters, digits, \"-\", \"_\" and \".\" are allowed, with a letter or digit at both ends".to_owned())
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= LONGEST_DOMAIN && domain.split('.').all(is_label)
}

/// The rule of `tags`: those of ECS instances may have longer keys than those of clusters.
pub(super) fn pool_tags(tags: &Tags) -> Result<(), String> {
    tags::check(tags, LONGEST_TAG_KEY)?;
    match tags.keys().find(|key| foreign::is_service_key(key)) {
        None => Ok(()),
        Some(key) => Err(format!("must not have the key {key:?}: the service reserves such keys")),
    }
}

/// The rule of `instance_types`.
pub(super) fn instance_types(types: &[String]) -> Result<(), String> {
    match types.iter().find(|text| text.trim().is_empty() || text.contains(char::is_whitespace)) {
        None => Ok(()),
        Some(text) => Err(format!("must consist of instance types such as \"ecs.g7.xlarge\", but has {text:?}")),
    }
}

/// What instance types look like, and that none is there twice.
pub(super) fn usual_instance_types(types: &[String]) -> Result<(), String> {
    let is_usual = |text: &String| text.starts_with("ecs.") && text.split('.').count() == 3;
    if let Some(unusual) = types.iter().find(|text| !is_usual(text)) {
        return Err(format!(
            "has {unusual:?}, which does not look like an instance type of ECS, such as \"ecs.g7.xlarge\""
        ));
    }
    no_twin(types)
}

/// That nothing is in a list twice.
pub(super) fn no_twin(items: &[String]) -> Result<(), String> {
    match items.iter().enumerate().find(|(i, item)| items[..*i].contains(item)) {
        None => Ok(()),
        Some((_, twin)) => Err(format!("has {twin:?} twice")),
    }
}

/// The rule of a script for instances.
pub(super) fn script(script: &str) -> Result<(), String> {
    let length = script.len();
    if length > LONGEST_SCRIPT {
        return Err(format!(
            "has {length} bytes; ECS accepts at most {LONGEST_SCRIPT}. Let the script download what does not fit"
        ));
    }
    Ok(())
}

/// How long scripts may be everywhere.
pub(super) fn usual_script(script: &str) -> Result<(), String> {
    let length = script.len();
    if length > LONGEST_USUAL_SCRIPT {
        return Err(format!(
            "has {length} bytes; more than {LONGEST_USUAL_SCRIPT} may leave no room for the script that the service adds"
        ));
    }
    Ok(())
}

/// The pattern of the names of nodes.
pub(super) fn usual_node_names(pattern: &str) -> Result<(), String> {
    let parts: Vec<&str> = pattern.split(',').collect();
    if pattern.is_empty() || matches!(parts[..], ["customized", _, "ip", _]) {
        return Ok(());
    }
    Err(format!("is {pattern:?}, not of the form \"customized,<prefix>,ip,<suffix>\""))
}

/// Devices of data disks.
pub(super) fn usual_device(device: &str) -> Result<(), String> {
    match device.strip_prefix("/dev/xvd").map(str::as_bytes) {
        Some([b'b'..=b'z']) => Ok(()),
        _ => Err(format!("is {device:?}; devices of data disks go from \"/dev/xvdb\" to \"/dev/xvdz\"")),
    }
}

/// The rule of `password`, beside its length.
pub(super) fn password(password: &SecretString) -> Result<(), String> {
    let password = password.expose_secret();
    let has = |class: fn(&char) -> bool| usize::from(password.chars().any(|c| class(&c)));
    let classes = has(char::is_ascii_lowercase)
        + has(char::is_ascii_uppercase)
        + has(char::is_ascii_digit)
        + has(|c| !c.is_ascii_alphanumeric());
    if classes < 3 {
        return Err("must have at least three of: upper case letters, lower case letters, digits, special characters"
            .to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(key: &str, value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(key.to_owned(), value.to_owned())])
    }

    #[test]
    fn labels_are_those_that_kubernetes_takes() {
        let long = "a".repeat(63);
        for (key, value) in
            [("team", "web"), ("example.com/tier", ""), ("Team_1.x", "A.b-c_d"), (&long, &long), ("1", "0")]
        {
            assert_eq!(labels(&one(key, value)), Ok(()), "{key}={value}");
        }
        let longer = "a".repeat(64);
        for (key, value, why) in [
            ("my label", "", "only letters"),
            ("-a", "", "at both ends"),
            ("a/b/c", "", "only letters"),
            ("Example.com/a", "", "domain in lower case"),
            ("/a", "", "domain in lower case"),
            ("a/", "", "a name is missing"),
            (&longer, "", "64 characters, and at most 63"),
            ("a", "b c", "has \"b c\" for the key \"a\", which Kubernetes does not accept"),
            ("a", "-", "at both ends"),
            ("a", &longer, "64 characters, and at most 63"),
            ("", "", "an empty key"),
            ("alibabacloud.com/nodepool-id", "x", "on every node"),
            ("acs:x", "", "reserves such keys"),
        ] {
            let wrong = labels(&one(key, value)).unwrap_err();
            assert!(wrong.contains(why), "{key}={value}: {wrong}");
        }
    }

    #[test]
    fn labels_of_the_service_and_long_ones_are_unusual() {
        assert_eq!(usual_labels(&one("team", "web")), Ok(()));
        assert!(usual_labels(&one("alibabacloud.com/mode", "on")).unwrap_err().contains("for labels of its own"));
        assert!(usual_labels(&one(&format!("example.com/{}", "a".repeat(60)), "")).is_err());
    }

    #[test]
    fn taints_have_keys_and_values_like_labels() {
        assert_eq!((taint_key("example.com/gpu"), taint_value("")), (Ok(()), Ok(())));
        assert!(taint_key("a b").unwrap_err().starts_with("is \"a b\", which Kubernetes does not accept"));
        assert!(taint_value("a b").is_err() && taint_key("").is_err());
    }

    #[test]
    fn tags_of_the_service_cannot_be_written() {
        assert_eq!(pool_tags(&one(&"k".repeat(128), "v")), Ok(()));
        for key in ["ack.aliyun.com", "ack.alibabacloud.com/nodepool-id", "acs:autoscaling", "k8s.aliyun.com"] {
            assert!(pool_tags(&one(key, "v")).unwrap_err().contains("reserves such keys"), "{key}");
        }
    }

    #[test]
    fn instance_types_are_named_like_those_of_ecs() {
        let types = |types: &[&str]| types.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(usual_instance_types(&types(&["ecs.g7.xlarge", "ecs.ebmgn7e.32xlarge"])), Ok(()));
        assert!(usual_instance_types(&types(&["m5.large"])).unwrap_err().contains("\"m5.large\""));
        assert_eq!(
            usual_instance_types(&types(&["ecs.g7.large", "ecs.g7.large"])),
            Err("has \"ecs.g7.large\" twice".to_owned())
        );
        assert!(instance_types(&types(&[""])).is_err() && instance_types(&types(&["ecs.g7 .large"])).is_err());
        assert_eq!(instance_types(&types(&["m5.large"])), Ok(()));
    }

    #[test]
    fn scripts_are_as_long_as_ecs_takes() {
        assert_eq!((script(&"#".repeat(32 * 1024)), usual_script(&"#".repeat(16 * 1024))), (Ok(()), Ok(())));
        assert!(script(&"#".repeat(100_000)).unwrap_err().starts_with("has 100000 bytes; ECS accepts at most 32768"));
        assert!(usual_script(&"#".repeat(16 * 1024 + 1)).is_err());
    }

    #[test]
    fn names_of_nodes_and_devices_have_their_forms() {
        for usual in ["", "customized,aliyun,ip,com", "customized,,ip,"] {
            assert_eq!(usual_node_names(usual), Ok(()), "{usual}");
        }
        assert!(usual_node_names("foo").is_err());
        assert_eq!((usual_device("/dev/xvdb"), usual_device("/dev/xvdz")), (Ok(()), Ok(())));
        for device in ["/dev/xvda", "/dev/xvdz9", "/dev/sdb", "xvdb", "/dev/xvd"] {
            assert!(usual_device(device).is_err(), "{device}");
        }
    }
}
