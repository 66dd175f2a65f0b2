//! No method with types of its own sends a field that its operation does not have, by `proto/cs/operations.json`.

use serde_json::{Value, json};

use super::requests::call_everything;
use super::server::{Reply, Server};

/// The places of a value that its schema does not have.
fn unknown(at: &str, value: &Value, schema: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| unknown(at, item, &schema["items"], found)),
        Value::Object(members) if schema["free_form"] != true => {
            for (name, value) in members {
                let place = format!("{at}.{name}");
                match (&schema["properties"][name], &schema["additionalProperties"]) {
                    (Value::Null, Value::Null) => found.push(place),
                    (Value::Null, any) => unknown(&place, value, any, found),
                    (field, _) => unknown(&place, value, field, found),
                }
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_operation_sends_fields_that_it_has() {
    let server = Server::start(|request, _| {
        let listed = ["DescribeKubernetesVersionMetadata", "DescribeClusterResources"];
        if listed.contains(&request.operation.as_str()) {
            return Reply::Json(200, json!([]));
        }
        Reply::Json(
            200,
            json!({
                "cluster_id": "c1", "nodepool_id": "np1", "task_id": "T-1", "state": "running", "name": "n",
                "clusters": [], "nodepool_info": {"nodepool_id": "np1"},
            }),
        )
    })
    .await;
    call_everything(&server.client()).await;

    let description: Value = serde_json::from_str(include_str!("../../../../proto/cs/operations.json")).unwrap();
    let mut found = Vec::new();
    for request in server.log() {
        let operations = description["operations"].as_array().unwrap();
        let operation = operations.iter().find(|operation| operation["action"] == request.operation).unwrap();
        if let Some(body) = &request.body {
            unknown(&request.operation, body, &operation["body"], &mut found);
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
