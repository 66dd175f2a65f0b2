//! Retries, deadlines, certainty: what the client does when the service does not simply answer.

use std::time::Duration;

use ack_client::{Client, Credentials, Request, operations};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::requests::{cluster, clusters, create_pool, modify};
use super::server::{Reply, Server, brisk, client, refusal};

fn created() -> Reply {
    Reply::Json(200, json!({"cluster_id": "c1", "nodepool_id": "np1", "task_id": "T-1", "request_id": "R"}))
}

/// A server that reads one request on each connection and then hangs up without a word.
async fn hang_up() -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = vec![0; 16 * 1024];
            let length = stream.read(&mut buffer).await.unwrap_or(0);
            let _ = sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned());
        }
    });
    (origin, receiver)
}

#[tokio::test]
async fn throttling_is_waited_out_and_every_attempt_is_signed_anew() {
    let server = Server::start(|_, before| match before {
        0 => refusal(503, "Throttling.User"),
        1 => Reply::Headed(503, ("x-acs-retry-after", "30"), json!({"code": "Throttling", "message": "m"})),
        _ => created(),
    })
    .await;
    let begun = std::time::Instant::now();
    let answer = server.client().call(&create_pool("a")).await.unwrap();
    assert_eq!(answer.body["nodepool_id"], "np1");
    assert!(begun.elapsed() >= Duration::from_millis(30), "the wish of the service was not honoured");
    let log = server.log();
    assert_eq!(log.len(), 3);
    let mut nonces: Vec<_> = log.iter().map(|request| request.header("x-acs-signature-nonce")).collect();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce was used twice");
}

#[tokio::test]
async fn a_read_survives_server_errors_and_keeps_the_last_one_when_time_is_up() {
    let server = Server::start(|_, before| match before {
        0 | 1 => refusal(500, "InternalError"),
        _ => Reply::Json(200, json!({"cluster_id": "c1", "name": "n"})),
    })
    .await;
    assert_eq!(server.client().call(&cluster()).await.unwrap().body["name"], "n");
    assert_eq!(server.log().len(), 3);

    let server = Server::start(|_, _| refusal(503, "ServiceUnavailable")).await;
    let mut limits = brisk();
    limits.call = Duration::from_millis(300);
    let error = client(&server.origin, limits).call(&cluster()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (Some("ServiceUnavailable"), Some(503)));
    assert!(error.is_retryable() && !error.is_uncertain(), "{error}");
    assert!(server.log().len() > 2);
}

#[tokio::test]
async fn a_refusal_is_final() {
    let server = Server::start(|_, _| refusal(404, "ErrorClusterNotFound")).await;
    let error = server.client().call(&cluster()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!((error.request_id(), error.operation()), (Some("R1"), Some("DescribeClusterDetail")));
    assert_eq!(server.log().len(), 1);
}

#[tokio::test]
async fn a_create_is_not_repeated_after_a_server_error() {
    let server = Server::start(|_, _| refusal(500, "InternalError")).await;
    let error = server.client().call(&create_pool("a")).await.unwrap_err();
    assert!(error.is_uncertain(), "{error}");
    assert_eq!(server.log().len(), 1);
    // Not even with a token: that the service knows it again is not documented.
    let create = Request::of(&operations::CREATE_CLUSTER, &[]).body_json(json!({"client_token": "token-1"}));
    let error = server.client().call(&create).await.unwrap_err();
    assert!(error.is_uncertain(), "{error}");
    assert_eq!(server.log().len(), 2);
}

#[tokio::test]
async fn a_doubt_from_an_earlier_attempt_is_not_forgotten() {
    let server = Server::start(|_, before| match before {
        0 => refusal(500, "InternalError"),
        _ => refusal(400, "ErrorClusterNameAlreadyExist"),
    })
    .await;
    let error = server.client().call(&modify("c1")).await.unwrap_err();
    assert!(error.is_conflict() && error.is_uncertain(), "the name may be taken by the first attempt: {error}");
}

#[tokio::test]
async fn a_create_whose_connection_breaks_is_uncertain_and_sent_once() {
    let (origin, mut requests) = hang_up().await;
    let error = client(&origin, brisk()).call(&create_pool("a")).await.unwrap_err();
    assert!(error.is_uncertain() && error.code().is_none(), "{error}");
    assert!(error.to_string().contains(&origin), "the endpoint is not named: {error}");
    assert!(requests.recv().await.unwrap().starts_with("POST /clusters/c1/nodepools HTTP/1.1"));
    assert!(requests.try_recv().is_err(), "sent more than once");
}

#[tokio::test]
async fn a_change_that_sets_a_state_is_repeated_when_the_connection_breaks() {
    let (origin, mut requests) = hang_up().await;
    let mut limits = brisk();
    limits.call = Duration::from_millis(300);
    let error = client(&origin, limits).call(&modify("c1")).await.unwrap_err();
    assert!(error.is_uncertain(), "{error}");
    let mut count = 0;
    while requests.try_recv().is_ok() {
        count += 1;
    }
    assert!(count > 1, "sent {count} times");
}

#[tokio::test]
async fn silence_ends_with_the_attempt_and_the_call() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let mut limits = brisk();
    limits.attempt = Duration::from_millis(50);
    limits.call = Duration::from_millis(500);
    let begun = std::time::Instant::now();
    let error = client(&server.origin, limits).call(&cluster()).await.unwrap_err();
    assert!(error.to_string().contains("gave no answer within"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(server.log().len() >= 2, "one attempt took the whole call");
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_given_up_soon_and_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&origin, brisk()).call(&create_pool("a")).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&origin) && text.contains("refused") && text.contains("check that the endpoint"), "{text}");
    assert!(!error.is_uncertain(), "nothing was sent: {text}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(|_, _| created()).await;
    let target: &'static str = Box::leak(elsewhere.origin.clone().into_boxed_str());
    let server = Server::start(move |_, _| Reply::Headed(307, ("location", target), json!({}))).await;
    let error = server.client().call(&cluster()).await.unwrap_err();
    assert!(error.to_string().contains("redirect"), "{error}");
    assert!(elsewhere.log().is_empty(), "the signed request went to another host");
}

