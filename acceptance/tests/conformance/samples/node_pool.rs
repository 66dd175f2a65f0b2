//! Samples of node pools.

use serde_json::{Value, json};

use super::{Sample, Samples, alone, beside, together};

pub(crate) fn node_pool(cluster_id: &str) -> Samples {
    let base = json!({
        "cluster_id": cluster_id, "name": "workers", "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"],
    });
    let rows = [pool(), sizes(), payment(), spot(), disks(), instances(), nodes(), management()];
    let rows = rows.into_iter().flatten().collect();
    Samples {
        base,
        // Once chosen, an image can be changed and not be taken back; and of a pool that exists, a role is only recorded.
        from_the_start: json!({"image_id": "m-1", "ram_role_name": "KubernetesWorkerRole-workers"}),
        not_on_the_way: &[
            "skip_destroy",
            // A plan in which `scaling` is not known cannot tell that the pool will be another one.
            "scaling.type",
            // An import finds `NoSpot` as none.
            "spot.strategy",
            // An import does not tell a policy that is as it is by default from none, nor all that is in one.
            "management.auto_repair_policy",
            "management.auto_upgrade_policy",
            "management.auto_vul_fix_policy",
        ],
        rows,
    }
}

fn pool() -> Vec<Sample> {
    vec![
        together("name", json!({"name": null}), json!({"name": "others"}), json!({"name": "more"})),
        // A name that begins so already stays: the year is a part of every name that is made.
        together(
            "name_prefix",
            json!({}),
            json!({"name": null, "name_prefix": "w-"}),
            json!({"name": null, "name_prefix": "w-2"}),
        ),
        alone("instance_types", json!(["ecs.g7.xlarge", "ecs.g6.xlarge"]), json!(["ecs.g8.xlarge", "ecs.g7.xlarge"])),
        alone("vswitch_ids", json!(["vsw-2", "vsw-1"]), json!(["vsw-2"])),
        alone("resource_group_id", json!("rg-1"), json!("rg-2")),
        alone("tags", json!({"team": "a"}), json!({"team": "b", "stage": ""})),
        alone("skip_destroy", json!(true), json!(false)),
        alone("timeouts", json!({"delete": "1h"}), json!({"delete": "2h"})),
    ]
}

fn sizes() -> Vec<Sample> {
    let scaling = |limits: Value| json!({"scaling": limits});
    vec![
        beside("desired_size", json!({"scaling": null}), json!(1), json!(3)),
        beside("initial_size", json!({"desired_size": null, "scaling": {"min": 0, "max": 3}}), json!(1), json!(2)),
        alone("scaling", json!({"min": 1, "max": 5}), json!({"min": 0, "max": 3})),
        beside("scaling.min", scaling(json!({"max": 5})), json!(1), json!(2)),
        beside("scaling.max", scaling(json!({"min": 0})), json!(5), json!(6)),
        beside("scaling.type", scaling(json!({"min": 0, "max": 3})), json!("spot"), json!("gpu")),
    ]
}

fn payment() -> Vec<Sample> {
    let subscription = || json!({"instance_charge_type": "PrePaid", "period": 1, "spot": null});
    let unit = || json!({"instance_charge_type": "PrePaid", "period": 1, "period_unit": "Month", "auto_renew": true, "spot": null});
    vec![
        // A renewal that stayed switched on would count again with the next subscription.
        together(
            "instance_charge_type",
            json!({}),
            json!({"instance_charge_type": "PrePaid", "period": 1, "auto_renew": true, "spot": null}),
            json!({"instance_charge_type": "PostPaid"}),
        ),
        beside("period", json!({"instance_charge_type": "PrePaid", "spot": null}), json!(1), json!(2)),
        beside("period_unit", subscription(), json!("Week"), json!("Month")),
        beside("auto_renew", subscription(), json!(true), json!(false)),
        beside("auto_renew_period", unit(), json!(2), json!(3)),
    ]
}

fn spot() -> Vec<Sample> {
    let by_cost = || json!({"multi_az_policy": "COST_OPTIMIZED"});
    let spot = || json!({"multi_az_policy": "COST_OPTIMIZED", "spot": {"strategy": "SpotAsPriceGo"}});
    let limited =
        |price: &str| json!({"spot": {"strategy": "SpotWithPriceLimit", "price_limits": {"ecs.g7.xlarge": price}}});
    vec![
        alone("multi_az_policy", json!("COST_OPTIMIZED"), json!("BALANCE")),
        beside(
            "spot",
            by_cost(),
            json!({"strategy": "SpotAsPriceGo"}),
            json!({
                "strategy": "SpotWithPriceLimit", "price_limits": {"ecs.g7.xlarge": "0.40"},
                "compensate_with_on_demand": true, "on_demand_base_capacity": 1,
            }),
        ),
        beside("spot.strategy", json!({"spot": {}}), json!("SpotAsPriceGo"), json!("NoSpot")),
        together("spot.price_limits", json!({"spot": {"strategy": "SpotAsPriceGo"}}), limited("0.40"), limited("0.50")),
        beside("spot.instance_pools", spot(), json!(2), json!(3)),
        beside("spot.instance_remedy", spot(), json!(true), json!(false)),
        beside("spot.compensate_with_on_demand", spot(), json!(true), json!(false)),
        beside("spot.on_demand_base_capacity", spot(), json!(1), json!(2)),
        beside("spot.on_demand_percentage_above_base_capacity", spot(), json!(10), json!(20)),
    ]
}

