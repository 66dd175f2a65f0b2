//! The calls of a cluster, and what is looked at in their answers.

use ack_client::{Answered, Client, ClusterState, Error, Request, operations};
use serde_json::Value as Json;
use tf_provider::document::Body;

use crate::bridge::with_body;

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

    pub(super) fn state(&self) -> Option<ClusterState> {
        self.text("state").map(ClusterState::from)
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
