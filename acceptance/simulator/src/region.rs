//! The regions that there are.

use crate::error::ApiError;

/// The regions that have an endpoint of their own.
pub(crate) const REGIONS: [&str; 40] = [
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
