//! Errors of the service whose codes name no field.

use tf_provider::Path;

use super::resource::NodePool;
use crate::bridge::{Error, located};

/// The error, pointing at the attribute that its code names.
pub(super) fn of(error: ack_client::Error) -> Error {
    located::<NodePool>(error, special)
}

fn special(code: &str) -> Option<Path> {
    match code {
        "InvalidDesiredSizeOrCount.NotNull" => Some(NodePool::DESIRED_SIZE.path()),
        "InvalidSnapshot.TooOld" => Some(NodePool::DATA_DISKS.path()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::about;

    #[test]
    fn a_code_names_its_attribute() {
        let shown = |code: &str| about::<NodePool>(code, special).map(|path| path.to_string());
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
