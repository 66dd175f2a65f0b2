//! From the service's answer to attributes: the one mapping. What means the same keeps the user's spelling, and a
//! default that the service reports for what the user left out stays left out.

use ack_client::{AutoScaling, KubernetesConfig, ScalingGroup, Tag};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tf_provider::Set;

use super::changes::Cleared;
use super::fields::{
    AutoRepairPolicy, AutoUpgradePolicy, AutoVulFixPolicy, DEFAULT_SCALING_TYPE, DataDisk, Management, Runtime,
    Scaling, Spot, SystemDisk,
};
use super::foreign::{own_pairs, own_taints};
use super::resource::{NodePool, Remote};
use crate::tags::{self, Tags};

impl NodePool {
    pub(super) fn absorb_remote(&mut self, Remote { pool, region, default_tags }: &Remote) {
        let info = &pool.nodepool_info;
        let is_new = self.name.get().is_none();
        self.region.set(filled(&info.region_id).unwrap_or_else(|| region.clone()));
        self.id.set(info.nodepool_id.clone());
        self.name.set(info.name.clone());
        self.resource_group_id.set(filled(&info.resource_group_id));
        self.state.set(pool.status.state.as_ref().map(ToString::to_string));
        self.scaling_group_id.set(filled(&pool.scaling_group.scaling_group_id));
        // Of a role that the service does not tell, what is written down is all there is to know.
        if let Some(role) = filled(&pool.scaling_group.ram_role_name) {
            self.ram_role_name.set(role);
        }
        self.login_as_non_root = pool.scaling_group.login_as_non_root.unwrap_or(false);

        let group = &pool.scaling_group.settings;
        self.absorb_sizes(pool, group);
        // What it began with is what there is, as far as an import can tell: a configuration with a first size is no change.
        if is_new {
            self.initial_size.set(group.desired_size.or(pool.status.total_nodes));
        }
        self.absorb_payment(group);
        self.absorb_disks(group);
        self.absorb_instances(group);
        self.absorb_tags(group.tags.as_deref().unwrap_or_default(), default_tags, is_new);
        self.absorb_kubernetes(&pool.kubernetes_config.clone().unwrap_or_default());
        self.management = management(self.management.as_ref(), pool.management.as_ref());
    }

    fn absorb_sizes(&mut self, pool: &ack_client::NodePool, group: &ScalingGroup) {
        let present = pool.status.total_nodes;
        let off = AutoScaling::default();
        let auto = pool.auto_scaling.as_ref().unwrap_or(&off);
        let scales = auto.enable == Some(true);
        self.scaling = scales.then(|| Scaling {
            min: auto.min_instances.unwrap_or(0),
            max: auto.max_instances.unwrap_or(0),
            r#type: filled(&auto.kind).unwrap_or_else(|| DEFAULT_SCALING_TYPE.to_owned()),
        });
        // While the service scales, its size is nobody's wish.
        self.desired_size.set(group.desired_size.or(present).filter(|_| !scales));
        self.current_size.set(present);
    }

    fn absorb_payment(&mut self, group: &ScalingGroup) {
        replace(&mut self.instance_charge_type, &group.instance_charge_type);
        let subscription = self.instance_charge_type == "PrePaid";
        self.period.set(group.period.filter(|_| subscription));
        self.period_unit.set(filled(&group.period_unit).filter(|_| subscription));
        self.auto_renew = subscription && group.auto_renew.unwrap_or(false);
        self.auto_renew_period.set(group.auto_renew_period.filter(|_| subscription));
        self.spot = spot(self.spot.as_ref(), group);
        replace(&mut self.multi_az_policy, &group.multi_az_policy);
        replace(&mut self.scaling_policy, &group.scaling_policy);
    }

    fn absorb_disks(&mut self, group: &ScalingGroup) {
        let current = self.system_disk.get().cloned().unwrap_or_default();
        self.system_disk.set(SystemDisk {
            category: slot(filled(&group.system_disk_category)),
            categories: listed(&current.categories, &group.system_disk_categories),
            size: slot(group.system_disk_size),
            performance_level: slot(filled(&group.system_disk_performance_level)),
            encrypted: group.system_disk_encrypted.unwrap_or(false),
            encrypt_algorithm: slot(filled(&group.system_disk_encrypt_algorithm)),
            kms_key_id: filled(&group.system_disk_kms_key_id),
            bursting_enabled: group.system_disk_bursting_enabled.unwrap_or(false),
            provisioned_iops: or_cleared(current.provisioned_iops, not_zero(group.system_disk_provisioned_iops)),
            snapshot_policy_id: filled(&group.system_disk_snapshot_policy_id),
        });
        let current = self.data_disks.take();
        let reported = group.data_disks.as_deref().unwrap_or_default();
        let disks = reported
            .iter()
            .enumerate()
            .map(|(i, disk)| data_disk(current.as_ref().and_then(|disks| disks.get(i)), disk));
        self.data_disks = (current.is_some() || !reported.is_empty()).then(|| disks.collect());
    }

