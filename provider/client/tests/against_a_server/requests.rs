//! The requests of the tests.

use ack_client::{Request, operations};
use serde_json::json;

/// Reads a cluster.
pub(crate) fn cluster() -> Request {
    Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", "c1")]).must_answer("cluster_id")
}

/// Changes a cluster.
pub(crate) fn modify(cluster_id: &str) -> Request {
    Request::of(&operations::MODIFY_CLUSTER, &[("cluster_id", cluster_id)]).body_json(json!({"cluster_name": "new"}))
}

/// Adds a node pool.
pub(crate) fn create_pool(name: &str) -> Request {
    Request::of(&operations::CREATE_CLUSTER_NODE_POOL, &[("cluster_id", "c1")])
        .body_json(json!({"nodepool_info": {"name": name}, "scaling_group": {"instance_types": ["t"]}}))
        .secret("scaling_group.login_password", "s3cret".into())
        .named(name)
        .must_answer("nodepool_id")
}

/// Lists the node pools of a cluster.
pub(crate) fn pools(cluster_id: &str) -> Request {
    Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOLS, &[("cluster_id", cluster_id)])
        .must_answer("nodepools[].nodepool_info.nodepool_id")
}

/// Lists the clusters of a region, page by page.
pub(crate) fn clusters(region: &str) -> Request {
    Request::of(&operations::DESCRIBE_CLUSTERS_FOR_REGION, &[("region_id", region)])
        .must_answer("clusters[].cluster_id")
}
