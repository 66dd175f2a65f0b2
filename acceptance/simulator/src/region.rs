//! Regions and quotas of the account.

use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::store::World;

/// The regions that have an endpoint of their own.
const REGIONS: [&str; 40] = [
    "cn-beijing",
    "cn-zhangjiakou",
    "cn-huhehaote",
    "cn-wulanchabu",
    "cn-qingdao",
    "cn-hangzhou",
    "cn-shanghai",
    "cn-nanjing",
    "cn-fuzhou",
    "cn-shenzhen",
    "cn-heyuan",
    "cn-guangzhou",
    "cn-chengdu",
    "cn-hongkong",
    "cn-wuhan-lr",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "cn-north-2-gov-1",
    "cn-hangzhou-finance",
    "cn-shanghai-finance-1",
    "cn-shenzhen-finance-1",
    "cn-beijing-finance-1",
    "cn-heyuan-acdr-1",
    "cn-wulanchabu-gic-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-7",
    "ap-southeast-8",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-west-1",
    "us-southeast-1",
    "me-east-1",
    "me-central-1",
    "na-south-1",
];

/// Refuses a region that does not exist.
pub(crate) fn check(region_id: &str) -> Result<(), ApiError> {
    if REGIONS.contains(&region_id) {
        return Ok(());
    }
    Err(ApiError::invalid("region_id", format!("{region_id} is no region of the service")))
}

/// DescribeRegions.
pub(crate) fn list(_: &mut World, _: &Call) -> Answer {
    let regions: Vec<_> = REGIONS.iter().map(|id| json!({"regionId": id, "localName": id})).collect();
    Ok(json!({"regions": regions}))
}

/// DescribeUserQuota: the old numbers and the newer map, which wins where it has an entry.
pub(crate) fn describe_quota(world: &mut World, _: &Call) -> Answer {
    let quota = |number: usize, code: &str, unit: &str| -> Value {
        json!({"quota": number.to_string(), "operation_code": code, "adjustable": true, "unit": unit})
    };
    let assumed = &world.assumptions;
    Ok(json!({
        "amk_cluster_quota": 20,
        "ask_cluster_quota": 20,
        "cluster_nodepool_quota": 20,
        "cluster_quota": 50,
        "node_quota": 100,
        "quotas": {
            "cluster": quota(assumed.pro_cluster_quota, "q_Kubernetes_Cluster", ""),
            "nodepool": quota(assumed.pro_node_pool_quota, "q_Kubernetes_Nodepool", ""),
        },
    }))
}

/// OpenAckService: there is nothing to open here, and no bill.
pub(crate) fn open_service(world: &mut World, _: &Call) -> Answer {
    Ok(json!({"order_id": world.ids.number().to_string()}))
}
