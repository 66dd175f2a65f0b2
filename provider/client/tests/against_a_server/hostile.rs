//! Whatever stands at the endpoint: the answer is an error that a person can read, in bounded time and memory.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ack_client::{Client, Error, Request, operations};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::requests::{cluster, clusters, create_pool, modify, pools};
use super::server::{Reply, Server, brisk, client, refusal};

const MEGABYTE: usize = 1 << 20;

/// A server that sends the same bytes after every request: the head once, the body as often as it can.
async fn sending(head: &'static str, body: Vec<u8>, times: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut vec![0; 16 * 1024]).await;
            let _ = stream.write_all(head.as_bytes()).await;
            for _ in 0..times {
                if stream.write_all(&body).await.is_err() {
                    break;
                }
                counted.fetch_add(body.len(), Ordering::SeqCst);
            }
        }
    });
    (origin, sent)
}

/// The error of a read; `patient` where the test sends many megabytes.
async fn read_from(origin: &str, patient: bool) -> Error {
    let mut limits = brisk();
    if patient {
        limits.attempt = Duration::from_secs(60);
        limits.call = Duration::from_secs(120);
    }
    client(origin, limits).call(&cluster()).await.unwrap_err()
}

/// Fit for a terminal: short, and without anything that it would obey.
fn assert_tame(text: &str) {
    assert!(text.chars().count() < 2500, "{} characters", text.chars().count());
    assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
}

#[tokio::test]
async fn an_endless_answer_is_read_no_further_than_64_mb() {
    let (origin, sent) = sending("HTTP/1.1 200 OK\r\n\r\n", vec![b'x'; MEGABYTE], 500).await;
    let error = read_from(&origin, true).await;
    assert_eq!(
        error.to_string(),
        "DescribeClusterDetail: the answer cannot be read: it is longer than 64 MB, and no more is read (HTTP 200, no \
         request id); check that the endpoint is one of Container Service"
    );
    assert!(sent.load(Ordering::SeqCst) < 80 * MEGABYTE, "{} bytes were taken", sent.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_small_answer_that_decompresses_into_a_huge_one_is_refused() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![b' '; MEGABYTE];
    for _ in 0..65 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < MEGABYTE);
    let (origin, _) = sending("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", bomb, 1).await;
    let error = read_from(&origin, true).await;
    assert!(error.to_string().contains("it is longer than 64 MB"), "{error}");
}

#[tokio::test]
async fn what_is_not_compressed_as_announced_is_told() {
    let (origin, _) = sending("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", b"plain".to_vec(), 1).await;
    let error = read_from(&origin, false).await;
    assert!(error.to_string().contains("it cannot be decompressed"), "{error}");
}

#[tokio::test]
async fn texts_of_the_service_are_cut_and_cleaned() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2Jgone\u{202e}\r".repeat(5_000);
    let answers = [
        (400, json!({"code": "Wrong", "message": evil})),
        (400, json!({"code": evil, "message": "m", "requestId": evil})),
        (404, json!({"page": evil})),
        (404, json!(evil)),
        (200, json!({"cluster_id": "", "size": evil})),
        (200, json!(evil)),
    ];
    for (status, answer) in answers {
        let shown = answer.to_string();
        let server = Server::start(move |_, _| Reply::Json(status, answer.clone())).await;
        let error = server.client().call(&cluster()).await.unwrap_err();
        for text in [error.to_string(), error.message(), error.code().unwrap_or_default().to_owned()] {
            assert_tame(&text);
        }
        assert!(error.request_id().is_none_or(|id| id.chars().count() < 200), "{shown:.100}");
    }
}

#[tokio::test]
async fn a_task_says_why_it_failed_in_a_text_fit_to_read() {
    let evil = "\u{1b}[31m".repeat(50_000);
    let answer = json!({"state": "fail", "error": {"code": evil, "message": evil}});
    let server = Server::start(move |_, _| Reply::Json(200, answer.clone())).await;
    let task = server.client().describe_task_info(&"T-1".into()).await.unwrap();
    assert_tame(&task.error.to_string());
}

