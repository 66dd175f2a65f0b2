//! What the bindings do not say of the bodies of CreateClusterNodePool and ModifyClusterNodePool: sizes, passwords, prices
//! of spot instances, and what is the service's own among labels, taints and tags.

use secrecy::SecretString;
use serde_json::{Value as Json, json};
use tf_provider::document::{self, Body};

use super::foreign::{taints, with_service_pairs, with_service_taints};
use super::resource::{NodePool, PREPAID};
use crate::tags;

const LABELS: &str = "kubernetes_config.labels";
const TAINTS: &str = "kubernetes_config.taints";
const TAGS: &str = "scaling_group.tags";
const SIZE: &str = "scaling_group.desired_size";
// Left out, the service renews.
const AUTO_RENEW: &str = "scaling_group.auto_renew";
const PASSWORD: &str = "scaling_group.login_password";

/// The body of CreateClusterNodePool.
pub(super) fn create(pool: &NodePool) -> Body {
    let mut body = document::create(pool);
    first_size(pool, &mut body);
    if pool.instance_charge_type == PREPAID {
        body.put(AUTO_RENEW, pool.auto_renew);
    }
    if let Some(labels) = &pool.labels {
        body.put(LABELS, tags::list(labels));
    }
    if pool.taints.is_some() {
        body.put(TAINTS, taints(&pool.taints));
    }
    let all_tags = pool.all_tags();
    if !all_tags.is_empty() {
        body.put(TAGS, tags::list(&all_tags));
    }
    body
}

/// The size that a pool is created with. The service refuses a size beside automatic scaling, so a pool that is to
/// have both begins with the size, and scaling is [switched on](switch_scaling_on) once it is there.
fn first_size(pool: &NodePool, body: &mut Body) {
    let initial = pool.initial_size.get().copied().unwrap_or(0);
    match &pool.scaling {
        None => body.put(SIZE, pool.desired_size.get().copied().unwrap_or(initial)),
        Some(_) if initial == 0 => {}
        Some(scaling) => {
            body.put(SIZE, initial);
            body.put("auto_scaling", json!({"enable": false, "type": scaling.r#type}));
        }
    }
}

/// What is left to do after the create of a pool that begins with a size and then scales by itself.
pub(super) fn switch_scaling_on(pool: &NodePool) -> Option<Body> {
    let _ = pool.scaling.as_ref().filter(|_| pool.initial_size.get().is_some_and(|&size| size > 0))?;
    let without = NodePool { scaling: None, ..pool.clone() };
    Some(document::together(document::changes(&without, pool))).filter(|body| !body.is_empty())
}

/// The body of ModifyClusterNodePool that brings a pool from `old` to `new`; `None` if the service has nothing to do.
pub(super) fn modify(new: &NodePool, old: &NodePool, remote: &Json) -> Option<Body> {
    let mut body = document::together(document::changes(old, new));
    // A size is sent only to change it.
    if let Some(size) = new.desired_size.get().filter(|_| new.scaling.is_none() && new.desired_size != old.desired_size)
    {
        body.put(SIZE, *size);
    }
    if new.instance_charge_type == PREPAID && old.instance_charge_type != PREPAID {
        body.put(AUTO_RENEW, new.auto_renew);
    }
    price_spot_instances(new, old, &mut body);
    if let Some(password) = password_change(new, old) {
        body.secrets.push((PASSWORD.to_owned(), password));
    }
    let (all_tags, old_tags) = (new.all_tags(), old.all_tags());
    if all_tags != old_tags {
        body.put(TAGS, with_service_pairs(&all_tags, &old_tags, &remote["scaling_group"]["tags"]));
    }
    let config = &remote["kubernetes_config"];
    if new.labels != old.labels {
        let labels = |pool: &NodePool| pool.labels.clone().unwrap_or_default();
        body.put(LABELS, with_service_pairs(&labels(new), &labels(old), &config["labels"]));
    }
    if new.taints != old.taints {
        body.put(TAINTS, with_service_taints(&new.taints, &old.taints, &config["taints"]));
    }
    if body.at(LABELS).or(body.at(TAINTS)).is_some() {
        body.put("update_nodes", true);
    }
    (!body.is_empty()).then_some(body)
}

/// The password, if its version changes; empty to take it away, unless a key pair takes its place anyway.
fn password_change(new: &NodePool, old: &NodePool) -> Option<SecretString> {
    if new.password_version == old.password_version {
        return None;
    }
    let none = || new.key_pair.is_none().then(SecretString::default);
    new.password.clone().or_else(none)
}

/// The service checks strategy and prices against each other within one request.
fn price_spot_instances(new: &NodePool, old: &NodePool, body: &mut Body) {
    const STRATEGY: &str = "scaling_group.spot_strategy";
    const PRICES: &str = "scaling_group.spot_price_limit";
    let Some(spot) = &new.spot else {
        if old.spot.is_some() {
            body.put(STRATEGY, "NoSpot");
        }
        return;
    };
    let prices = body.at(PRICES).and_then(Json::as_array).is_some_and(|prices| !prices.is_empty());
    if prices || body.at(STRATEGY).is_some_and(|strategy| strategy == "SpotWithPriceLimit") {
        let wanted = document::create(new);
        body.put(STRATEGY, spot.strategy.clone());
        if let Some(prices) = wanted.at(PRICES) {
            body.put(PRICES, prices.clone());
        }
    }
}

#[cfg(test)]
mod tests;
