//! Creating a cluster: what is sent, and how a second one is avoided.

use ack_client::Client;
use serde_json::{Value as Json, json};
use tf_provider::document::{self, Body};
use tf_provider::{Context, Fault, Progress};
use uuid::Uuid;

use super::calls::{self, Detail};
use super::maintenance::AutoUpgrade;
use super::resource::NetworkPlugin;
use super::version::{self, CLUSTER_TYPE, Version};
use super::{Cluster, refusal, twin};
use crate::bridge::{Connection, Error, Task};
use crate::tags::{self, Tags};

/// The note that holds the client token while a creation goes on.
const TOKEN: &str = "client_token";

pub(super) async fn create(own: &mut Cluster, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
    let client = cx.service().client(&own.region)?;
    let token = match cx.note(TOKEN) {
        // This creation was refused before, because the service was busy: it is still the same one.
        Some(Json::String(token)) => token,
        _ => {
            refuse_twin(own, &client, cx).await?;
            Uuid::new_v4().to_string()
        }
    };
    cx.set_note(TOKEN, json!(token));
    let version = match own.version.get() {
        Some(wanted) => Some(resolve(wanted, &client).await?),
        None => None,
    };
    let default_tags = cx.service().default_tags().cloned().unwrap_or_default();
    let mut body = body(own, version, &default_tags);
    body.put("region_id", client.region());
    body.put("client_token", token);
    // That the service knows the token again is not documented, so a second request is sent only when there is no cluster
    // of the first one.
    let send = || async {
        let made = calls::create(&client, own.own_name(), &body).await.map_err(refusal::of)?;
        let id = made.body["cluster_id"].as_str().unwrap_or_default().to_owned();
        Ok((id, Task::of(&client, made.task, made.request_id)))
    };
    let (id, task) = cx.once(send, || async { Ok(made_meanwhile(own, &client).await?.map(|id| (id, None))) }).await?;
    own.id.set(id);
    // The next creation, of a replacement perhaps, is another one.
    cx.set_note(TOKEN, Json::Null);
    Ok(task)
}

/// The cluster of a creation whose answer was lost. There was none before the call, so one is that of the call.
async fn made_meanwhile(own: &Cluster, client: &Client) -> Result<Option<String>, Error> {
    let found = same_named(own, client).await?;
    if let [_, _, ..] = found.as_slice() {
        let ids: Vec<&str> = found.iter().map(Detail::id).collect();
        return Err(twin::several(own.own_name(), &own.vpc_id, &ids, client.region()).into());
    }
    Ok(found.first().map(|cluster| cluster.id().to_owned()))
}

/// The full version to create a cluster with.
async fn resolve(wanted: &Version, client: &Client) -> Result<String, Error> {
    if wanted.is_full() {
        return Ok(wanted.as_str().to_owned());
    }
    let creatable = version::creatable(client).await?;
    match version::newest_match(wanted, &creatable) {
        Some(version) => Ok(version.as_str().to_owned()),
        None => Err(not_creatable(wanted, &creatable).into()),
    }
}

/// The error for a version that clusters cannot be created with.
pub(super) fn not_creatable(wanted: &Version, creatable: &[Version]) -> Fault {
    Fault::other(
        format!("No cluster can be created with Kubernetes {wanted}"),
        format!(
            "The service creates clusters with these versions, newest first: {}. Write one of them, or the beginning of one such as \"1.34\".",
            version::list(creatable)
        ),
    )
    .at(Cluster::VERSION)
}

