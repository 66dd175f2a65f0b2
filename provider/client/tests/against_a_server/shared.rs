//! Shared reads: many readers, one call.

use std::time::Duration;

use serde_json::{Value, json};

use super::requests::{modify, pools};
use super::server::{Recorded, Reply, Server, brisk, client};

fn pool(id: usize) -> Value {
    json!({"nodepool_info": {"nodepool_id": format!("np{id}"), "name": format!("pool-{id}")}})
}

/// Plays a cluster with the pools np0 to np49.
fn fifty(request: &Recorded, _: usize) -> Reply {
    match request.operation.as_str() {
        "DescribeClusterNodePools" => Reply::Json(200, json!({"nodepools": (0..50).map(pool).collect::<Vec<_>>()})),
        _ => Reply::Json(200, json!({"task_id": "T-1"})),
    }
}

#[tokio::test]
async fn fifty_readers_make_one_call_and_a_write_in_between_makes_a_second() {
    let server = Server::start(fifty).await;
    let client = server.client();
    let read_all = || async {
        let readers: Vec<_> = (0..50)
            .map(|id| {
                let client = client.clone();
                tokio::spawn(async move { client.shared(&pools("c1")).await.unwrap().body["nodepools"][id].clone() })
            })
            .collect();
        for (id, reader) in readers.into_iter().enumerate() {
            assert_eq!(reader.await.unwrap(), pool(id));
        }
    };
    read_all().await;
    assert_eq!(server.operations(), ["DescribeClusterNodePools"]);
    client.call(&modify("c2")).await.unwrap();
    read_all().await;
    assert_eq!(server.operations()[1..], ["ModifyCluster"], "the write was to another cluster");
    client.call(&modify("c1")).await.unwrap();
    read_all().await;
    assert_eq!(server.operations()[2..], ["ModifyCluster", "DescribeClusterNodePools"]);
}

#[tokio::test]
async fn an_answer_that_is_too_old_is_not_used() {
    let server = Server::start(fifty).await;
    let mut limits = brisk();
    limits.shared_reads = Duration::ZERO;
    let client = client(&server.origin, limits);
    client.shared(&pools("c1")).await.unwrap();
    client.shared(&pools("c1")).await.unwrap();
    assert_eq!(server.log().len(), 2);
}