#[tokio::test]
async fn deep_nesting_and_wrong_types_are_errors() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000)).into_bytes();
    let task = [br#"{"state":"running","parameters":"#.to_vec(), deep("[", "]"), b"}".to_vec()].concat();
    let bodies = [
        deep("[", "]"),
        deep(r#"{"a":"#, "}"),
        task,
        br#"{"cluster_id":"","state":{"c":"1"}}"#.to_vec(),
        b"null".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"<html><title>Sign in</title></html>".to_vec(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        for status in ["200 OK", "404 Not Found", "302 Found"] {
            let head: &'static str = Box::leak(format!("HTTP/1.1 {status}\r\n\r\n").into_boxed_str());
            let (origin, _) = sending(head, body.clone(), 1).await;
            let client = client(&origin, brisk());
            let begun = Instant::now();
            let mut failed = 0;
            if let Err(error) = client.call(&cluster()).await {
                assert_tame(&error.to_string());
                assert!(error.to_string().contains("cannot be read"), "{shown}: {error}");
                failed += 1;
            }
            if let Err(error) = client.describe_task_info(&"T-1".into()).await {
                assert_tame(&error.to_string());
                failed += 1;
            }
            assert!(failed == 2, "{status} {shown}: {failed}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{shown}");
        }
    }
}

#[tokio::test]
async fn plain_http_where_tls_is_expected_says_what_to_write() {
    let (origin, _) = sending("HTTP/1.1 400 Bad Request\r\n\r\n", Vec::new(), 1).await;
    let built = Client::builder()
        .region("cn-hangzhou")
        .endpoint(origin.replace("http:", "https:"))
        .credentials(ack_client::Credentials::new("id", "secret", None))
        .limits(brisk())
        .build();
    let error = match built {
        Ok(client) => client.call(&cluster()).await.unwrap_err(),
        // A machine without any CA certificate speaks no TLS at all.
        Err(_) => return,
    };
    assert!(error.to_string().contains("write http:// in front of it"), "{error}");
    assert!(!error.is_retryable());
}

/// Every call whose answer stands for an object, given answers that stand for none.
#[tokio::test]
async fn no_object_is_made_of_an_answer_that_is_none() {
    let answers = [
        json!({}),
        json!([]),
        json!({"code": "ErrorClusterNotFound", "message": "m"}),
        json!({"cluster_id": "", "nodepool_id": "", "name": "", "state": "", "nodepool_info": {"nodepool_id": ""}}),
    ];
    for answer in answers {
        let sent = answer.clone();
        let server = Server::start(move |_, _| Reply::Json(200, sent.clone())).await;
        let client = server.client();
        let reads = [
            client.call(&cluster()).await.err(),
            client.describe_task_info(&"T-1".into()).await.err(),
            client.pages(&clusters("cn-hangzhou"), "clusters").await.err(),
            client.describe_cluster_tasks("c1").await.err(),
        ];
        for (number, error) in reads.into_iter().enumerate() {
            let error = error.unwrap_or_else(|| panic!("read {number} takes {answer} for an object"));
            assert!(!error.is_not_found() && !error.is_uncertain(), "{number} {answer}: {error}");
        }
        let error = client.call(&create_pool("a")).await.expect_err("a creation takes it for an object");
        assert!(error.is_uncertain(), "there may be one all the same: {answer}: {error}");
    }
    // What starts a task need not name one; but a list is none, and an error code is no start.
    for answer in [json!([]), json!({"code": "ErrorClusterState", "message": "m"})] {
        let server = Server::start(move |_, _| Reply::Json(200, answer.clone())).await;
        assert!(server.client().call(&modify("c1")).await.unwrap_err().is_uncertain());
    }
    // Not even what answers nothing may answer with an error code.
    let server = Server::start(|_, _| Reply::Json(200, json!({"code": "ErrorClusterState", "message": "m"}))).await;
    let of = [("cluster_id", "c1"), ("component_id", "coredns")];
    let request = Request::of(&operations::MODIFY_CLUSTER_ADDON, &of).body_json(json!({"config": "{}"}));
    assert!(server.client().call(&request).await.is_err());
}

#[tokio::test]
async fn lists_with_a_nameless_record_are_refused() {
    let record =
        |list: &'static str, record: Value| Server::start(move |_, _| Reply::Json(200, json!({list: [record]})));
    let server = record("clusters", json!({"name": "prod"})).await;
    let error = server.client().pages(&clusters("cn-hangzhou"), "clusters").await.unwrap_err();
    assert!(error.to_string().contains("it has no `clusters[].cluster_id`"), "{error}");
    let server = record("nodepools", json!({"status": {"state": "active"}})).await;
    assert!(server.client().shared(&pools("c1")).await.is_err());
}

#[tokio::test]
async fn a_page_without_its_list_is_an_empty_one_only_if_it_is_a_page() {
    let read = async |answer: Value| {
        let server = Server::start(move |_, _| Reply::Json(200, answer.clone())).await;
        server.client().pages(&clusters("cn-hangzhou"), "clusters").await.map_err(|error| error.to_string())
    };
    for empty in [json!({"clusters": []}), json!({"clusters": null, "page_info": {"total_count": 0}})] {
        assert_eq!(read(empty).await, Ok(vec![]));
    }
    for none in [json!({}), json!({"clusters": null}), json!({"clusters": {}, "page_info": {}})] {
        let error = read(none.clone()).await.unwrap_err();
        assert!(error.contains("it has no `clusters"), "{none}: {error}");
    }
}

#[tokio::test]
async fn too_many_requests_are_waited_out_also_without_an_error_code() {
    let server = Server::start(|_, before| match before {
        0 | 1 => Reply::Json(429, json!("slow down")),
        _ => Reply::Json(200, json!({"nodepool_id": "np1"})),
    })
    .await;
    assert_eq!(server.client().call(&create_pool("a")).await.unwrap().body["nodepool_id"], "np1");
    assert_eq!(server.log().len(), 3);
}

/// An address at which nobody listens.
async fn nobody() -> std::net::SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn an_outage_at_the_start_is_waited_for_if_the_endpoint_is_known() {
    let address = nobody().await;
    let client = client(&format!("http://{address}"), brisk());
    client.vouch_for_endpoint();
    let request = cluster();
    let call = client.call(&request);
    let service = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (mut stream, _) = TcpListener::bind(address).await.unwrap().accept().await.unwrap();
        let _ = stream.read(&mut vec![0; 16 * 1024]).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"cluster_id\":\"c1\"}").await.unwrap();
        stream
    };
    let (answer, _stream) = tokio::join!(call, service);
    assert_eq!(answer.unwrap().body["cluster_id"], "c1");
}

#[tokio::test]
async fn an_outage_that_one_call_has_waited_out_is_not_waited_out_by_the_next() {
    let mut limits = brisk();
    limits.call = Duration::from_millis(300);
    let client = client(&format!("http://{}", nobody().await), limits);
    client.vouch_for_endpoint();
    let first = client.call(&cluster()).await.unwrap_err();
    assert!(first.is_unreachable() && first.attempts() > 5, "{first}");
    client.in_region("cn-beijing").unwrap().vouch_for_endpoint();
    let second = client.call(&cluster()).await.unwrap_err();
    assert_eq!(second.attempts(), 5, "{second}");
}

#[tokio::test]
async fn a_call_that_was_repeated_says_how_often_and_for_how_long() {
    let server = Server::start(|_, _| refusal(503, "ServiceUnavailable")).await;
    let mut limits = brisk();
    limits.call = Duration::from_millis(1500);
    let error = client(&server.origin, limits).call(&cluster()).await.unwrap_err();
    assert!(error.elapsed() > Duration::from_secs(1), "{:?}", error.elapsed());
    let end = format!("; given up after {} attempts in {} s", error.attempts(), error.elapsed().as_secs());
    assert!(error.to_string().ends_with(&end), "{error}");
}
