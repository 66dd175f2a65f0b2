//! Changing a cluster: one call a group of settings, each awaited until the cluster is running again.

use std::time::Duration;

use ack_client::{ApiServerCertSans, Client, ModifyCluster};
use tf_provider::{Context, FaultKind, Lifecycle as _, Path, Progress};

use super::create::sorted;
use super::resource::Remote;
use super::tags::Difference;
use super::{Cluster, fields, maintenance, taken, upgrade};
use crate::bridge::{Connection, Error, Task};
use crate::steps::Steps;
use crate::tags::{self, Tags};

/// How often a call is sent again whose answer was lost and which was not carried out, and how long to wait before.
pub(super) const REPEATS: u32 = 10;
const PAUSE: Duration = Duration::from_secs(1);

/// A change of one group of settings, and the attribute that asks for it.
pub(super) struct Change {
    attribute: Path,
    pub(super) body: ModifyCluster,
}

impl Change {
    fn new(attribute: impl Into<Path>, body: ModifyCluster) -> Self {
        Self { attribute: attribute.into(), body }
    }
}

/// Brings a cluster from what it is to what it is to be.
pub(super) async fn update(
    own: &Cluster,
    prior: &Cluster,
    remote: &Remote,
    cx: &Context<'_, Connection>,
) -> Result<(), Error> {
    let client = cx.service().client(&own.region)?;
    // What is still going on may be what an interrupted apply began: only its end shows what is left to do.
    let awaited = match Cluster::progress(remote) {
        Progress::Pending(_) => Some(idle(own, cx).await?),
        _ => None,
    };
    let remote = awaited.as_ref().unwrap_or(remote);
    // What somebody else has already changed to the same needs no call.
    let mut present = prior.clone();
    present.absorb(remote);
    let changes = changes(own, &present, &remote.cluster);
    let difference = tag_difference(own, &present, cx);
    let mut steps = Steps::new(steps(own, &present, &changes, &difference));
    // Basic clusters take none of the Pro settings, so the size comes first.
    steps.take(&Cluster::SPEC.path(), change_spec(own, &present, &client, cx)).await?;
    for change in changes {
        steps.take(&change.attribute.clone(), modify(own, change, &client, cx)).await?;
    }
    steps.take(&Cluster::ENDPOINT_PUBLIC_ACCESS.path(), move_address(own, &present, &client, cx)).await?;
    steps.take(&Cluster::TAGS.path(), change_tags(own, difference, &client, cx)).await?;
    steps.take(&Cluster::VERSION.path(), upgrade::upgrade(own, &present, &client, cx)).await
}

/// The attributes that ask for calls, in the order of those.
fn steps(own: &Cluster, present: &Cluster, changes: &[Change], tags: &Difference) -> Vec<Path> {
    let address = |cluster: &Cluster| (cluster.endpoint_public_access, cluster.api_server_eip_id.clone());
    let mut steps = Vec::new();
    steps.extend((own.spec != present.spec).then(|| Cluster::SPEC.path()));
    steps.extend(changes.iter().map(|change| change.attribute.clone()));
    steps.extend((address(own) != address(present)).then(|| Cluster::ENDPOINT_PUBLIC_ACCESS.path()));
    steps.extend((*tags != Difference::default()).then(|| Cluster::TAGS.path()));
    steps.extend((own.version.get().is_some() && own.version != present.version).then(|| Cluster::VERSION.path()));
    steps
}

/// What a creation does not take; and whether it took the rest.
pub(super) async fn complete(own: &Cluster, cx: &Context<'_, Connection>) -> Result<(), Error> {
    let client = cx.service().client(&own.region)?;
    taken::check(own, &client, cx).await?;
    if let Some(wanted) = own.api_server_eip_id.as_deref().filter(|_| own.endpoint_public_access) {
        // A creation that was cut short behind this step is completed once more.
        if !has_address(own.known_id()?, wanted, &client).await? {
            modify(own, attach_address(own), &client, cx).await?;
        }
    }
    Ok(())
}

/// Protects a new cluster from being deleted.
pub(super) async fn protect(own: &Cluster, cx: &Context<'_, Connection>) -> Result<(), Error> {
    if !own.deletion_protection {
        return Ok(());
    }
    modify(own, protection(true), &cx.service().client(&own.region)?, cx).await
}

fn protection(on: bool) -> Change {
    Change::new(
        Cluster::DELETION_PROTECTION,
        ModifyCluster { deletion_protection: Some(on), ..ModifyCluster::default() },
    )
}

