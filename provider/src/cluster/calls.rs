//! The calls of a cluster, and what is looked at in their answers.

use std::collections::BTreeSet;

use ack_client::{Answered, Client, Error, Request, operations};
use serde_json::{Value as Json, json};
use tf_provider::document::Body;

use crate::bridge::with_body;
use crate::tags::{self, Tags};

/// The one type of resource that this service tags.
const TAGGED: &str = "CLUSTER";

/// A cluster as the service describes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detail(Json);

impl Detail {
    pub(super) fn json(&self) -> &Json {
        &self.0
    }

    /// A text that is not empty.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.0[field].as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn id(&self) -> &str {
        self.text("cluster_id").unwrap_or_default()
    }

    /// The state; empty if the service does not say.
    pub(super) fn state(&self) -> &str {
        match self.text("state").unwrap_or_default() {
            // Two spellings are in use.
            "deleteFailed" => "delete_failed",
            state => state,
        }
    }

    pub(super) fn is_protected(&self) -> bool {
        self.0["deletion_protection"] == true
    }
}

impl From<Json> for Detail {
    fn from(answer: Json) -> Self {
        Self(answer)
    }
}

/// Reads one cluster in full.
pub(super) async fn detail(client: &Client, id: &str) -> Result<Detail, Error> {
    let request = Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", id)]).must_answer("cluster_id");
    Ok(Detail(client.call(&request).await?.body))
}

/// Starts to make a cluster. Retries carry the same client token, which is in the body.
pub(super) async fn create(client: &Client, name: &str, body: &Body) -> Result<Answered, Error> {
    let request = Request::of(&operations::CREATE_CLUSTER, &[]).named(name).must_answer("cluster_id");
    client.call(&with_body(request, body)).await
}

/// Changes a cluster.
pub(super) async fn modify(client: &Client, id: &str, body: &Body) -> Result<Answered, Error> {
    client.call(&with_body(Request::of(&operations::MODIFY_CLUSTER, &[("cluster_id", id)]), body)).await
}

