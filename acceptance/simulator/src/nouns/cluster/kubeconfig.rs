//! Kubeconfigs: the form of them, with certificates that are none, for there is no API server behind them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::clock::{seconds, stamp_utc};
use crate::store::World;

/// How long one lives that is not temporary.
const LONG_LIVED_MINUTES: u64 = 3 * 365 * 24 * 60;

/// DescribeClusterUserKubeconfig, and its predecessor.
pub(super) fn describe(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    let id = cluster.id();
    let endpoints: Value = serde_json::from_str(cluster.text("master_url")).unwrap_or_default();
    let field =
        if call.query_flag("PrivateIpAddress") { "intranet_api_server_endpoint" } else { "api_server_endpoint" };
    let server = endpoints[field].as_str().unwrap_or_default();
    let encoded = |what: &str| {
        let text = format!("-----BEGIN {what}-----\nack-simulator has none\n-----END {what}-----\n");
        BASE64_STANDARD.encode(text)
    };
    let (certificate, key) = (encoded("CERTIFICATE"), encoded("PRIVATE KEY"));
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "current-context": format!("simulator-{id}"),
        "clusters": [{"name": id, "cluster": {"server": server, "certificate-authority-data": certificate}}],
        "contexts": [{"name": format!("simulator-{id}"), "context": {"cluster": id, "user": "simulator"}}],
        "users": [{"name": "simulator", "user": {"client-certificate-data": certificate, "client-key-data": key}}],
    });
    let minutes = call.query.get("TemporaryDurationMinutes").and_then(Value::as_u64).unwrap_or(LONG_LIVED_MINUTES);
    let expiration = world.now() + seconds(minutes as f64 * 60.0);
    // JSON is YAML, which is what clients parse it as.
    let mut answer = json!({"config": format!("{config:#}")});
    if call.operation.answer_schema.as_ref().is_some_and(|schema| schema.properties.contains_key("expiration")) {
        answer["expiration"] = json!(stamp_utc(expiration));
    }
    Ok(answer)
}