fn attach_address(own: &Cluster) -> Change {
    Change::new(
        Cluster::API_SERVER_EIP_ID,
        ModifyCluster {
            api_server_eip: Some(true),
            api_server_eip_id: own.api_server_eip_id.clone(),
            ..ModifyCluster::default()
        },
    )
}

fn detach_address() -> Change {
    Change::new(
        Cluster::ENDPOINT_PUBLIC_ACCESS,
        ModifyCluster { api_server_eip: Some(false), ..ModifyCluster::default() },
    )
}

/// The groups of settings in which a cluster differs, without its size, its address, its tags and its version.
pub(super) fn changes(own: &Cluster, present: &Cluster, remote: &ack_client::Cluster) -> Vec<Change> {
    let none = ModifyCluster::default;
    let mut changes = Vec::new();
    if own.deletion_protection != present.deletion_protection {
        changes.push(protection(own.deletion_protection));
    }
    if own.name != present.name {
        changes.push(Change::new(Cluster::NAME, ModifyCluster { cluster_name: own.name.get().cloned(), ..none() }));
    }
    if let Some(group) = changed(own.resource_group_id.get(), present.resource_group_id.get()) {
        changes
            .push(Change::new(Cluster::RESOURCE_GROUP_ID, ModifyCluster { resource_group_id: Some(group), ..none() }));
    }
    if own.maintenance_window != present.maintenance_window {
        let window = match &own.maintenance_window {
            Some(window) => window.request(remote.maintenance_window.as_ref()),
            None => maintenance::no_window(),
        };
        changes.push(Change::new(
            Cluster::MAINTENANCE_WINDOW,
            ModifyCluster { maintenance_window: Some(window), ..none() },
        ));
    }
    if own.auto_upgrade != present.auto_upgrade {
        let policy = maintenance::operation_policy(own.auto_upgrade.as_ref());
        changes.push(Change::new(Cluster::AUTO_UPGRADE, ModifyCluster { operation_policy: Some(policy), ..none() }));
    }
    if own.vswitch_ids != present.vswitch_ids {
        let ids = sorted(own.vswitch_ids.as_slice());
        changes.push(Change::new(Cluster::VSWITCH_IDS, ModifyCluster { vswitch_ids: Some(ids), ..none() }));
    }
    if let Some(group) = changed(own.security_group_id.get(), present.security_group_id.get()) {
        changes
            .push(Change::new(Cluster::SECURITY_GROUP_ID, ModifyCluster { security_group_id: Some(group), ..none() }));
    }
    if let Some(timezone) = changed(own.timezone.get(), present.timezone.get()) {
        changes.push(Change::new(Cluster::TIMEZONE, ModifyCluster { timezone: Some(timezone), ..none() }));
    }
    if own.extra_sans != present.extra_sans {
        let sans = own.extra_sans.as_ref().map(|sans| sorted(sans.as_slice())).unwrap_or_default();
        let sans = ApiServerCertSans { action: Some("overwrite".to_owned()), subject_alternative_names: Some(sans) };
        changes.push(Change::new(
            Cluster::EXTRA_SANS,
            ModifyCluster { api_server_custom_cert_sans: Some(sans), ..none() },
        ));
    }
    changes
}

/// A text that the service may choose: sent only when the user chose another one.
fn changed(own: Option<&String>, present: Option<&String>) -> Option<String> {
    own.filter(|own| Some(*own) != present).cloned()
}

/// Sends one change and waits until the cluster takes the next one. A task that succeeded comes before that.
async fn modify(own: &Cluster, change: Change, client: &Client, cx: &Context<'_, Connection>) -> Result<(), Error> {
    let id = own.known_id()?;
    cx.run(|| async {
        let started = client.modify_cluster(id, &change.body).await.map_err(fields::located)?;
        Ok(Task::of(client, started.task_id, started.request_id))
    })
    .await
    .map_err(|error| error.at(change.attribute.clone()))?;
    running(own, cx).await.map(drop)
}

/// Waits until the cluster is running, and reads it.
async fn running(own: &Cluster, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
    cx.until(|| async {
        let remote = own.read(cx).await?;
        Ok((Cluster::progress(&remote), remote))
    })
    .await
}

/// Waits until nothing goes on in the cluster, however that ended, and reads it.
async fn idle(own: &Cluster, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
    cx.until(|| async {
        let remote = own.read(cx).await?;
        let progress = match Cluster::progress(&remote) {
            Progress::Failed(_) => Progress::Ready,
            progress => progress,
        };
        Ok((progress, remote))
    })
    .await
}

