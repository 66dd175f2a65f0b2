//! What the description of a cluster does not show, found out once, when a cluster is imported.

use std::collections::BTreeMap;

use ack_client::Client;
use serde_json::Value;

use super::calls::{self, Detail};
use super::resource::NetworkPlugin;
use super::{Cluster, answer};

const EIP: &str = "ALIYUN::VPC::EIP";
const LOAD_BALANCER: &str = "ALIYUN::SLB::LoadBalancer";
const NAT_GATEWAY: &str = "ALIYUN::VPC::NatGateway";

/// How a cluster was created, as far as its resources and its network add-on tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Imported {
    /// EIP of the API server that was brought along.
    api_server_eip_id: Option<String>,
    /// Load balancer of the API server that was brought along.
    load_balancer_id: Option<String>,
    /// A NAT gateway was made with the cluster.
    snat_entry: Option<bool>,
    /// vSwitches of pods under Terway.
    pod_vswitch_ids: Option<BTreeMap<String, Vec<String>>>,
    /// KMS key of the Secrets.
    encryption_provider_key: Option<String>,
}

/// Asks for it. What cannot be asked, without permission perhaps, stays open: the attributes may then be written down
/// without any effect on the cluster.
pub(super) async fn look(client: &Client, cluster: &Detail) -> Imported {
    let id = cluster.id();
    let resources = calls::resources(client, id, false).await.unwrap_or_else(|error| {
        tracing::debug!(%error, "the resources of the imported cluster stay unknown");
        Vec::new()
    });
    let terway = answer::installed_plugin(cluster.text("meta_data")) == Some(NetworkPlugin::Terway);
    let config = if terway { network_config(client, id).await } else { None };
    Imported {
        api_server_eip_id: instance(&resources, EIP, false),
        load_balancer_id: brought_load_balancer(&resources),
        snat_entry: has_made_nat(&resources).then_some(true),
        pod_vswitch_ids: config.as_deref().and_then(pod_vswitch_ids),
        encryption_provider_key: cluster.text("meta_data").and_then(encryption_key),
    }
}

pub(super) async fn network_config(client: &Client, cluster_id: &str) -> Option<String> {
    match calls::addon(client, cluster_id, NetworkPlugin::Terway.as_str()).await {
        Ok(addon) => addon["config"].as_str().map(str::to_owned),
        Err(error) => {
            tracing::debug!(%error, "the network add-on of the imported cluster stays unknown");
            None
        }
    }
}

/// The load balancer of the API server that was brought along.
pub(super) fn brought_load_balancer(resources: &[Value]) -> Option<String> {
    instance(resources, LOAD_BALANCER, false)
}

/// Whether a NAT gateway was made with the cluster.
pub(super) fn has_made_nat(resources: &[Value]) -> bool {
    instance(resources, NAT_GATEWAY, true).is_some()
}

/// The one resource of this type that the service made, or that was brought along.
fn instance(resources: &[Value], kind: &str, made: bool) -> Option<String> {
    let fits = |resource: &&Value| resource["resource_type"] == kind && calls::was_made(resource) == Some(made);
    resources.iter().find(fits)?["instance_id"].as_str().map(str::to_owned)
}

/// `PodVswitchId` of the add-on's configuration: an object, or the text of one.
pub(super) fn pod_vswitch_ids(config: &str) -> Option<BTreeMap<String, Vec<String>>> {
    let config: Value = serde_json::from_str(config).ok()?;
    match config.get("PodVswitchId")? {
        Value::String(text) => serde_json::from_str(text).ok(),
        value => serde_json::from_value(value.clone()).ok(),
    }
}

/// The key that `meta_data` names among the cluster's capabilities.
pub(super) fn encryption_key(meta_data: &str) -> Option<String> {
    let meta_data: Value = serde_json::from_str(meta_data).ok()?;
    let key = meta_data.get("Capabilities")?.get("EncryptionKMSKeyId")?.as_str()?;
    (!key.is_empty()).then(|| key.to_owned())
}

impl Imported {
    /// Writes what was found into the attributes.
    pub(super) fn write(&self, own: &mut Cluster) {
        own.api_server_eip_id.clone_from(&self.api_server_eip_id);
        own.load_balancer_id.set(self.load_balancer_id.clone());
        own.snat_entry.set(self.snat_entry);
        own.pod_vswitch_ids.set(self.pod_vswitch_ids.clone());
        own.encryption_provider_key.set(self.encryption_provider_key.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_brought_along_is_told_from_what_the_service_made() {
        let resource =
            |kind: &str, id: &str, made: Value| json!({"resource_type": kind, "instance_id": id, "auto_create": made});
        let resources = [
            resource(EIP, "eip-own", json!(0)),
            resource(LOAD_BALANCER, "lb-made", json!(1)),
            resource(NAT_GATEWAY, "ngw-made", json!("1")),
            resource("ALIYUN::SLS::Project", "of-nobody", Value::Null),
        ];
        assert_eq!(instance(&resources, EIP, false).as_deref(), Some("eip-own"));
        assert_eq!(instance(&resources, LOAD_BALANCER, false), None);
        assert_eq!(instance(&resources, NAT_GATEWAY, true).as_deref(), Some("ngw-made"));
    }

    #[test]
    fn vswitches_of_pods_are_read_in_either_form() {
        let by_zone = Some(BTreeMap::from([("h".to_owned(), vec!["vsw-p".to_owned()])]));
        assert_eq!(pod_vswitch_ids(r#"{"PodVswitchId":{"h":["vsw-p"]}}"#), by_zone);
        assert_eq!(pod_vswitch_ids(r#"{"PodVswitchId":"{\"h\":[\"vsw-p\"]}"}"#), by_zone);
        for config in ["", "{}", r#"{"PodVswitchId":3}"#] {
            assert_eq!(pod_vswitch_ids(config), None, "{config}");
        }
    }

    #[test]
    fn the_key_of_the_secrets_is_in_the_capabilities() {
        assert_eq!(encryption_key(r#"{"Capabilities":{"EncryptionKMSKeyId":"key-1"}}"#).as_deref(), Some("key-1"));
        assert_eq!(encryption_key(r#"{"Capabilities":{"EncryptionKMSKeyId":""}}"#), None);
        assert_eq!(encryption_key("no json"), None);
    }
}
