//! Deleting a cluster.

use serde_json::Value as Json;
use tf_provider::{Context, Diagnostic, Fault};

use super::{Cluster, calls, refusal};
use crate::bridge::{Connection, Error, Task};

pub(super) async fn delete(own: &Cluster, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
    let client = cx.service().client(&own.region)?;
    let id = own.known_id()?;
    // A warning about what stays is a courtesy: without permission to ask, the cluster is deleted all the same.
    let resources = calls::resources(&client, id, true).await.unwrap_or_default();
    match calls::delete(&client, id).await {
        Ok(started) => {
            if let Some(warning) = left_over(&resources) {
                cx.warn(warning);
            }
            Ok(Task::of(&client, started.task, started.request_id))
        }
        Err(error) => Err(match calls::detail(&client, id).await {
            Ok(cluster) if cluster.is_protected() => {
                let fault: Fault = Error::from(error).into();
                let detail = format!("{}\n\n{}", fault.detail, protection_advice(own));
                Fault::other(fault.summary, detail).at(Cluster::DELETION_PROTECTION).into()
            }
            _ => refusal::of(error),
        }),
    }
}

/// How to get past the protection. Terraform replaces a tainted object instead of changing it, so advice that forgets
/// this would lead back to the same error.
fn protection_advice(own: &Cluster) -> &'static str {
    if own.deletion_protection {
        "Deletion protection is on. Terraform does not show providers which objects are tainted, so the plan could not refuse this. If the cluster is tainted, run `terraform untaint <address>` first. Then apply `deletion_protection = false`, and repeat this."
    } else {
        "Deletion protection is on at the service, though it is off in the state: something other than Terraform has switched it on. Plan again: the next plan shows that, and an apply of `deletion_protection = false` switches it off. Then repeat this."
    }
}

/// One warning about what the service made for the cluster and does not delete with it.
fn left_over(resources: &[Json]) -> Option<Diagnostic> {
    let stays = |resource: &&Json| {
        calls::was_made(resource) == Some(true) && resource["delete_behavior"]["delete_by_default"] == false
    };
    let names: Vec<String> = resources
        .iter()
        .filter(stays)
        .map(|resource| {
            let kind = resource["resource_type"].as_str().unwrap_or("resource");
            format!("{kind} {}", resource["instance_id"].as_str().unwrap_or("of unknown id"))
        })
        .collect();
    (!names.is_empty()).then(|| {
        Diagnostic::warning(
            "The service keeps resources of the deleted cluster",
            format!(
                "They were made for the cluster, may cost money, and have to be deleted by hand:\n  {}",
                names.join("\n  ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_service_leaves_behind_is_listed_in_one_warning() {
        let resource = |kind: &str, made: i64, deleted: bool| {
            let behavior = json!({"delete_by_default": deleted, "changeable": true});
            json!({"resource_type": kind, "instance_id": "x-1", "auto_create": made, "delete_behavior": behavior})
        };
        assert_eq!(
            left_over(&[resource("ALIYUN::ECS::VPC", 0, false), resource("ALIYUN::SLB::LoadBalancer", 1, true)]),
            None
        );
        let warning =
            left_over(&[resource("ALIYUN::SLS::Project", 1, false), resource("ALIYUN::ALB::LoadBalancer", 1, false)])
                .unwrap();
        assert!(
            warning.detail.ends_with("ALIYUN::SLS::Project x-1\n  ALIYUN::ALB::LoadBalancer x-1"),
            "{}",
            warning.detail
        );
    }
}
