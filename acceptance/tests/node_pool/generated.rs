//! R01 on configurations that nobody thought of: attributes combined at random, the same each time.

use acceptance::{Run, Terraform};

use crate::scene::{Scene, node_pool_named};

/// Each row has alternatives of which a pool has one; the first is nothing. No alternative of a row excludes one of
/// another row, and each can be changed into any other: an image of the user's cannot, so it is not here.
const CHOICES: &[&[&str]] = &[
    &[
        "",
        "desired_size = 1",
        "scaling = { min = 0, max = 2 }",
        "scaling = { min = 1, max = 3, type = \"cpu\" }\ninitial_size = 2",
        "initial_size = 1",
    ],
    // A subscription has no spot instances.
    &[
        "",
        "instance_charge_type = \"PrePaid\"\nperiod = 1\nmulti_az_policy = \"BALANCE\"",
        "instance_charge_type = \"PrePaid\"\nperiod = 2\nperiod_unit = \"Week\"\nauto_renew = true\nauto_renew_period = 1",
        "instance_charge_type = \"PostPaid\"\nmulti_az_policy = \"COST_OPTIMIZED\"\nspot = { strategy = \"SpotAsPriceGo\", instance_pools = 2, on_demand_base_capacity = 0 }",
        "spot = { strategy = \"SpotWithPriceLimit\", price_limits = { \"ecs.g7.xlarge\" = \"0.40\" }, instance_remedy = true }",
        "spot = { strategy = \"NoSpot\" }",
    ],
    &["", "scaling_policy = \"recycle\"", "scaling_policy = \"release\""],
    &["", "deployment_set_id = \"ds-bp1exampleexample0001\""],
    &[
        "",
        "system_disk = {}",
        "system_disk = { category = \"cloud_essd\", size = 80 }",
        "system_disk = { category = \"cloud_essd\", performance_level = \"PL0\", encrypted = true }",
        "system_disk = { categories = [\"cloud_ssd\", \"cloud_essd\"], size = 40 }",
        "system_disk = { category = \"cloud_auto\", bursting_enabled = true, provisioned_iops = 0 }",
    ],
    &[
        "",
        "data_disks = []",
        "data_disks = [{}]",
        "data_disks = [{ category = \"cloud_essd\", size = 40, disk_name = \"\" }, { encrypted = true }]",
        "data_disks = [{ category = \"cloud_auto\", provisioned_iops = 100, device = \"/dev/xvdc\" }]",
    ],
    &["", "image_type = \"ContainerOS\"", "image_type = \"AliyunLinux3Arm64\""],
    &["", "runtime = { name = \"containerd\" }", "runtime = { name = \"containerd\", version = \"1.6.20\" }"],
    &["", "key_pair = \"operations\""],
    &["", "login_as_non_root = true"],
    &["", "security_group_ids = [\"sg-bp1exampleexample0002\", \"sg-bp1exampleexample0001\"]"],
    &["", "ram_role_name = \"nodes\""],
    &[
        "",
        "internet_max_bandwidth_out = 0",
        "internet_max_bandwidth_out = 5",
        "internet_max_bandwidth_out = 5\ninternet_charge_type = \"PayByBandwidth\"",
    ],
    &["", "rds_instances = []", "rds_instances = [\"rm-bp1exampleexample0001\"]"],
    &["", "labels = {}", "labels = { \"example.com/tier\" = \"\", team = \"web\" }"],
    &[
        "",
        "taints = []",
        "taints = [{ key = \"a\", effect = \"NoSchedule\" }, { key = \"a\", value = \"\", effect = \"NoExecute\" }]",
    ],
    &["", "unschedulable = true", "unschedulable = false"],
    &["", "cpu_policy = \"static\"", "cpu_policy = \"none\""],
    &["", "node_name_mode = \"\"", "node_name_mode = \"customized,aliyun,ip,com\""],
    &["", "cms_enabled = true"],
    &["", "pre_user_data = \"\"", "pre_user_data = \"echo ä\\n\""],
    &["", "user_data = \"#!/bin/sh\\necho $HOME\""],
    &[
        "",
        "management = {}",
        "management = { auto_repair = false, auto_upgrade_policy = { auto_upgrade_os = true } }",
        "management = { auto_repair_policy = {}, auto_vul_fix_policy = { exclude_packages = \"\" } }",
        "management = { auto_upgrade = false, auto_vul_fix = false, auto_fault_diagnosis = true }",
    ],
    &["", "resource_group_id = \"rg-acfmexample00001\""],
    &["", "tags = {}", "tags = { stage = \"test\", 环境 = \"\" }"],
];

/// As many as the row with the most alternatives has: each of them is in one of the pools.
const POOLS: usize = 6;

/// A splitmix64: numbers that look random and are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % limit as u64) as usize
    }

    fn shuffled(&mut self) -> [usize; POOLS] {
        let mut order = std::array::from_fn(|i| i);
        for i in (1..POOLS).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

/// Pools that have every alternative of every row between them.
fn configuration(cluster_id: &str, seed: u64) -> String {
    let mut random = Random(seed);
    let mut pools = vec![String::new(); POOLS];
    for alternatives in CHOICES {
        for (pool, at) in pools.iter_mut().zip(random.shuffled()) {
            let chosen = alternatives[at % alternatives.len()];
            if !chosen.is_empty() {
                *pool += &format!("{chosen}\n");
            }
        }
    }
    let pools = pools.iter().enumerate();
    pools.map(|(i, pool)| node_pool_named(&format!("generated-{i}"), cluster_id, pool)).collect()
}

#[test]
fn generated_node_pools_are_what_was_planned() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform)?;
        let succeeds = |what: &str, run: Run, code: Option<i32>| {
            let file = scene.workspace.read("main.tf");
            assert_eq!(run.exit_code, code, "{what}\n{}\n{run}", String::from_utf8_lossy(&file));
        };
        // The second makes changes of the first.
        for seed in [1, 2] {
            scene.workspace.write("main.tf", &configuration(&format!("\"{}\"", scene.cluster_id), seed));
            succeeds(&format!("apply of seed {seed}"), scene.workspace.apply(), Some(0));
            succeeds(&format!("plan after seed {seed}"), scene.workspace.plan(), Some(0));
            assert_eq!(scene.simulator.node_pools()?.len(), POOLS);
        }
        scene.destroy()?;
    }
    Ok(())
}
