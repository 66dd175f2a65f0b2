//! Whether a creation took what no later read shows, or shows in other words: looked at once, when the cluster is ready.

use ack_client::Client;
use serde_json::Value as Json;
use tf_provider::{Context, Diagnostic, Fault, Path, Progress, Service as _};
use tokio::time::Instant;

use super::calls::{self, Detail};
use super::version::Version;
use super::{Cluster, import};
use crate::bridge::{Connection, Error};

/// Names the attribute that the service ignored.
pub(super) async fn check(own: &Cluster, client: &Client, cx: &Context<'_, Connection>) -> Result<(), Error> {
    let started = Instant::now();
    cx.until(|| async {
        let cluster = calls::detail(client, own.known_id()?).await?;
        let resources = resources(own, client).await;
        let pods = match own.pod_vswitch_ids.get() {
            Some(_) => import::network_config(client, own.known_id()?).await,
            None => None,
        };
        let ignored = ignored(own, &cluster, resources.as_deref(), pods.as_deref());
        match ignored {
            Some(ignored) if started.elapsed() <= cx.service().read_lag() => {
                Ok((Progress::Pending(format!("running, without its `{}`", ignored.path)), ()))
            }
            Some(ignored) => Err(ignored.fault().into()),
            None => {
                if own.snat_entry.get() == Some(&true) && resources.is_some_and(|found| !import::has_made_nat(&found)) {
                    cx.warn(no_nat());
                }
                Ok((Progress::Ready, ()))
            }
        }
    })
    .await
}

/// The resources of the cluster, if an attribute needs them and they may be read.
async fn resources(own: &Cluster, client: &Client) -> Option<Vec<Json>> {
    let needed = own.load_balancer_id.get().is_some() || own.snat_entry.get() == Some(&true);
    let id = own.id.get().filter(|_| needed)?;
    calls::resources(client, id, false).await.ok()
}

/// An attribute that was set, and what the service has in its place.
struct Ignored {
    path: Path,
    wanted: String,
    found: Option<String>,
}

impl Ignored {
    fn fault(self) -> Fault {
        let Self { path, wanted, found } = self;
        let found = found.map_or_else(|| "shows none".to_owned(), |found| format!("has {found:?}"));
        Fault::other(
            format!("The service did not apply `{path}`"),
            format!(
                "The cluster was created with {wanted:?}, but {found}. It cannot be set any more: replace the cluster with `terraform apply -replace=<address>`, with another value if this one is ignored again."
            ),
        )
        .at(path)
    }
}

fn ignored(own: &Cluster, cluster: &Detail, resources: Option<&[Json]>, pods: Option<&str>) -> Option<Ignored> {
    let meta_data = cluster.text("meta_data").unwrap_or_default();
    let key = || import::encryption_key(meta_data);
    let version = cluster.text("current_version").and_then(Version::parse);
    if let (Some(wanted), Some(has)) = (own.version.get(), &version)
        && !wanted.is_prefix_of(has)
    {
        let path = Cluster::VERSION.path();
        return Some(Ignored { path, wanted: wanted.to_string(), found: Some(has.to_string()) });
    }
    if let Some(wanted) = own.encryption_provider_key.get()
        && key().as_ref() != Some(wanted)
    {
        let path = Cluster::ENCRYPTION_PROVIDER_KEY.path();
        return Some(Ignored { path, wanted: wanted.clone(), found: key() });
    }
    if let (Some(wanted), Some(resources)) = (own.load_balancer_id.get(), resources) {
        let found = import::brought_load_balancer(resources);
        if found.as_ref() != Some(wanted) {
            return Some(Ignored { path: Cluster::LOAD_BALANCER_ID.path(), wanted: wanted.clone(), found });
        }
    }
    if let (Some(wanted), Some(found)) = (own.pod_vswitch_ids.get(), pods.and_then(import::pod_vswitch_ids))
        && *wanted != found
    {
        let text = |by_zone: &std::collections::BTreeMap<String, Vec<String>>| serde_json::json!(by_zone).to_string();
        let path = Cluster::POD_VSWITCH_IDS.path();
        return Some(Ignored { path, wanted: text(wanted), found: Some(text(&found)) });
    }
    None
}

/// Only a warning: a VPC that has a way to the internet already needs no second one.
fn no_nat() -> Diagnostic {
    Diagnostic::warning(
        "The service made no NAT gateway for `snat_entry`",
        "The cluster's resources hold none. If the VPC has no other one, nodes cannot reach the internet: make a NAT gateway with an SNAT entry for their vSwitches.",
    )
    .at(Cluster::SNAT_ENTRY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::flannel;

    fn cluster(version: &str, meta_data: &str) -> Detail {
        Detail::from(serde_json::json!({"current_version": version, "meta_data": meta_data}))
    }

    fn named(own: &Cluster, cluster: &Detail) -> Option<String> {
        ignored(own, cluster, Some(&[]), None).map(|ignored| ignored.path.to_string())
    }

    #[test]
    fn a_newer_version_than_the_one_asked_for_is_another_one() {
        let mut own = flannel();
        own.version.set(Version::parse("1.34"));
        assert_eq!(named(&own, &cluster("1.34.6-aliyun.1", "")), None);
        assert_eq!(named(&own, &cluster("1.36.2-aliyun.1", "")).as_deref(), Some("version"));
    }

    #[test]
    fn what_only_the_creation_can_set_is_found_again_or_named() {
        let mut own = flannel();
        own.encryption_provider_key.set("key-1".to_owned());
        assert_eq!(named(&own, &cluster("1.34.6-aliyun.1", "{}")).as_deref(), Some("encryption_provider_key"));
        let with_key = cluster("1.34.6-aliyun.1", r#"{"Capabilities":{"EncryptionKMSKeyId":"key-1"}}"#);
        assert_eq!(named(&own, &with_key), None);
        own.load_balancer_id.set("lb-1".to_owned());
        assert_eq!(named(&own, &with_key).as_deref(), Some("load_balancer_id"));
        assert!(ignored(&own, &with_key, None, None).is_none(), "what may not be read cannot be judged");
    }
}