    fn absorb_instances(&mut self, group: &ScalingGroup) {
        let ordered = |current: &Vec<String>, reported: &Option<Vec<String>>| {
            listed(&Some(current.clone()), reported).unwrap_or_default()
        };
        self.instance_types = ordered(&self.instance_types, &group.instance_types);
        self.vswitch_ids = ordered(&self.vswitch_ids, &group.vswitch_ids);
        self.image_type.set(filled(&group.image_type));
        self.image_id.set(filled(&group.image_id));
        self.key_pair = filled(&group.key_pair);
        self.security_group_ids.set(group.security_group_ids.clone().map(set));
        let bandwidth = self.internet_max_bandwidth_out.get().copied();
        self.internet_max_bandwidth_out.set(or_cleared(bandwidth, not_zero(group.internet_max_bandwidth_out)));
        // Without public addresses, a way to pay for them means nothing.
        let counts = self.internet_charge_type.get().is_some() || not_zero(group.internet_max_bandwidth_out).is_some();
        self.internet_charge_type.set(filled(&group.internet_charge_type).filter(|_| counts));
        self.deployment_set_id = filled(&group.deploymentset_id);
        let instances = group.rds_instances.clone().unwrap_or_default();
        self.rds_instances = (self.rds_instances.is_some() || !instances.is_empty()).then(|| set(instances));
    }

    fn absorb_tags(&mut self, reported: &[Tag], default: &Tags, is_new: bool) {
        // A key that looks like one of the service's is not, once somebody has written it.
        let written =
            tags::merged(&tags::merged(default, &self.all_tags()), self.tags.as_ref().unwrap_or(&Tags::new()));
        let all = own_pairs(&Some(written), reported).unwrap_or_default();
        tags::absorb(&mut self.tags, &mut self.tags_all, all, default, is_new);
    }

    fn absorb_kubernetes(&mut self, config: &KubernetesConfig) {
        self.labels = own_pairs(&self.labels, config.labels.as_deref().unwrap_or_default());
        self.taints = own_taints(&self.taints, config.taints.as_deref().unwrap_or_default());
        self.runtime
            .set(filled(&config.runtime).map(|name| Runtime { name, version: slot(filled(&config.runtime_version)) }));
        replace(&mut self.cpu_policy, &config.cpu_policy);
        self.cms_enabled = config.cms_enabled.unwrap_or(false);
        let mode = self.node_name_mode.get().cloned();
        self.node_name_mode.set(or_cleared(mode, filled(&config.node_name_mode)));
        self.unschedulable = config.unschedulable.unwrap_or(false);
        self.pre_user_data = script(self.pre_user_data.as_deref(), &config.pre_user_data);
        self.user_data = script(self.user_data.as_deref(), &config.user_data);
    }
}

/// A text; the service writes an empty one for "none".
fn filled(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.is_empty())
}

fn slot<T>(value: Option<T>) -> tf_provider::OptionalComputed<T> {
    let mut slot = tf_provider::OptionalComputed::default();
    slot.set(value);
    slot
}

/// Takes over a text that always has a value. An answer without it leaves the default, which is what is there.
fn replace(current: &mut String, reported: &Option<String>) {
    if let Some(reported) = filled(reported) {
        *current = reported;
    }
}

fn set(elements: Vec<String>) -> Set<String> {
    elements.into_iter().collect()
}

/// A list in the user's order, if it is the same but for that.
fn listed(current: &Option<Vec<String>>, reported: &Option<Vec<String>>) -> Option<Vec<String>> {
    let reported = reported.clone().unwrap_or_default();
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    match current {
        Some(current) if sorted(current) == sorted(&reported) => Some(current.clone()),
        None if reported.is_empty() => None,
        _ => Some(reported),
    }
}

/// A number for which the service may report 0 when it was never set.
fn not_zero(number: Option<i64>) -> Option<i64> {
    number.filter(|&number| number != 0)
}

/// What is reported. If that is nothing, an empty value that the user wrote stays: the service leaves those out.
fn or_cleared<T: Cleared>(current: Option<T>, reported: Option<T>) -> Option<T> {
    reported.or_else(|| current.filter(|current| *current == T::cleared()))
}

fn data_disk(current: Option<&DataDisk>, reported: &ack_client::DataDisk) -> DataDisk {
    DataDisk {
        category: slot(filled(&reported.category)),
        size: slot(reported.size),
        performance_level: slot(filled(&reported.performance_level)),
        encrypted: reported.encrypted.as_deref() == Some("true"),
        kms_key_id: filled(&reported.kms_key_id),
        disk_name: slot(or_cleared(
            current.and_then(|disk| disk.disk_name.get().cloned()),
            filled(&reported.disk_name),
        )),
        device: slot(filled(&reported.device)),
        snapshot_id: filled(&reported.snapshot_id),
        auto_snapshot_policy_id: filled(&reported.auto_snapshot_policy_id),
        bursting_enabled: reported.bursting_enabled.unwrap_or(false),
        provisioned_iops: or_cleared(
            current.and_then(|disk| disk.provisioned_iops),
            not_zero(reported.provisioned_iops),
        ),
    }
}