/// Deletes a cluster. What becomes of its resources is left to the service.
pub(super) async fn delete(client: &Client, id: &str) -> Result<Answered, Error> {
    client.call(&Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", id)])).await
}

/// Upgrades the control plane, without the nodes, by one minor version at most.
pub(super) async fn upgrade(client: &Client, id: &str, version: &str) -> Result<Answered, Error> {
    let request = Request::of(&operations::UPGRADE_CLUSTER, &[("cluster_id", id)]);
    client.call(&request.body_json(json!({"next_version": version, "master_only": true}))).await
}

/// Moves a Basic cluster to Pro.
pub(super) async fn migrate(client: &Client, id: &str) -> Result<Answered, Error> {
    client.call(&Request::of(&operations::MIGRATE_CLUSTER, &[("cluster_id", id)]).body_json(json!({}))).await
}

/// Sets tags and leaves the others alone.
pub(super) async fn tag(client: &Client, id: &str, tags: &Tags) -> Result<Answered, Error> {
    let body = json!({
        "region_id": client.region(), "resource_ids": [id], "resource_type": TAGGED, "tags": tags::list(tags)
    });
    client.call(&Request::of(&operations::TAG_RESOURCES, &[]).body_json(body)).await
}

/// Takes the tags with these keys away.
pub(super) async fn untag(client: &Client, id: &str, keys: &BTreeSet<String>) -> Result<Answered, Error> {
    let of = [("region_id", client.region()), ("resource_type", TAGGED)];
    let request = Request::of(&operations::UNTAG_RESOURCES, &of).query("resource_ids", json!([id]));
    client.call(&request.query("tag_keys", json!(keys))).await
}

/// The clusters of the client's region, all pages: those whose name holds this text, if one is given. A change may take
/// 1 to 10 seconds to show.
pub(super) async fn list(client: &Client, name: Option<&str>) -> Result<Vec<Json>, Error> {
    let request = Request::of(&operations::DESCRIBE_CLUSTERS_FOR_REGION, &[("region_id", client.region())]);
    client.pages(&request.query("name", name).must_answer("clusters[].cluster_id"), "clusters").await
}

/// The id of a cluster in a list.
pub(super) fn id(listed: &Json) -> &str {
    listed["cluster_id"].as_str().unwrap_or_default()
}

/// The cloud resources of a cluster, with those of its add-ons if asked.
pub(super) async fn resources(client: &Client, id: &str, with_those_of_addons: bool) -> Result<Vec<Json>, Error> {
    let request = Request::of(&operations::DESCRIBE_CLUSTER_RESOURCES, &[("cluster_id", id)]);
    let answer = client.call(&request.query("with_addon_resources", with_those_of_addons)).await?;
    Ok(answer.body.as_array().cloned().unwrap_or_default())
}

/// Whether the service made a resource, or it was brought along; `None` if the service does not say.
pub(super) fn was_made(resource: &Json) -> Option<bool> {
    let made = &resource["auto_create"];
    let made = made.as_i64().or_else(|| made.as_str()?.parse().ok())?;
    Some(made == 1)
}

/// One installed add-on with its settings.
pub(super) async fn addon(client: &Client, id: &str, name: &str) -> Result<Json, Error> {
    let of = [("cluster_id", id), ("instance_name", name)];
    let request = Request::of(&operations::GET_CLUSTER_ADDON_INSTANCE, &of);
    Ok(client.call(&request.must_answer("name")).await?.body)
}

/// The node pools of a cluster.
pub(super) async fn node_pools(client: &Client, id: &str) -> Result<Vec<Json>, Error> {
    let request = Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOLS, &[("cluster_id", id)]);
    let answer = client.call(&request.must_answer("nodepools[].nodepool_info.nodepool_id")).await?;
    Ok(answer.body["nodepools"].as_array().cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::tests::service::{Answer, Service};

    #[tokio::test]
    async fn nothing_is_made_of_an_answer_that_is_nothing() {
        for answer in [json!({}), json!({"cluster_id": "", "name": ""}), json!({"nodepools": [{}], "clusters": [{}]})] {
            let sent = answer.clone();
            let service = Service::start(move |_| Answer::Json(200, sent.clone())).await;
            let client = &service.client;
            let reads = [
                detail(client, "c1").await.err(),
                list(client, None).await.err(),
                resources(client, "c1", false).await.err(),
                addon(client, "c1", "terway-eniip").await.err(),
            ];
            for error in reads {
                let error = error.unwrap_or_else(|| panic!("{answer} is taken for something"));
                assert!(!error.is_not_found() && !error.is_uncertain(), "{answer}: {error}");
            }
            assert_eq!(node_pools(client, "c1").await.is_err(), answer.get("nodepools").is_some());
            let error = create(client, "prod", &Body::new()).await.unwrap_err();
            assert!(error.is_uncertain(), "there may be one all the same: {answer}: {error}");
        }
    }

    #[tokio::test]
    async fn what_is_set_is_sent_and_nothing_else() {
        let service = Service::start(|_| Answer::Json(200, json!({"task_id": "T-1"}))).await;
        let client = &service.client;
        delete(client, "c1").await.unwrap();
        upgrade(client, "c1", "1.35.7-aliyun.1").await.unwrap();
        migrate(client, "c1").await.unwrap();
        tag(client, "c1", &Tags::from([("env".to_owned(), "prod".to_owned())])).await.unwrap();
        untag(client, "c1", &BTreeSet::from(["env".to_owned()])).await.unwrap();
        let paths = service.asked().into_iter().map(|question| question.path).collect::<Vec<_>>();
        assert_eq!(
            paths,
            [
                "/clusters/c1",
                "/api/v2/clusters/c1/upgrade",
                "/clusters/c1/migrate",
                "/tags",
                "/tags?region_id=cn-hangzhou&resource_ids=%5B%22c1%22%5D&resource_type=CLUSTER&tag_keys=%5B%22env%22%5D",
            ]
        );
        assert_eq!(service.bodies("UpgradeCluster"), [json!({"next_version": "1.35.7-aliyun.1", "master_only": true})]);
        assert_eq!(service.bodies("MigrateCluster"), [json!({})]);
        let tags = json!([{"key": "env", "value": "prod"}]);
        assert_eq!(
            service.bodies("TagResources"),
            [json!({"region_id": "cn-hangzhou", "resource_ids": ["c1"], "resource_type": "CLUSTER", "tags": tags})]
        );
    }
}
