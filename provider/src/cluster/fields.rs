//! Which attribute an error of the service is about.

use ack_client::Error as ApiError;
use tf_provider::Path;

use super::Cluster;
use crate::bridge::Error;

/// An error of a call, pointing at the attribute that its code names.
pub(crate) fn located(error: ApiError) -> Error {
    let path = if error.is_conflict() { Some(Cluster::NAME.path()) } else { error.code().and_then(attribute_of) };
    let error = Error::from(error);
    match path {
        Some(path) => error.at(path),
        None => error,
    }
}

/// The attribute of a code such as `InvalidParameter.ContainerCidr`, which names a field of the request.
fn attribute_of(code: &str) -> Option<Path> {
    let (kind, rest) = code.split_once('.')?;
    if kind == "InvalidVSwitchId" {
        return Some(Cluster::VSWITCH_IDS.path());
    }
    if kind != "InvalidParameter" {
        return None;
    }
    Some(match rest {
        "Name" | "ClusterName" => Cluster::NAME.path(),
        "RegionId" => Cluster::REGION.path(),
        "ClusterSpec" => Cluster::SPEC.path(),
        "KubernetesVersion" | "NextVersion" | "Version" => Cluster::VERSION.path(),
        "Vpcid" | "VpcId" => Cluster::VPC_ID.path(),
        "VswitchIds" => Cluster::VSWITCH_IDS.path(),
        "SecurityGroupId" => Cluster::SECURITY_GROUP_ID.path(),
        "IsEnterpriseSecurityGroup" => Cluster::IS_ENTERPRISE_SECURITY_GROUP.path(),
        "Addons" => Cluster::NETWORK_PLUGIN.path(),
        "PodVswitchIds" => Cluster::POD_VSWITCH_IDS.path(),
        "ContainerCidr" => Cluster::POD_CIDR.path(),
        "ServiceCidr" => Cluster::SERVICE_CIDR.path(),
        "NodeCidrMask" => Cluster::NODE_CIDR_MASK.path(),
        "ProxyMode" => Cluster::PROXY_MODE.path(),
        "ClusterDomain" => Cluster::CLUSTER_DOMAIN.path(),
        "EndpointPublicAccess" | "ApiServerEip" => Cluster::ENDPOINT_PUBLIC_ACCESS.path(),
        "ApiServerEipId" => Cluster::API_SERVER_EIP_ID.path(),
        "LoadBalancerId" => Cluster::LOAD_BALANCER_ID.path(),
        "ExtraSans" | "ApiServerCustomCertSans" | "SubjectAlternativeNames" => Cluster::EXTRA_SANS.path(),
        "SnatEntry" => Cluster::SNAT_ENTRY.path(),
        "Timezone" => Cluster::TIMEZONE.path(),
        "ResourceGroupId" => Cluster::RESOURCE_GROUP_ID.path(),
        "Tags" => Cluster::TAGS.path(),
        "DeletionProtection" => Cluster::DELETION_PROTECTION.path(),
        "MaintenanceWindow" | "MaintenanceTime" | "Duration" | "WeeklyPeriod" | "Recurrence" => {
            Cluster::MAINTENANCE_WINDOW.path()
        }
        "OperationPolicy" | "ClusterAutoUpgrade" | "Channel" => Cluster::AUTO_UPGRADE.path(),
        "EncryptionProviderKey" => Cluster::ENCRYPTION_PROVIDER_KEY.path(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_name_a_field_lead_to_its_attribute() {
        let attribute = |code: &str| attribute_of(code).map(|path| path.to_string());
        assert_eq!(attribute("InvalidParameter.ContainerCidr").as_deref(), Some("pod_cidr"));
        assert_eq!(attribute("InvalidParameter.NextVersion").as_deref(), Some("version"));
        assert_eq!(attribute("InvalidVSwitchId.IpNotEnough").as_deref(), Some("vswitch_ids"));
        for code in ["InvalidParameter", "InvalidParameter.Nonsense", "QuotaExceeded.Cluster", "ErrorClusterState"] {
            assert_eq!(attribute(code), None, "{code}");
        }
    }
}
