//! Kubelet, containerd and operating system of a pool's nodes. The names on the wire are those of the programs.

use serde::{Deserialize, Serialize};

use crate::JsonObject;
use crate::wire::sparse;

sparse! {
    /// Kubelet and operating system, as CreateClusterNodePool takes them and the read shows them.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct NodeConfig {
        /// Kubelet.
        pub kubelet_configuration: Option<KubeletConfig>,
        /// Operating system.
        pub node_os_config: Option<NodeOsConfig>,
    }
}

sparse! {
    /// Operating system.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct NodeOsConfig {
        /// Kernel parameters, by name; 1.28 or later.
        pub sysctl: Option<JsonObject>,
        /// Huge pages.
        pub hugepage: Option<Hugepage>,
    }
}

sparse! {
    /// Transparent huge pages.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    pub struct Hugepage {
        /// `always`, `madvise` or `never`.
        pub transparent_enabled: Option<String>,
        /// `always`, `defer`, `defer+madvise`, `madvise` or `never`.
        pub transparent_defrag: Option<String>,
        /// Defragmentation by khugepaged: 0 or 1.
        pub khugepaged_defrag: Option<i64>,
        /// Milliseconds between retries of a failed allocation.
        pub khugepaged_alloc_sleep_millisecs: Option<i64>,
        /// Pages in one scan.
        pub khugepaged_pages_to_scan: Option<i64>,
        /// Milliseconds between scans.
        pub khugepaged_scan_sleep_millisecs: Option<i64>,
    }
}

sparse! {
    /// Kubelet. Names and meanings are those of the KubeletConfiguration of Kubernetes.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    pub struct KubeletConfig {
        /// Unsafe sysctls that pods may set.
        pub allowed_unsafe_sysctls: Option<Vec<String>>,
        /// Addresses of the cluster's DNS.
        #[serde(rename = "clusterDNS")]
        pub cluster_dns: Option<Vec<String>>,
        /// Files of a container's log.
        pub container_log_max_files: Option<i64>,
        /// Size of one file of a container's log, such as `10Mi`.
        pub container_log_max_size: Option<String>,
        /// Workers that rotate logs.
        pub container_log_max_workers: Option<i64>,
        /// Time between checks of log sizes, such as `10s`.
        pub container_log_monitor_interval: Option<String>,
        /// Enforce CPU limits.
        #[serde(rename = "cpuCFSQuota")]
        pub cpu_cfs_quota: Option<bool>,
        /// Period of CPU limits, such as `100ms`.
        #[serde(rename = "cpuCFSQuotaPeriod")]
        pub cpu_cfs_quota_period: Option<String>,
        /// `none` or `static`.
        pub cpu_manager_policy: Option<String>,
        /// Burst of events.
        pub event_burst: Option<i64>,
        /// Events a second.
        #[serde(rename = "eventRecordQPS")]
        pub event_record_qps: Option<i64>,
        /// Thresholds of hard eviction.
        pub eviction_hard: Option<JsonObject>,
        /// Thresholds of soft eviction.
        pub eviction_soft: Option<JsonObject>,
        /// Grace periods of soft eviction.
        pub eviction_soft_grace_period: Option<JsonObject>,
        /// Feature gates.
        pub feature_gates: Option<JsonObject>,
        /// Percentage of the disk at which image garbage collection begins.
        #[serde(rename = "imageGCHighThresholdPercent")]
        pub image_gc_high_threshold_percent: Option<i64>,
        /// Percentage of the disk at which image garbage collection ends.
        #[serde(rename = "imageGCLowThresholdPercent")]
        pub image_gc_low_threshold_percent: Option<i64>,
        /// Burst of calls to the API server.
        #[serde(rename = "kubeAPIBurst")]
        pub kube_api_burst: Option<i64>,
        /// Calls to the API server a second.
        #[serde(rename = "kubeAPIQPS")]
        pub kube_api_qps: Option<i64>,
        /// Resources kept for Kubernetes.
        pub kube_reserved: Option<JsonObject>,
        /// Pods on a node.
        pub max_pods: Option<i64>,
        /// `None` or `Static`.
        pub memory_manager_policy: Option<String>,
        /// Processes in a pod.
        pub pod_pids_limit: Option<i64>,
        /// Port without authentication; 0 is off.
        pub read_only_port: Option<i64>,
        /// Burst of image pulls.
        pub registry_burst: Option<i64>,
        /// Image pulls a second.
        #[serde(rename = "registryPullQPS")]
        pub registry_pull_qps: Option<i64>,
        /// Memory kept by NUMA node.
        pub reserved_memory: Option<Vec<ReservedMemory>>,
        /// Pull images one at a time.
        pub serialize_image_pulls: Option<bool>,
        /// Request serving certificates from the API server.
        #[serde(rename = "serverTLSBootstrap")]
        pub server_tls_bootstrap: Option<bool>,
        /// Resources kept for the system.
        pub system_reserved: Option<JsonObject>,
        /// `none`, `best-effort`, `restricted` or `single-numa-node`.
        pub topology_manager_policy: Option<String>,
        /// Tracing.
        pub tracing: Option<KubeletTracing>,
    }
}

sparse! {
    /// Memory kept on one NUMA node.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    pub struct ReservedMemory {
        /// NUMA node.
        pub numa_node: Option<i64>,
        /// Amounts by kind of memory.
        pub limits: Option<JsonObject>,
    }
}

sparse! {
    /// Tracing of the kubelet.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    pub struct KubeletTracing {
        /// Where traces go.
        pub endpoint: Option<String>,
        /// Samples in a million.
        pub sampling_rate_per_million: Option<i64>,
    }
}
