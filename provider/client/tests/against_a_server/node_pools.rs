//! Shared reads of node pools.

use std::time::Duration;

use ack_client::ModifyClusterNodePool;
use serde_json::{Value, json};

use super::server::{Recorded, Reply, Server, brisk, client, refusal};

fn pool(id: usize) -> Value {
    json!({"nodepool_info": {"nodepool_id": format!("np{id}"), "name": format!("pool-{id}")}})
}

/// Plays a cluster with the pools np0 to np49.
fn fifty(request: &Recorded, _: usize) -> Reply {
    match request.operation.as_str() {
        "DescribeClusterNodePools" => Reply::Json(200, json!({"nodepools": (0..50).map(pool).collect::<Vec<_>>()})),
        "DescribeClusterNodePoolDetail" => refusal(404, "ErrorNodePoolNotFound"),
        _ => Reply::Json(200, json!({"task_id": "T-1"})),
    }
}

#[tokio::test]
async fn fifty_readers_make_one_call() {
    let server = Server::start(fifty).await;
    let client = server.client();
    let readers: Vec<_> = (0..50)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { client.read_node_pool("c1", &format!("np{id}")).await })
        })
        .collect();
    for (id, reader) in readers.into_iter().enumerate() {
        assert_eq!(reader.await.unwrap().unwrap().nodepool_info.name, format!("pool-{id}"));
    }
    assert_eq!(server.operations(), ["DescribeClusterNodePools"]);
}

#[tokio::test]
async fn a_write_makes_the_next_reader_ask_again() {
    let server = Server::start(fifty).await;
    let client = server.client();
    client.read_node_pool("c1", "np1").await.unwrap();
    client.read_node_pool("c1", "np2").await.unwrap();
    client.modify_cluster_node_pool("c2", "np9", &ModifyClusterNodePool::default()).await.unwrap();
    client.read_node_pool("c1", "np3").await.unwrap();
    assert_eq!(server.operations(), ["DescribeClusterNodePools", "ModifyClusterNodePool"], "another cluster's write");
    client.modify_cluster_node_pool("c1", "np1", &ModifyClusterNodePool::default()).await.unwrap();
    client.read_node_pool("c1", "np1").await.unwrap();
    assert_eq!(server.operations()[2..], ["ModifyClusterNodePool", "DescribeClusterNodePools"]);
}

#[tokio::test]
async fn an_answer_that_is_too_old_is_not_used() {
    let server = Server::start(fifty).await;
    let mut limits = brisk();
    limits.shared_reads = Duration::ZERO;
    let client = client(&server.origin, limits);
    client.read_node_pool("c1", "np1").await.unwrap();
    client.read_node_pool("c1", "np1").await.unwrap();
    assert_eq!(server.log().len(), 2);
}

#[tokio::test]
async fn only_the_services_own_word_says_that_a_pool_is_gone() {
    let server = Server::start(fifty).await;
    let error = server.client().read_node_pool("c1", "np50").await.unwrap_err();
    assert!(error.is_not_found() && error.code() == Some("ErrorNodePoolNotFound"), "{error}");
    assert_eq!(server.operations(), ["DescribeClusterNodePools", "DescribeClusterNodePoolDetail"]);
}