/// Refuses to create a cluster that there is already: an earlier run made it and was cut off before it could write it
/// down, or somebody else did.
///
/// A run that was killed a moment ago may have made one that is not listed yet. It ended before this process began, so
/// the look that counts comes once the lag after that is over. An apply that takes minutes is up to 12 seconds longer by
/// that, once for all its clusters.
async fn refuse_twin(own: &Cluster, client: &Client, cx: &Context<'_, Connection>) -> Result<(), Error> {
    let mut found = same_named(own, client).await?;
    if found.is_empty() && !cx.service().lists_are_settled() {
        cx.until(|| async {
            let settled = cx.service().lists_are_settled();
            let waits = || Progress::Pending("not begun: lists may lag behind an earlier run".to_owned());
            Ok((if settled { Progress::Ready } else { waits() }, ()))
        })
        .await?;
        found = same_named(own, client).await?;
    }
    found.first().map_or(Ok(()), |found| Err(twin::taken(own.own_name(), found, client.region()).into()))
}

/// The clusters of this name in this VPC. The list is behind by seconds, so each is looked at.
async fn same_named(own: &Cluster, client: &Client) -> Result<Vec<Detail>, ack_client::Error> {
    let mut found = Vec::new();
    for listed in calls::list(client, own.name.get().map(String::as_str)).await? {
        found.extend(twin::look(&listed, own.own_name(), &own.vpc_id, client).await?);
    }
    Ok(found)
}

/// The body of CreateCluster, but for region and client token: what the bindings do not say.
fn body(own: &Cluster, version: Option<String>, default_tags: &Tags) -> Body {
    let mut body = document::create(own);
    body.put("cluster_type", CLUSTER_TYPE);
    body.put("profile", "Default");
    if let Some(version) = version {
        body.put("kubernetes_version", version);
    }
    // With an EIP of the user's, the service must not make another one.
    body.put("endpoint_public_access", own.endpoint_public_access && own.api_server_eip_id.is_none());
    if let Some(addon) = network_addon(own) {
        body.put("addons", json!([addon]));
    }
    if let Some(upgrade) = &own.auto_upgrade {
        body.put("operation_policy.cluster_auto_upgrade", AutoUpgrade::request(Some(upgrade)));
    }
    let tags = tags::merged(default_tags, &own.tags.clone().unwrap_or_default());
    if !tags.is_empty() {
        body.put("tags", tags::list(&tags));
    }
    body
}

