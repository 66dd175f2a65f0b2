//! Node pools and their nodes.

use crate::call::Noun;
use crate::record;

mod create;
mod defaults;
mod delete;
mod kind;
mod modify;
mod nodes;
mod settings;
mod size;
mod upgrade;

pub(super) static NOUN: Noun = Noun {
    calls: &[
        ("CreateClusterNodePool", create::create),
        ("DescribeClusterNodePoolDetail", |world, call| record::read(&kind::KIND, world, call)),
        ("DescribeClusterNodePools", |world, call| {
            let name = call.query_text("NodepoolName");
            record::list(&kind::KIND, world, call, |pool| name.is_none_or(|name| kind::name(pool) == name))
        }),
        ("ModifyClusterNodePool", modify::modify),
        ("ModifyNodePoolNodeConfig", modify::modify_node_config),
        ("ScaleClusterNodePool", modify::scale),
        ("ScaleOutCluster", modify::scale_out_cluster),
        ("UpgradeClusterNodepool", upgrade::upgrade),
        ("DeleteClusterNodepool", delete::delete),
        ("RemoveNodePoolNodes", nodes::remove),
        ("DeleteClusterNodes", nodes::delete),
        ("RemoveClusterNodes", nodes::delete_silently),
        ("DescribeClusterNodes", nodes::list),
    ],
    kind: Some(&kind::KIND),
    at_birth: Some(create::at_birth),
    drifted: Some(modify::drifted),
};
