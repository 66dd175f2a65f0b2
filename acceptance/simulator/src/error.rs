//! The errors the simulated API answers with.

use serde_json::{Value, json};

use crate::assumptions::ErrorSpelling;

/// An error answer of the API: status, code and text. The request id is added when it is sent.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code} ({status}): {message}")]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// Milliseconds after which the service wants to be asked again; sent as a header.
    pub(crate) retry_after_ms: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), retry_after_ms: None }
    }

    /// 400 with a code.
    pub(crate) fn bad_request(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// 400 `InvalidParameter.<Name>`, the name being the field's last segment in upper camel case.
    pub(crate) fn invalid(field: &str, message: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("InvalidParameter.{}", upper_camel_case(field)), format!("{field}: {message}"))
    }

    pub(crate) fn cluster_not_found(cluster_id: &str) -> Self {
        Self::new(404, "ErrorClusterNotFound", format!("cluster ({cluster_id}) not found in our records"))
    }

    pub(crate) fn node_pool_not_found(node_pool_id: &str) -> Self {
        Self::new(404, "ErrorNodePoolNotFound", format!("nodepool ({node_pool_id}) not found in our records"))
    }

    pub(crate) fn addon_not_found(name: &str) -> Self {
        Self::new(404, "AddonNotFound", format!("addon {name} not found"))
    }

    /// The error's body in the spelling the switch asks for.
    pub(crate) fn body(&self, request_id: &str, spelling: ErrorSpelling) -> Value {
        let Self { status, code, message, .. } = self;
        match spelling {
            ErrorSpelling::Lower => {
                json!({"code": code, "message": message, "requestId": request_id, "status": status})
            }
            ErrorSpelling::Upper => {
                json!({"Code": code, "Message": message, "RequestId": request_id, "Status": status})
            }
            ErrorSpelling::Both => json!({
                "code": code, "message": message, "requestId": request_id, "status": status,
                "Code": code, "Message": message, "RequestId": request_id,
            }),
        }
    }
}

/// `scaling_group.api_server_eip_id` becomes `ApiServerEipId`.
fn upper_camel_case(field: &str) -> String {
    let last = field.rsplit('.').next().unwrap_or(field);
    let mut name = String::new();
    for word in last.split(['_', '-', '[', ']']).filter(|word| !word.is_empty() && word.parse::<usize>().is_err()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_names_the_field() {
        let error = ApiError::invalid("scaling_group.data_disks[0].performance_level", "no");
        assert_eq!(error.code, "InvalidParameter.PerformanceLevel");
        assert_eq!(error.message, "scaling_group.data_disks[0].performance_level: no");
        assert_eq!(ApiError::invalid("vswitch_ids[3]", "no").code, "InvalidParameter.VswitchIds");
    }
}