/// The network plugin that was written or planned. What was not known when that was planned is known by now.
fn network_addon(own: &Cluster) -> Option<Json> {
    let by_addresses = || match (own.pod_vswitch_ids.get(), &own.pod_cidr) {
        (Some(_), _) => Some(NetworkPlugin::Terway),
        (None, Some(_)) => Some(NetworkPlugin::Flannel),
        (None, None) => None,
    };
    let plugin = own.network_plugin.get().copied().or_else(by_addresses)?;
    let mut addon = json!({"name": plugin.as_str()});
    if let Some(by_zone) = own.pod_vswitch_ids.get().filter(|_| plugin == NetworkPlugin::Terway) {
        addon["config"] = json!(json!({"PodVswitchId": by_zone}).to_string());
    }
    Some(addon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::maintenance::{AutoUpgrade, Channel, MaintenanceWindow, Weekday};
    use crate::cluster::resource::{ProxyMode, Spec};
    use crate::cluster::tests::flannel;

    fn body(own: &Cluster, default_tags: &Tags) -> Json {
        super::body(own, None, default_tags).json
    }

    #[test]
    fn a_minimal_cluster_sends_what_was_written_and_no_deletion_protection() {
        similar_asserts::assert_eq!(
            body(&flannel(), &Tags::new()),
            json!({
                "name": "prod", "cluster_type": "ManagedKubernetes", "profile": "Default", "cluster_spec": "ack.standard",
                "vpcid": "vpc-1", "vswitch_ids": ["vsw-1"], "container_cidr": "10.64.0.0/16",
                "service_cidr": "172.19.0.0/20", "endpoint_public_access": false, "addons": [{"name": "flannel"}],
            })
        );
    }

    #[test]
    fn terway_takes_its_vswitches_in_the_configuration_of_its_add_on() {
        let mut own = flannel();
        own.network_plugin.set(NetworkPlugin::Terway);
        own.pod_cidr = None;
        own.pod_vswitch_ids.set(std::collections::BTreeMap::from([("z-h".to_owned(), vec!["vsw-p".to_owned()])]));
        let body = body(&own, &Tags::new());
        assert_eq!(
            body["addons"],
            json!([{"name": "terway-eniip", "config": "{\"PodVswitchId\":{\"z-h\":[\"vsw-p\"]}}"}])
        );
        assert!(body.get("container_cidr").is_none() && body.get("pod_vswitch_ids").is_none());
        // What nobody wrote, and no plan could tell, follows from the addresses.
        own.network_plugin = Default::default();
        assert_eq!(self::body(&own, &Tags::new()), body);
        let mut own = flannel();
        own.network_plugin = Default::default();
        assert_eq!(self::body(&own, &Tags::new())["addons"], json!([{"name": "flannel"}]));
    }

    #[test]
    fn everything_that_a_creation_takes_is_sent() {
        let mut own = flannel();
        own.spec = Spec::ProXlarge;
        own.vswitch_ids = ["vsw-2".to_owned(), "vsw-1".to_owned()].into_iter().collect();
        own.security_group_id.set("sg-1".to_owned());
        own.node_cidr_mask.set(25);
        own.proxy_mode.set(ProxyMode::Iptables);
        own.cluster_domain.set("example.local".to_owned());
        own.endpoint_public_access = true;
        own.load_balancer_id.set("lb-1".to_owned());
        own.extra_sans = Some(["b.example".to_owned(), "a.example".to_owned()].into_iter().collect());
        own.snat_entry.set(true);
        own.timezone.set("Asia/Tokyo".to_owned());
        own.resource_group_id.set("rg-1".to_owned());
        own.encryption_provider_key.set("key-1".to_owned());
        own.tags = Some(Tags::from([("env".to_owned(), "prod".to_owned())]));
        own.auto_upgrade = Some(AutoUpgrade { enabled: true, channel: Channel::Patch });
        own.maintenance_window = Some(MaintenanceWindow {
            maintenance_time: "03:00:00Z".to_owned(),
            duration: "2h".to_owned(),
            weekly_period: Some([Weekday::Friday].into_iter().collect()),
            recurrence: None,
        });
        let body = super::body(
            &own,
            Some("1.34.6-aliyun.1".to_owned()),
            &Tags::from([("by".to_owned(), "terraform".to_owned()), ("env".to_owned(), "dev".to_owned())]),
        )
        .json;
        similar_asserts::assert_eq!(
            body,
            json!({
                "name": "prod", "cluster_type": "ManagedKubernetes", "profile": "Default", "cluster_spec": "ack.pro.xlarge",
                "kubernetes_version": "1.34.6-aliyun.1",
                "vpcid": "vpc-1", "vswitch_ids": ["vsw-1", "vsw-2"], "security_group_id": "sg-1",
                "container_cidr": "10.64.0.0/16", "service_cidr": "172.19.0.0/20", "node_cidr_mask": "25",
                "proxy_mode": "iptables", "cluster_domain": "example.local", "addons": [{"name": "flannel"}],
                "endpoint_public_access": true, "load_balancer_id": "lb-1", "extra_sans": ["a.example", "b.example"],
                "snat_entry": true, "timezone": "Asia/Tokyo", "resource_group_id": "rg-1",
                "encryption_provider_key": "key-1",
                "tags": [{"key": "by", "value": "terraform"}, {"key": "env", "value": "prod"}],
                "operation_policy": {"cluster_auto_upgrade": {"enabled": true, "channel": "patch"}},
                "maintenance_window": {"enable": true, "maintenance_time": "03:00:00Z", "duration": "2h", "weekly_period": "Friday"},
            })
        );
    }

    #[test]
    fn with_an_address_of_the_users_the_service_makes_none() {
        let mut own = flannel();
        own.endpoint_public_access = true;
        own.api_server_eip_id = Some("eip-1".to_owned());
        assert_eq!(body(&own, &Tags::new())["endpoint_public_access"], json!(false));
    }
}
