//! The calls of a node pool, and what is looked at in their answers.

use ack_client::{Answered, Client, Error, Request, operations};
use serde_json::Value as Json;
use tf_provider::document::Body;

use crate::bridge::with_body;

/// The arguments that name a pool.
fn of<'a>(cluster_id: &'a str, id: &'a str) -> [(&'static str, &'a str); 2] {
    [("cluster_id", cluster_id), ("nodepool_id", id)]
}

fn list_request(cluster_id: &str) -> Request {
    Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOLS, &[("cluster_id", cluster_id)])
        .must_answer("nodepools[].nodepool_info.nodepool_id")
}

fn pools(answer: &Answered) -> impl Iterator<Item = &Json> {
    answer.body["nodepools"].as_array().into_iter().flatten()
}

/// The pools of a cluster as they are listed now.
pub(super) async fn list(client: &Client, cluster_id: &str) -> Result<Vec<Json>, Error> {
    let answer = client.call(&list_request(cluster_id)).await?;
    Ok(pools(&answer).cloned().collect())
}

/// One pool out of the list of its siblings, which all share who read at about the same time. The list lacks
/// `status.conditions`; a pool that it does not hold is read by itself, so that only the service's own word says that it is
/// gone.
pub(super) async fn read(client: &Client, cluster_id: &str, id: &str) -> Result<Json, Error> {
    let answer = client.shared(&list_request(cluster_id)).await?;
    match pools(&answer).find(|pool| self::id(pool) == id) {
        Some(pool) => Ok(pool.clone()),
        None => detail(client, cluster_id, id).await,
    }
}

/// One pool in full, always from the service.
pub(super) async fn detail(client: &Client, cluster_id: &str, id: &str) -> Result<Json, Error> {
    let request = Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOL_DETAIL, &of(cluster_id, id));
    Ok(client.call(&request.must_answer("nodepool_info.nodepool_id")).await?.body)
}

/// Adds a pool. There is no client token for this call, so a lost answer is not retried.
pub(super) async fn create(client: &Client, cluster_id: &str, name: &str, body: &Body) -> Result<Answered, Error> {
    let request = Request::of(&operations::CREATE_CLUSTER_NODE_POOL, &[("cluster_id", cluster_id)]);
    client.call(&with_body(request.named(name).must_answer("nodepool_id"), body)).await
}

/// Changes a pool.
pub(super) async fn modify(client: &Client, cluster_id: &str, id: &str, body: &Body) -> Result<Answered, Error> {
    let request = Request::of(&operations::MODIFY_CLUSTER_NODE_POOL, &of(cluster_id, id));
    client.call(&with_body(request, body)).await
}

/// Deletes a pool with its nodes: without `force` the service refuses one that still has nodes.
pub(super) async fn delete(client: &Client, cluster_id: &str, id: &str) -> Result<Answered, Error> {
    let request = Request::of(&operations::DELETE_CLUSTER_NODEPOOL, &of(cluster_id, id));
    client.call(&request.query("force", true)).await
}

/// The id of a pool that was created.
pub(super) fn created(answer: &Answered) -> &str {
    answer.body["nodepool_id"].as_str().unwrap_or_default()
}

/// The id of a pool.
pub(super) fn id(pool: &Json) -> &str {
    pool["nodepool_info"]["nodepool_id"].as_str().unwrap_or_default()
}

/// The name of a pool.
pub(super) fn name(pool: &Json) -> &str {
    pool["nodepool_info"]["name"].as_str().unwrap_or_default()
}

/// The state of a pool; empty if the service does not say.
pub(super) fn state(pool: &Json) -> &str {
    pool["status"]["state"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bridge::tests::service::{Answer, Service};

    #[tokio::test]
    async fn only_the_services_own_word_says_that_a_pool_is_gone() {
        let one = json!({"nodepool_info": {"nodepool_id": "np1"}});
        let listed = one.clone();
        let service = Service::start(move |question| match question.operation.as_str() {
            "DescribeClusterNodePools" => Answer::Json(200, json!({"nodepools": [listed]})),
            _ => Answer::Json(404, json!({"code": "ErrorNodePoolNotFound", "message": "gone"})),
        })
        .await;
        assert_eq!(read(&service.client, "c1", "np1").await.unwrap(), one);
        let error = read(&service.client, "c1", "np2").await.unwrap_err();
        assert!(error.is_not_found() && error.code() == Some("ErrorNodePoolNotFound"), "{error}");
        assert_eq!(service.operations(), ["DescribeClusterNodePools", "DescribeClusterNodePoolDetail"]);
    }

    #[tokio::test]
    async fn no_pool_is_made_of_an_answer_that_is_none() {
        for answer in [json!({}), json!({"nodepool_id": "", "nodepool_info": {}}), json!({"nodepools": [{}]})] {
            let sent = answer.clone();
            let service = Service::start(move |_| Answer::Json(200, sent.clone())).await;
            let client = &service.client;
            for error in [read(client, "c1", "np1").await.err(), detail(client, "c1", "np1").await.err()] {
                let error = error.unwrap_or_else(|| panic!("{answer} is taken for a pool"));
                assert!(!error.is_not_found() && !error.is_uncertain(), "{answer}: {error}");
            }
            let error = create(client, "c1", "workers", &Body::new()).await.unwrap_err();
            assert!(error.is_uncertain(), "there may be one all the same: {answer}: {error}");
        }
    }
}
