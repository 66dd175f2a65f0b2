//! Reading a cluster, and where it stands.

use tf_provider::{Context, Diagnostic, Fault, FaultKind, Progress};

use super::calls::{self, Detail};
use super::life::Remote;
use super::version::CLUSTER_TYPE;
use super::{Cluster, import};
use crate::bridge::{Connection, Error};
use crate::region;

pub(super) async fn read(own: &Cluster, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
    let client = cx.service().client(&own.region)?;
    let cluster = calls::detail(&client, own.known_id()?).await?;
    if cluster.state() == "deleted" {
        let gone = "The service still shows it for a while.";
        return Err(Fault::new(FaultKind::NotFound, "The cluster is deleted", gone).into());
    }
    region::check_import::<Cluster>(cluster.id(), own.region.get(), cluster.text("region_id"), Cluster::REGION)?;
    refuse_other_kinds(&cluster)?;
    // Only an object that was never read has no name: it is being imported.
    let imported = if own.name.get().is_none() { Some(import::look(&client, &cluster).await) } else { None };
    Ok(Remote { cluster, default_tags: cx.service().default_tags().cloned().unwrap_or_default(), imported })
}

/// Refuses to manage what this resource has no attributes for.
fn refuse_other_kinds(cluster: &Detail) -> Result<(), Fault> {
    let kind = cluster.text("cluster_type").unwrap_or(CLUSTER_TYPE);
    let profile = cluster.text("profile").unwrap_or("Default");
    if kind == CLUSTER_TYPE && profile == "Default" {
        return Ok(());
    }
    Err(Fault::other(
        format!("The cluster is of a kind that `ack_cluster` does not manage yet: {kind}, profile {profile}"),
        "Only managed clusters of profile Default are. Do not import it, and read it with no data source; if the state has it, take it out with `terraform state rm <address>`.",
    )
    .at(Cluster::TYPE))
}

pub(super) fn progress(cluster: &Detail) -> Progress {
    let failed = |what: &str| {
        Progress::Failed(format!(
            "{what} Cluster: {}. The service keeps the reasons in the cluster's events and logs, in its console.",
            cluster.id()
        ))
    };
    match cluster.state() {
        "" => Progress::Pending("unknown".to_owned()),
        "running" => Progress::Ready,
        "deleting" | "deleted" => Progress::Deleting,
        "failed" => failed(
            "Creating the cluster failed, and the service does not roll it back. Destroy it, or replace it with `terraform apply -replace=<address>`.",
        ),
        "create_timeout" => failed(
            "Creating the cluster took the service too long. Destroy it, or replace it with `terraform apply -replace=<address>`.",
        ),
        "updating_failed" => {
            failed("The last change of the cluster failed. Remove the cause; what did not take shows in the next plan.")
        }
        "delete_failed" => failed("Deleting the cluster failed. Remove the cause and destroy it again."),
        "stopped" => failed("The cluster is stopped. Start it in the console of the service."),
        // A word of the service that is not known here.
        state if state.ends_with("_failed") => {
            failed(&format!("The service reports the cluster as \"{state}\". Remove the cause and apply again."))
        }
        state => Progress::Pending(state.to_owned()),
    }
}

/// States in which a cluster is there and does not work, and that may pass.
pub(super) fn trouble(cluster: &Detail) -> Option<Diagnostic> {
    let state = cluster.state();
    let what = match state {
        "unavailable" => "The service cannot reach the cluster's API server.",
        "inactive" => "The service does not say why.",
        _ => return None,
    };
    Some(
        Diagnostic::warning(
            format!("The cluster is in state \"{state}\""),
            format!(
                "{what} Changes wait until the cluster is \"running\" again, for as long as `timeouts` allows. Look at the cluster's events in the console of Container Service. Cluster: {}.",
                cluster.id()
            ),
        )
        .at(Cluster::STATE),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn in_state(state: &str) -> Progress {
        progress(&Detail::from(json!({"state": state})))
    }

    #[test]
    fn only_a_running_cluster_is_ready() {
        assert_eq!(in_state("running"), Progress::Ready);
        assert_eq!(in_state("updating"), Progress::Pending("updating".to_owned()));
        assert_eq!(in_state("new-word"), Progress::Pending("new-word".to_owned()));
        assert_eq!(in_state("deleting"), Progress::Deleting);
        assert!(matches!(in_state("failed"), Progress::Failed(reason) if reason.contains("-replace=<address>")));
        for failed in ["delete_failed", "deleteFailed"] {
            assert!(matches!(in_state(failed), Progress::Failed(reason) if reason.contains("destroy it again")));
        }
        let unheard_of = in_state("repair_failed");
        assert!(matches!(unheard_of, Progress::Failed(reason) if reason.contains("repair_failed")));
    }

    #[test]
    fn a_cluster_that_does_not_work_is_warned_about() {
        let of = |state: &str| trouble(&Detail::from(json!({"state": state})));
        for state in ["unavailable", "inactive"] {
            let warning = of(state).unwrap_or_else(|| panic!("no warning in state {state}"));
            assert_eq!(warning.summary, format!("The cluster is in state \"{state}\""));
            assert!(matches!(in_state(state), Progress::Pending(_)), "it may pass");
        }
        assert_eq!(of("running"), None);
        assert_eq!(of("updating"), None);
    }

    #[test]
    fn other_kinds_of_clusters_are_refused_by_name() {
        let cluster = |kind: &str, profile: &str| Detail::from(json!({"cluster_type": kind, "profile": profile}));
        assert!(refuse_other_kinds(&cluster("ManagedKubernetes", "")).is_ok());
        assert!(refuse_other_kinds(&Detail::default()).is_ok());
        let fault = refuse_other_kinds(&cluster("ManagedKubernetes", "Edge")).unwrap_err();
        assert!(fault.summary.contains("profile Edge"), "{}", fault.summary);
        assert!(refuse_other_kinds(&cluster("Kubernetes", "Default")).is_err());
    }
}
