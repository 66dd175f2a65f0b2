//! Every operation, called with every field set.

use ack_client::*;
use serde_json::json;

const ID: &str = "c1";
const POOL: &str = "np1";

/// Builds a struct with all its fields set, by kind of value. The compiler refuses it if one is missing.
macro_rules! full {
    ($type:ident {
        $(text: $($text:ident),+;)? $(name: $($name:ident),+;)? $(number: $($number:ident),+;)?
        $(flag: $($flag:ident),+;)? $(texts: $($texts:ident),+;)? $(object: $($object:ident),+;)?
        $(also: $($field:ident = $value:expr),+ $(,)?)?
    }) => {
        $type {
            $($($text: Some("text".to_owned()),)+)?
            $($($name: "name".to_owned(),)+)?
            $($($number: Some(1),)+)?
            $($($flag: Some(true),)+)?
            $($($texts: Some(vec!["text".to_owned()]),)+)?
            $($($object: Some(json!({"any": {"thing": 1}}).as_object().unwrap().clone()),)+)?
            $($($field: $value,)+)?
        }
    };
}

fn tags() -> Option<Vec<Tag>> {
    Some(vec![Tag::new("key", "value")])
}

fn maintenance_window() -> Option<MaintenanceWindow> {
    let exclusion = full!(MaintenanceExclusion { text: name, description, scope, start_time, end_time; });
    Some(full!(MaintenanceWindow {
        text: maintenance_time, duration, weekly_period, recurrence; flag: enable;
        also: exclusions = Some(vec![exclusion]),
    }))
}

fn operation_policy() -> Option<OperationPolicy> {
    let cluster_auto_upgrade = Some(full!(AutoUpgrade { text: channel; flag: enabled; }));
    Some(OperationPolicy { cluster_auto_upgrade })
}

fn control_plane_settings() -> ControlPlaneSettings {
    full!(ControlPlaneSettings {
        text: image_id, image_type, key_pair, charge_type, period_unit, system_disk_category,
            system_disk_performance_level, system_disk_snapshot_policy_id, deploymentset_id, cpu_policy,
            node_port_range, runtime;
        number: size, period, auto_renew_period, system_disk_size, system_disk_provisioned_iops;
        flag: auto_renew, system_disk_bursting_enabled, cloud_monitor_flags, security_hardening_os, soc_enabled;
        texts: instance_types;
        also: login_password = Some("secret".into()),
    })
}

fn load_balancers() -> Option<Vec<EndpointLoadBalancer>> {
    Some(vec![full!(EndpointLoadBalancer { text: endpoint_type, load_balancer_id; })])
}

fn create_cluster() -> CreateCluster {
    full!(CreateCluster {
        text: region_id, client_token, cluster_type, profile, cluster_spec, kubernetes_version, vpcid, container_cidr,
            service_cidr, node_cidr_mask, ip_stack, proxy_mode, cluster_domain, load_balancer_id, security_group_id,
            controlplane_log_project, controlplane_log_ttl, encryption_provider_key, service_account_issuer,
            api_audiences, user_ca, timezone, resource_group_id;
        name: name;
        flag: snat_entry, endpoint_public_access, is_enterprise_security_group, deletion_protection, ssh_flags;
        texts: vswitch_ids, zone_ids, pod_vswitch_ids, controlplane_log_components, extra_sans;
        also: control_plane_endpoints_config = Some(CreateControlPlaneEndpoints {
            internal_dns_config: Some(full!(CreateInternalDns { texts: bind_vpcs; })),
            load_balancers_config: load_balancers(),
        }),
        addons = Some(vec![full!(ClusterAddon { text: version, config; name: name; flag: disabled; })]),
        control_plane_config = Some(ControlPlaneConfig {
            settings: control_plane_settings(),
            instance_metadata_options: Some(full!(InstanceMetadataOptions { text: http_tokens; })),
        }),
        maintenance_window = maintenance_window(),
        operation_policy = operation_policy(),
        rrsa_config = Some(full!(ClusterRrsa { flag: enabled; })),
        auto_mode = Some(full!(AutoMode { flag: enable; })),
        audit_log_config = Some(full!(ClusterAuditLog { text: sls_project_name; flag: enabled; })),
        tags = tags(),
    })
}

