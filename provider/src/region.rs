//! The `region` that every resource has: the user's, else the provider's.

use ack_client::Client;
use tf_provider::{Fault, Field, Maybe, Model, Plan};

use crate::bridge::{Connection, Error};
use crate::checks;

/// Plans the region of a new object, so that the plan shows where it will be.
///
/// # Errors
/// The provider lacks what the create will need, such as credentials: told now, not by the apply.
pub(crate) async fn plan<M: Model>(
    plan: &mut Plan<'_, M>,
    region: Field<M, String>,
    connection: Option<&Connection>,
) -> Result<(), Error> {
    let Some(connection) = connection.filter(|_| plan.is_create()) else {
        return Ok(());
    };
    let is_own = !plan.config().get(region).is_null();
    if !is_own && let Some(known) = connection.region() {
        plan.set(region, Maybe::Known(known.to_owned()));
    }
    match connection.client_for_plan(&plan.get(region))? {
        Some(client) => exists(&client, is_own).await.map_err(|error| if is_own { error.at(region) } else { error }),
        None => Ok(()),
    }
}

/// Refuses a region that does not exist. An endpoint that is set would hide it: calls arrive all the same. The service is
/// asked only about a region that came after this provider, or never was.
async fn exists(client: &Client, is_own: bool) -> Result<(), Error> {
    let wanted = client.region();
    if ack_client::is_known_region(wanted) {
        return Ok(());
    }
    let regions = match client.describe_regions().await {
        Ok(regions) => regions,
        Err(error) if error.is_unreachable() => return Err(error.into()),
        // Without an answer nobody knows: the calls to come will tell.
        Err(_) => return Ok(()),
    };
    let names: Vec<&str> = regions.iter().map(|region| region.region_id.as_str()).collect();
    if names.is_empty() || names.contains(&wanted) {
        return Ok(());
    }
    let close = checks::close_to(wanted, names.iter().copied());
    let next = match close.as_slice() {
        [] => format!("The service has these: {}.", names.join(", ")),
        close => format!("Did you mean {}?", tf_provider::schema::quoted(close)),
    };
    let whose = if is_own { "" } else { " It is the `region` of the provider." };
    Err(Fault::other(format!("There is no region \"{wanted}\""), format!("{next}{whose}")).into())
}

/// The zone that cannot be one of the region: the name of a zone begins with that of its region.
pub(crate) fn foreign_zone<'z>(region: &str, zones: impl IntoIterator<Item = &'z String>) -> Option<&'z String> {
    let belongs = |zone: &str| zone.strip_prefix(region).is_some_and(|rest| !rest.is_empty());
    zones.into_iter().find(|zone| !belongs(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_named_after_their_region() {
        let zones = |zones: &[&str]| zones.iter().map(|zone| (*zone).to_owned()).collect::<Vec<_>>();
        assert_eq!(foreign_zone("cn-hangzhou", &zones(&["cn-hangzhou-h", "cn-hangzhou-i"])), None);
        assert_eq!(foreign_zone("ap-southeast-1", &zones(&["ap-southeast-1a"])), None);
        for wrong in ["cn-beijing-a", "h", "cn-hangzhou", ""] {
            assert_eq!(foreign_zone("cn-hangzhou", &zones(&[wrong])), Some(&wrong.to_owned()));
        }
    }
}
