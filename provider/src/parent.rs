//! The cluster that node pools and add-ons belong to.

use tf_provider::Diagnostic;

/// The finding of a plan that there is no such cluster. A warning only: Terraform also plans so before a destroy, which
/// must work when the cluster is gone.
pub(crate) fn missing(cluster_id: &str, region: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("There is no cluster {cluster_id}"),
        format!(
            "No cluster has this ID in region {region}, so the apply will fail. Check the ID, the `region`, and which account the credentials belong to."
        ),
    )
}