fn modify_cluster() -> ModifyCluster {
    full!(ModifyCluster {
        text: cluster_name, cluster_spec, client_token, resource_group_id, timezone, security_group_id,
            api_server_eip_id;
        flag: deletion_protection, enable_rrsa, api_server_eip;
        texts: vswitch_ids;
        also: maintenance_window = maintenance_window(),
        operation_policy = operation_policy(),
        api_server_custom_cert_sans =
            Some(full!(ApiServerCertSans { text: action; texts: subject_alternative_names; })),
        control_plane_endpoints_config = Some(ModifyControlPlaneEndpoints {
            internal_dns_config: Some(full!(InternalDns { flag: enabled; texts: bind_vpcs; })),
            load_balancers_config: load_balancers(),
        }),
        control_plane_config = Some(control_plane_settings()),
        system_events_logging = Some(full!(SystemEventsLogging { text: logging_project; flag: enabled; })),
    })
}

fn scaling_group() -> ScalingGroup {
    let pattern = full!(InstancePattern {
        text: instance_family_level;
        number: cores, min_cpu_cores, max_cpu_cores, maximum_gpu_amount, minimum_eni_quantity,
            minimum_eni_private_ip_address_quantity, minimum_eni_ipv6_address_quantity;
        texts: cpu_architectures, instance_type_families, instance_categories, excluded_instance_types;
        also: memory = Some(1.0), min_memory_size = Some(1.0), max_memory_size = Some(1.0),
    });
    let data_disk = full!(DataDisk {
        text: category, performance_level, encrypted, kms_key_id, disk_name, device, snapshot_id,
            auto_snapshot_policy_id;
        number: size, provisioned_iops;
        flag: bursting_enabled;
    });
    let disk_init = full!(DiskInit {
        text: mkfs_type, mount_target; name: disk_name; flag: local_disk, mount_for_runtime;
    });
    full!(ScalingGroup {
        text: instance_charge_type, period_unit, image_type, image_id, key_pair, system_disk_category,
            system_disk_performance_level, system_disk_encrypt_algorithm, system_disk_kms_key_id,
            system_disk_snapshot_policy_id, multi_az_policy, scaling_policy, spot_strategy, internet_charge_type,
            deploymentset_id;
        number: desired_size, period, auto_renew_period, system_disk_size, system_disk_provisioned_iops,
            spot_instance_pools, on_demand_base_capacity, on_demand_percentage_above_base_capacity,
            internet_max_bandwidth_out;
        flag: auto_renew, system_disk_bursting_enabled, system_disk_encrypted, spot_instance_remedy,
            compensate_with_on_demand, enable_high_density_mode;
        texts: instance_types, vswitch_ids, security_group_ids, system_disk_categories, rds_instances;
        also: instance_patterns = Some(vec![pattern]),
        login_password = Some("secret".into()),
        data_disks = Some(vec![data_disk]),
        disk_init = Some(vec![disk_init]),
        spot_price_limit = Some(vec![full!(SpotPrice { text: instance_type, price_limit; })]),
        private_pool_options = Some(full!(PrivatePoolOptions { text: id, match_criteria; })),
        resource_pool_options = Some(full!(ResourcePoolOptions { text: strategy; texts: private_pool_ids; })),
        tags = tags(),
    })
}

fn auto_scaling() -> Option<AutoScaling> {
    Some(full!(AutoScaling { text: kind; number: min_instances, max_instances; flag: enable; }))
}

fn kubernetes_config() -> Option<KubernetesConfig> {
    Some(full!(KubernetesConfig {
        text: runtime, runtime_version, cpu_policy, node_name_mode, pre_user_data, user_data;
        flag: cms_enabled, unschedulable;
        also: labels = tags(),
        taints = Some(vec![full!(Taint { text: value, effect; name: key; })]),
    }))
}

