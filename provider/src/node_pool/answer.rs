//! What the bindings do not say of an answer: sizes while the service scales, what means nothing without something else,
//! and what is the service's own among labels, taints and tags.

use serde_json::Value as Json;
use tf_provider::document;

use super::foreign::{own_pairs, own_taints};
use super::life::Remote;
use super::resource::{NodePool, PREPAID};
use crate::tags;

impl NodePool {
    pub(super) fn absorb_remote(&mut self, Remote { pool, region, default_tags }: &Remote) {
        let before = self.clone();
        let is_new = before.name.get().is_none();
        document::absorb(self, pool, true);
        let told = pool["nodepool_info"]["region_id"].as_str().filter(|region| !region.is_empty());
        self.region.set(told.unwrap_or(region).to_owned());
        self.absorb_sizes(pool, is_new);
        self.absorb_payment(&before);
        // Without public addresses, a way to pay for them means nothing.
        if before.internet_charge_type.get().is_none()
            && self.internet_max_bandwidth_out.get().is_none_or(|mbits| *mbits == 0)
        {
            self.internet_charge_type.set(None);
        }
        // A key that looks like one of the service's is not, once somebody has written it.
        let own = before.tags.clone().unwrap_or_default();
        let written = tags::merged(&tags::merged(default_tags, &before.all_tags()), &own);
        let all = own_pairs(&Some(written), &pool["scaling_group"]["tags"]).unwrap_or_default();
        tags::absorb(&mut self.tags, &mut self.tags_all, all, default_tags, is_new);
        self.labels = own_pairs(&before.labels, &pool["kubernetes_config"]["labels"]);
        self.taints = own_taints(&before.taints, &pool["kubernetes_config"]["taints"]);
    }

    fn absorb_sizes(&mut self, pool: &Json, is_new: bool) {
        let size = pool["scaling_group"]["desired_size"].as_i64().or(self.current_size.get().copied());
        // While the service scales, its size is nobody's wish.
        self.desired_size.set(size.filter(|_| self.scaling.is_none()));
        // What it began with is what there is, as far as an import can tell: a configuration with a first size is no change.
        if is_new {
            self.initial_size.set(size);
        }
    }

    fn absorb_payment(&mut self, before: &Self) {
        if self.instance_charge_type != PREPAID {
            self.period.set(None);
            self.period_unit.set(None);
            self.auto_renew = false;
            self.auto_renew_period.set(None);
        }
        let Some(spot) = &mut self.spot else { return };
        if before.spot.is_none() && spot.strategy == "NoSpot" {
            self.spot = None;
            return;
        }
        // The same price, spelled otherwise.
        let written = before.spot.as_ref().and_then(|spot| spot.price_limits.as_ref());
        for (kind, price) in spot.price_limits.iter_mut().flatten() {
            if let Some(own) = written.and_then(|prices| prices.get(kind)).filter(|own| same_number(own, price)) {
                price.clone_from(own);
            }
        }
    }
}

fn same_number(a: &str, b: &str) -> bool {
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests;