#[tokio::test]
async fn an_answer_cut_short_leaves_a_create_uncertain() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut vec![0; 16 * 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"nodepool_id\":").await;
    });
    let error = client(&origin, brisk()).call(&create_pool("a")).await.unwrap_err();
    assert!(error.is_uncertain(), "{error}");
}

#[tokio::test]
async fn what_identifies_the_caller_is_sent_and_nothing_secret_is_shown() {
    let server = Server::start(|_, _| Reply::Json(200, json!({"cluster_id": "c1"}))).await;
    let client = server.client();
    client.call(&cluster()).await.unwrap();
    let request = &server.log()[0];
    assert_eq!(request.header("x-acs-version"), "2015-12-15");
    assert_eq!(request.header("x-acs-security-token"), "testtoken");
    assert_eq!(request.header("accept"), "application/json");
    assert!(
        request.header("user-agent").starts_with("ack-client/") && request.header("user-agent").ends_with(" tests")
    );
    assert!(request.header("content-type").is_empty(), "a read has no body");
    let shown = format!("{client:?}");
    assert!(shown.contains("cn-hangzhou") && !shown.contains("testsecret") && !shown.contains("testtoken"), "{shown}");
}

#[tokio::test]
async fn a_set_endpoint_serves_every_region_and_otherwise_each_has_its_own() {
    let server = Server::start(|_, _| Reply::Json(200, json!({"clusters": [], "page_info": {"total_count": 0}}))).await;
    let beijing = server.client().in_region("cn-beijing").unwrap();
    beijing.pages(&clusters(beijing.region()), "clusters").await.unwrap();
    assert_eq!(server.log()[0].path, "/regions/cn-beijing/clusters");

    let hangzhou =
        Client::builder().region("cn-hangzhou").credentials(Credentials::new("id", "secret", None)).build().unwrap();
    assert_eq!(hangzhou.endpoint(), "https://cs.cn-hangzhou.aliyuncs.com");
    assert_eq!(hangzhou.in_region("cn-beijing").unwrap().endpoint(), "https://cs.cn-beijing.aliyuncs.com");
    assert!(hangzhou.in_region("cn-beijing/evil").is_err());
}

#[tokio::test]
async fn what_is_missing_is_said_when_the_client_is_built() {
    let no_region = Client::builder().credentials(Credentials::new("id", "secret", None)).build().unwrap_err();
    assert!(no_region.to_string().contains("no region is set"), "{no_region}");
    let no_credentials = Client::builder().region("cn-hangzhou").build().unwrap_err();
    assert!(no_credentials.to_string().contains("no credentials"), "{no_credentials}");
}
