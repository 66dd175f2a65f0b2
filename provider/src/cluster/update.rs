//! Changing a cluster: one call a group of settings, each awaited until the cluster is running again.

use ack_client::Client;
use serde_json::{Value as Json, json};
use tf_provider::document::{self, Body, Change};
use tf_provider::{Context, Lifecycle as _, Path, Progress};

use super::life::Remote;
use super::maintenance::{AutoUpgrade, MaintenanceWindow};
use super::tags::Difference;
use super::{Cluster, calls, refusal, taken, upgrade};
use crate::bridge::{Connection, Error, Task};
use crate::steps::Steps;
use crate::tags::{self, Tags};

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
    let changes = changes(own, &present, remote.cluster.json());
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
    change(Cluster::DELETION_PROTECTION, json!({"deletion_protection": on}))
}

fn attach_address(own: &Cluster) -> Change {
    change(
        Cluster::API_SERVER_EIP_ID,
        match &own.api_server_eip_id {
            Some(id) => json!({"api_server_eip": true, "api_server_eip_id": id}),
            None => json!({"api_server_eip": true}),
        },
    )
}

fn detach_address() -> Change {
    change(Cluster::ENDPOINT_PUBLIC_ACCESS, json!({"api_server_eip": false}))
}

fn change(attribute: impl Into<Path>, json: Json) -> Change {
    Change { attribute: attribute.into(), body: Body { json, ..Body::default() } }
}

/// The groups of settings in which a cluster differs, without its size, its address, its tags and its version.
pub(super) fn changes(own: &Cluster, present: &Cluster, remote: &Json) -> Vec<Change> {
    let mut changes = document::changes(present, own);
    changes.retain(|change| change.attribute != Cluster::SPEC.path());
    for Change { body, .. } in &mut changes {
        // Names replace those that are there.
        if let Some(sans) = body.json.get_mut("api_server_custom_cert_sans") {
            sans["action"] = json!("overwrite");
        }
        if let Some(window) = body.json.get_mut("maintenance_window") {
            MaintenanceWindow::complete(window, &remote["maintenance_window"]);
        }
    }
    if own.auto_upgrade != present.auto_upgrade {
        let policy = json!({"cluster_auto_upgrade": AutoUpgrade::request(own.auto_upgrade.as_ref())});
        changes.push(change(Cluster::AUTO_UPGRADE, json!({"operation_policy": policy})));
    }
    changes
}

/// Sends one change and waits until the cluster takes the next one. A task that succeeded comes before that.
async fn modify(own: &Cluster, change: Change, client: &Client, cx: &Context<'_, Connection>) -> Result<(), Error> {
    let id = own.known_id()?;
    cx.run(|| async {
        let started = calls::modify(client, id, &change.body).await.map_err(refusal::of)?;
        Ok(Task::of(client, started.task, started.request_id))
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

/// Sends a call that must not be repeated blindly, and waits until it is over. Without an answer, the cluster tells what
/// became of it.
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
    let seen = || async { Ok(carried_out(&running(own, cx).await?).then_some(None)) };
    let started = async {
        match cx.once(|| cx.call(&send), seen).await? {
            Some(task) => cx.settle(&task).await,
            None => Ok(()),
        }
    };
    started.await.map_err(|error| error.at(attribute))?;
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
            let started = calls::migrate(client, id).await.map_err(refusal::of)?;
            Ok(Task::of(client, started.task, started.request_id))
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
    modify(own, change(Cluster::SPEC, json!({"cluster_spec": own.spec.as_str()})), client, cx).await
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
    let resources = calls::resources(client, id, false).await?;
    Ok(resources.iter().any(|resource| resource["instance_id"] == eip_id))
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
        cx.call(|| async { calls::untag(client, id, &remove).await.map_err(Error::from) })
            .await
            .map_err(|error| error.at(Cluster::TAGS))?;
    }
    if !set.is_empty() {
        cx.call(|| async { calls::tag(client, id, &set).await.map_err(Error::from) })
            .await
            .map_err(|error| error.at(Cluster::TAGS))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
