//! A validated call of an operation, and the table from operations to the functions that answer them.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::operations::Operation;
use crate::store::World;
use crate::{addon, cluster, event, log, node, node_pool, region, tag, task, version};

/// What an operation answers; `Null` for no body. The server adds the request id.
pub(crate) type Answer = Result<Value, ApiError>;

/// A function that answers an operation.
pub(crate) type Handler = fn(&mut World, &Call) -> Answer;

/// A call whose query and body were held to the facts.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) path: IndexMap<String, String>,
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Value,
}

impl Call {
    /// A path parameter; the API spells `cluster_id` as `clusterid` in two routes.
    pub(crate) fn path(&self, name: &str) -> &str {
        let other = name.replace('_', "");
        self.path.get(name).or_else(|| self.path.get(&other)).map(String::as_str).unwrap_or_default()
    }

    /// A text parameter of the query, unless it is absent or empty.
    pub(crate) fn query_text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A boolean parameter of the query; absent means false.
    pub(crate) fn query_flag(&self, name: &str) -> bool {
        self.query.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The items of a body that is a list.
    pub(crate) fn items(&self) -> &[Value] {
        self.body.as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

/// One page of rows under `name`, with `page_info` and, when paging by token, `next_token`.
pub(crate) fn page(call: &Call, name: &str, rows: Vec<Value>, default_size: usize) -> Value {
    let number = |name: &str| {
        call.query.get(name).and_then(Value::as_u64).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let size = number("page_size").or(number("max_results")).unwrap_or(default_size).max(1);
    let first = match call.query_text("next_token").and_then(|token| token.parse::<usize>().ok()) {
        Some(offset) => offset,
        None => (number("page_number").unwrap_or(1).max(1) - 1).saturating_mul(size),
    };
    let total = rows.len();
    let shown: Vec<_> = rows.into_iter().skip(first).take(size).collect();
    let next = first.saturating_add(size);
    let mut answer = json!({
        "page_info": {"page_number": first / size + 1, "page_size": size, "total_count": total},
    });
    if call.query.contains_key("max_results") || call.query.contains_key("next_token") {
        answer["next_token"] = json!(if next < total { next.to_string() } else { String::new() });
    }
    answer[name] = json!(shown);
    answer
}

/// The function behind an operation; none for what is not simulated.
pub(crate) fn handler(action: &str) -> Option<Handler> {
    Some(match action {
        "CreateCluster" => cluster::create::create,
        "DescribeClusterDetail" => cluster::describe,
        "DescribeClustersV1" => cluster::list,
        "DescribeClustersForRegion" => cluster::list_for_region,
        "DescribeClusterResources" => cluster::list_resources,
        "DeleteCluster" => cluster::delete,
        "DescribeClusters" => cluster::list_all,
        "DescribeClusterUserKubeconfig" | "DescribeClusterV2UserKubeconfig" => cluster::kubeconfig::describe,
        "ModifyCluster" => cluster::modify::modify,
        "ModifyClusterName" => cluster::modify::rename,
        "UpdateKMSEncryption" => cluster::modify::update_encryption,
        "CreateAutoscalingConfig" => cluster::modify::configure_autoscaling,
        "UpgradeCluster" => cluster::modify::upgrade,
        "MigrateCluster" => cluster::modify::migrate,
        "DescribeKubernetesVersionMetadata" => version::list,
        "ModifyClusterTags" => tag::replace,
        "TagResources" => tag::tag,
        "UntagResources" => tag::untag,
        "ListTagResources" => tag::list,
        "CheckControlPlaneLogEnable" => log::describe_control_plane_log,
        "UpdateControlPlaneLog" => log::update_control_plane_log,
        "GetClusterAuditProject" => log::describe_audit,
        "UpdateClusterAuditLogConfig" => log::update_audit,
        "CreateClusterNodePool" => node_pool::create::create,
        "DescribeClusterNodePoolDetail" => node_pool::describe,
        "DescribeClusterNodePools" => node_pool::list,
        "DeleteClusterNodepool" => node_pool::delete,
        "ModifyClusterNodePool" => node_pool::modify::modify,
        "ModifyNodePoolNodeConfig" => node_pool::modify::modify_node_config,
        "ScaleClusterNodePool" => node_pool::modify::scale,
        "UpgradeClusterNodepool" => node_pool::modify::upgrade,
        "ScaleOutCluster" => node_pool::modify::scale_out_cluster,
        "RemoveNodePoolNodes" => node::remove,
        "DeleteClusterNodes" => node::delete,
        "RemoveClusterNodes" => node::delete_silently,
        "DescribeClusterNodes" => node::list,
        "ListAddons" => addon::list_catalogue,
        "DescribeAddon" => addon::describe_catalogue,
        "ListClusterAddonInstances" => addon::list,
        "GetClusterAddonInstance" => addon::describe,
        "DescribeClusterAddonsVersion" => addon::old::versions,
        "DescribeClusterAddonUpgradeStatus" => addon::old::upgrade_status,
        "DescribeClusterAddonsUpgradeStatus" => addon::old::upgrade_statuses,
        "InstallClusterAddons" => addon::install,
        "UpgradeClusterAddons" => addon::upgrade,
        "UnInstallClusterAddons" => addon::uninstall,
        "ModifyClusterAddon" => addon::modify,
        "DescribeTaskInfo" => task::describe,
        "DescribeClusterTasks" => task::list,
        "PauseTask" => task::pause,
        "ResumeTask" => task::resume,
        "CancelTask" => task::cancel,
        "DescribeEventsForRegion" => event::list_for_region,
        "DescribeClusterEvents" => event::list_for_cluster,
        "DescribeRegions" => region::list,
        "DescribeUserQuota" => region::describe_quota,
        "OpenAckService" => region::open_service,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    #[test]
    fn pages_go_by_number_or_by_token() {
        let rows = || (0..5).map(Value::from).collect::<Vec<_>>();
        let mut call = Call {
            operation: operations::find("DescribeClusterTasks").unwrap(),
            path: IndexMap::new(),
            query: Map::new(),
            body: Value::Null,
        };
        call.query.insert("page_number".to_owned(), json!(2));
        call.query.insert("page_size".to_owned(), json!(2));
        let answer = page(&call, "tasks", rows(), 50);
        assert_eq!(answer, json!({"tasks": [2, 3], "page_info": {"page_number": 2, "page_size": 2, "total_count": 5}}));
        call.query.clear();
        call.query.insert("max_results".to_owned(), json!(3));
        assert_eq!(page(&call, "tasks", rows(), 50)["next_token"], "3");
        call.query.insert("next_token".to_owned(), json!("3"));
        let answer = page(&call, "tasks", rows(), 50);
        assert_eq!((&answer["tasks"], &answer["next_token"]), (&json!([3, 4]), &json!("")));
    }
}
