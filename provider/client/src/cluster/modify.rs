//! Body of ModifyCluster.

use serde::Serialize;

use super::settings::{ControlPlaneSettings, EndpointLoadBalancer, InternalDns, MaintenanceWindow, OperationPolicy};
use crate::wire::sparse;

sparse! {
    /// Changes to a cluster (ModifyCluster). `None` leaves alone; an empty list or text is sent as such.
    #[derive(Clone, Debug, Default, Serialize)]
    pub struct ModifyCluster {
        /// New name.
        pub cluster_name: Option<String>,
        /// Tier: Pro ones only.
        pub cluster_spec: Option<String>,
        /// By this the service recognises a repetition of the request.
        pub client_token: Option<String>,
        /// Refuse deletion.
        pub deletion_protection: Option<bool>,
        /// Resource group.
        pub resource_group_id: Option<String>,
        /// RAM roles for service accounts. Managed clusters only.
        pub enable_rrsa: Option<bool>,
        /// When the service may do maintenance.
        pub maintenance_window: Option<MaintenanceWindow>,
        /// Automatic upgrades.
        pub operation_policy: Option<OperationPolicy>,
        /// Time zone. Restarts the control plane.
        pub timezone: Option<String>,
        /// All vSwitches of the control plane. Restarts it.
        pub vswitch_ids: Option<Vec<String>>,
        /// Security group of the control plane. Restarts it.
        pub security_group_id: Option<String>,
        /// Attach an EIP to the API server (with `api_server_eip_id`), or detach it.
        pub api_server_eip: Option<bool>,
        /// The EIP to attach.
        pub api_server_eip_id: Option<String>,
        /// Names in the API server's certificate. Managed clusters only.
        pub api_server_custom_cert_sans: Option<ApiServerCertSans>,
        /// How the API server is reached.
        pub control_plane_endpoints_config: Option<ModifyControlPlaneEndpoints>,
        /// Control plane nodes of a dedicated cluster.
        pub control_plane_config: Option<ControlPlaneSettings>,
        /// Collection of system events.
        pub system_events_logging: Option<SystemEventsLogging>,
    }
}

sparse! {
    /// A change of the names in the API server's certificate.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct ApiServerCertSans {
        /// `append` or `overwrite`.
        pub action: Option<String>,
        /// The names and addresses.
        pub subject_alternative_names: Option<Vec<String>>,
    }
}

sparse! {
    /// How the API server is reached, on modify.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct ModifyControlPlaneEndpoints {
        /// Its name inside VPCs.
        pub internal_dns_config: Option<InternalDns>,
        /// Its load balancers.
        pub load_balancers_config: Option<Vec<EndpointLoadBalancer>>,
    }
}

sparse! {
    /// Collection of system events.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct SystemEventsLogging {
        /// On or off.
        pub enabled: Option<bool>,
        /// Log project.
        pub logging_project: Option<String>,
    }
}
