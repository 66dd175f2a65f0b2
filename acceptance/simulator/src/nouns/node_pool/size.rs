//! The size that a pool is to have, and whether its cluster bears it.

use serde_json::Value;

use crate::clusters::{is_pro, node_count};
use crate::error::ApiError;
use crate::objects::Object;
use crate::store::World;

/// Refuses more nodes than a cluster may have, when a pool goes from `present` to `size`.
pub(super) fn check_node_quota(world: &World, cluster: &Object, size: usize, present: usize) -> Result<(), ApiError> {
    let total = node_count(&world.objects, cluster.id()) - present + size;
    let quota = if is_pro(cluster) { 5000 } else { 10 };
    if total > quota && size > present {
        return Err(ApiError::bad_request(
            "QuotaExceeded.Node",
            format!("cluster {} would have {total} nodes, its quota is {quota}", cluster.id()),
        ));
    }
    Ok(())
}

/// The size that a pool is to have: by autoscaling limits or by `desired_size`, never by both.
///
/// `record` is what is stored of the pool (null for a new one), `present` its number of nodes.
pub(super) fn check_size(body: &Value, record: &Value, present: usize) -> Result<usize, ApiError> {
    let scaling = |field: &str| body["auto_scaling"].get(field).unwrap_or(&record["auto_scaling"][field]);
    let desired = body["scaling_group"]["desired_size"].as_i64();
    // The old name of a new pool's size. Older clients send 0 for none.
    let count = body["count"].as_i64().filter(|count| *count != 0);
    if scaling("enable") == true {
        if desired.is_some() || count.is_some() {
            let text = "scaling_group.desired_size and count must not be given while auto_scaling.enable is true";
            return Err(ApiError::bad_request("InvalidDesiredSizeOrCount.NotNull", text));
        }
        let (least, most) =
            (scaling("min_instances").as_i64().unwrap_or(0), scaling("max_instances").as_i64().unwrap_or(0));
        if !(0..=most).contains(&least) || most > 2000 {
            let text = format!("0 <= min_instances ({least}) <= max_instances ({most}) <= 2000 does not hold");
            return Err(ApiError::invalid("auto_scaling.min_instances", text));
        }
        let (least, most) = (usize::try_from(least).unwrap_or(0), usize::try_from(most).unwrap_or(0));
        return Ok(present.clamp(least, most));
    }
    match desired.or(count.filter(|_| record.is_null())) {
        None => Ok(present),
        Some(desired @ 0..=5000) => Ok(usize::try_from(desired).unwrap_or(present)),
        Some(desired) => {
            Err(ApiError::invalid("scaling_group.desired_size", format!("{desired} is not from 0 to 5000")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn size_comes_from_one_side_only() {
        let error = check_size(
            &json!({"auto_scaling": {"enable": true, "max_instances": 3}, "scaling_group": {"desired_size": 2}}),
            &Value::Null,
            0,
        );
        assert_eq!(error.unwrap_err().code, "InvalidDesiredSizeOrCount.NotNull");
        assert_eq!(
            check_size(
                &json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 3}}),
                &Value::Null,
                0
            )
            .unwrap(),
            1
        );
        let record = json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 3}});
        assert!(check_size(&json!({"scaling_group": {"desired_size": 2}}), &record, 2).is_err());
        assert_eq!(check_size(&json!({"auto_scaling": {"enable": false}}), &record, 2).unwrap(), 2);
        assert_eq!(check_size(&json!({"auto_scaling": {"max_instances": 1}}), &record, 2).unwrap(), 1);
    }
}
