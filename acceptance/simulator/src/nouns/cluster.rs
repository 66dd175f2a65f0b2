//! Clusters, and what is said of a cluster as a whole: its tags, its logs, its versions.

use crate::call::Noun;

mod create;
mod delete;
mod kind;
mod kubeconfig;
mod log;
mod modify;
mod network;
mod read;
mod tags;
mod upgrade;

pub(super) static NOUN: Noun = Noun {
    calls: &[
        ("CreateCluster", create::create),
        ("DescribeClusterDetail", |world, call| crate::record::read(&kind::KIND, world, call)),
        ("DescribeClustersV1", read::list),
        ("DescribeClustersForRegion", read::list_for_region),
        ("DescribeClusters", read::list_all),
        ("DescribeClusterResources", read::list_resources),
        ("DescribeClusterUserKubeconfig", kubeconfig::describe),
        ("DescribeClusterV2UserKubeconfig", kubeconfig::describe),
        ("ModifyCluster", modify::modify),
        ("ModifyClusterName", modify::rename),
        ("UpdateKMSEncryption", modify::update_encryption),
        ("CreateAutoscalingConfig", modify::configure_autoscaling),
        ("UpgradeCluster", upgrade::upgrade),
        ("MigrateCluster", upgrade::migrate),
        ("DeleteCluster", delete::delete),
        ("ModifyClusterTags", tags::replace),
        ("TagResources", tags::tag),
        ("UntagResources", tags::untag),
        ("ListTagResources", tags::list),
        ("CheckControlPlaneLogEnable", log::describe_control_plane_log),
        ("UpdateControlPlaneLog", log::update_control_plane_log),
        ("GetClusterAuditProject", log::describe_audit),
        ("UpdateClusterAuditLogConfig", log::update_audit),
    ],
    kind: Some(&kind::KIND),
    ..Noun::PLAIN
};