/// Sends a call that must not be repeated blindly. Without an answer, the cluster tells what became of it, and the call is
/// sent again if it was not carried out.
pub(super) async fn start<F, A>(
    own: &Cluster,
    attribute: Path,
    send: F,
    carried_out: impl Fn(&Remote) -> bool,
    cx: &Context<'_, Connection>,
) -> Result<Remote, Error>
where
    F: Fn() -> A,
    A: Future<Output = Result<Option<Task>, Error>>,
{
    for lost in 0.. {
        match cx.run(&send).await {
            Ok(()) => break,
            Err(error) if error.kind() == FaultKind::Uncertain && lost < REPEATS => {}
            // The refusal may be that of a call whose answer was lost, and which was carried out meanwhile.
            Err(error) if lost > 0 => {
                let remote = running(own, cx).await?;
                return if carried_out(&remote) { Ok(remote) } else { Err(error.at(attribute)) };
            }
            Err(error) => return Err(error.at(attribute)),
        }
        let remote = running(own, cx).await?;
        if carried_out(&remote) {
            return Ok(remote);
        }
        tokio::time::sleep(PAUSE).await;
    }
    running(own, cx).await
}

async fn change_spec(
    own: &Cluster,
    present: &Cluster,
    client: &Client,
    cx: &Context<'_, Connection>,
) -> Result<(), Error> {
    let mut has = present.spec.clone();
    if !has.is_pro() && own.spec.is_pro() {
        let id = own.known_id()?;
        let migrate = || async {
            let started = client.migrate_cluster(id, None, None).await.map_err(fields::located)?;
            Ok(Task::of(client, started.task_id, started.request_id))
        };
        let spec = |remote: &Remote| {
            let mut migrated = present.clone();
            migrated.absorb(remote);
            migrated.spec
        };
        has = spec(&start(own, Cluster::SPEC.path(), migrate, |remote| spec(remote).is_pro(), cx).await?);
    }
    if has == own.spec {
        return Ok(());
    }
    let change = ModifyCluster { cluster_spec: Some(own.spec.to_string()), ..ModifyCluster::default() };
    modify(own, Change::new(Cluster::SPEC, change), client, cx).await
}

/// Brings the API server to the internet, away from it, or to another address there.
async fn move_address(
    own: &Cluster,
    present: &Cluster,
    client: &Client,
    cx: &Context<'_, Connection>,
) -> Result<(), Error> {
    match (present.endpoint_public_access, own.endpoint_public_access) {
        (false, false) => Ok(()),
        (true, false) => modify(own, detach_address(), client, cx).await,
        (false, true) => modify(own, attach_address(own), client, cx).await,
        (true, true) => {
            let moves = match own.api_server_eip_id.as_deref() {
                Some(wanted) if present.api_server_eip_id.as_deref() != Some(wanted) => {
                    !has_address(own.known_id()?, wanted, client).await?
                }
                _ => false,
            };
            if moves {
                modify(own, detach_address(), client, cx).await?;
                modify(own, attach_address(own), client, cx).await?;
            }
            Ok(())
        }
    }
}

/// Whether the cluster has this EIP already. Reading a cluster does not tell, so an import leaves it open.
async fn has_address(id: &str, eip_id: &str, client: &Client) -> Result<bool, Error> {
    let resources = client.describe_cluster_resources(id, false).await?;
    Ok(resources.iter().any(|resource| resource.instance_id.as_deref() == Some(eip_id)))
}

/// The tags that differ: the others are the service's, or somebody else's.
fn tag_difference(own: &Cluster, present: &Cluster, cx: &Context<'_, Connection>) -> Difference {
    let none = Tags::new();
    let default = cx.service().default_tags().unwrap_or(&none);
    let wanted = tags::merged(default, own.tags.as_ref().unwrap_or(&none));
    Difference::between(present.tags_all.get().unwrap_or(&none), &wanted)
}

/// Sets and takes away only the tags that differ.
async fn change_tags(
    own: &Cluster,
    difference: Difference,
    client: &Client,
    cx: &Context<'_, Connection>,
) -> Result<(), Error> {
    let id = own.known_id()?;
    let Difference { set, remove } = difference;
    if !remove.is_empty() {
        let keys: Vec<&str> = remove.iter().map(String::as_str).collect();
        cx.call(|| async { client.untag_resources(&[id], &keys).await.map_err(Error::from) })
            .await
            .map_err(|error| error.at(Cluster::TAGS))?;
    }
    if !set.is_empty() {
        let tags = tags::list(&set);
        cx.call(|| async { client.tag_resources(&[id], &tags).await.map_err(Error::from) })
            .await
            .map_err(|error| error.at(Cluster::TAGS))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
