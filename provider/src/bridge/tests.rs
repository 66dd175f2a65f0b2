//! R24: what a user reads when something fails, word for word.

pub(crate) mod service;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ack_client::{Error as ClientError, Request, operations};
use serde_json::{Value, json};
use similar_asserts::assert_eq;
use tf_provider::{Fault, FaultKind, Progress, Service as _};

use self::service::{Answer, Service, client};
use super::{Task, fault};

/// What Terraform prints of a fault: a line, and text below it.
fn printed(fault: &Fault) -> String {
    let text = format!("{}\n\n{}", fault.summary, fault.detail);
    for slip in ["nil", "Some(", "None", "..", ". .", "  ", "\"\"", ": .", "()"] {
        assert!(!text.contains(slip), "{slip:?} in {text}");
    }
    text
}

/// The same, with an N for each number of attempts and of seconds.
fn printed_without_numbers(fault: &Fault) -> String {
    let text = printed(fault);
    let Some((before, rest)) = text.split_once(" The call was tried ") else { return text };
    let (_, after) = rest.split_once(" s.").unwrap_or_else(|| panic!("{text}"));
    format!("{before} The call was tried N times within N s.{after}")
}

/// What a task that ended with this answer tells.
async fn failed_task(answer: Value, request_id: Option<&str>) -> String {
    let service = Service::start(move |_| Answer::Json(200, answer.clone())).await;
    let task = Task::of(&service.client, Some("T-1".into()), request_id.map(str::to_owned)).unwrap();
    match service.connection().task(&task).await.unwrap() {
        Progress::Failed(text) => printed(&Fault::other("The create failed", text)),
        other => panic!("{other:?}"),
    }
}

fn create_pool() -> Request {
    Request::of(&operations::CREATE_CLUSTER_NODE_POOL, &[("cluster_id", "c1")]).body_json(json!({}))
}

fn read_cluster() -> Request {
    Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", "c1")])
}

/// The error of a write that the service answers like this.
async fn refused(status: u16, body: Value) -> ClientError {
    let service = Service::start(move |_| Answer::Json(status, body.clone())).await;
    service.client.call(&create_pool()).await.unwrap_err()
}

/// The error of a read that the service refuses.
async fn refused_read(status: u16, body: Value) -> ClientError {
    let service = Service::start(move |_| Answer::Json(status, body.clone())).await;
    service.client.call(&read_cluster()).await.unwrap_err()
}

#[tokio::test]
async fn a_failed_task_tells_code_message_stage_task_and_request() {
    let answer = json!({
        "state": "fail", "current_stage": "CreateNodes",
        "error": {"code": "QuotaExceeded.Pod", "message": "No room is left for 3 pods"},
    });
    assert_eq!(
        failed_task(answer, Some("R-1")).await,
        "The create failed\n\n\
         QuotaExceeded.Pod: No room is left for 3 pods.\n\n\
         The task ended as \"fail\" at stage CreateNodes. Task: T-1. Request id: R-1. Remove the cause, and run Terraform again."
    );
}

#[tokio::test]
async fn a_failed_task_with_only_a_message_keeps_its_words_and_its_full_stop() {
    for error in [json!({"message": "two pools share it."}), json!({"code": "", "message": "two pools share it."})] {
        let answer = json!({"state": "fail", "current_stage": "", "error": error});
        assert_eq!(
            failed_task(answer, None).await,
            "The create failed\n\n\
             two pools share it.\n\n\
             The task ended as \"fail\". Task: T-1. Remove the cause, and run Terraform again."
        );
    }
}

#[tokio::test]
async fn a_failed_task_with_a_number_for_a_code_shows_it() {
    let answer = json!({"state": "fail", "error": {"code": 400, "message": "集群状态错误。"}});
    assert_eq!(
        failed_task(answer, None).await,
        "The create failed\n\n\
         400: 集群状态错误。\n\n\
         The task ended as \"fail\". Task: T-1. Remove the cause, and run Terraform again."
    );
}

#[tokio::test]
async fn a_failed_task_without_a_reason_says_that_there_is_none() {
    for error in [json!(null), json!({}), json!({"code": null, "message": null}), json!({"code": "", "message": " "})] {
        let answer = json!({"state": "timeout", "current_stage": null, "error": error});
        assert_eq!(
            failed_task(answer, None).await,
            "The create failed\n\n\
             The service gave no reason.\n\n\
             The task ended as \"timeout\". Task: T-1. Remove the cause, and run Terraform again."
        );
    }
}