fn disks() -> Vec<Sample> {
    let system = |disk: Value| json!({"system_disk": disk});
    let auto = || system(json!({"category": "cloud_auto", "size": 120}));
    let essd = || system(json!({"category": "cloud_essd", "size": 120}));
    let encrypted = || system(json!({"category": "cloud_essd", "size": 120, "encrypted": true}));
    let data = |disk: Value| json!({"data_disks": [disk]});
    // Encrypted, because one that is not is told in other words by the service once it was changed.
    let data_essd = || data(json!({"category": "cloud_essd", "size": 100, "encrypted": true}));
    let data_auto = || data(json!({"category": "cloud_auto", "size": 100, "encrypted": true}));
    vec![
        alone("system_disk", json!({"category": "cloud_essd", "size": 120}), json!({"size": 80, "encrypted": true})),
        beside("system_disk.category", system(json!({"size": 120})), json!("cloud_auto"), json!("cloud_ssd")),
        beside(
            "system_disk.categories",
            system(json!({"size": 120})),
            json!(["cloud_auto", "cloud_essd"]),
            json!(["cloud_auto", "cloud_ssd"]),
        ),
        beside("system_disk.size", system(json!({"category": "cloud_ssd"})), json!(60), json!(80)),
        beside("system_disk.performance_level", essd(), json!("PL2"), json!("PL0")),
        beside("system_disk.encrypted", essd(), json!(true), json!(false)),
        beside("system_disk.encrypt_algorithm", encrypted(), json!("aes-256"), json!("aes-256")),
        beside("system_disk.kms_key_id", encrypted(), json!("key-1"), json!("key-2")),
        beside("system_disk.bursting_enabled", auto(), json!(true), json!(false)),
        beside("system_disk.provisioned_iops", auto(), json!(2000), json!(3000)),
        beside("system_disk.snapshot_policy_id", auto(), json!("sp-1"), json!("sp-2")),
        alone(
            "data_disks",
            json!([{"category": "cloud_essd", "size": 200}]),
            json!([{"size": 100}, {"size": 40, "encrypted": true}]),
        ),
        beside(
            "data_disks.category",
            data(json!({"size": 100, "encrypted": true})),
            json!("cloud_auto"),
            json!("cloud_ssd"),
        ),
        beside("data_disks.size", data(json!({"category": "cloud_auto", "encrypted": true})), json!(100), json!(200)),
        beside("data_disks.performance_level", data_essd(), json!("PL2"), json!("PL0")),
        beside("data_disks.encrypted", data(json!({"category": "cloud_auto", "size": 100})), json!(true), json!(false)),
        beside("data_disks.kms_key_id", data_auto(), json!("key-1"), json!("key-2")),
        beside("data_disks.disk_name", data_auto(), json!("images"), json!("data")),
        beside("data_disks.device", data_auto(), json!("/dev/xvdb"), json!("/dev/xvdc")),
        beside("data_disks.snapshot_id", data_auto(), json!("s-1"), json!("s-2")),
        beside("data_disks.auto_snapshot_policy_id", data_auto(), json!("sp-1"), json!("sp-2")),
        beside("data_disks.bursting_enabled", data_auto(), json!(true), json!(false)),
        beside("data_disks.provisioned_iops", data_auto(), json!(2000), json!(3000)),
    ]
}

