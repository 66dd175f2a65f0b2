//! The instances of a node pool: what they are, what they cost, how many.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::tag::Tag;
use crate::wire::{self, Field, sparse};

sparse! {
    /// Scaling group of a node pool: what can be set on create and on modify, and is read back.
    #[derive(Clone, Debug, Default, Serialize, Deserialize)]
    #[serde(default)]
    pub struct ScalingGroup {
        /// Number of nodes without automatic scaling. Refused with it.
        #[serde(deserialize_with = "wire::integer")]
        pub desired_size: Option<i64>,
        /// Instance types, 1 to 10.
        pub instance_types: Option<Vec<String>>,
        /// Instance types by their properties.
        pub instance_patterns: Option<Vec<InstancePattern>>,
        /// vSwitches, 1 to 8.
        pub vswitch_ids: Option<Vec<String>>,
        /// `PostPaid` (default) or `PrePaid`.
        pub instance_charge_type: Option<String>,
        /// Length of the subscription, `PrePaid` only.
        pub period: Option<i64>,
        /// `Month` (default) or `Week`.
        pub period_unit: Option<String>,
        /// Renew the subscription by itself.
        pub auto_renew: Option<bool>,
        /// Length of a renewal.
        pub auto_renew_period: Option<i64>,
        /// `AliyunLinux3`, `ContainerOS`, ...
        pub image_type: Option<String>,
        /// Image of the user's own.
        pub image_id: Option<String>,
        /// Name of a key pair; excludes the password.
        pub key_pair: Option<String>,
        /// Password of root. Never read back.
        #[serde(serialize_with = "wire::secret", skip_deserializing)]
        pub login_password: Option<SecretString>,
        /// Security groups.
        pub security_group_ids: Option<Vec<String>>,
        /// Disk category; `cloud_efficiency` by default.
        pub system_disk_category: Option<String>,
        /// Disk categories in order of preference.
        pub system_disk_categories: Option<Vec<String>>,
        /// GiB, 20 to 2048.
        #[serde(deserialize_with = "wire::integer")]
        pub system_disk_size: Option<i64>,
        /// `PL0` to `PL3`, for ESSD.
        pub system_disk_performance_level: Option<String>,
        /// Performance bursts, for `cloud_auto`.
        pub system_disk_bursting_enabled: Option<bool>,
        /// Provisioned I/O operations a second, for `cloud_auto`.
        pub system_disk_provisioned_iops: Option<i64>,
        /// Encrypt the disk.
        pub system_disk_encrypted: Option<bool>,
        /// `aes-256`.
        pub system_disk_encrypt_algorithm: Option<String>,
        /// KMS key for it.
        pub system_disk_kms_key_id: Option<String>,
        /// Policy of automatic snapshots.
        pub system_disk_snapshot_policy_id: Option<String>,
        /// Data disks, up to 10.
        pub data_disks: Option<Vec<DataDisk>>,
        /// How disks are formatted and mounted.
        pub disk_init: Option<Vec<DiskInit>>,
        /// `PRIORITY` (default), `COST_OPTIMIZED` or `BALANCE`.
        pub multi_az_policy: Option<String>,
        /// `release` (default) or `recycle`.
        pub scaling_policy: Option<String>,
        /// `NoSpot`, `SpotWithPriceLimit` or `SpotAsPriceGo`.
        pub spot_strategy: Option<String>,
        /// Highest prices of spot instances.
        pub spot_price_limit: Option<Vec<SpotPrice>>,
        /// Number of instance types to spread spot instances over, 1 to 10.
        pub spot_instance_pools: Option<i64>,
        /// Replace a spot instance that is about to be taken back.
        pub spot_instance_remedy: Option<bool>,
        /// Take pay-as-you-go instances when there are no spot ones.
        pub compensate_with_on_demand: Option<bool>,
        /// Pay-as-you-go instances at the least, 0 to 1000.
        pub on_demand_base_capacity: Option<i64>,
        /// Percentage of pay-as-you-go instances above that.
        pub on_demand_percentage_above_base_capacity: Option<i64>,
        /// `PayByBandwidth` or `PayByTraffic`.
        pub internet_charge_type: Option<String>,
        /// Mbit/s, 1 to 100; gives the nodes public addresses.
        pub internet_max_bandwidth_out: Option<i64>,
        /// One private pool of capacity; excludes the next.
        pub private_pool_options: Option<PrivatePoolOptions>,
        /// Private pools of capacity.
        pub resource_pool_options: Option<ResourcePoolOptions>,
        /// Deployment set.
        pub deploymentset_id: Option<String>,
        /// Denser placement; with `instance_types` only.
        pub enable_high_density_mode: Option<bool>,
        /// Tags of the ECS instances.
        pub tags: Option<Vec<Tag>>,
        /// RDS instances whose allow-lists get the nodes.
        pub rds_instances: Option<Vec<String>>,
    }
}

