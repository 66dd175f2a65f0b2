//! Generated from proto/cs/operations.json.

use http::Method;

use super::Encoding::{Boolean, Commas, Integer, Json, Text};
use super::{Operation, Shape};

/// The version of the API.
pub const VERSION: &str = "2015-12-15";

/// Add existing ECS instances to a cluster (pool optional).
pub static ATTACH_INSTANCES: Operation = Operation { action: "AttachInstances", method: Method::POST, path: "/clusters/{cluster_id}/attach", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Add existing ECS instances to a pool.
pub static ATTACH_INSTANCES_TO_NODE_POOL: Operation = Operation { action: "AttachInstancesToNodePool", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/attach", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Old cancel of a cluster upgrade. [`CancelTask`](CANCEL_TASK) takes over.
pub static CANCEL_CLUSTER_UPGRADE: Operation = Operation { action: "CancelClusterUpgrade", method: Method::POST, path: "/api/v2/clusters/{cluster_id}/upgrade/cancel", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Old cancel of an addon upgrade. [`CancelTask`](CANCEL_TASK) takes over.
pub static CANCEL_COMPONENT_UPGRADE: Operation = Operation { action: "CancelComponentUpgrade", method: Method::POST, path: "/clusters/{cluster_id}/components/{component_id}/cancel", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Cancel a maintenance plan that has not run.
pub static CANCEL_OPERATION_PLAN: Operation = Operation { action: "CancelOperationPlan", method: Method::DELETE, path: "/operation/plans/{plan_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Cancel a task.
pub static CANCEL_TASK: Operation = Operation { action: "CancelTask", method: Method::POST, path: "/tasks/{task_id}/cancel", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Read where and which control plane logs go.
pub static CHECK_CONTROL_PLANE_LOG_ENABLE: Operation = Operation { action: "CheckControlPlaneLogEnable", method: Method::GET, path: "/clusters/{cluster_id}/controlplanelog", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Tell which of the RAM service roles that ACK needs are granted.
pub static CHECK_SERVICE_ROLE: Operation = Operation { action: "CheckServiceRole", method: Method::POST, path: "/ram/check-service-role", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Wipe a user's kubeconfig and permissions in one cluster.
pub static CLEAN_CLUSTER_USER_PERMISSIONS: Operation = Operation { action: "CleanClusterUserPermissions", method: Method::DELETE, path: "/cluster/{cluster_id}/user/{uid}/permissions", query: &[("Force", Boolean)], body: Shape::Nothing, answer: Shape::Nothing, repeatable: true };

/// Wipe a user's kubeconfigs and permissions in all or some clusters.
pub static CLEAN_USER_PERMISSIONS: Operation = Operation { action: "CleanUserPermissions", method: Method::DELETE, path: "/users/{uid}/permissions", query: &[("ClusterIds", Commas), ("Force", Boolean)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Create a node self-healing rule (the comment says: not open yet).
pub static CREATE_AUTO_REPAIR_POLICY: Operation = Operation { action: "CreateAutoRepairPolicy", method: Method::POST, path: "/clusters/{cluster_id}/auto_repair_policies", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Set the cluster-wide autoscaler parameters (there is no read call).
pub static CREATE_AUTOSCALING_CONFIG: Operation = Operation { action: "CreateAutoscalingConfig", method: Method::POST, path: "/cluster/{cluster_id}/autoscale/config/", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Start building a cluster of any type; answers at once with the ids of the cluster and of the task that does the work.
pub static CREATE_CLUSTER: Operation = Operation { action: "CreateCluster", method: Method::POST, path: "/clusters", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Start a diagnosis of a node, pod, network path, ingress, service or memory.
pub static CREATE_CLUSTER_DIAGNOSIS: Operation = Operation { action: "CreateClusterDiagnosis", method: Method::POST, path: "/clusters/{cluster_id}/diagnosis", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Set up the regular inspection of a cluster.
pub static CREATE_CLUSTER_INSPECT_CONFIG: Operation = Operation { action: "CreateClusterInspectConfig", method: Method::POST, path: "/clusters/{cluster_id}/inspectConfig", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Add a node pool.
pub static CREATE_CLUSTER_NODE_POOL: Operation = Operation { action: "CreateClusterNodePool", method: Method::POST, path: "/clusters/{cluster_id}/nodepools", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Old trigger creation, cluster id in the body. [`CreateTrigger`](CREATE_TRIGGER) takes over.
pub static CREATE_KUBERNETES_TRIGGER: Operation = Operation { action: "CreateKubernetesTrigger", method: Method::POST, path: "/triggers", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Install node-level components on a pool.
pub static CREATE_NODE_POOL_COMPONENT_INSTANCES: Operation = Operation { action: "CreateNodePoolComponentInstances", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/component_instances", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Store an orchestration template.
pub static CREATE_TEMPLATE: Operation = Operation { action: "CreateTemplate", method: Method::POST, path: "/templates", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Create a redeploy trigger of a workload.
pub static CREATE_TRIGGER: Operation = Operation { action: "CreateTrigger", method: Method::POST, path: "/clusters/{cluster_id}/triggers", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Delete alert contacts.
pub static DELETE_ALERT_CONTACT: Operation = Operation { action: "DeleteAlertContact", method: Method::DELETE, path: "/alert/contacts", query: &[("contact_ids", Json)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Delete alert contact groups.
pub static DELETE_ALERT_CONTACT_GROUP: Operation = Operation { action: "DeleteAlertContactGroup", method: Method::DELETE, path: "/alert/contact_groups", query: &[("contact_group_ids", Json)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Delete a node self-healing rule (the comment says: not open yet).
pub static DELETE_AUTO_REPAIR_POLICY: Operation = Operation { action: "DeleteAutoRepairPolicy", method: Method::DELETE, path: "/clusters/{cluster_id}/auto_repair_policies/{policy_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Tear a cluster down, choosing what related cloud resources stay.
pub static DELETE_CLUSTER: Operation = Operation { action: "DeleteCluster", method: Method::DELETE, path: "/clusters/{cluster_id}", query: &[("delete_options", Json), ("keep_slb", Boolean), ("retain_all_resources", Boolean), ("retain_resources", Json)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Drop the regular inspection.
pub static DELETE_CLUSTER_INSPECT_CONFIG: Operation = Operation { action: "DeleteClusterInspectConfig", method: Method::DELETE, path: "/clusters/{cluster_id}/inspectConfig", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Delete a node pool.
pub static DELETE_CLUSTER_NODEPOOL: Operation = Operation { action: "DeleteClusterNodepool", method: Method::DELETE, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}", query: &[("force", Boolean)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Remove nodes from a cluster by node name.
pub static DELETE_CLUSTER_NODES: Operation = Operation { action: "DeleteClusterNodes", method: Method::POST, path: "/clusters/{cluster_id}/nodes", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Old trigger deletion. [`DeleteTrigger`](DELETE_TRIGGER) takes over.
pub static DELETE_KUBERNETES_TRIGGER: Operation = Operation { action: "DeleteKubernetesTrigger", method: Method::DELETE, path: "/triggers/revoke/{id}", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: true };

/// Take a node-level component off a pool.
pub static DELETE_NODE_POOL_COMPONENT_INSTANCE: Operation = Operation { action: "DeleteNodePoolComponentInstance", method: Method::DELETE, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/component_instances/{name}", query: &[("batch_interval", Integer), ("max_failed_nodes", Integer), ("max_parallelism", Integer), ("node_names", Json), ("pause_policy", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Delete an instance of a rule.
pub static DELETE_POLICY_INSTANCE: Operation = Operation { action: "DeletePolicyInstance", method: Method::DELETE, path: "/clusters/{cluster_id}/policies/{policy_name}", query: &[("instance_name", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Delete an orchestration template.
pub static DELETE_TEMPLATE: Operation = Operation { action: "DeleteTemplate", method: Method::DELETE, path: "/templates/{template_id}", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: true };

/// Delete a trigger.
pub static DELETE_TRIGGER: Operation = Operation { action: "DeleteTrigger", method: Method::DELETE, path: "/clusters/{cluster_id}/triggers/{id}", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: true };

/// Deploy an instance of a rule.
pub static DEPLOY_POLICY_INSTANCE: Operation = Operation { action: "DeployPolicyInstance", method: Method::POST, path: "/clusters/{cluster_id}/policies/{policy_name}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Read one addon: schema of its settings, newer versions.
pub static DESCRIBE_ADDON: Operation = Operation { action: "DescribeAddon", method: Method::GET, path: "/addons/{addon_name}", query: &[("cluster_id", Text), ("cluster_spec", Text), ("cluster_type", Text), ("cluster_version", Text), ("profile", Text), ("region_id", Text), ("version", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old catalogue of addons by region. [`ListAddons`](LIST_ADDONS) takes over.
pub static DESCRIBE_ADDONS: Operation = Operation { action: "DescribeAddons", method: Method::GET, path: "/clusters/components/metadata", query: &[("cluster_profile", Text), ("cluster_spec", Text), ("cluster_type", Text), ("cluster_version", Text), ("region", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read a node self-healing rule (the comment says: not open yet).
pub static DESCRIBE_AUTO_REPAIR_POLICY: Operation = Operation { action: "DescribeAutoRepairPolicy", method: Method::GET, path: "/clusters/{cluster_id}/auto_repair_policies/{policy_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old read of one installed addon. [`GetClusterAddonInstance`](GET_CLUSTER_ADDON_INSTANCE) takes over.
pub static DESCRIBE_CLUSTER_ADDON_INSTANCE: Operation = Operation { action: "DescribeClusterAddonInstance", method: Method::GET, path: "/clusters/{cluster_id}/components/{addon_name}/instance", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old read of an addon's setting schema. [`DescribeAddon`](DESCRIBE_ADDON) takes over.
pub static DESCRIBE_CLUSTER_ADDON_METADATA: Operation = Operation { action: "DescribeClusterAddonMetadata", method: Method::GET, path: "/clusters/{cluster_id}/components/{component_id}/metadata", query: &[("version", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old upgrade progress of one addon. [`DescribeTaskInfo`](DESCRIBE_TASK_INFO) takes over.
pub static DESCRIBE_CLUSTER_ADDON_UPGRADE_STATUS: Operation = Operation { action: "DescribeClusterAddonUpgradeStatus", method: Method::GET, path: "/clusters/{cluster_id}/components/{component_id}/upgradestatus", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old upgrade progress of several addons. [`DescribeTaskInfo`](DESCRIBE_TASK_INFO) takes over.
pub static DESCRIBE_CLUSTER_ADDONS_UPGRADE_STATUS: Operation = Operation { action: "DescribeClusterAddonsUpgradeStatus", method: Method::GET, path: "/clusters/{cluster_id}/components/upgradestatus", query: &[("componentIds", Json)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old map of installed addons. [`ListClusterAddonInstances`](LIST_CLUSTER_ADDON_INSTANCES) takes over.
pub static DESCRIBE_CLUSTER_ADDONS_VERSION: Operation = Operation { action: "DescribeClusterAddonsVersion", method: Method::GET, path: "/clusters/{cluster_id}/components/version", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Get the shell command that joins a machine by hand.
pub static DESCRIBE_CLUSTER_ATTACH_SCRIPTS: Operation = Operation { action: "DescribeClusterAttachScripts", method: Method::POST, path: "/clusters/{cluster_id}/attachscript", query: &[], body: Shape::Object, answer: Shape::Text, repeatable: false };

/// Read one cluster in full.
pub static DESCRIBE_CLUSTER_DETAIL: Operation = Operation { action: "DescribeClusterDetail", method: Method::GET, path: "/clusters/{cluster_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Page through one cluster's events.
pub static DESCRIBE_CLUSTER_EVENTS: Operation = Operation { action: "DescribeClusterEvents", method: Method::GET, path: "/clusters/{cluster_id}/events", query: &[("max_results", Integer), ("next_token", Text), ("page_number", Integer), ("page_size", Integer), ("task_id", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Plain text log lines of what ACK did to a cluster.
pub static DESCRIBE_CLUSTER_LOGS: Operation = Operation { action: "DescribeClusterLogs", method: Method::GET, path: "/clusters/{cluster_id}/logs", query: &[], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Read one node pool with its status counters.
pub static DESCRIBE_CLUSTER_NODE_POOL_DETAIL: Operation = Operation { action: "DescribeClusterNodePoolDetail", method: Method::GET, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List a cluster's node pools in full.
pub static DESCRIBE_CLUSTER_NODE_POOLS: Operation = Operation { action: "DescribeClusterNodePools", method: Method::GET, path: "/clusters/{cluster_id}/nodepools", query: &[("NodepoolName", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Page through nodes with filters.
pub static DESCRIBE_CLUSTER_NODES: Operation = Operation { action: "DescribeClusterNodes", method: Method::GET, path: "/clusters/{cluster_id}/nodes", query: &[("instanceIds", Text), ("nodeIps", Text), ("nodeLabels", Text), ("nodeNames", Text), ("nodepool_id", Text), ("pageNumber", Text), ("pageSize", Text), ("state", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the cloud resources tied to a cluster and what deletion would do to each.
pub static DESCRIBE_CLUSTER_RESOURCES: Operation = Operation { action: "DescribeClusterResources", method: Method::GET, path: "/clusters/{cluster_id}/resources", query: &[("with_addon_resources", Boolean)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Page through the tasks of a cluster.
pub static DESCRIBE_CLUSTER_TASKS: Operation = Operation { action: "DescribeClusterTasks", method: Method::GET, path: "/clusters/{cluster_id}/tasks", query: &[("max_results", Integer), ("next_token", Text), ("page_number", Integer), ("page_size", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Get the caller's kubeconfig, long-lived or temporary.
pub static DESCRIBE_CLUSTER_USER_KUBECONFIG: Operation = Operation { action: "DescribeClusterUserKubeconfig", method: Method::GET, path: "/k8s/{cluster_id}/user_config", query: &[("PrivateIpAddress", Boolean), ("TemporaryDurationMinutes", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old kubeconfig read. [`DescribeClusterUserKubeconfig`](DESCRIBE_CLUSTER_USER_KUBECONFIG) takes over.
pub static DESCRIBE_CLUSTER_V2_USER_KUBECONFIG: Operation = Operation { action: "DescribeClusterV2UserKubeconfig", method: Method::GET, path: "/api/v2/k8s/{cluster_id}/user_config", query: &[("PrivateIpAddress", Boolean), ("TemporaryDurationMinutes", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the vulnerabilities of a cluster by node pool.
pub static DESCRIBE_CLUSTER_VULS: Operation = Operation { action: "DescribeClusterVuls", method: Method::GET, path: "/clusters/{cluster_id}/vuls", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old unpaged cluster list. [`DescribeClustersV1`](DESCRIBE_CLUSTERS_V1) takes over.
pub static DESCRIBE_CLUSTERS: Operation = Operation { action: "DescribeClusters", method: Method::GET, path: "/clusters", query: &[("clusterType", Text), ("name", Text), ("resource_group_id", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Page through the clusters of one region (shorter records).
pub static DESCRIBE_CLUSTERS_FOR_REGION: Operation = Operation { action: "DescribeClustersForRegion", method: Method::GET, path: "/regions/{region_id}/clusters", query: &[("cluster_id", Text), ("cluster_spec", Text), ("cluster_type", Text), ("name", Text), ("page_number", Integer), ("page_size", Integer), ("profile", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Page through the account's clusters with filters.
pub static DESCRIBE_CLUSTERS_V1: Operation = Operation { action: "DescribeClustersV1", method: Method::GET, path: "/api/v1/clusters", query: &[("cluster_id", Text), ("cluster_spec", Text), ("cluster_type", Text), ("name", Text), ("page_number", Integer), ("page_size", Integer), ("profile", Text), ("region_id", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Page through events over all clusters.
pub static DESCRIBE_EVENTS: Operation = Operation { action: "DescribeEvents", method: Method::GET, path: "/events", query: &[("cluster_id", Text), ("max_results", Integer), ("next_token", Text), ("page_number", Integer), ("page_size", Integer), ("type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Page through one region's events.
pub static DESCRIBE_EVENTS_FOR_REGION: Operation = Operation { action: "DescribeEventsForRegion", method: Method::GET, path: "/regions/{region_id}/events", query: &[("cluster_id", Text), ("max_results", Integer), ("next_token", Text), ("page_number", Integer), ("page_size", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old read of the agent manifest that connects an external cluster.
pub static DESCRIBE_EXTERNAL_AGENT: Operation = Operation { action: "DescribeExternalAgent", method: Method::GET, path: "/k8s/{cluster_id}/external/agent/deployment", query: &[("AgentMode", Text), ("PrivateIpAddress", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List Kubernetes versions with images, runtimes, dates and upgrade targets.
pub static DESCRIBE_KUBERNETES_VERSION_METADATA: Operation = Operation { action: "DescribeKubernetesVersionMetadata", method: Method::GET, path: "/api/v1/metadata/versions", query: &[("ClusterType", Text), ("KubernetesVersion", Text), ("Mode", Text), ("Profile", Text), ("QueryUpgradableVersion", Boolean), ("Region", Text), ("runtime", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// List the vulnerabilities of a pool by node.
pub static DESCRIBE_NODE_POOL_VULS: Operation = Operation { action: "DescribeNodePoolVuls", method: Method::GET, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/vuls", query: &[("necessity", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the policy rule library by category.
pub static DESCRIBE_POLICIES: Operation = Operation { action: "DescribePolicies", method: Method::GET, path: "/policies", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read one policy rule of the library.
pub static DESCRIBE_POLICY_DETAILS: Operation = Operation { action: "DescribePolicyDetails", method: Method::GET, path: "/policies/{policy_name}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Overview of policies in force and of violations.
pub static DESCRIBE_POLICY_GOVERNANCE_IN_CLUSTER: Operation = Operation { action: "DescribePolicyGovernanceInCluster", method: Method::GET, path: "/clusters/{cluster_id}/policygovernance", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the policy instances of a cluster.
pub static DESCRIBE_POLICY_INSTANCES: Operation = Operation { action: "DescribePolicyInstances", method: Method::GET, path: "/clusters/{cluster_id}/policies", query: &[("instance_name", Text), ("policy_name", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Count deployed instances by policy and severity.
pub static DESCRIBE_POLICY_INSTANCES_STATUS: Operation = Operation { action: "DescribePolicyInstancesStatus", method: Method::GET, path: "/clusters/{cluster_id}/policies/status", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the regions where ACK runs.
pub static DESCRIBE_REGIONS: Operation = Operation { action: "DescribeRegions", method: Method::GET, path: "/regions", query: &[("acceptLanguage", Text), ("clusterType", Text), ("profile", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read delete protection of namespaces or services inside a cluster.
pub static DESCRIBE_RESOURCES_DELETE_PROTECTION: Operation = Operation { action: "DescribeResourcesDeleteProtection", method: Method::GET, path: "/clusters/{cluster_id}/resources/{resource_type}/protection", query: &[("namespace", Text), ("resources", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Issue the kubeconfig of another RAM identity (main account only).
pub static DESCRIBE_SUBACCOUNT_K8S_CLUSTER_USER_CONFIG: Operation = Operation { action: "DescribeSubaccountK8sClusterUserConfig", method: Method::GET, path: "/k8s/{cluster_id}/users/{uid}/user_config", query: &[("PrivateIpAddress", Boolean), ("TemporaryDurationMinutes", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read one task: state, stages, error, per-resource result.
pub static DESCRIBE_TASK_INFO: Operation = Operation { action: "DescribeTaskInfo", method: Method::GET, path: "/tasks/{task_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read one orchestration template (answers a list).
pub static DESCRIBE_TEMPLATE_ATTRIBUTE: Operation = Operation { action: "DescribeTemplateAttribute", method: Method::GET, path: "/templates/{template_id}", query: &[("template_type", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Page through orchestration templates.
pub static DESCRIBE_TEMPLATES: Operation = Operation { action: "DescribeTemplates", method: Method::GET, path: "/templates", query: &[("page_num", Integer), ("page_size", Integer), ("template_type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Find triggers of a workload.
pub static DESCRIBE_TRIGGER: Operation = Operation { action: "DescribeTrigger", method: Method::GET, path: "/clusters/{cluster_id}/triggers", query: &[("Name", Text), ("Namespace", Text), ("Type", Text), ("action", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// List the namespaces the caller may use in a cluster.
pub static DESCRIBE_USER_CLUSTER_NAMESPACES: Operation = Operation { action: "DescribeUserClusterNamespaces", method: Method::GET, path: "/api/v2/k8s/{cluster_id}/namespaces", query: &[], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Read the cluster permissions of a RAM user or role.
pub static DESCRIBE_USER_PERMISSION: Operation = Operation { action: "DescribeUserPermission", method: Method::GET, path: "/permissions/users/{uid}", query: &[], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Read the account's quotas.
pub static DESCRIBE_USER_QUOTA: Operation = Operation { action: "DescribeUserQuota", method: Method::GET, path: "/quota", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Fix vulnerabilities on a pool's nodes, in batches.
pub static FIX_NODE_POOL_VULS: Operation = Operation { action: "FixNodePoolVuls", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/vuls/fix", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Read one installed addon with its settings.
pub static GET_CLUSTER_ADDON_INSTANCE: Operation = Operation { action: "GetClusterAddonInstance", method: Method::GET, path: "/clusters/{cluster_id}/addon_instances/{instance_name}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read whether audit logging is on and its log project.
pub static GET_CLUSTER_AUDIT_PROJECT: Operation = Operation { action: "GetClusterAuditProject", method: Method::GET, path: "/clusters/{clusterid}/audit", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read one pre-flight check.
pub static GET_CLUSTER_CHECK: Operation = Operation { action: "GetClusterCheck", method: Method::GET, path: "/clusters/{cluster_id}/checks/{check_id}", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read the single checks of a diagnosis.
pub static GET_CLUSTER_DIAGNOSIS_CHECK_ITEMS: Operation = Operation { action: "GetClusterDiagnosisCheckItems", method: Method::GET, path: "/clusters/{cluster_id}/diagnosis/{diagnosis_id}/check_items", query: &[("language", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read a diagnosis.
pub static GET_CLUSTER_DIAGNOSIS_RESULT: Operation = Operation { action: "GetClusterDiagnosisResult", method: Method::GET, path: "/clusters/{cluster_id}/diagnosis/{diagnosis_id}/result", query: &[("language", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read the regular inspection's settings.
pub static GET_CLUSTER_INSPECT_CONFIG: Operation = Operation { action: "GetClusterInspectConfig", method: Method::GET, path: "/clusters/{cluster_id}/inspectConfig", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Read one inspection report with filters.
pub static GET_CLUSTER_INSPECT_REPORT_DETAIL: Operation = Operation { action: "GetClusterInspectReportDetail", method: Method::GET, path: "/clusters/{cluster_id}/inspectReports/{report_id}", query: &[("category", Text), ("enableFilter", Boolean), ("language", Text), ("level", Text), ("maxResults", Integer), ("nextToken", Text), ("targetType", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Old trigger search. [`DescribeTrigger`](DESCRIBE_TRIGGER) takes over.
pub static GET_KUBERNETES_TRIGGER: Operation = Operation { action: "GetKubernetesTrigger", method: Method::GET, path: "/triggers/{cluster_id}", query: &[("Name", Text), ("Namespace", Text), ("Type", Text), ("action", Text)], body: Shape::Nothing, answer: Shape::List, repeatable: true };

/// Old upgrade progress of a cluster. [`DescribeTaskInfo`](DESCRIBE_TASK_INFO) takes over.
pub static GET_UPGRADE_STATUS: Operation = Operation { action: "GetUpgradeStatus", method: Method::GET, path: "/api/v2/clusters/{cluster_id}/upgrade/status", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Replace all cluster permissions of a RAM user or role.
pub static GRANT_PERMISSIONS: Operation = Operation { action: "GrantPermissions", method: Method::POST, path: "/permissions/users/{uid}", query: &[], body: Shape::List, answer: Shape::Nothing, repeatable: false };

/// Install addons.
pub static INSTALL_CLUSTER_ADDONS: Operation = Operation { action: "InstallClusterAddons", method: Method::POST, path: "/clusters/{cluster_id}/components/install", query: &[], body: Shape::List, answer: Shape::Object, repeatable: false };

/// Earlier camelCase form of installing node-level components.
pub static INSTALL_NODE_POOL_COMPONENTS: Operation = Operation { action: "InstallNodePoolComponents", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{node_pool_id}/components", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// List the addons available to a cluster or to a cluster kind.
pub static LIST_ADDONS: Operation = Operation { action: "ListAddons", method: Method::GET, path: "/addons", query: &[("cluster_id", Text), ("cluster_spec", Text), ("cluster_type", Text), ("cluster_version", Text), ("profile", Text), ("region_id", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List node self-healing rules (the comment says: not open yet).
pub static LIST_AUTO_REPAIR_POLICIES: Operation = Operation { action: "ListAutoRepairPolicies", method: Method::GET, path: "/clusters/{cluster_id}/auto_repair_policies", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the Helm release and Kubernetes objects of an installed addon.
pub static LIST_CLUSTER_ADDON_INSTANCE_RESOURCES: Operation = Operation { action: "ListClusterAddonInstanceResources", method: Method::GET, path: "/clusters/{cluster_id}/addon_instances/{instance_name}/resources", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List installed addons with state and version.
pub static LIST_CLUSTER_ADDON_INSTANCES: Operation = Operation { action: "ListClusterAddonInstances", method: Method::GET, path: "/clusters/{cluster_id}/addon_instances", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List pre-flight checks.
pub static LIST_CLUSTER_CHECKS: Operation = Operation { action: "ListClusterChecks", method: Method::GET, path: "/clusters/{cluster_id}/checks", query: &[("target", Text), ("type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Page through inspection reports.
pub static LIST_CLUSTER_INSPECT_REPORTS: Operation = Operation { action: "ListClusterInspectReports", method: Method::GET, path: "/clusters/{cluster_id}/inspectReports", query: &[("maxResults", Integer), ("nextToken", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the kubeconfigs issued in a cluster.
pub static LIST_CLUSTER_KUBECONFIG_STATES: Operation = Operation { action: "ListClusterKubeconfigStates", method: Method::GET, path: "/clusters/{cluster_id}/kubeconfig/states", query: &[("cloudServiceKubeConfig", Boolean), ("pageNumber", Integer), ("pageSize", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Show one node-level component on each node.
pub static LIST_NODE_POOL_COMPONENT_INSTANCE_NODES: Operation = Operation { action: "ListNodePoolComponentInstanceNodes", method: Method::GET, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/component_instances/{name}/nodes", query: &[("config_revision", Text), ("max_results", Integer), ("next_token", Text), ("node_names", Json), ("version", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the node-level components that a pool has.
pub static LIST_NODE_POOL_COMPONENT_INSTANCES: Operation = Operation { action: "ListNodePoolComponentInstances", method: Method::GET, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/component_instances", query: &[("max_results", Integer), ("next_token", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List the node-level components (kubelet and so on) that a pool could have.
pub static LIST_NODE_POOL_COMPONENTS: Operation = Operation { action: "ListNodePoolComponents", method: Method::GET, path: "/clusters/{cluster_id}/nodepool_components", query: &[("image_id", Text), ("image_type", Text), ("instance_types", Json), ("max_results", Integer), ("next_token", Text), ("nodepool_id", Text), ("nodepool_type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List planned automatic maintenance.
pub static LIST_OPERATION_PLANS: Operation = Operation { action: "ListOperationPlans", method: Method::GET, path: "/operation/plans", query: &[("cluster_id", Text), ("type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// The latest 100 maintenance plans of a region.
pub static LIST_OPERATION_PLANS_FOR_REGION: Operation = Operation { action: "ListOperationPlansForRegion", method: Method::GET, path: "/regions/{region_id}/operation/plans", query: &[("cluster_id", Text), ("state", Text), ("type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List tags of clusters.
pub static LIST_TAG_RESOURCES: Operation = Operation { action: "ListTagResources", method: Method::GET, path: "/tags", query: &[("next_token", Text), ("region_id", Text), ("resource_ids", Json), ("resource_type", Text), ("tags", Json)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// List one user's kubeconfigs over all clusters.
pub static LIST_USER_KUBE_CONFIG_STATES: Operation = Operation { action: "ListUserKubeConfigStates", method: Method::GET, path: "/users/{uid}/kubeconfig/states", query: &[("page_number", Integer), ("page_size", Integer)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Turn a Basic managed cluster into a Pro one (takes an OSS bucket too).
pub static MIGRATE_CLUSTER: Operation = Operation { action: "MigrateCluster", method: Method::POST, path: "/clusters/{cluster_id}/migrate", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Change a node self-healing rule (the comment says: not open yet).
pub static MODIFY_AUTO_REPAIR_POLICY: Operation = Operation { action: "ModifyAutoRepairPolicy", method: Method::PUT, path: "/clusters/{cluster_id}/auto_repair_policies/{policy_id}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Change settings of a live cluster (name, protection, API server exposure, maintenance, ...).
pub static MODIFY_CLUSTER: Operation = Operation { action: "ModifyCluster", method: Method::PUT, path: "/api/v2/clusters/{cluster_id}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Change the settings of an installed addon or of a control plane part.
pub static MODIFY_CLUSTER_ADDON: Operation = Operation { action: "ModifyClusterAddon", method: Method::POST, path: "/clusters/{cluster_id}/components/{component_id}/config", query: &[], body: Shape::Object, answer: Shape::Nothing, repeatable: true };

/// Change a node pool, its size or its autoscaling limits.
pub static MODIFY_CLUSTER_NODE_POOL: Operation = Operation { action: "ModifyClusterNodePool", method: Method::PUT, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Replace all tags of one cluster.
pub static MODIFY_CLUSTER_TAGS: Operation = Operation { action: "ModifyClusterTags", method: Method::POST, path: "/clusters/{cluster_id}/tags", query: &[], body: Shape::List, answer: Shape::Nothing, repeatable: true };

/// Change kubelet, containerd and OS settings of a pool, rolled out in batches.
pub static MODIFY_NODE_POOL_NODE_CONFIG: Operation = Operation { action: "ModifyNodePoolNodeConfig", method: Method::PUT, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/node_config", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Change an instance of a rule.
pub static MODIFY_POLICY_INSTANCE: Operation = Operation { action: "ModifyPolicyInstance", method: Method::PUT, path: "/clusters/{cluster_id}/policies/{policy_name}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Activate ACK for the account.
pub static OPEN_ACK_SERVICE: Operation = Operation { action: "OpenAckService", method: Method::POST, path: "/service/open", query: &[("type", Text)], body: Shape::Nothing, answer: Shape::Object, repeatable: false };

/// Old pause of a cluster upgrade. [`PauseTask`](PAUSE_TASK) takes over.
pub static PAUSE_CLUSTER_UPGRADE: Operation = Operation { action: "PauseClusterUpgrade", method: Method::POST, path: "/api/v2/clusters/{cluster_id}/upgrade/pause", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Old pause of an addon upgrade. [`PauseTask`](PAUSE_TASK) takes over.
pub static PAUSE_COMPONENT_UPGRADE: Operation = Operation { action: "PauseComponentUpgrade", method: Method::POST, path: "/clusters/{clusterid}/components/{componentid}/pause", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Pause a running task.
pub static PAUSE_TASK: Operation = Operation { action: "PauseTask", method: Method::POST, path: "/tasks/{task_id}/pause", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Old node removal. [`RemoveNodePoolNodes`](REMOVE_NODE_POOL_NODES) takes over.
pub static REMOVE_CLUSTER_NODES: Operation = Operation { action: "RemoveClusterNodes", method: Method::POST, path: "/api/v2/clusters/{cluster_id}/nodes/remove", query: &[], body: Shape::Object, answer: Shape::Nothing, repeatable: false };

/// Remove instances from a pool and lower its desired size.
pub static REMOVE_NODE_POOL_NODES: Operation = Operation { action: "RemoveNodePoolNodes", method: Method::DELETE, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/nodes", query: &[("concurrency", Boolean), ("drain_node", Boolean), ("instance_ids", Json), ("nodes", Json), ("release_node", Boolean)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Run repair actions on nodes of a pool.
pub static REPAIR_CLUSTER_NODE_POOL: Operation = Operation { action: "RepairClusterNodePool", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/repair", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Old resume of an addon upgrade. [`ResumeTask`](RESUME_TASK) takes over.
pub static RESUME_COMPONENT_UPGRADE: Operation = Operation { action: "ResumeComponentUpgrade", method: Method::POST, path: "/clusters/{clusterid}/components/{componentid}/resume", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Resume a paused task.
pub static RESUME_TASK: Operation = Operation { action: "ResumeTask", method: Method::POST, path: "/tasks/{task_id}/resume", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Old resume of a cluster upgrade. [`ResumeTask`](RESUME_TASK) takes over.
pub static RESUME_UPGRADE_CLUSTER: Operation = Operation { action: "ResumeUpgradeCluster", method: Method::POST, path: "/api/v2/clusters/{cluster_id}/upgrade/resume", query: &[], body: Shape::Nothing, answer: Shape::Nothing, repeatable: false };

/// Revoke the caller's kubeconfig and issue a new one.
pub static REVOKE_K8S_CLUSTER_KUBE_CONFIG: Operation = Operation { action: "RevokeK8sClusterKubeConfig", method: Method::DELETE, path: "/k8s/{cluster_id}/certs", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Run a pre-flight check (upgrade, migration, node pool upgrade).
pub static RUN_CLUSTER_CHECK: Operation = Operation { action: "RunClusterCheck", method: Method::POST, path: "/clusters/{cluster_id}/checks", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Run an inspection now.
pub static RUN_CLUSTER_INSPECT: Operation = Operation { action: "RunClusterInspect", method: Method::POST, path: "/clusters/{cluster_id}/inspectReports", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Run one maintenance action on one node.
pub static RUN_NODE_OPERATION: Operation = Operation { action: "RunNodeOperation", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/nodes/{node_name}/operation", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Add a number of nodes to a pool.
pub static SCALE_CLUSTER_NODE_POOL: Operation = Operation { action: "ScaleClusterNodePool", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Old way to add workers to a cluster, without a node pool. [`ScaleClusterNodePool`](SCALE_CLUSTER_NODE_POOL) takes over.
pub static SCALE_OUT_CLUSTER: Operation = Operation { action: "ScaleOutCluster", method: Method::POST, path: "/api/v2/clusters/{cluster_id}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Start a vulnerability scan.
pub static SCAN_CLUSTER_VULS: Operation = Operation { action: "ScanClusterVuls", method: Method::POST, path: "/clusters/{cluster_id}/vuls/scan", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: false };

/// Switch an alert rule set or one rule on.
pub static START_ALERT: Operation = Operation { action: "StartAlert", method: Method::POST, path: "/alert/{cluster_id}/alert_rule/start", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Switch an alert rule set or one rule off.
pub static STOP_ALERT: Operation = Operation { action: "StopAlert", method: Method::POST, path: "/alert/{cluster_id}/alert_rule/stop", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Make ACK re-read the pools and their nodes.
pub static SYNC_CLUSTER_NODE_POOL: Operation = Operation { action: "SyncClusterNodePool", method: Method::POST, path: "/clusters/{cluster_id}/sync_nodepools", query: &[], body: Shape::Nothing, answer: Shape::Object, repeatable: false };

/// Add tags to clusters.
pub static TAG_RESOURCES: Operation = Operation { action: "TagResources", method: Method::PUT, path: "/tags", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Remove addons.
pub static UN_INSTALL_CLUSTER_ADDONS: Operation = Operation { action: "UnInstallClusterAddons", method: Method::POST, path: "/clusters/{cluster_id}/components/uninstall", query: &[], body: Shape::List, answer: Shape::Object, repeatable: false };

/// Remove tags from clusters.
pub static UNTAG_RESOURCES: Operation = Operation { action: "UntagResources", method: Method::DELETE, path: "/tags", query: &[("all", Boolean), ("region_id", Text), ("resource_ids", Json), ("resource_type", Text), ("tag_keys", Json)], body: Shape::Nothing, answer: Shape::Object, repeatable: true };

/// Switch audit logging on or off or move its log project.
pub static UPDATE_CLUSTER_AUDIT_LOG_CONFIG: Operation = Operation { action: "UpdateClusterAuditLogConfig", method: Method::PUT, path: "/clusters/{clusterid}/audit_log", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Change the regular inspection's settings.
pub static UPDATE_CLUSTER_INSPECT_CONFIG: Operation = Operation { action: "UpdateClusterInspectConfig", method: Method::PUT, path: "/clusters/{cluster_id}/inspectConfig", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Choose the contact groups of an alert rule set.
pub static UPDATE_CONTACT_GROUP_FOR_ALERT: Operation = Operation { action: "UpdateContactGroupForAlert", method: Method::POST, path: "/alert/{cluster_id}/alert_rule/contact_groups", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Choose project, retention and components of control plane logs.
pub static UPDATE_CONTROL_PLANE_LOG: Operation = Operation { action: "UpdateControlPlaneLog", method: Method::PUT, path: "/clusters/{cluster_id}/controlplanelog", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Set how long a RAM identity's kubeconfig lives.
pub static UPDATE_K8S_CLUSTER_USER_CONFIG_EXPIRE: Operation = Operation { action: "UpdateK8sClusterUserConfigExpire", method: Method::POST, path: "/k8s/{cluster_id}/user_config/expire", query: &[], body: Shape::Object, answer: Shape::Nothing, repeatable: false };

/// Switch encryption at rest of Secrets on or off with a KMS key.
pub static UPDATE_KMS_ENCRYPTION: Operation = Operation { action: "UpdateKMSEncryption", method: Method::PUT, path: "/clusters/{cluster_id}/kms", query: &[], body: Shape::Object, answer: Shape::Nothing, repeatable: true };

/// Earlier camelCase form of updating one node-level component.
pub static UPDATE_NODE_POOL_COMPONENT: Operation = Operation { action: "UpdateNodePoolComponent", method: Method::PUT, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/component", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Change version or settings of a node-level component.
pub static UPDATE_NODE_POOL_COMPONENT_INSTANCE: Operation = Operation { action: "UpdateNodePoolComponentInstance", method: Method::PUT, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/component_instances/{name}", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Set delete protection of namespaces or services inside a cluster.
pub static UPDATE_RESOURCES_DELETE_PROTECTION: Operation = Operation { action: "UpdateResourcesDeleteProtection", method: Method::PUT, path: "/clusters/{cluster_id}/resources/protection", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: true };

/// Change an orchestration template.
pub static UPDATE_TEMPLATE: Operation = Operation { action: "UpdateTemplate", method: Method::PUT, path: "/templates/{template_id}", query: &[], body: Shape::Object, answer: Shape::Nothing, repeatable: true };

/// Replace, add or remove cluster permissions of a RAM user or role.
pub static UPDATE_USER_PERMISSIONS: Operation = Operation { action: "UpdateUserPermissions", method: Method::POST, path: "/permissions/users/{uid}/update", query: &[("mode", Text)], body: Shape::List, answer: Shape::Nothing, repeatable: false };

/// Upgrade a cluster's control plane.
pub static UPGRADE_CLUSTER: Operation = Operation { action: "UpgradeCluster", method: Method::POST, path: "/api/v2/clusters/{cluster_id}/upgrade", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// Move addons to other versions.
pub static UPGRADE_CLUSTER_ADDONS: Operation = Operation { action: "UpgradeClusterAddons", method: Method::POST, path: "/clusters/{cluster_id}/components/upgrade", query: &[], body: Shape::List, answer: Shape::Object, repeatable: false };

/// Move a pool's nodes to another kubelet, image or runtime version, in batches.
pub static UPGRADE_CLUSTER_NODEPOOL: Operation = Operation { action: "UpgradeClusterNodepool", method: Method::POST, path: "/clusters/{cluster_id}/nodepools/{nodepool_id}/upgrade", query: &[], body: Shape::Object, answer: Shape::Object, repeatable: false };

/// All operations, by name.
pub static ALL: &[&Operation] = &[
    &ATTACH_INSTANCES,
    &ATTACH_INSTANCES_TO_NODE_POOL,
    &CANCEL_CLUSTER_UPGRADE,
    &CANCEL_COMPONENT_UPGRADE,
    &CANCEL_OPERATION_PLAN,
    &CANCEL_TASK,
    &CHECK_CONTROL_PLANE_LOG_ENABLE,
    &CHECK_SERVICE_ROLE,
    &CLEAN_CLUSTER_USER_PERMISSIONS,
    &CLEAN_USER_PERMISSIONS,
    &CREATE_AUTO_REPAIR_POLICY,
    &CREATE_AUTOSCALING_CONFIG,
    &CREATE_CLUSTER,
    &CREATE_CLUSTER_DIAGNOSIS,
    &CREATE_CLUSTER_INSPECT_CONFIG,
    &CREATE_CLUSTER_NODE_POOL,
    &CREATE_KUBERNETES_TRIGGER,
    &CREATE_NODE_POOL_COMPONENT_INSTANCES,
    &CREATE_TEMPLATE,
    &CREATE_TRIGGER,
    &DELETE_ALERT_CONTACT,
    &DELETE_ALERT_CONTACT_GROUP,
    &DELETE_AUTO_REPAIR_POLICY,
    &DELETE_CLUSTER,
    &DELETE_CLUSTER_INSPECT_CONFIG,
    &DELETE_CLUSTER_NODEPOOL,
    &DELETE_CLUSTER_NODES,
    &DELETE_KUBERNETES_TRIGGER,
    &DELETE_NODE_POOL_COMPONENT_INSTANCE,
    &DELETE_POLICY_INSTANCE,
    &DELETE_TEMPLATE,
    &DELETE_TRIGGER,
    &DEPLOY_POLICY_INSTANCE,
    &DESCRIBE_ADDON,
    &DESCRIBE_ADDONS,
    &DESCRIBE_AUTO_REPAIR_POLICY,
    &DESCRIBE_CLUSTER_ADDON_INSTANCE,
    &DESCRIBE_CLUSTER_ADDON_METADATA,
    &DESCRIBE_CLUSTER_ADDON_UPGRADE_STATUS,
    &DESCRIBE_CLUSTER_ADDONS_UPGRADE_STATUS,
    &DESCRIBE_CLUSTER_ADDONS_VERSION,
    &DESCRIBE_CLUSTER_ATTACH_SCRIPTS,
    &DESCRIBE_CLUSTER_DETAIL,
    &DESCRIBE_CLUSTER_EVENTS,
    &DESCRIBE_CLUSTER_LOGS,
    &DESCRIBE_CLUSTER_NODE_POOL_DETAIL,
    &DESCRIBE_CLUSTER_NODE_POOLS,
    &DESCRIBE_CLUSTER_NODES,
    &DESCRIBE_CLUSTER_RESOURCES,
    &DESCRIBE_CLUSTER_TASKS,
    &DESCRIBE_CLUSTER_USER_KUBECONFIG,
    &DESCRIBE_CLUSTER_V2_USER_KUBECONFIG,
    &DESCRIBE_CLUSTER_VULS,
    &DESCRIBE_CLUSTERS,
    &DESCRIBE_CLUSTERS_FOR_REGION,
    &DESCRIBE_CLUSTERS_V1,
    &DESCRIBE_EVENTS,
    &DESCRIBE_EVENTS_FOR_REGION,
    &DESCRIBE_EXTERNAL_AGENT,
    &DESCRIBE_KUBERNETES_VERSION_METADATA,
    &DESCRIBE_NODE_POOL_VULS,
    &DESCRIBE_POLICIES,
    &DESCRIBE_POLICY_DETAILS,
    &DESCRIBE_POLICY_GOVERNANCE_IN_CLUSTER,
    &DESCRIBE_POLICY_INSTANCES,
    &DESCRIBE_POLICY_INSTANCES_STATUS,
    &DESCRIBE_REGIONS,
    &DESCRIBE_RESOURCES_DELETE_PROTECTION,
    &DESCRIBE_SUBACCOUNT_K8S_CLUSTER_USER_CONFIG,
    &DESCRIBE_TASK_INFO,
    &DESCRIBE_TEMPLATE_ATTRIBUTE,
    &DESCRIBE_TEMPLATES,
    &DESCRIBE_TRIGGER,
    &DESCRIBE_USER_CLUSTER_NAMESPACES,
    &DESCRIBE_USER_PERMISSION,
    &DESCRIBE_USER_QUOTA,
    &FIX_NODE_POOL_VULS,
    &GET_CLUSTER_ADDON_INSTANCE,
    &GET_CLUSTER_AUDIT_PROJECT,
    &GET_CLUSTER_CHECK,
    &GET_CLUSTER_DIAGNOSIS_CHECK_ITEMS,
    &GET_CLUSTER_DIAGNOSIS_RESULT,
    &GET_CLUSTER_INSPECT_CONFIG,
    &GET_CLUSTER_INSPECT_REPORT_DETAIL,
    &GET_KUBERNETES_TRIGGER,
    &GET_UPGRADE_STATUS,
    &GRANT_PERMISSIONS,
    &INSTALL_CLUSTER_ADDONS,
    &INSTALL_NODE_POOL_COMPONENTS,
    &LIST_ADDONS,
    &LIST_AUTO_REPAIR_POLICIES,
    &LIST_CLUSTER_ADDON_INSTANCE_RESOURCES,
    &LIST_CLUSTER_ADDON_INSTANCES,
    &LIST_CLUSTER_CHECKS,
    &LIST_CLUSTER_INSPECT_REPORTS,
    &LIST_CLUSTER_KUBECONFIG_STATES,
    &LIST_NODE_POOL_COMPONENT_INSTANCE_NODES,
    &LIST_NODE_POOL_COMPONENT_INSTANCES,
    &LIST_NODE_POOL_COMPONENTS,
    &LIST_OPERATION_PLANS,
    &LIST_OPERATION_PLANS_FOR_REGION,
    &LIST_TAG_RESOURCES,
    &LIST_USER_KUBE_CONFIG_STATES,
    &MIGRATE_CLUSTER,
    &MODIFY_AUTO_REPAIR_POLICY,
    &MODIFY_CLUSTER,
    &MODIFY_CLUSTER_ADDON,
    &MODIFY_CLUSTER_NODE_POOL,
    &MODIFY_CLUSTER_TAGS,
    &MODIFY_NODE_POOL_NODE_CONFIG,
    &MODIFY_POLICY_INSTANCE,
    &OPEN_ACK_SERVICE,
    &PAUSE_CLUSTER_UPGRADE,
    &PAUSE_COMPONENT_UPGRADE,
    &PAUSE_TASK,
    &REMOVE_CLUSTER_NODES,
    &REMOVE_NODE_POOL_NODES,
    &REPAIR_CLUSTER_NODE_POOL,
    &RESUME_COMPONENT_UPGRADE,
    &RESUME_TASK,
    &RESUME_UPGRADE_CLUSTER,
    &REVOKE_K8S_CLUSTER_KUBE_CONFIG,
    &RUN_CLUSTER_CHECK,
    &RUN_CLUSTER_INSPECT,
    &RUN_NODE_OPERATION,
    &SCALE_CLUSTER_NODE_POOL,
    &SCALE_OUT_CLUSTER,
    &SCAN_CLUSTER_VULS,
    &START_ALERT,
    &STOP_ALERT,
    &SYNC_CLUSTER_NODE_POOL,
    &TAG_RESOURCES,
    &UN_INSTALL_CLUSTER_ADDONS,
    &UNTAG_RESOURCES,
    &UPDATE_CLUSTER_AUDIT_LOG_CONFIG,
    &UPDATE_CLUSTER_INSPECT_CONFIG,
    &UPDATE_CONTACT_GROUP_FOR_ALERT,
    &UPDATE_CONTROL_PLANE_LOG,
    &UPDATE_K8S_CLUSTER_USER_CONFIG_EXPIRE,
    &UPDATE_KMS_ENCRYPTION,
    &UPDATE_NODE_POOL_COMPONENT,
    &UPDATE_NODE_POOL_COMPONENT_INSTANCE,
    &UPDATE_RESOURCES_DELETE_PROTECTION,
    &UPDATE_TEMPLATE,
    &UPDATE_USER_PERMISSIONS,
    &UPGRADE_CLUSTER,
    &UPGRADE_CLUSTER_ADDONS,
    &UPGRADE_CLUSTER_NODEPOOL,
];