fn instances() -> Vec<Sample> {
    // The nodes of a managed pool take none.
    let password = |text: &str, version: i64| json!({"password": text, "password_version": version, "key_pair": null, "management": null});
    let public = || json!({"internet_max_bandwidth_out": 5});
    vec![
        alone("scaling_policy", json!("recycle"), json!("release")),
        alone("deployment_set_id", json!("ds-1"), json!("ds-2")),
        alone("image_type", json!("AliyunLinux3Security"), json!("AliyunLinux3ContainerOptimized")),
        alone("image_id", json!("m-1"), json!("m-2")),
        alone(
            "runtime",
            json!({"name": "containerd", "version": "1.6.20"}),
            json!({"name": "containerd", "version": "1.6.28"}),
        ),
        beside("runtime.name", json!({"runtime": {}}), json!("containerd"), json!("Sandboxed-Container.runv")),
        beside("runtime.version", json!({"runtime": {"name": "containerd"}}), json!("1.6.20"), json!("1.6.28")),
        alone("key_pair", json!("operations"), json!("others")),
        together("password", json!({}), password("Hello-1234", 1), password("World-5678", 2)),
        together("password_version", json!({}), password("Hello-1234", 1), password("Hello-1234", 2)),
        alone("login_as_non_root", json!(true), json!(false)),
        alone("security_group_ids", json!(["sg-1"]), json!(["sg-2", "sg-1"])),
        alone("ram_role_name", json!("KubernetesWorkerRole-workers"), json!("KubernetesWorkerRole-others")),
        alone("internet_max_bandwidth_out", json!(5), json!(10)),
        beside("internet_charge_type", public(), json!("PayByTraffic"), json!("PayByBandwidth")),
        alone("rds_instances", json!(["rm-1"]), json!(["rm-2", "rm-1"])),
    ]
}

fn nodes() -> Vec<Sample> {
    let batch = |effect: &str| json!({"taints": [{"key": "batch", "effect": effect}]});
    vec![
        alone("labels", json!({"a": "1"}), json!({"a": "2", "b": ""})),
        alone(
            "taints",
            json!([{"key": "k", "effect": "NoSchedule"}]),
            json!([{"key": "k", "value": "v", "effect": "NoExecute"}]),
        ),
        beside("taints.key", json!({"taints": [{"effect": "NoSchedule"}]}), json!("batch"), json!("night")),
        beside("taints.value", batch("NoSchedule"), json!("true"), json!("false")),
        beside("taints.effect", json!({"taints": [{"key": "batch"}]}), json!("NoSchedule"), json!("NoExecute")),
        alone("unschedulable", json!(true), json!(false)),
        alone("cpu_policy", json!("static"), json!("none")),
        alone("node_name_mode", json!("customized,aliyun,ip,com"), json!("customized,b,ip,c")),
        alone("cms_enabled", json!(true), json!(false)),
        alone("pre_user_data", json!("#!/bin/sh\necho before\n"), json!("#!/bin/sh\n")),
        alone("user_data", json!("#!/bin/sh\necho one\n"), json!("#!/bin/sh\necho two\n")),
    ]
}

fn management() -> Vec<Sample> {
    let managed = |options: Value| json!({"management": options});
    let repair = || managed(json!({"auto_repair_policy": {}}));
    let upgrade = || managed(json!({"auto_upgrade_policy": {}}));
    let vul_fix = || managed(json!({"auto_vul_fix_policy": {}}));
    vec![
        alone("management", json!({}), json!({"auto_repair": false})),
        beside("management.auto_repair", managed(json!({})), json!(false), json!(true)),
        beside("management.auto_upgrade", managed(json!({})), json!(false), json!(true)),
        beside("management.auto_vul_fix", managed(json!({})), json!(false), json!(true)),
        beside("management.auto_fault_diagnosis", managed(json!({})), json!(true), json!(false)),
        beside(
            "management.auto_repair_policy",
            managed(json!({})),
            json!({"restart_node": false}),
            json!({"approval_required": true}),
        ),
        beside("management.auto_repair_policy.restart_node", repair(), json!(false), json!(true)),
        beside("management.auto_repair_policy.approval_required", repair(), json!(true), json!(false)),
        beside("management.auto_repair_policy.max_parallel_repairing_nodes", repair(), json!("10%"), json!("2")),
        beside("management.auto_repair_policy.max_unhealthy_nodes_threshold", repair(), json!("50%"), json!("3")),
        beside(
            "management.auto_upgrade_policy",
            managed(json!({})),
            json!({"auto_upgrade_kubelet": false}),
            json!({"auto_upgrade_kubelet": true}),
        ),
        beside("management.auto_upgrade_policy.auto_upgrade_kubelet", upgrade(), json!(false), json!(true)),
        beside("management.auto_upgrade_policy.auto_upgrade_runtime", upgrade(), json!(false), json!(true)),
        beside("management.auto_upgrade_policy.auto_upgrade_os", upgrade(), json!(true), json!(false)),
        beside(
            "management.auto_vul_fix_policy",
            managed(json!({})),
            json!({"restart_node": false}),
            json!({"vul_level": "asap,later"}),
        ),
        beside("management.auto_vul_fix_policy.restart_node", vul_fix(), json!(false), json!(true)),
        beside("management.auto_vul_fix_policy.vul_level", vul_fix(), json!("asap,later"), json!("nntf")),
        beside("management.auto_vul_fix_policy.exclude_packages", vul_fix(), json!("glibc"), json!("kernel,glibc")),
    ]
}