#[tokio::test]
async fn a_refused_call_tells_operation_code_message_and_request() {
    let body = json!({
        "code": "InvalidParameter.DesiredSize", "message": "desired_size must not exceed 2000", "requestId": "R-1"
    });
    let fault = fault(&refused(400, body).await);
    assert_eq!(
        printed(&fault),
        "CreateClusterNodePool failed: InvalidParameter.DesiredSize\n\n\
         desired_size must not exceed 2000.\n\n\
         Request id: R-1."
    );
    assert_eq!(fault.kind, FaultKind::Other);
}

#[tokio::test]
async fn a_refused_call_without_a_message_says_that_there_is_none() {
    let body = json!({"code": "InvalidParameter.DesiredSize", "message": ""});
    assert_eq!(
        printed(&fault(&refused(400, body).await)),
        "CreateClusterNodePool failed: InvalidParameter.DesiredSize\n\n\
         The service gave no reason.\n\n\
         Request id: R-header."
    );
}

#[tokio::test]
async fn a_missing_permission_comes_with_a_remedy() {
    let body = json!({"code": "Forbidden.RAM", "message": "User not authorized to operate.", "requestId": "R-1"});
    assert_eq!(
        printed(&fault(&refused(403, body).await)),
        "CreateClusterNodePool failed: Forbidden.RAM\n\n\
         User not authorized to operate.\n\n\
         Request id: R-1. Next: ask the owner of the account to grant this identity the RAM or RBAC permission for the \
         operation."
    );
}

#[tokio::test]
async fn wrong_credentials_name_the_variable() {
    let unknown = json!({"Code": "InvalidAccessKeyId.NotFound", "Message": "Specified access key is not found"});
    assert_eq!(
        printed(&fault(&refused_read(404, unknown).await)),
        "DescribeClusterDetail failed: InvalidAccessKeyId.NotFound\n\n\
         Specified access key is not found.\n\n\
         Request id: R-header. Next: check ALIBABA_CLOUD_ACCESS_KEY_ID: the service does not know this access key, or \
         it is disabled."
    );
    let wrong =
        json!({"code": "SignatureDoesNotMatch", "message": "The signature does not match.", "requestId": "R-1"});
    assert_eq!(
        printed(&fault(&refused_read(400, wrong).await)),
        "DescribeClusterDetail failed: SignatureDoesNotMatch\n\n\
         The signature does not match.\n\n\
         Request id: R-1. Next: check ALIBABA_CLOUD_ACCESS_KEY_SECRET: it does not belong to the access key id."
    );
}

#[tokio::test]
async fn a_throttled_call_says_what_lets_more_through() {
    let body = json!({
        "code": "Throttling.User", "message": "Request was denied due to user flow control.", "requestId": "R-1"
    });
    let fault = fault(&refused(503, body).await);
    assert_eq!(
        printed_without_numbers(&fault),
        "CreateClusterNodePool failed: Throttling.User\n\n\
         Request was denied due to user flow control.\n\n\
         Request id: R-1. The call was tried N times within N s. Next: try again later, with a smaller `-parallelism` \
         if this happens often."
    );
    assert_eq!(fault.kind, FaultKind::Unavailable);
}

#[tokio::test]
async fn a_service_that_is_out_of_order_says_how_long_it_was_tried() {
    let body = json!({"code": "ServiceUnavailable", "message": "maintenance", "requestId": "R-1"});
    let fault = fault(&refused_read(503, body).await);
    assert_eq!(
        printed_without_numbers(&fault),
        "DescribeClusterDetail failed: ServiceUnavailable\n\n\
         maintenance.\n\n\
         Request id: R-1. The call was tried N times within N s. Next: try again later; the service is out of order."
    );
    assert_eq!(fault.kind, FaultKind::Unavailable);
}

/// R46: "try again later".
#[tokio::test]
async fn what_failed_for_a_while_works_later() {
    for code in ["Throttling.User", "ServiceUnavailable"] {
        let well = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&well);
        let service = Service::start(move |_| match asked.load(Ordering::Relaxed) {
            true => Answer::Json(200, json!({"cluster_id": "c1", "name": "prod", "state": "running"})),
            false => Answer::Json(503, json!({"code": code, "message": "not now", "requestId": "R-1"})),
        })
        .await;
        let refused = fault(&service.client.call(&read_cluster()).await.unwrap_err());
        assert!(refused.detail.contains("Next: try again later"), "{}", refused.detail);
        well.store(true, Ordering::Relaxed);
        assert_eq!(service.client.call(&read_cluster()).await.unwrap().body["name"], "prod");
    }
}

