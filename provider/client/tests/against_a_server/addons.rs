//! Shared reads of add-ons, and the change of settings whose answer is empty.

use serde_json::{Value, json};

use super::server::{Recorded, Reply, Server, refusal};

fn addon(number: usize) -> Value {
    json!({"name": format!("addon-{number}"), "version": format!("v{number}"), "state": "active"})
}

/// Plays a cluster with addon-0 to addon-29.
fn thirty(request: &Recorded, _: usize) -> Reply {
    match request.operation.as_str() {
        "ListClusterAddonInstances" => Reply::Json(200, json!({"addons": (0..30).map(addon).collect::<Vec<_>>()})),
        "GetClusterAddonInstance" => refusal(404, "AddonNotFound"),
        _ => Reply::Headed(200, ("x-acs-request-id", "R-modify"), Value::Null),
    }
}

#[tokio::test]
async fn thirty_readers_make_one_call_and_a_write_in_between_makes_a_second() {
    let server = Server::start(thirty).await;
    let client = server.client();
    let read_all = || async {
        let readers: Vec<_> = (0..30)
            .map(|number| {
                let client = client.clone();
                tokio::spawn(async move { client.read_cluster_addon_version("c1", &format!("addon-{number}")).await })
            })
            .collect();
        for (number, reader) in readers.into_iter().enumerate() {
            assert_eq!(reader.await.unwrap().unwrap().version, format!("v{number}"));
        }
    };
    read_all().await;
    assert_eq!(server.operations(), ["ListClusterAddonInstances"]);
    client.modify_cluster_addon("c2", "addon-1", "{}").await.unwrap();
    read_all().await;
    assert_eq!(server.operations()[1..], ["ModifyClusterAddon"], "the write was to another cluster");
    client.modify_cluster_addon("c1", "addon-1", "{}").await.unwrap();
    read_all().await;
    assert_eq!(server.operations()[2..], ["ModifyClusterAddon", "ListClusterAddonInstances"]);
}

#[tokio::test]
async fn only_the_services_own_word_says_that_an_add_on_is_gone() {
    let server = Server::start(thirty).await;
    let error = server.client().read_cluster_addon_version("c1", "addon-30").await.unwrap_err();
    assert!(error.is_not_found() && error.code() == Some("AddonNotFound"), "{error}");
    assert_eq!(server.operations(), ["ListClusterAddonInstances", "GetClusterAddonInstance"]);
}

#[tokio::test]
async fn a_change_of_settings_answers_with_the_id_of_its_request() {
    let server = Server::start(thirty).await;
    let started = server.client().modify_cluster_addon("c1", "addon-1", r#"{"a":"1"}"#).await.unwrap();
    assert_eq!((started.task_id, started.request_id.as_deref()), (None, Some("R-modify")));
    assert_eq!(server.log()[0].body, Some(json!({"config": r#"{"a":"1"}"#})));
}
