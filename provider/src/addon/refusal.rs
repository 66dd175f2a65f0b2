//! Errors of the service, and the attributes that they are about.

use super::resource::Addon;
use crate::bridge::Error;

/// The error of a call that writes, at the attribute that the service refused.
pub(super) fn of(error: ack_client::Error) -> Error {
    let attribute = match error.code() {
        Some("ErrorClusterNotFound") => Addon::CLUSTER_ID.path(),
        Some("AddonNotFound" | "InvalidParameter.Name" | "InvalidParameter.ComponentName") => Addon::NAME.path(),
        Some("InvalidParameter.Version" | "InvalidParameter.NextVersion") => Addon::VERSION.path(),
        Some("InvalidParameter.Config" | "InvalidParameter.Format") => Addon::CONFIG.path(),
        _ => return error.into(),
    };
    Error::from(error).at(attribute)
}
