//! Creating a cluster: what is sent, and how a second one is avoided.

use ack_client::{Client, ClusterAddon, ClusterFilter, CreateCluster};
use serde_json::{Value, json};
use tf_provider::{Context, Fault, Progress, Service as _};
use tokio::time::Instant;
use uuid::Uuid;

use super::resource::NetworkPlugin;
use super::version::{self, CLUSTER_TYPE, Version};
use super::{Cluster, fields, maintenance, twin, update};
use crate::bridge::{Connection, Error, Task};
use crate::tags::{self, Tags};

/// The note that holds the client token while a creation goes on.
const TOKEN: &str = "client_token";

pub(super) async fn create(own: &mut Cluster, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
    let client = cx.service().client(&own.region)?;
    let token = match cx.note(TOKEN) {
        // This creation was refused before, because the service was busy: it is still the same one.
        Some(Value::String(token)) => token,
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
    let request = CreateCluster { client_token: Some(token), ..request(own, version, &default_tags) };
    let mut lost = 0;
    let task = loop {
        match client.create_cluster(&request).await {
            Ok(made) => {
                own.id.set(made.cluster_id);
                break Task::of(&client, made.task_id, made.request_id);
            }
            // That the service knows the token again is not documented, so a second request is sent only when there is
            // no cluster of the first one.
            Err(error) if error.is_uncertain() && lost < update::REPEATS => {
                lost += 1;
                if recover(own, cx).await? {
                    break None;
                }
            }
            Err(error) => return Err(fields::located(error)),
        }
    };
    // The next creation, of a replacement perhaps, is another one.
    cx.set_note(TOKEN, Value::Null);
    Ok(task)
}

/// Looks for the cluster of a creation whose answer was lost.
pub(super) async fn recover(own: &mut Cluster, cx: &Context<'_, Connection>) -> Result<bool, Error> {
    let client = cx.service().client(&own.region)?;
    let started = Instant::now();
    let found = cx
        .until(|| async {
            let found = same_named(own, &client).await?;
            let decided = !found.is_empty() || started.elapsed() > cx.service().read_lag();
            let progress = if decided { Progress::Ready } else { Progress::Pending("not listed yet".to_owned()) };
            Ok((progress, found))
        })
        .await?;
    // There was none before the call, so one is that of the call; of several, nobody can say which.
    let [cluster] = found.as_slice() else {
        return Ok(false);
    };
    own.id.set(cluster.cluster_id.clone());
    Ok(true)
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
async fn same_named(own: &Cluster, client: &Client) -> Result<Vec<ack_client::Cluster>, ack_client::Error> {
    let filter = ClusterFilter { name: own.name.get().cloned(), ..ClusterFilter::default() };
    let mut found = Vec::new();
    for listed in client.describe_clusters_for_region(&filter).await? {
        found.extend(twin::look(&listed, own.own_name(), &own.vpc_id, client).await?);
    }
    Ok(found)
}

/// The body of CreateCluster, without the client token.
fn request(own: &Cluster, version: Option<String>, default_tags: &Tags) -> CreateCluster {
    let tags = tags::merged(default_tags, &own.tags.clone().unwrap_or_default());
    CreateCluster {
        name: own.own_name().to_owned(),
        cluster_type: Some(CLUSTER_TYPE.to_owned()),
        profile: Some("Default".to_owned()),
        cluster_spec: Some(own.spec.to_string()),
        kubernetes_version: version,
        vpcid: Some(own.vpc_id.clone()),
        vswitch_ids: Some(sorted(own.vswitch_ids.as_slice())),
        container_cidr: own.pod_cidr.clone(),
        service_cidr: Some(own.service_cidr.clone()),
        node_cidr_mask: own.node_cidr_mask.get().map(ToString::to_string),
        proxy_mode: own.proxy_mode.get().map(ToString::to_string),
        cluster_domain: own.cluster_domain.get().cloned(),
        snat_entry: own.snat_entry.get().copied(),
        // With an EIP of the user's, the service must not make another one.
        endpoint_public_access: Some(own.endpoint_public_access && own.api_server_eip_id.is_none()),
        load_balancer_id: own.load_balancer_id.get().cloned(),
        security_group_id: own.security_group_id.get().cloned(),
        is_enterprise_security_group: own.is_enterprise_security_group.get().copied(),
        addons: network_addon(own).map(|addon| vec![addon]),
        maintenance_window: own.maintenance_window.as_ref().map(|window| window.request(None)),
        operation_policy: own.auto_upgrade.as_ref().map(|upgrade| maintenance::operation_policy(Some(upgrade))),
        encryption_provider_key: own.encryption_provider_key.get().cloned(),
        extra_sans: own.extra_sans.as_ref().map(|sans| sorted(sans.as_slice())),
        timezone: own.timezone.get().cloned(),
        resource_group_id: own.resource_group_id.get().cloned(),
        tags: (!tags.is_empty()).then(|| tags::list(&tags)),
        ..CreateCluster::default()
    }
}

/// The network plugin that was written or planned. What was not known when that was planned is known by now.
fn network_addon(own: &Cluster) -> Option<ClusterAddon> {
    let by_addresses = || match (own.pod_vswitch_ids.get(), &own.pod_cidr) {
        (Some(_), _) => Some(NetworkPlugin::Terway),
        (None, Some(_)) => Some(NetworkPlugin::Flannel),
        (None, None) => None,
    };
    let plugin = own.network_plugin.get().copied().or_else(by_addresses)?;
    let config = match plugin {
        NetworkPlugin::Flannel => None,
        NetworkPlugin::Terway => own.pod_vswitch_ids.get().map(|by_zone| json!({"PodVswitchId": by_zone}).to_string()),
    };
    Some(ClusterAddon { name: plugin.to_string(), config, ..ClusterAddon::default() })
}

/// The elements of a set in an order that does not change from call to call.
pub(super) fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort_unstable();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::maintenance::{AutoUpgrade, Channel, MaintenanceWindow, Weekday};
    use crate::cluster::resource::{ProxyMode, Spec};
    use crate::cluster::tests::flannel;

    fn body(own: &Cluster, default_tags: &Tags) -> Value {
        serde_json::to_value(request(own, None, default_tags)).unwrap()
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
        let body = serde_json::to_value(request(
            &own,
            Some("1.34.6-aliyun.1".to_owned()),
            &Tags::from([("by".to_owned(), "terraform".to_owned()), ("env".to_owned(), "dev".to_owned())]),
        ))
        .unwrap();
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
