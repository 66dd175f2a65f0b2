//! Which attribute an error of the service is about.

use tf_provider::Path;

use super::fields::{Runtime, Scaling, Spot, SystemDisk};
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
    let disk = |name: &str| Some(NodePool::SYSTEM_DISK.path().attribute(name));
    let scaling = |name: &str| Some(NodePool::SCALING.path().attribute(name));
    let path = match code {
        "InvalidDesiredSizeOrCount.NotNull" => NodePool::DESIRED_SIZE.path(),
        "InvalidSnapshot.TooOld" => NodePool::DATA_DISKS.path(),
        _ => match code.strip_prefix("InvalidParameter.")? {
            "Name" => NodePool::NAME.path(),
            "Management" => NodePool::MANAGEMENT.path(),
            "DesiredSize" => NodePool::DESIRED_SIZE.path(),
            "MinInstances" => return scaling(Scaling::MIN.name()),
            "MaxInstances" => return scaling(Scaling::MAX.name()),
            "InstanceTypes" => NodePool::INSTANCE_TYPES.path(),
            "VswitchIds" => NodePool::VSWITCH_IDS.path(),
            "SecurityGroupIds" => NodePool::SECURITY_GROUP_IDS.path(),
            "RamRoleName" => NodePool::RAM_ROLE_NAME.path(),
            "KeyPair" => NodePool::KEY_PAIR.path(),
            "LoginPassword" => NodePool::PASSWORD.path(),
            "ImageType" => NodePool::IMAGE_TYPE.path(),
            "ImageId" => NodePool::IMAGE_ID.path(),
            "Runtime" => NodePool::RUNTIME.path().attribute(Runtime::NAME.name()),
            "RuntimeVersion" => NodePool::RUNTIME.path().attribute(Runtime::VERSION.name()),
            "SystemDiskCategory" => return disk(SystemDisk::CATEGORY.name()),
            "SystemDiskSize" => return disk(SystemDisk::SIZE.name()),
            "SystemDiskPerformanceLevel" => return disk(SystemDisk::PERFORMANCE_LEVEL.name()),
            "SystemDiskBurstingEnabled" => return disk(SystemDisk::BURSTING_ENABLED.name()),
            "SystemDiskProvisionedIops" => return disk(SystemDisk::PROVISIONED_IOPS.name()),
            "DataDisks" => NodePool::DATA_DISKS.path(),
            "SpotStrategy" => NodePool::SPOT.path().attribute(Spot::STRATEGY.name()),
            "SpotPriceLimit" => NodePool::SPOT.path().attribute(Spot::PRICE_LIMITS.name()),
            "MultiAzPolicy" => NodePool::MULTI_AZ_POLICY.path(),
            "Labels" => NodePool::LABELS.path(),
            "Taints" => NodePool::TAINTS.path(),
            "Tags" => NodePool::TAGS.path(),
            "NodeNameMode" => NodePool::NODE_NAME_MODE.path(),
            _ => return None,
        },
    };
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_its_attribute() {
        let shown = |code: &str| attribute(code).map(|path| path.to_string());
        assert_eq!(shown("InvalidParameter.Name").as_deref(), Some("name"));
        assert_eq!(shown("InvalidParameter.SystemDiskSize").as_deref(), Some("system_disk.size"));
        assert_eq!(shown("InvalidDesiredSizeOrCount.NotNull").as_deref(), Some("desired_size"));
        assert_eq!(shown("InvalidParameter.SomethingElse"), None);
        assert_eq!(shown("ErrorClusterNotFound"), None);
    }
}
