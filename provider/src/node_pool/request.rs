//! From attributes to the bodies of CreateClusterNodePool and ModifyClusterNodePool.
//!
//! A body is made of the whole node pool for a create; for an update it is made of both the old and the new node pool,
//! and only what differs is sent. A value that equals the service's default is left out of a create.

use ack_client::{
    AutoRepairPolicy, AutoScaling, AutoUpgradePolicy, AutoVulFixPolicy, CreateClusterNodePool, CreateNodePoolInfo,
    CreateScalingGroup, KubernetesConfig, Management, ModifyClusterNodePool, ModifyNodePoolInfo, ScalingGroup,
    SpotPrice,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::SecretString;
use tf_provider::Set;

use super::changes::{changed, differences};
use super::fields;
use super::foreign::{taints, with_service_pairs, with_service_taints};
use super::resource::NodePool;
use crate::tags;

/// The body of CreateClusterNodePool.
pub(super) fn create(pool: &NodePool) -> CreateClusterNodePool {
    let (desired_size, auto_scaling) = first_size(pool);
    CreateClusterNodePool {
        nodepool_info: CreateNodePoolInfo {
            name: pool.own_name().to_owned(),
            resource_group_id: pool.resource_group_id.get().cloned(),
            ..CreateNodePoolInfo::default()
        },
        scaling_group: CreateScalingGroup {
            settings: ScalingGroup {
                desired_size,
                login_password: pool.password.clone(),
                tags: Some(pool.all_tags()).filter(|tags| !tags.is_empty()).as_ref().map(tags::list),
                internet_max_bandwidth_out: pool.internet_max_bandwidth_out.get().copied().filter(|&mbits| mbits > 0),
                ..scaling_group(pool)
            },
            login_as_non_root: yes(pool.login_as_non_root),
            ram_role_name: pool.ram_role_name.get().cloned(),
            ..CreateScalingGroup::default()
        },
        auto_scaling,
        kubernetes_config: Some(KubernetesConfig {
            labels: pool.labels.as_ref().map(tags::list),
            taints: pool.taints.is_some().then(|| taints(&pool.taints)),
            node_name_mode: pool.node_name_mode.get().filter(|mode| !mode.is_empty()).cloned(),
            ..kubernetes_config(pool)
        }),
        management: pool.management.is_some().then(|| management(&pool.management)),
        ..CreateClusterNodePool::default()
    }
}

/// The size that a pool is created with. The service refuses a size beside automatic scaling, so a pool that is to
/// have both begins with the size, and scaling is [switched on](switch_scaling_on) once it is there.
fn first_size(pool: &NodePool) -> (Option<i64>, Option<AutoScaling>) {
    let initial = pool.initial_size.get().copied().unwrap_or(0);
    match &pool.scaling {
        None => (Some(pool.desired_size.get().copied().unwrap_or(initial)), None),
        Some(scaling) if initial == 0 => {
            (None, Some(AutoScaling { kind: Some(scaling.r#type.clone()), ..limits(scaling) }))
        }
        Some(scaling) => (
            Some(initial),
            Some(AutoScaling { enable: Some(false), kind: Some(scaling.r#type.clone()), ..AutoScaling::default() }),
        ),
    }
}

/// What is left to do after the create of a pool that begins with a size and then scales by itself.
pub(super) fn switch_scaling_on(pool: &NodePool) -> Option<ModifyClusterNodePool> {
    let scaling = pool.scaling.as_ref().filter(|_| pool.initial_size.get().is_some_and(|&size| size > 0))?;
    Some(ModifyClusterNodePool { auto_scaling: Some(limits(scaling)), ..ModifyClusterNodePool::default() })
}

fn limits(scaling: &fields::Scaling) -> AutoScaling {
    AutoScaling { enable: Some(true), min_instances: Some(scaling.min), max_instances: Some(scaling.max), kind: None }
}

/// The body of ModifyClusterNodePool that brings a pool from `old` to `new`; `None` if the service has nothing to do.
pub(super) fn modify(new: &NodePool, old: &NodePool, remote: &ack_client::NodePool) -> Option<ModifyClusterNodePool> {
    let (desired_size, auto_scaling) = size_changes(new, old);
    let login_password = password_change(new, old);
    let (tags, old_tags) = (new.all_tags(), old.all_tags());
    let scaling_group = ScalingGroup {
        desired_size,
        tags: (tags != old_tags).then(|| {
            let reported = remote.scaling_group.settings.tags.as_deref().unwrap_or_default();
            with_service_pairs(&tags, &old_tags, reported)
        }),
        ..scaling_group_changes(new, old)
    };
    let reported = remote.kubernetes_config.clone().unwrap_or_default();
    let labels = |pool: &NodePool| pool.labels.clone().unwrap_or_default();
    let kubernetes_config = KubernetesConfig {
        labels: (new.labels != old.labels)
            .then(|| with_service_pairs(&labels(new), &labels(old), reported.labels.as_deref().unwrap_or_default())),
        taints: (new.taints != old.taints)
            .then(|| with_service_taints(&new.taints, &old.taints, reported.taints.as_deref().unwrap_or_default())),
        ..kubernetes_config_changes(new, old)
    };
    let info = ModifyNodePoolInfo {
        name: changed_choice(old.name.get(), new.name.get()),
        resource_group_id: changed_choice(old.resource_group_id.get(), new.resource_group_id.get()),
    };
    let nodes_too = kubernetes_config.labels.is_some() || kubernetes_config.taints.is_some();
    let some_group = login_password.is_some() || !is_empty(&scaling_group);
    let change = ModifyClusterNodePool {
        nodepool_info: (info != ModifyNodePoolInfo::default()).then_some(info),
        scaling_group: some_group.then(|| ScalingGroup { login_password, ..scaling_group }),
        auto_scaling,
        kubernetes_config: (kubernetes_config != KubernetesConfig::default()).then_some(kubernetes_config),
        management: management_changes(new, old),
        update_nodes: nodes_too.then_some(true),
        ..ModifyClusterNodePool::default()
    };
    let something = change.nodepool_info.is_some()
        || change.scaling_group.is_some()
        || change.auto_scaling.is_some()
        || change.kubernetes_config.is_some()
        || change.management.is_some();
    something.then_some(change)
}

/// The password, if its version changes; empty to take it away, unless a key pair takes its place anyway.
fn password_change(new: &NodePool, old: &NodePool) -> Option<SecretString> {
    if new.password_version == old.password_version {
        return None;
    }
    let none = || new.key_pair.is_none().then(SecretString::default);
    new.password.clone().or_else(none)
}

/// Whether a scaling group says nothing.
fn is_empty(group: &ScalingGroup) -> bool {
    serde_json::to_value(group).is_ok_and(|group| group == serde_json::json!({}))
}

/// A size is sent only to change it, and the limits move together with it.
fn size_changes(new: &NodePool, old: &NodePool) -> (Option<i64>, Option<AutoScaling>) {
    match &new.scaling {
        Some(scaling) => (None, (new.scaling != old.scaling).then(|| limits(scaling))),
        None => {
            let off = AutoScaling { enable: Some(false), ..AutoScaling::default() };
            let auto_scaling = old.scaling.is_some().then_some(off);
            (changed_choice(old.desired_size.get(), new.desired_size.get()), auto_scaling)
        }
    }
}

fn changed_choice<T: Clone + PartialEq>(old: Option<&T>, new: Option<&T>) -> Option<T> {
    new.filter(|_| old != new).cloned()
}

/// The scaling group but for what needs more than its own attribute: size, password and tags.
fn scaling_group(pool: &NodePool) -> ScalingGroup {
    let subscription = pool.instance_charge_type == "PrePaid";
    let disk = pool.system_disk.get().cloned().unwrap_or_default();
    let spot = pool.spot.clone().unwrap_or_default();
    ScalingGroup {
        instance_types: Some(pool.instance_types.clone()),
        vswitch_ids: Some(pool.vswitch_ids.clone()),
        instance_charge_type: Some(pool.instance_charge_type.clone()),
        period: pool.period.get().copied(),
        period_unit: pool.period_unit.get().cloned(),
        auto_renew: subscription.then_some(pool.auto_renew),
        auto_renew_period: pool.auto_renew_period.get().copied(),
        image_type: pool.image_type.get().cloned(),
        image_id: pool.image_id.get().cloned(),
        key_pair: pool.key_pair.clone(),
        security_group_ids: pool.security_group_ids.get().map(list),
        system_disk_category: disk.category.get().cloned(),
        system_disk_categories: disk.categories,
        system_disk_size: disk.size.get().copied(),
        system_disk_performance_level: disk.performance_level.get().cloned(),
        system_disk_bursting_enabled: yes(disk.bursting_enabled),
        system_disk_provisioned_iops: disk.provisioned_iops,
        system_disk_encrypted: yes(disk.encrypted),
        system_disk_encrypt_algorithm: disk.encrypt_algorithm.get().cloned(),
        system_disk_kms_key_id: disk.kms_key_id,
        system_disk_snapshot_policy_id: disk.snapshot_policy_id,
        data_disks: pool.data_disks.as_ref().map(|disks| disks.iter().map(data_disk).collect()),
        multi_az_policy: Some(pool.multi_az_policy.clone()),
        scaling_policy: Some(pool.scaling_policy.clone()),
        spot_strategy: pool.spot.as_ref().map(|spot| spot.strategy.clone()),
        spot_price_limit: spot.price_limits.map(|limits| {
            let price = |(instance_type, price_limit)| SpotPrice {
                instance_type: Some(instance_type),
                price_limit: Some(price_limit),
            };
            limits.into_iter().map(price).collect()
        }),
        spot_instance_pools: spot.instance_pools.get().copied(),
        spot_instance_remedy: yes(spot.instance_remedy),
        compensate_with_on_demand: yes(spot.compensate_with_on_demand),
        on_demand_base_capacity: spot.on_demand_base_capacity.get().copied(),
        on_demand_percentage_above_base_capacity: spot.on_demand_percentage_above_base_capacity.get().copied(),
        internet_charge_type: pool.internet_charge_type.get().cloned(),
        internet_max_bandwidth_out: pool.internet_max_bandwidth_out.get().copied(),
        deploymentset_id: pool.deployment_set_id.clone(),
        rds_instances: pool.rds_instances.as_ref().map(list),
        ..ScalingGroup::default()
    }
}

fn scaling_group_changes(new: &NodePool, old: &NodePool) -> ScalingGroup {
    let mut changes = differences!(
        ScalingGroup, &scaling_group(old), &scaling_group(new);
        changed: instance_types, vswitch_ids, instance_charge_type, key_pair, system_disk_categories,
            system_disk_bursting_enabled, system_disk_provisioned_iops, system_disk_encrypted,
            system_disk_kms_key_id, system_disk_snapshot_policy_id, data_disks, multi_az_policy, scaling_policy,
            spot_price_limit, spot_instance_remedy, compensate_with_on_demand, deploymentset_id, rds_instances;
        chosen: period, period_unit, auto_renew, auto_renew_period, image_type, image_id, security_group_ids,
            system_disk_category, system_disk_size, system_disk_performance_level, system_disk_encrypt_algorithm,
            spot_strategy, spot_instance_pools, on_demand_base_capacity, on_demand_percentage_above_base_capacity,
            internet_charge_type, internet_max_bandwidth_out,
    );
    // It would count again with the next subscription.
    if old.auto_renew && !new.auto_renew {
        changes.auto_renew = Some(false);
    }
    if old.spot.is_some() && new.spot.is_none() {
        changes.spot_strategy = Some("NoSpot".to_owned());
    }
    // The service checks these against each other within one request.
    if has_some(&changes.spot_price_limit) || changes.spot_strategy.as_deref() == Some("SpotWithPriceLimit") {
        let wanted = scaling_group(new);
        changes.spot_strategy = wanted.spot_strategy;
        changes.spot_price_limit = wanted.spot_price_limit;
    }
    changes
}

fn has_some<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_some_and(|list| !list.is_empty())
}

fn data_disk(disk: &fields::DataDisk) -> ack_client::DataDisk {
    ack_client::DataDisk {
        category: disk.category.get().cloned(),
        size: disk.size.get().copied(),
        performance_level: disk.performance_level.get().cloned(),
        encrypted: yes(disk.encrypted).map(|yes| yes.to_string()),
        kms_key_id: disk.kms_key_id.clone(),
        // The list is replaced as a whole, so what is left out is cleared.
        disk_name: disk.disk_name.get().filter(|name| !name.is_empty()).cloned(),
        device: disk.device.get().cloned(),
        snapshot_id: disk.snapshot_id.clone(),
        auto_snapshot_policy_id: disk.auto_snapshot_policy_id.clone(),
        bursting_enabled: yes(disk.bursting_enabled),
        provisioned_iops: disk.provisioned_iops,
    }
}

/// How nodes join, but for labels and taints.
fn kubernetes_config(pool: &NodePool) -> KubernetesConfig {
    let runtime = pool.runtime.get();
    KubernetesConfig {
        runtime: runtime.map(|runtime| runtime.name.clone()),
        runtime_version: runtime.and_then(|runtime| runtime.version.get().cloned()),
        cpu_policy: Some(pool.cpu_policy.clone()),
        cms_enabled: yes(pool.cms_enabled),
        node_name_mode: pool.node_name_mode.get().cloned(),
        unschedulable: yes(pool.unschedulable),
        pre_user_data: pool.pre_user_data.as_ref().map(|script| BASE64.encode(script)),
        user_data: pool.user_data.as_ref().map(|script| BASE64.encode(script)),
        ..KubernetesConfig::default()
    }
}

fn kubernetes_config_changes(new: &NodePool, old: &NodePool) -> KubernetesConfig {
    differences!(
        KubernetesConfig, &kubernetes_config(old), &kubernetes_config(new);
        changed: cpu_policy, cms_enabled, unschedulable, pre_user_data, user_data;
        chosen: runtime, runtime_version, node_name_mode,
    )
}

/// What the service does by itself. A policy that is not set is sent as the default one.
fn management(management: &Option<fields::Management>) -> Management {
    let Some(management) = management else {
        return Management { enable: Some(false), ..Management::default() };
    };
    let repair = management.auto_repair_policy.clone().unwrap_or_default();
    let upgrade = management.auto_upgrade_policy.clone().unwrap_or_default();
    let vul_fix = management.auto_vul_fix_policy.clone().unwrap_or_default();
    Management {
        enable: Some(true),
        auto_repair: Some(management.auto_repair),
        auto_repair_policy: Some(AutoRepairPolicy {
            restart_node: Some(repair.restart_node),
            approval_required: Some(repair.approval_required),
            max_parallel_repairing_nodes: Some(repair.max_parallel_repairing_nodes),
            max_unhealthy_nodes_threshold: Some(repair.max_unhealthy_nodes_threshold),
        }),
        auto_upgrade: Some(management.auto_upgrade),
        auto_upgrade_policy: Some(AutoUpgradePolicy {
            auto_upgrade_kubelet: Some(upgrade.auto_upgrade_kubelet),
            auto_upgrade_runtime: Some(upgrade.auto_upgrade_runtime),
            auto_upgrade_os: Some(upgrade.auto_upgrade_os),
        }),
        auto_vul_fix: Some(management.auto_vul_fix),
        auto_vul_fix_policy: Some(AutoVulFixPolicy {
            restart_node: Some(vul_fix.restart_node),
            vul_level: Some(vul_fix.vul_level),
            exclude_packages: Some(vul_fix.exclude_packages),
        }),
        auto_fault_diagnosis: management.auto_fault_diagnosis.get().copied(),
        drift_enabled: None,
    }
}

/// The block counts only with its switch, so the switch goes along with every change of it.
fn management_changes(new: &NodePool, old: &NodePool) -> Option<Management> {
    if new.management == old.management {
        return None;
    }
    let (before, after) = (management(&old.management), management(&new.management));
    if new.management.is_none() || old.management.is_none() {
        return Some(after);
    }
    let change = |old: &Option<bool>, new: &Option<bool>| changed(old, new);
    Some(Management {
        enable: Some(true),
        auto_repair: change(&before.auto_repair, &after.auto_repair),
        auto_repair_policy: after
            .auto_repair_policy
            .filter(|policy| before.auto_repair_policy.as_ref() != Some(policy)),
        auto_upgrade: change(&before.auto_upgrade, &after.auto_upgrade),
        auto_upgrade_policy: after
            .auto_upgrade_policy
            .filter(|policy| before.auto_upgrade_policy.as_ref() != Some(policy)),
        auto_vul_fix: change(&before.auto_vul_fix, &after.auto_vul_fix),
        auto_vul_fix_policy: after
            .auto_vul_fix_policy
            .filter(|policy| before.auto_vul_fix_policy.as_ref() != Some(policy)),
        auto_fault_diagnosis: changed_choice(before.auto_fault_diagnosis.as_ref(), after.auto_fault_diagnosis.as_ref()),
        drift_enabled: None,
    })
}

/// A flag whose default is false: sent when it is true.
fn yes(flag: bool) -> Option<bool> {
    flag.then_some(true)
}

fn list(set: &Set<String>) -> Vec<String> {
    let mut elements: Vec<String> = set.iter().cloned().collect();
    elements.sort();
    elements
}

#[cfg(test)]
mod tests;