fn management() -> Option<Management> {
    Some(full!(Management {
        flag: enable, auto_repair, auto_upgrade, auto_vul_fix, auto_fault_diagnosis, drift_enabled;
        also: auto_repair_policy = Some(full!(AutoRepairPolicy {
            text: max_parallel_repairing_nodes, max_unhealthy_nodes_threshold; flag: restart_node, approval_required;
        })),
        auto_upgrade_policy = Some(full!(AutoUpgradePolicy {
            flag: auto_upgrade_kubelet, auto_upgrade_runtime, auto_upgrade_os;
        })),
        auto_vul_fix_policy = Some(full!(AutoVulFixPolicy { text: vul_level, exclude_packages; flag: restart_node; })),
    }))
}

fn kubelet() -> Option<KubeletConfig> {
    Some(full!(KubeletConfig {
        text: container_log_max_size, container_log_monitor_interval, cpu_cfs_quota_period, cpu_manager_policy,
            memory_manager_policy, topology_manager_policy;
        number: container_log_max_files, container_log_max_workers, event_burst, event_record_qps,
            image_gc_high_threshold_percent, image_gc_low_threshold_percent, kube_api_burst, kube_api_qps, max_pods,
            pod_pids_limit, read_only_port, registry_burst, registry_pull_qps;
        flag: cpu_cfs_quota, serialize_image_pulls, server_tls_bootstrap;
        texts: allowed_unsafe_sysctls, cluster_dns;
        object: eviction_hard, eviction_soft, eviction_soft_grace_period, feature_gates, kube_reserved, system_reserved;
        also: reserved_memory = Some(vec![full!(ReservedMemory { number: numa_node; object: limits; })]),
        tracing = Some(full!(KubeletTracing { text: endpoint; number: sampling_rate_per_million; })),
    }))
}

fn node_os() -> Option<NodeOsConfig> {
    Some(full!(NodeOsConfig {
        object: sysctl;
        also: hugepage = Some(full!(Hugepage {
            text: transparent_enabled, transparent_defrag;
            number: khugepaged_defrag, khugepaged_alloc_sleep_millisecs, khugepaged_pages_to_scan,
                khugepaged_scan_sleep_millisecs;
        })),
    }))
}

fn create_node_pool() -> CreateClusterNodePool {
    let config = full!(NodeComponentConfig {
        object: custom_config; also: envs = Some(vec![full!(NodeEnv { text: value; name: name; })]),
    });
    full!(CreateClusterNodePool {
        text: interconnect_mode;
        flag: host_network, intranet;
        also: nodepool_info = full!(CreateNodePoolInfo { text: kind, resource_group_id; name: name; }),
        scaling_group = full!(CreateScalingGroup {
            text: ram_role_name;
            flag: login_as_non_root, security_hardening_os, soc_enabled;
            also: settings = scaling_group(),
            cpu_options = Some(full!(CpuOptions { text: nested_virtualization; })),
            instance_metadata_options = Some(full!(InstanceMetadataOptions { text: http_tokens; })),
        }),
        auto_scaling = auto_scaling(),
        kubernetes_config = kubernetes_config(),
        management = management(),
        node_config = Some(NodeConfig { kubelet_configuration: kubelet(), node_os_config: node_os() }),
        node_components =
            Some(vec![full!(NodeComponent { text: version; name: name; also: config = Some(config.clone()), })]),
        tee_config = Some(full!(TeeConfig { flag: tee_enable; })),
        auto_mode = Some(full!(AutoMode { flag: enable; })),
        eflo_node_group = Some(full!(EfloNodeGroup {
            text: cluster_id, group_id, worker_ram_role_name; flag: auto_attach_enabled;
        })),
    })
}

fn modify_node_pool() -> ModifyClusterNodePool {
    full!(ModifyClusterNodePool {
        flag: update_nodes, concurrency;
        also: nodepool_info = Some(full!(ModifyNodePoolInfo { text: name, resource_group_id; })),
        scaling_group = Some(scaling_group()),
        auto_scaling = auto_scaling(),
        kubernetes_config = kubernetes_config(),
        management = management(),
        tee_config = Some(full!(TeeConfig { flag: tee_enable; })),
    })
}

