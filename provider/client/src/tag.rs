//! Tags of clusters, and the key-value pair that labels share with them.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::call::{Object, Request};
use crate::{Client, Error, wire};

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

/// One tag of one resource (ListTagResources).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaggedResource {
    /// Cluster id.
    #[serde(deserialize_with = "wire::or_default")]
    pub resource_id: String,
    /// `ALIYUN::CS::CLUSTER`.
    pub resource_type: Option<String>,
    /// Key of the tag.
    #[serde(deserialize_with = "wire::or_default")]
    pub tag_key: String,
    /// Value of the tag.
    #[serde(deserialize_with = "wire::or_default")]
    pub tag_value: String,
}

#[derive(Serialize)]
struct TagResources<'a> {
    region_id: &'a str,
    resource_ids: &'a [&'a str],
    resource_type: &'a str,
    tags: &'a [Tag],
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    #[serde(deserialize_with = "wire::non_empty")]
    next_token: Option<String>,
    #[serde(deserialize_with = "wire::or_default")]
    tag_resources: List,
}
#[derive(Default, Deserialize)]
#[serde(default)]
struct List {
    #[serde(deserialize_with = "wire::or_default")]
    tag_resource: Vec<TaggedResource>,
}

impl Object for Page {}

impl Client {
    /// Replaces all tags of a cluster (ModifyClusterTags). An empty list takes them all away.
    pub async fn modify_cluster_tags(&self, cluster_id: &str, tags: &[Tag]) -> Result<(), Error> {
        let request =
            Request::new("ModifyClusterTags", Method::POST, &["clusters", cluster_id, "tags"]).body(tags).repeatable();
        self.send_without_answer(&request).await
    }

    /// Reads tags of clusters (ListTagResources): of up to 50 clusters, and only those in `tags` unless that is empty.
    pub async fn list_tag_resources(&self, cluster_ids: &[&str], tags: &[Tag]) -> Result<Vec<TaggedResource>, Error> {
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = Request::new("ListTagResources", Method::GET, &["tags"])
                .query("region_id", self.region())
                .query("resource_type", CLUSTER)
                .query_json("resource_ids", Some(&cluster_ids))
                .query_json("tags", (!tags.is_empty()).then_some(&tags))
                .query_if("next_token", token.as_ref());
            let page: Page = self.send_for_object(&request).await?;
            found.extend(page.tag_resources.tag_resource);
            // The same token again would go round for ever.
            if page.next_token.is_none() || page.next_token == token {
                return Ok(found);
            }
            token = page.next_token;
        }
    }

    /// Sets up to 20 tags on up to 50 clusters and leaves their other tags alone (TagResources).
    pub async fn tag_resources(&self, cluster_ids: &[&str], tags: &[Tag]) -> Result<(), Error> {
        let body = TagResources { region_id: self.region(), resource_ids: cluster_ids, resource_type: CLUSTER, tags };
        self.send_without_answer(&Request::new("TagResources", Method::PUT, &["tags"]).body(&body)).await
    }

    /// Takes the tags with these keys away from up to 50 clusters (UntagResources).
    pub async fn untag_resources(&self, cluster_ids: &[&str], tag_keys: &[&str]) -> Result<(), Error> {
        self.send_without_answer(&self.untag(cluster_ids).query_json("tag_keys", Some(&tag_keys))).await
    }

    /// Takes all tags away from up to 50 clusters (UntagResources with `all`).
    pub async fn untag_resources_all(&self, cluster_ids: &[&str]) -> Result<(), Error> {
        let none: &[&str] = &[];
        self.send_without_answer(&self.untag(cluster_ids).query("all", true).query_json("tag_keys", Some(&none))).await
    }

    fn untag(&self, cluster_ids: &[&str]) -> Request {
        Request::new("UntagResources", Method::DELETE, &["tags"])
            .query("region_id", self.region())
            .query("resource_type", CLUSTER)
            .query_json("resource_ids", Some(&cluster_ids))
    }
}