fn spot(current: Option<&Spot>, group: &ScalingGroup) -> Option<Spot> {
    let strategy = filled(&group.spot_strategy).unwrap_or_else(|| "NoSpot".to_owned());
    if current.is_none() && strategy == "NoSpot" {
        return None;
    }
    let current = current.cloned().unwrap_or_default();
    let prices = group.spot_price_limit.as_deref().unwrap_or_default().iter().filter_map(|price| {
        let instance_type = price.instance_type.clone()?;
        let reported = price.price_limit.clone().unwrap_or_default();
        let own = current.price_limits.as_ref().and_then(|limits| limits.get(&instance_type));
        let price = own.filter(|own| same_number(own, &reported)).cloned().unwrap_or(reported);
        Some((instance_type, price))
    });
    let prices: std::collections::BTreeMap<_, _> = prices.collect();
    Some(Spot {
        strategy,
        price_limits: (current.price_limits.is_some() || !prices.is_empty()).then_some(prices),
        instance_pools: slot(group.spot_instance_pools.filter(|&pools| pools > 0)),
        instance_remedy: group.spot_instance_remedy.unwrap_or(false),
        compensate_with_on_demand: group.compensate_with_on_demand.unwrap_or(false),
        on_demand_base_capacity: slot(or_cleared(
            current.on_demand_base_capacity.get().copied(),
            group.on_demand_base_capacity,
        )),
        on_demand_percentage_above_base_capacity: slot(or_cleared(
            current.on_demand_percentage_above_base_capacity.get().copied(),
            group.on_demand_percentage_above_base_capacity,
        )),
    })
}

fn same_number(a: &str, b: &str) -> bool {
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// A script as the user wrote it; the service holds it in base64.
fn script(current: Option<&str>, reported: &Option<String>) -> Option<String> {
    let decoded = filled(reported).map(|script| {
        let text = BASE64.decode(&script).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.unwrap_or(script)
    });
    or_cleared(current.map(str::to_owned), decoded)
}

fn management(current: Option<&Management>, reported: Option<&ack_client::Management>) -> Option<Management> {
    let reported = reported.filter(|reported| reported.enable == Some(true))?;
    let repair = reported.auto_repair_policy.as_ref();
    let upgrade = reported.auto_upgrade_policy.as_ref();
    let vul_fix = reported.auto_vul_fix_policy.as_ref();
    let default = AutoRepairPolicy::default();
    let repair = AutoRepairPolicy {
        restart_node: repair.and_then(|policy| policy.restart_node).unwrap_or(default.restart_node),
        approval_required: repair.and_then(|policy| policy.approval_required).unwrap_or(default.approval_required),
        max_parallel_repairing_nodes: repair
            .and_then(|policy| filled(&policy.max_parallel_repairing_nodes))
            .unwrap_or(default.max_parallel_repairing_nodes),
        max_unhealthy_nodes_threshold: repair
            .and_then(|policy| filled(&policy.max_unhealthy_nodes_threshold))
            .unwrap_or(default.max_unhealthy_nodes_threshold),
    };
    // Two of these are not in the answer: what was asked for stands.
    let asked = current.and_then(|current| current.auto_upgrade_policy.clone()).unwrap_or_default();
    let upgrade = AutoUpgradePolicy {
        auto_upgrade_kubelet: upgrade.and_then(|policy| policy.auto_upgrade_kubelet).unwrap_or(true),
        auto_upgrade_runtime: upgrade
            .and_then(|policy| policy.auto_upgrade_runtime)
            .unwrap_or(asked.auto_upgrade_runtime),
        auto_upgrade_os: upgrade.and_then(|policy| policy.auto_upgrade_os).unwrap_or(asked.auto_upgrade_os),
    };
    let default = AutoVulFixPolicy::default();
    let vul_fix = AutoVulFixPolicy {
        restart_node: vul_fix.and_then(|policy| policy.restart_node).unwrap_or(default.restart_node),
        vul_level: vul_fix.and_then(|policy| filled(&policy.vul_level)).unwrap_or(default.vul_level),
        exclude_packages: vul_fix
            .and_then(|policy| policy.exclude_packages.clone())
            .unwrap_or(default.exclude_packages),
    };
    Some(Management {
        auto_repair: reported.auto_repair.unwrap_or(true),
        auto_repair_policy: told(current.map(|current| &current.auto_repair_policy), repair),
        auto_upgrade: reported.auto_upgrade.unwrap_or(true),
        auto_upgrade_policy: told(current.map(|current| &current.auto_upgrade_policy), upgrade),
        auto_vul_fix: reported.auto_vul_fix.unwrap_or(true),
        auto_vul_fix_policy: told(current.map(|current| &current.auto_vul_fix_policy), vul_fix),
        auto_fault_diagnosis: slot(or_cleared(
            current.and_then(|current| current.auto_fault_diagnosis.get().copied()),
            reported.auto_fault_diagnosis,
        )),
    })
}

/// A policy shows if the user has written it, or if it is not the default.
fn told<T: Default + PartialEq>(current: Option<&Option<T>>, reported: T) -> Option<T> {
    let written = current.is_some_and(Option::is_some);
    (written || reported != T::default()).then_some(reported)
}

#[cfg(test)]
mod tests;
