//! The regions of the service.

use serde::Deserialize;

use crate::request::Request;
use crate::{Client, Error, operations, wire};

/// A region.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Region {
    /// Id, such as `cn-hangzhou`.
    #[serde(deserialize_with = "wire::or_default")]
    pub region_id: String,
    /// Name for people.
    pub local_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Regions {
    #[serde(deserialize_with = "wire::or_default")]
    regions: Vec<Region>,
}

impl Client {
    /// Lists the regions where the service runs (DescribeRegions).
    pub async fn describe_regions(&self) -> Result<Vec<Region>, Error> {
        let answer: Regions = self.send(&Request::of(&operations::DESCRIBE_REGIONS, &[])).await?;
        Ok(answer.regions)
    }
}