pub(crate) async fn call_everything(client: &Client) {
    call_for_clusters(client).await;
    call_for_node_pools(client).await;
    call_for_addons(client).await;
    let task = TaskId::from("T-1");
    assert_eq!(client.describe_task_info(&task).await.unwrap().state, TaskState::Running);
    client.describe_cluster_tasks(ID).await.unwrap();
}

async fn call_for_clusters(client: &Client) {
    let started = Some(TaskId::from("T-1"));
    let created = client.create_cluster(&create_cluster()).await.unwrap();
    assert_eq!((created.cluster_id.as_str(), created.task_id), (ID, started.clone()));
    client.describe_cluster_detail(ID).await.unwrap();
    let filter = full!(ClusterFilter { text: cluster_id, name, cluster_type, cluster_spec, profile; });
    client.describe_clusters_for_region(&filter).await.unwrap();
    assert_eq!(client.modify_cluster(ID, &modify_cluster()).await.unwrap().task_id, started);
    let option = DeleteOption { resource_type: "SLB".to_owned(), delete_mode: "delete".to_owned() };
    let delete = full!(DeleteCluster {
        flag: retain_all_resources; texts: retain_resources; also: delete_options = Some(vec![option.clone()]),
    });
    client.delete_cluster(ID, &delete).await.unwrap();
    let upgrade = full!(UpgradeCluster { text: next_version; flag: master_only; });
    client.upgrade_cluster(ID, &upgrade).await.unwrap();
    client.migrate_cluster(ID, Some("bucket"), Some("endpoint")).await.unwrap();
    client.describe_cluster_resources(ID, true).await.unwrap();
    let query = full!(KubernetesVersionQuery {
        text: profile, kubernetes_version, mode, runtime; name: cluster_type; flag: query_upgradable_version;
    });
    client.describe_kubernetes_version_metadata(&query).await.unwrap();

    client.tag_resources(&[ID], &[Tag::new("key", "value")]).await.unwrap();
    client.untag_resources(&[ID], &["key"]).await.unwrap();
}

async fn call_for_node_pools(client: &Client) {
    let created = client.create_cluster_node_pool(ID, &create_node_pool()).await.unwrap();
    assert_eq!((created.nodepool_id.as_str(), created.task_id), (POOL, Some(TaskId::from("T-1"))));
    client.describe_cluster_node_pool_detail(ID, POOL).await.unwrap();
    client.describe_cluster_node_pools(ID).await.unwrap();
    client.modify_cluster_node_pool(ID, POOL, &modify_node_pool()).await.unwrap();
    client.delete_cluster_nodepool(ID, POOL, true).await.unwrap();
}

async fn call_for_addons(client: &Client) {
    let kind = full!(Kind { name: cluster_type, profile, cluster_spec, cluster_version; });
    for catalogue in [AddonCatalogue::Cluster(ID.to_owned()), kind.into()] {
        client.list_addons(&catalogue).await.unwrap();
        client.describe_addon("coredns", &catalogue, Some("v1")).await.unwrap();
    }
    client.get_cluster_addon_instance(ID, "coredns").await.unwrap();
    let install = full!(InstallAddon { text: version, config; name: name; });
    client.install_cluster_addons(ID, &[install]).await.unwrap();
    let upgrade = full!(UpgradeAddon { text: version, config, policy; name: component_name, next_version; });
    client.upgrade_cluster_addons(ID, &[upgrade]).await.unwrap();
    let uninstall = full!(UninstallAddon { name: name; flag: cleanup_cloud_resources; });
    client.uninstall_cluster_addons(ID, &[uninstall]).await.unwrap();
    client.modify_cluster_addon(ID, "coredns", "{}").await.unwrap();
}

/// The variant `AddonCatalogue::Kind`, as a struct that `full!` can build.
struct Kind {
    cluster_type: String,
    profile: String,
    cluster_spec: String,
    cluster_version: String,
}

impl From<Kind> for AddonCatalogue {
    fn from(kind: Kind) -> Self {
        let Kind { cluster_type, profile, cluster_spec, cluster_version } = kind;
        Self::Kind { cluster_type, profile, cluster_spec, cluster_version }
    }
}
