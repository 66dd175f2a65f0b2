//! Errors of the service whose codes name no field.

use tf_provider::{Model as _, Path, document};

use super::resource::NodePool;
use crate::bridge::Error;

/// The error, pointing at the attribute that its code names.
pub(super) fn of(error: ack_client::Error) -> Error {
    let attribute = error.code().and_then(attribute);
    match attribute {
        Some(path) => Error::from(error).at(path),
        None => error.into(),
    }
}

fn attribute(code: &str) -> Option<Path> {
    match code {
        "InvalidDesiredSizeOrCount.NotNull" => Some(NodePool::DESIRED_SIZE.path()),
        "InvalidSnapshot.TooOld" => Some(NodePool::DATA_DISKS.path()),
        _ => document::attribute_of(&NodePool::attributes(), code.strip_prefix("InvalidParameter.")?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_its_attribute() {
        let shown = |code: &str| attribute(code).map(|path| path.to_string());
        for (code, expected) in [
            ("Name", "name"),
            ("Management", "management"),
            ("DesiredSize", "desired_size"),
            ("MinInstances", "scaling.min"),
            ("InstanceTypes", "instance_types"),
            ("LoginPassword", "password"),
            ("Runtime", "runtime.name"),
            ("RuntimeVersion", "runtime.version"),
            ("SystemDiskSize", "system_disk.size"),
            ("DataDisks", "data_disks"),
            ("SpotPriceLimit", "spot.price_limits"),
            ("Labels", "labels"),
            ("Taints", "taints"),
            ("Tags", "tags"),
        ] {
            assert_eq!(shown(&format!("InvalidParameter.{code}")).as_deref(), Some(expected));
        }
        assert_eq!(shown("InvalidDesiredSizeOrCount.NotNull").as_deref(), Some("desired_size"));
        assert_eq!(shown("InvalidParameter.SomethingElse"), None);
        assert_eq!(shown("ErrorClusterNotFound"), None);
    }
}
