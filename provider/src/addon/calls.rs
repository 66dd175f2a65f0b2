//! The calls of an add-on, and what is looked at in their answers.
//!
//! ListClusterAddonInstances answers name, version and state of all that is installed, and nothing else;
//! GetClusterAddonInstance alone answers the settings, and there is no call for those of several add-ons.

use ack_client::{Answered, Client, Error, Request, operations};
use serde_json::{Value, json};

use crate::cluster::Spec;
use crate::cluster::version::{self, CLUSTER_TYPE, Version};

/// Ready.
pub(super) const ACTIVE: &str = "active";
/// Being removed.
pub(super) const DELETING: &str = "deleting";
/// Its version, or its settings, are being changed.
pub(super) const CHANGING: [&str; 2] = ["upgrading", "updating"];

/// One installed add-on without its settings, out of the list of its siblings, which all share who read at about the same
/// time. One that the list does not hold is read by itself, so that only the service's own word says that it is gone.
pub(super) async fn read(client: &Client, cluster_id: &str, name: &str) -> Result<Value, Error> {
    let request = Request::of(&operations::LIST_CLUSTER_ADDON_INSTANCES, &[("cluster_id", cluster_id)]);
    let answer = client.shared(&request.must_answer("addons[].name")).await?;
    match addons(&answer).find(|addon| self::name(addon) == name) {
        Some(addon) => Ok(addon.clone()),
        None => detail(client, cluster_id, name).await,
    }
}

/// One installed add-on with its settings, always from the service.
pub(super) async fn detail(client: &Client, cluster_id: &str, name: &str) -> Result<Value, Error> {
    let of = [("cluster_id", cluster_id), ("instance_name", name)];
    let request = Request::of(&operations::GET_CLUSTER_ADDON_INSTANCE, &of);
    Ok(client.call(&request.must_answer("name")).await?.body)
}

/// One add-on as a cluster can have it: with the schema of its settings and with newer versions.
pub(super) async fn offered(
    client: &Client,
    cluster_id: &str,
    name: &str,
    version: Option<&str>,
) -> Result<Value, Error> {
    let of = [("cluster_id", cluster_id), ("addon_name", name)];
    let request = Request::of(&operations::DESCRIBE_ADDON, &of).query("version", version);
    Ok(client.call(&request.must_answer("name")).await?.body)
}

/// The names of the add-ons that a cluster can have.
pub(super) async fn catalogue(client: &Client, cluster_id: &str) -> Result<Vec<String>, Error> {
    names(client, &[("cluster_id", cluster_id)]).await
}

/// The names of the add-ons that a new Pro cluster of the newest version can have; `None` if there is no such version.
pub(super) async fn newest_catalogue(client: &Client) -> Result<Option<Vec<String>>, Error> {
    let query = version::creation_query(client.region());
    let request = Request::of(&operations::DESCRIBE_KUBERNETES_VERSION_METADATA, &query);
    let newest = version::creatable_of(&client.call(&request).await?.body).into_iter().next();
    let Some(newest) = newest.as_ref().map(Version::as_str) else { return Ok(None) };
    let kind = [
        ("region_id", client.region()),
        ("cluster_type", CLUSTER_TYPE),
        ("profile", "Default"),
        ("cluster_spec", Spec::Pro.as_str()),
        ("cluster_version", newest),
    ];
    names(client, &kind).await.map(Some)
}

async fn names(client: &Client, of: &[(&str, &str)]) -> Result<Vec<String>, Error> {
    let answer = client.call(&Request::of(&operations::LIST_ADDONS, of).must_answer("addons[].name")).await?;
    let mut names: Vec<String> = addons(&answer).map(|addon| name(addon).to_owned()).collect();
    names.sort();
    Ok(names)
}

fn addons(answer: &Answered) -> impl Iterator<Item = &Value> {
    answer.body["addons"].as_array().into_iter().flatten()
}

/// Installs an add-on. The cluster leaves `running` until it is done.
pub(super) async fn install(
    client: &Client,
    cluster_id: &str,
    name: &str,
    version: Option<&str>,
    config: Option<&str>,
) -> Result<Answered, Error> {
    let request = Request::of(&operations::INSTALL_CLUSTER_ADDONS, &[("cluster_id", cluster_id)]);
    client.call(&request.body_json(one(json!({"name": name, "version": version, "config": config})))).await
}

/// Moves an add-on from the version that it has to another one, perhaps with other settings.
pub(super) async fn upgrade(
    client: &Client,
    cluster_id: &str,
    present: &Value,
    version: &str,
    config: Option<&str>,
) -> Result<Answered, Error> {
    let request = Request::of(&operations::UPGRADE_CLUSTER_ADDONS, &[("cluster_id", cluster_id)]);
    let before = Some(self::version(present)).filter(|version| !version.is_empty());
    let addon = json!({"component_name": name(present), "next_version": version, "version": before, "config": config});
    client.call(&request.body_json(one(addon))).await
}

