//! Tags of clusters, and the key-value pair that labels share with them.

use serde::{Deserialize, Serialize};

use crate::request::Request;
use crate::{Client, Error, operations, wire};

/// The one type of resource that this service tags.
const CLUSTER: &str = "CLUSTER";

/// A tag of a cluster or of ECS instances, or a label of nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Tag {
    /// Key: up to 64 characters.
    #[serde(deserialize_with = "wire::or_default")]
    pub key: String,
    /// Value: up to 128 characters; may be empty.
    #[serde(deserialize_with = "wire::or_default")]
    pub value: String,
}

impl Tag {
    /// A pair of key and value.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

#[derive(Serialize)]
struct TagResources<'a> {
    region_id: &'a str,
    resource_ids: &'a [&'a str],
    resource_type: &'a str,
    tags: &'a [Tag],
}

impl Client {
    /// Sets up to 20 tags on up to 50 clusters and leaves their other tags alone (TagResources).
    pub async fn tag_resources(&self, cluster_ids: &[&str], tags: &[Tag]) -> Result<(), Error> {
        let body = TagResources { region_id: self.region(), resource_ids: cluster_ids, resource_type: CLUSTER, tags };
        self.send_without_answer(&Request::of(&operations::TAG_RESOURCES, &[]).body(&body)).await
    }

    /// Takes the tags with these keys away from up to 50 clusters (UntagResources).
    pub async fn untag_resources(&self, cluster_ids: &[&str], tag_keys: &[&str]) -> Result<(), Error> {
        let of = [("region_id", self.region()), ("resource_type", CLUSTER)];
        let request = Request::of(&operations::UNTAG_RESOURCES, &of)
            .query("resource_ids", cluster_ids)
            .query("tag_keys", tag_keys);
        self.send_without_answer(&request).await
    }
}
