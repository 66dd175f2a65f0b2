//! Errors of the service whose codes do not name a field as it is written.

use ack_client::Error as ApiError;
use tf_provider::Path;

use super::Cluster;
use crate::bridge::{Error, located};

/// An error of a call, pointing at the attribute that its code names.
pub(crate) fn of(error: ApiError) -> Error {
    let taken = error.is_conflict();
    located::<Cluster>(error, |code| if taken { Some(Cluster::NAME.path()) } else { special(code) })
}

fn special(code: &str) -> Option<Path> {
    Some(match code {
        "InvalidParameter.NextVersion" | "InvalidParameter.Version" => Cluster::VERSION.path(),
        "InvalidParameter.ApiServerCustomCertSans" => Cluster::EXTRA_SANS.path(),
        "InvalidParameter.OperationPolicy" | "InvalidParameter.ClusterAutoUpgrade" => Cluster::AUTO_UPGRADE.path(),
        code if code.starts_with("InvalidVSwitchId.") => Cluster::VSWITCH_IDS.path(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::about;

    #[test]
    fn codes_that_name_a_field_lead_to_its_attribute() {
        let attribute = |code: &str| about::<Cluster>(code, special).map(|path| path.to_string());
        assert_eq!(attribute("InvalidParameter.ContainerCidr").as_deref(), Some("pod_cidr"));
        assert_eq!(attribute("InvalidParameter.NextVersion").as_deref(), Some("version"));
        for (field, expected) in [
            ("ClusterName", "name"),
            ("RegionId", "region"),
            ("KubernetesVersion", "version"),
            ("Vpcid", "vpc_id"),
            ("VpcId", "vpc_id"),
            ("Addons", "network_plugin"),
            ("PodVswitchIds", "pod_vswitch_ids"),
            ("NodeCidrMask", "node_cidr_mask"),
            ("ApiServerEip", "endpoint_public_access"),
            ("SubjectAlternativeNames", "extra_sans"),
            ("MaintenanceWindow", "maintenance_window"),
            ("WeeklyPeriod", "maintenance_window.weekly_period"),
            ("Channel", "auto_upgrade.channel"),
            ("EncryptionProviderKey", "encryption_provider_key"),
        ] {
            assert_eq!(attribute(&format!("InvalidParameter.{field}")).as_deref(), Some(expected));
        }
        assert_eq!(attribute("InvalidVSwitchId.IpNotEnough").as_deref(), Some("vswitch_ids"));
        for code in ["InvalidParameter", "InvalidParameter.Nonsense", "QuotaExceeded.Cluster", "ErrorClusterState"] {
            assert_eq!(attribute(code), None, "{code}");
        }
    }
}