/// Removes an add-on. Without `cleanup` the service decides about the cloud resources that it made.
pub(super) async fn uninstall(
    client: &Client,
    cluster_id: &str,
    name: &str,
    cleanup: Option<bool>,
) -> Result<Answered, Error> {
    let request = Request::of(&operations::UN_INSTALL_CLUSTER_ADDONS, &[("cluster_id", cluster_id)]);
    client.call(&request.body_json(one(json!({"name": name, "cleanup_cloud_resources": cleanup})))).await
}

/// Replaces all settings of an add-on. The answer does not name the task, which shows up among those of the cluster after a
/// while.
pub(super) async fn modify(client: &Client, cluster_id: &str, name: &str, config: &str) -> Result<Answered, Error> {
    let of = [("cluster_id", cluster_id), ("component_id", name)];
    client.call(&Request::of(&operations::MODIFY_CLUSTER_ADDON, &of).body_json(json!({"config": config}))).await
}

/// A list of one add-on. What is null is not sent.
fn one(mut addon: Value) -> Value {
    if let Some(fields) = addon.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    json!([addon])
}

/// The name of an add-on.
pub(super) fn name(addon: &Value) -> &str {
    addon["name"].as_str().unwrap_or_default()
}

/// The version of an installed add-on; empty if the service does not say.
pub(super) fn version(addon: &Value) -> &str {
    addon["version"].as_str().unwrap_or_default()
}

/// The state of an installed add-on; empty if the service does not say.
pub(super) fn state(addon: &Value) -> &str {
    match addon["state"].as_str().unwrap_or_default() {
        // Two words for one state.
        "initial" => "installing",
        state => state,
    }
}

/// The settings of an installed add-on, as JSON text.
pub(super) fn config(addon: &Value) -> Option<&str> {
    addon["config"].as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::tests::service::{Answer, Service};

    #[tokio::test]
    async fn what_is_set_is_sent_and_nothing_else() {
        let service = Service::start(|_| Answer::Json(200, json!({"task_id": "T-1"}))).await;
        let client = &service.client;
        install(client, "c1", "coredns", Some("v1"), Some("{}")).await.unwrap();
        install(client, "c1", "coredns", Some("v1"), None).await.unwrap();
        let sent =
            [json!({"name": "coredns", "version": "v1", "config": "{}"}), json!({"name": "coredns", "version": "v1"})];
        assert_eq!(service.bodies("InstallClusterAddons"), sent.map(|addon| json!([addon])));

        let present = json!({"name": "coredns", "version": "v1"});
        upgrade(client, "c1", &present, "v2", None).await.unwrap();
        upgrade(client, "c1", &json!({"name": "coredns"}), "v2", Some("{}")).await.unwrap();
        let sent = [
            json!({"component_name": "coredns", "version": "v1", "next_version": "v2"}),
            json!({"component_name": "coredns", "next_version": "v2", "config": "{}"}),
        ];
        assert_eq!(service.bodies("UpgradeClusterAddons"), sent.map(|addon| json!([addon])));

        // R05: without the attribute the service decides.
        for cleanup in [None, Some(false), Some(true)] {
            uninstall(client, "c1", "coredns", cleanup).await.unwrap();
        }
        let sent = [
            json!({"name": "coredns"}),
            json!({"name": "coredns", "cleanup_cloud_resources": false}),
            json!({"name": "coredns", "cleanup_cloud_resources": true}),
        ];
        assert_eq!(service.bodies("UnInstallClusterAddons"), sent.map(|addon| json!([addon])));
    }

    #[tokio::test]
    async fn only_the_services_own_word_says_that_an_add_on_is_gone() {
        let service = Service::start(|question| match question.operation.as_str() {
            "ListClusterAddonInstances" => Answer::Json(200, json!({"addons": [{"name": "coredns"}]})),
            _ => Answer::Json(404, json!({"code": "AddonNotFound", "message": "gone"})),
        })
        .await;
        assert_eq!(read(&service.client, "c1", "coredns").await.unwrap(), json!({"name": "coredns"}));
        let error = read(&service.client, "c1", "other").await.unwrap_err();
        assert!(error.is_not_found() && error.code() == Some("AddonNotFound"), "{error}");
        assert_eq!(service.operations(), ["ListClusterAddonInstances", "GetClusterAddonInstance"]);
    }

    #[tokio::test]
    async fn no_add_on_is_made_of_an_answer_that_is_none() {
        for answer in [json!({}), json!([]), json!({"name": ""}), json!({"addons": [{"version": "v1"}], "name": null})]
        {
            let sent = answer.clone();
            let service = Service::start(move |_| Answer::Json(200, sent.clone())).await;
            let client = &service.client;
            for error in [
                read(client, "c1", "coredns").await.err(),
                detail(client, "c1", "coredns").await.err(),
                offered(client, "c1", "coredns", None).await.err(),
            ] {
                let error = error.unwrap_or_else(|| panic!("{answer} is taken for an add-on"));
                assert!(!error.is_not_found() && !error.is_uncertain(), "{answer}: {error}");
            }
        }
    }
}
