//! Upgrading the control plane.

use ack_client::Client;
use tf_provider::{Context, Fault};

use super::life::Remote;
use super::version::{self, Version};
use super::{Cluster, calls, refusal, update};
use crate::bridge::{Connection, Error, Task};

/// Upgrades the control plane step by step until it has the version that was asked for, or more.
pub(super) async fn upgrade(
    own: &Cluster,
    present: &Cluster,
    client: &Client,
    cx: &Context<'_, Connection>,
) -> Result<(), Error> {
    // A version that was reached is kept as it was written: the cluster may have gone on by itself since.
    let Some(target) = own.version.get().filter(|target| Some(*target) != present.version.get()) else {
        return Ok(());
    };
    let id = own.known_id()?;
    let mut current = current_version(present.current_version.get().map(String::as_str))?;
    let first = current.clone();
    while !target.is_reached_by(&current) {
        let offered = version::steps_from(client, &current).await?;
        let step = version::next_step(&current, target, &offered)
            .ok_or_else(|| unreachable(target, &current, &offered))?
            .as_str()
            .to_owned();
        let send = || async {
            let started = calls::upgrade(client, id, &step).await.map_err(refusal::of)?;
            Ok(Task::of(client, started.task, started.request_id))
        };
        let went_on = |remote: &Remote| remote.cluster.text("current_version") != Some(current.as_str());
        let remote = update::start(own, Cluster::VERSION.path(), send, went_on, cx).await.map_err(|error| {
            if current == first {
                return error;
            }
            error.also(&format!(
                "The upgrade goes minor version by minor version, and {current} has been reached. The next apply goes on to {target}."
            ))
        })?;
        let reached = current_version(remote.cluster.text("current_version"))?;
        if reached == current {
            return Err(not_upgraded(&current, &step).into());
        }
        current = reached;
    }
    Ok(())
}

fn current_version(shown: Option<&str>) -> Result<Version, Fault> {
    let shown = shown.unwrap_or_default();
    Version::parse(shown).ok_or_else(|| {
        Fault::other(
            format!("The service shows the version {shown:?}, which is none"),
            "An upgrade needs to know the present version. Look at the cluster in the console of the service, and apply again.",
        )
        .at(Cluster::VERSION)
    })
}

/// The error for a version to which no way leads.
pub(super) fn unreachable(target: &Version, from: &Version, offered: &[Version]) -> Fault {
    let detail = match offered {
        [] => format!(
            "The service offers no upgrade beyond {from}. To go on without one, set `version = \"{}\"`.",
            from.minor()
        ),
        offered => format!(
            "From {from} the service offers these steps, newest first: {}. Set `version` to one of them, or to the beginning of one, such as \"{}\".",
            version::list(offered),
            offered[0].minor()
        ),
    };
    Fault::other(format!("The cluster cannot be upgraded to Kubernetes {target}"), detail).at(Cluster::VERSION)
}

fn not_upgraded(current: &Version, step: &str) -> Fault {
    Fault::other(
        format!("The upgrade to Kubernetes {step} did not take place"),
        format!("The cluster is running, but still at {current}. Look at its tasks in the console of the service, and apply again."),
    )
    .at(Cluster::VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_about_versions_name_what_is_offered() {
        let version = |text: &str| Version::parse(text).unwrap();
        let offered = [version("1.35.7-aliyun.1"), version("1.34.6-aliyun.1")];
        let fault = unreachable(&version("1.40"), &version("1.34.1-aliyun.1"), &offered);
        assert!(fault.detail.contains("newest first: 1.35.7-aliyun.1, 1.34.6-aliyun.1"), "{}", fault.detail);
        assert_eq!(fault.attribute, Some(Cluster::VERSION.path()));
        assert!(
            unreachable(&version("1.40"), &version("1.36.2-aliyun.1"), &[])
                .detail
                .contains("no upgrade beyond 1.36.2-aliyun.1")
        );
    }
}
