//! Every operation sends exactly the fields that it is documented to take, on its documented method and path.
//!
//! The documents are in `tests/fields`: one file an operation, one field a line, `?` before those of the query. A field
//! marked `left out` is documented and not sent, for the reason given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::requests::call_everything;
use super::server::{Recorded, Reply, Server};

struct Documented {
    route: String,
    sent: BTreeSet<String>,
}

fn documented() -> BTreeMap<String, Documented> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fields");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let mut lines = text.lines().filter(|line| !line.starts_with('#'));
            let route = lines.next().unwrap().to_owned();
            let sent = lines
                .filter(|line| !line.contains("# left out: "))
                .map(|line| line.split_whitespace().next().unwrap().to_owned())
                .collect();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), Documented { route, sent })
        })
        .collect()
}

/// The fields of a value, as dotted paths. A documented path is a whole field, even if its content has structure.
fn fields(at: &str, value: &Value, documented: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) if !documented.contains(at) => {
            for (name, value) in object {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                fields(&path, value, documented, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for item in items {
                fields(at, item, documented, found);
            }
        }
        _ => {
            found.insert(at.to_owned());
        }
    }
}

fn fits(route: &str, request: &Recorded) -> bool {
    let (method, template) = route.split_once(' ').unwrap();
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), request.path.split('/').collect());
    request.method == method
        && template.len() == path.len()
        && template.iter().zip(path).all(|(expected, actual)| expected.starts_with('{') || *expected == actual)
}

#[tokio::test]
async fn every_operation_sends_its_documented_fields_and_no_other() {
    let server = Server::start(|request, _| {
        let listed = ["DescribeKubernetesVersionMetadata", "DescribeClusterResources"];
        if listed.contains(&request.operation.as_str()) {
            return Reply::Json(200, json!([]));
        }
        Reply::Json(
            200,
            json!({
                "cluster_id": "c1", "nodepool_id": "np1", "task_id": "T-1", "state": "running", "next_token": "n", "name": "n",
                "clusters": [], "nodepool_info": {"nodepool_id": "np1"},
            }),
        )
    })
    .await;
    call_everything(&server.client()).await;

    let documented = documented();
    let mut sent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in server.log() {
        let of = documented
            .get(&request.operation)
            .unwrap_or_else(|| panic!("{} has no list in tests/fields", request.operation));
        assert!(
            fits(&of.route, &request),
            "{}: {} {} is not {}",
            request.operation,
            request.method,
            request.path,
            of.route
        );
        let found = sent.entry(request.operation.clone()).or_default();
        found.extend(request.query.keys().map(|name| format!("?{name}")));
        if let Some(body) = &request.body {
            fields("", body, &of.sent, found);
        }
    }
    for (operation, of) in documented {
        let sent = sent.remove(&operation).unwrap_or_else(|| panic!("{operation} is listed and never called"));
        similar_asserts::assert_eq!(expected: of.sent, sent: sent, "{}", operation);
    }
}
