//! What a process logs on stderr.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde_json::Value;
use tf_provider::kit::Caller;
use tfplugin::v6;
use tfplugin::v6::provider_client::ProviderClient;
use tokio::io::AsyncReadExt;
use tonic::transport::Channel;

use crate::client::{EMPTY, NOTES, Plugin};
use crate::{shut_down, within};

/// What an example logs at this level while these calls are made.
async fn logged(example: &str, level: &str, calls: impl AsyncFnOnce(Channel)) -> Vec<Value> {
    let mut plugin = within(Plugin::start_example(example, None, |command| {
        command.env("TF_LOG_PROVIDER", level).stderr(Stdio::piped());
    }))
    .await;
    let channel = within(plugin.connect(Caller::Plain)).await.expect("a connection");
    within(calls(channel.clone())).await;
    shut_down(&channel).await;
    let mut text = String::new();
    let stderr = plugin.child.stderr.as_mut().expect("stderr is piped");
    within(stderr.read_to_string(&mut text)).await.expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

#[tokio::test]
async fn logs_are_json_lines_at_the_level_asked_for() {
    let lines = logged(EMPTY, "debug", async |_| ()).await;
    assert!(lines.iter().any(|line| line["@message"] == "shutting down" && line["@level"] == "debug"));
    assert!(lines.iter().all(|line| line["@level"] != "trace"));
    assert_eq!(logged(EMPTY, "off", async |_| ()).await, [] as [Value; 0]);
}

#[tokio::test]
async fn every_line_of_a_call_says_of_which() {
    let lines = logged(NOTES, "trace", async |channel| {
        let mut provider = ProviderClient::new(channel);
        let note = v6::validate_resource_config::Request { type_name: "notes_note".into(), ..Default::default() };
        provider.validate_resource_config(note.clone()).await.unwrap();
        provider.validate_resource_config(note).await.unwrap();
        let notes = v6::read_data_source::Request { type_name: "notes_notes".into(), ..Default::default() };
        provider.read_data_source(notes).await.unwrap();
        let stamp = v6::invoke_action::Request { action_type: "notes_stamp".into(), ..Default::default() };
        provider.invoke_action(stamp).await.unwrap();
    })
    .await;
    let mut calls: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["tf_rpc"] != Value::Null && line["tf_rpc"] != "Shutdown") {
        calls.entry(line["tf_req_id"].as_str().expect("an id")).or_default().push(line);
    }
    assert_eq!(calls.len(), 4, "each call has an id of its own: {calls:?}");
    for (id, lines) in &calls {
        assert_eq!(id.len(), 36, "{id} is no UUID");
        let (field, kind) = match lines[0]["tf_rpc"].as_str().unwrap() {
            "ValidateResourceConfig" => ("tf_resource_type", "notes_note"),
            "ReadDataSource" => ("tf_data_source_type", "notes_notes"),
            _ => ("tf_action_type", "notes_stamp"),
        };
        for line in lines {
            assert_eq!(line[field], kind, "{line}");
            assert_eq!(line["tf_provider_addr"], "registry.terraform.io/example/notes");
            assert_eq!(line["tf_proto_version"], "6");
        }
        assert_eq!(lines.first().unwrap()["@message"], "called");
        let last = lines.last().unwrap();
        assert_eq!(last["@message"], "answered");
        assert!(last["tf_req_duration_ms"].as_f64().is_some_and(|took| took > 0.0), "{last}");
    }
}