#[tokio::test]
async fn a_success_that_holds_an_error_is_one() {
    let body = json!({"code": "ErrorClusterNotFound", "message": "gone", "requestId": "R-1"});
    let fault = fault(&refused_read(200, body).await);
    assert_eq!(
        printed(&fault),
        "DescribeClusterDetail failed: ErrorClusterNotFound\n\n\
         gone.\n\n\
         Request id: R-1."
    );
    assert_eq!(fault.kind, FaultKind::Other, "nobody may conclude that the cluster is gone");
}

#[tokio::test]
async fn a_busy_cluster_is_told_in_the_services_words() {
    let body = json!({"code": "ErrorClusterState", "message": "cluster is updating", "requestId": "R-1"});
    let fault = fault(&refused(400, body).await);
    assert_eq!(
        printed(&fault),
        "CreateClusterNodePool failed: ErrorClusterState\n\ncluster is updating.\n\nRequest id: R-1."
    );
    assert_eq!(fault.kind, FaultKind::Busy);
}

#[tokio::test]
async fn an_uncertain_call_says_how_to_find_out() {
    let fault_of_500 =
        fault(&refused(500, json!({"code": "InternalError", "message": "try later", "requestId": "R-1"})).await);
    assert_eq!(
        printed(&fault_of_500),
        "CreateClusterNodePool failed: InternalError\n\n\
         try later.\n\n\
         Request id: R-1. The service may have carried it out all the same; the next apply finds out."
    );
    assert_eq!(fault_of_500.kind, FaultKind::Uncertain);

    let service = Service::start(|_| Answer::Silence).await;
    let lost = service.client.call(&create_pool()).await.unwrap_err();
    let fault = fault(&lost);
    assert_eq!(
        printed(&fault).replace(service.client.endpoint(), "http://ENDPOINT"),
        "CreateClusterNodePool failed\n\n\
         The connection to http://ENDPOINT broke before the answer was complete: connection closed before message \
         completed; check the network and proxy between here and there. The service may have carried it out all the \
         same; the next apply finds out."
    );
    assert_eq!(fault.kind, FaultKind::Uncertain);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_named_with_its_setting() {
    // Port 1 of the loopback interface: nobody listens, and no test is given it.
    let error = client("http://127.0.0.1:1").call(&read_cluster()).await.unwrap_err();
    assert_eq!(fault(&error).kind, FaultKind::Other);
    let text = printed_without_numbers(&fault(&error));
    // How the refusal is spelt is the operating system's affair.
    let (before, after) = text.split_once("refused").unwrap_or_else(|| panic!("{text}"));
    assert_eq!(before, "DescribeClusterDetail failed\n\nCannot connect to http://127.0.0.1:1: Connection ");
    let (_, after) = after.split_once(';').unwrap_or_else(|| panic!("{text}"));
    assert_eq!(
        after,
        " check that the endpoint and the region are right and that it can be reached from here (DNS, firewall, \
         HTTPS_PROXY). The address is the provider's `endpoint` or ACK_ENDPOINT, or else follows from its `region`. \
         The call was tried N times within N s."
    );
}

#[tokio::test]
async fn an_answer_of_something_else_is_not_taken_for_the_services() {
    assert_eq!(
        printed(&fault(&refused_read(404, json!({"page": "not found"})).await)),
        "DescribeClusterDetail failed\n\n\
         The answer cannot be read: it has no error code; it begins \"{\"page\":\"not found\"}\" (HTTP 404); check that the \
         endpoint is one of Container Service.\n\n\
         Request id: R-header."
    );
}

#[test]
fn what_is_wrong_before_any_call_does_not_speak_of_one() {
    let error = client("http://127.0.0.1:1").in_region("Hangzhou").unwrap_err();
    assert_eq!(
        printed(&fault(&error)),
        "The service cannot be called\n\n\
         \"Hangzhou\" is not a region ID; give one in lower case, such as cn-hangzhou."
    );
}