impl Field for ScalingGroup {}

sparse! {
    /// Instance types described by their properties.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct InstancePattern {
        /// vCPUs.
        pub cores: Option<i64>,
        /// vCPUs at the least.
        pub min_cpu_cores: Option<i64>,
        /// vCPUs at the most.
        pub max_cpu_cores: Option<i64>,
        /// GiB of memory.
        pub memory: Option<f64>,
        /// GiB of memory at the least.
        pub min_memory_size: Option<f64>,
        /// GiB of memory at the most.
        pub max_memory_size: Option<f64>,
        /// `X86`, `ARM`, ...
        pub cpu_architectures: Option<Vec<String>>,
        /// `EntryLevel`, `EnterpriseLevel` or `CreditEntryLevel`.
        pub instance_family_level: Option<String>,
        /// Families, such as `ecs.g7`.
        pub instance_type_families: Option<Vec<String>>,
        /// Categories, such as `General-purpose`.
        pub instance_categories: Option<Vec<String>>,
        /// Types to leave out; wildcards are allowed.
        pub excluded_instance_types: Option<Vec<String>>,
        /// GPUs at the most.
        pub maximum_gpu_amount: Option<i64>,
        /// Network interfaces at the least.
        pub minimum_eni_quantity: Option<i64>,
        /// IPv4 addresses of one interface at the least.
        pub minimum_eni_private_ip_address_quantity: Option<i64>,
        /// IPv6 addresses of one interface at the least.
        pub minimum_eni_ipv6_address_quantity: Option<i64>,
    }
}

sparse! {
    /// A data disk of each node.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct DataDisk {
        /// Category; `cloud_efficiency` by default.
        pub category: Option<String>,
        /// GiB, 40 to 32768; default 120.
        #[serde(deserialize_with = "wire::integer")]
        pub size: Option<i64>,
        /// `PL0` to `PL3`, for ESSD.
        pub performance_level: Option<String>,
        /// `true` or `false`, as text: the service refuses a boolean.
        #[serde(deserialize_with = "wire::text")]
        pub encrypted: Option<String>,
        /// KMS key for it.
        pub kms_key_id: Option<String>,
        /// Name; refers to `disk_init`.
        pub disk_name: Option<String>,
        /// `/dev/xvdb` to `/dev/xvdz`.
        pub device: Option<String>,
        /// Snapshot to start from.
        pub snapshot_id: Option<String>,
        /// Policy of automatic snapshots.
        pub auto_snapshot_policy_id: Option<String>,
        /// Performance bursts, for `cloud_auto`.
        pub bursting_enabled: Option<bool>,
        /// Provisioned I/O operations a second, for `cloud_auto`.
        pub provisioned_iops: Option<i64>,
    }
}

sparse! {
    /// How a disk is formatted and mounted.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct DiskInit {
        /// Name of a data disk; for a local disk one that no data disk has.
        #[serde(deserialize_with = "wire::or_default")]
        pub disk_name: String,
        /// It is a local disk of the instance.
        pub local_disk: Option<bool>,
        /// File system.
        pub mkfs_type: Option<String>,
        /// Where it is mounted.
        pub mount_target: Option<String>,
        /// It carries the container runtime and the kubelet.
        pub mount_for_runtime: Option<bool>,
    }
}

sparse! {
    /// Highest price of a spot instance.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct SpotPrice {
        /// Instance type.
        pub instance_type: Option<String>,
        /// Price an hour, as text.
        #[serde(deserialize_with = "wire::text")]
        pub price_limit: Option<String>,
    }
}

sparse! {
    /// A private pool of capacity.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct PrivatePoolOptions {
        /// Id; with `Target`.
        pub id: Option<String>,
        /// `Open`, `Target` or `None`.
        pub match_criteria: Option<String>,
    }
}

sparse! {
    /// Private pools of capacity and how they are used.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct ResourcePoolOptions {
        /// Ids, 1 to 20.
        pub private_pool_ids: Option<Vec<String>>,
        /// `PrivatePoolFirst`, `PrivatePoolOnly` or `None` (default).
        pub strategy: Option<String>,
    }
}

sparse! {
    /// Options of the CPU.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct CpuOptions {
        /// `disabled` or `enabled`.
        pub nested_virtualization: Option<String>,
    }
}
