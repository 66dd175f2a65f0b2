//! Errors of the service whose codes do not name a field as it is written.

use ack_client::Error as ApiError;
use tf_provider::{Model as _, Path, document};

use super::Cluster;
use crate::bridge::Error;

/// An error of a call, pointing at the attribute that its code names.
pub(crate) fn of(error: ApiError) -> Error {
    let path = if error.is_conflict() { Some(Cluster::NAME.path()) } else { error.code().and_then(attribute) };
    let error = Error::from(error);
    match path {
        Some(path) => error.at(path),
        None => error,
    }
}

/// The attribute of a code such as `InvalidParameter.ContainerCidr`, which names a field of the request.
fn attribute(code: &str) -> Option<Path> {
    match code.split_once('.')? {
        ("InvalidVSwitchId", _) => Some(Cluster::VSWITCH_IDS.path()),
        ("InvalidParameter", "NextVersion" | "Version") => Some(Cluster::VERSION.path()),
        ("InvalidParameter", "ApiServerCustomCertSans") => Some(Cluster::EXTRA_SANS.path()),
        ("InvalidParameter", "OperationPolicy" | "ClusterAutoUpgrade") => Some(Cluster::AUTO_UPGRADE.path()),
        ("InvalidParameter", field) => document::attribute_of(&Cluster::attributes(), field),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_that_name_a_field_lead_to_its_attribute() {
        let attribute = |code: &str| super::attribute(code).map(|path| path.to_string());
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
