//! Labels, taints and tags that are the service's own: they never show in the state, and a change of the user's leaves
//! them where they are.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tf_provider::Set;

use super::fields::Taint;
use crate::tags::{is_reserved, list, of};

/// How the keys of the service's own labels, taints and tags begin, beside those that no request may have.
const SERVICE_PREFIXES: &[&str] = &["ack.aliyun.com", "ack.alibabacloud.com", "alibabacloud.com/", "k8s.aliyun.com"];

/// Keys that the service itself puts on every pool and node.
const ON_EVERY_POOL: [&str; 3] = ["ack.aliyun.com", "alibabacloud.com/nodepool-id", "ack.alibabacloud.com/nodepool-id"];

/// Whether the service puts this key on every pool, so that a value of the user's would get in its way.
pub(super) fn is_of_every_pool(key: &str) -> bool {
    ON_EVERY_POOL.contains(&key)
}

/// Whether a key begins like those that the service uses for itself.
pub(super) fn is_service_key(key: &str) -> bool {
    is_reserved(key) || SERVICE_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// What the service reports of a map: what is the user's by key, or by not being the service's.
pub(super) fn own_pairs(
    current: &Option<BTreeMap<String, String>>,
    reported: &Json,
) -> Option<BTreeMap<String, String>> {
    let known = |key: &str| current.as_ref().is_some_and(|pairs| pairs.contains_key(key));
    let mut own = of(reported);
    own.retain(|key, _| known(key) || !is_service_key(key));
    (current.is_some() || !own.is_empty()).then_some(own)
}

/// The pairs to send: the user's, with the service's own that are there.
pub(super) fn with_service_pairs(
    wanted: &BTreeMap<String, String>,
    before: &BTreeMap<String, String>,
    reported: &Json,
) -> Json {
    let is_own = |key: &str| wanted.contains_key(key) || before.contains_key(key);
    let service = reported.as_array().into_iter().flatten().filter(|reported| {
        let key = reported["key"].as_str().unwrap_or_default();
        is_service_key(key) && !is_reserved(key) && !is_own(key)
    });
    json!(list(wanted)).as_array().into_iter().flatten().chain(service).cloned().collect()
}

/// What the service reports of the taints, in the user's spelling: no value and an empty one are the same.
pub(super) fn own_taints(current: &Option<Set<Taint>>, reported: &Json) -> Option<Set<Taint>> {
    let spelling = |taint: &Taint| current.as_ref()?.iter().find(|own| same_taint(own, taint));
    let own: Set<Taint> = taints_of(reported)
        .filter_map(|(taint, _)| match spelling(&taint) {
            Some(own) => Some(own.clone()),
            None => (!is_service_key(&taint.key)).then_some(taint),
        })
        .collect();
    (current.is_some() || !own.is_empty()).then_some(own)
}

/// The taints to send: the user's, with the service's own that are there.
pub(super) fn with_service_taints(wanted: &Option<Set<Taint>>, before: &Option<Set<Taint>>, reported: &Json) -> Json {
    let among = |taints: &Option<Set<Taint>>, taint: &Taint| {
        taints.as_ref().is_some_and(|own| own.iter().any(|own| same_taint(own, taint)))
    };
    let is_the_services = |taint: &Taint| is_service_key(&taint.key) && !among(wanted, taint) && !among(before, taint);
    let service = taints_of(reported).filter(|(taint, _)| is_the_services(taint)).map(|(_, reported)| reported);
    taints(wanted).as_array().into_iter().flatten().chain(service).cloned().collect()
}

/// The taints as the API's list.
pub(super) fn taints(taints: &Option<Set<Taint>>) -> Json {
    let taint = |taint: &Taint| match &taint.value {
        Some(value) => json!({"key": taint.key, "value": value, "effect": taint.effect}),
        None => json!({"key": taint.key, "effect": taint.effect}),
    };
    taints.iter().flat_map(Set::iter).map(taint).collect()
}

/// The taints of an answer, with what each came as.
fn taints_of(reported: &Json) -> impl Iterator<Item = (Taint, &Json)> {
    reported.as_array().into_iter().flatten().filter_map(|reported| {
        let text = |name: &str| reported[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let effect = text("effect").unwrap_or_else(|| "NoSchedule".to_owned());
        Some((Taint { key: text("key")?, value: text("value"), effect }, reported))
    })
}

fn same_taint(a: &Taint, b: &Taint) -> bool {
    let value = |taint: &Taint| taint.value.clone().unwrap_or_default();
    a.key == b.key && a.effect == b.effect && value(a) == value(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
        Some(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    fn taint(key: &str, value: Option<&str>) -> Taint {
        Taint { key: key.to_owned(), value: value.map(str::to_owned), effect: "NoSchedule".to_owned() }
    }

    #[test]
    fn the_services_own_pairs_do_not_show_and_stay_when_the_users_change() {
        let service = json!({"key": "alibabacloud.com/nodepool-id", "value": "np1"});
        let reported = json!([service, {"key": "team", "value": "web"}]);
        assert_eq!(own_pairs(&None, &reported), map(&[("team", "web")]));
        assert_eq!(own_pairs(&None, &json!([service])), None);
        assert_eq!(own_pairs(&map(&[]), &json!([service])), map(&[]));
        let sent = with_service_pairs(&BTreeMap::new(), &map(&[("team", "web")]).unwrap(), &reported);
        assert_eq!(sent, json!([service]));
    }

    #[test]
    fn a_service_key_that_the_user_has_set_is_the_users() {
        let reported = json!([{"key": "alibabacloud.com/mode", "value": "on"}]);
        let own = map(&[("alibabacloud.com/mode", "on")]);
        assert_eq!(own_pairs(&own, &reported), own);
        assert_eq!(with_service_pairs(&BTreeMap::new(), &own.unwrap(), &reported), json!([]));
    }

    #[test]
    fn reserved_keys_are_not_sent_back() {
        let reported = json!([{"key": "acs:autoscaling", "value": "asg-1"}]);
        assert_eq!(own_pairs(&None, &reported), None);
        assert_eq!(with_service_pairs(&BTreeMap::new(), &BTreeMap::new(), &reported), json!([]));
    }

    #[test]
    fn taints_keep_the_users_spelling_of_no_value() {
        let reported = |value: Option<&str>| json!([{"key": "gpu", "value": value, "effect": "NoSchedule"}]);
        for (own, answer) in [(Some(""), None), (None, Some("")), (Some("a"), Some("a"))] {
            let own: Option<Set<Taint>> = Some([taint("gpu", own)].into_iter().collect());
            assert_eq!(own_taints(&own, &reported(answer)), own);
        }
        let imported = own_taints(&None, &reported(Some("")));
        assert_eq!(imported, Some([taint("gpu", None)].into_iter().collect()));
    }

    #[test]
    fn the_services_own_taints_stay() {
        let service = json!([{"key": "alibabacloud.com/drain", "effect": "NoExecute"}]);
        assert_eq!(own_taints(&None, &service), None);
        assert_eq!(with_service_taints(&None, &None, &service), service);
    }
}
