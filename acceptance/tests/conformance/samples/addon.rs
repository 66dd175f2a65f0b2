//! Samples of add-ons.

use serde_json::json;

use super::{Samples, alone};

pub(crate) fn addon(cluster_id: &str) -> Samples {
    let rows = vec![
        alone("name", json!("loongcollector"), json!("ack-node-problem-detector")),
        alone("config", json!(r#"{"sls_project_name":"a"}"#), json!(r#"{ "sls_project_name" : "b" }"#)),
        alone("cleanup_cloud_resources", json!(true), json!(false)),
        alone("skip_destroy", json!(true), json!(false)),
        alone("resolve_conflicts_on_create", json!("overwrite"), json!("none")),
        alone("resolve_conflicts_on_update", json!("overwrite"), json!("preserve")),
        alone("timeouts", json!({"delete": "1h"}), json!({"delete": "2h"})),
    ];
    Samples {
        base: json!({"cluster_id": cluster_id, "name": "loongcollector"}),
        from_the_start: json!({}),
        not_on_the_way: &["skip_destroy", "name"],
        rows,
    }
}
