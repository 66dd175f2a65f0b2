//! The `region` that every resource has: the user's, else the provider's when the object is made. What exists stays where
//! it is.

use ack_client::{Client, Request, operations};
use serde_json::{Value as Note, json};
use tf_provider::{Diagnostic, Fault, Field, Maybe, Plan, Resource};

use crate::bridge::{Connection, Error};
use crate::checks;

/// The note of a plan that an object is outside of the provider's region, and where.
const HOME: &str = "region";

/// Plans the region of a new object, so that the plan shows where it will be.
///
/// # Errors
/// The provider lacks what the create will need, such as credentials: told now, not by the apply.
pub(crate) async fn plan<R: Resource>(
    plan: &mut Plan<'_, R>,
    region: Field<R, String>,
    connection: Option<&Connection>,
) -> Result<(), Error> {
    let Some(connection) = connection.filter(|_| plan.is_create()) else {
        return Ok(());
    };
    let is_own = !plan.config().get(region).is_null();
    if !is_own && let Some(known) = connection.region() {
        plan.set(region, Maybe::Known(known.to_owned()));
        // It replaces an object of which the plan before this one has noted where it is.
        let home = plan.note(HOME).and_then(Note::as_str).map(str::to_owned);
        if let Some(home) = home.filter(|home| home != known) {
            plan.diagnostics.push(moves::<R>(&home, known).at(region));
        }
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
    let regions = match client.call(&Request::of(&operations::DESCRIBE_REGIONS, &[])).await {
        Ok(answer) => answer.body["regions"].clone(),
        Err(error) if error.is_unreachable() => return Err(error.into()),
        // Without an answer nobody knows: the calls to come will tell.
        Err(_) => return Ok(()),
    };
    let names: Vec<&str> =
        regions.as_array().into_iter().flatten().filter_map(|region| region["regionId"].as_str()).collect();
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

/// Says what becomes of an object outside of the provider's region, if the configuration has no region for it. The last
/// step of a plan: it has to be known whether the object is replaced.
pub(crate) fn stay<R: Resource>(plan: &mut Plan<'_, R>, region: Field<R, String>, connection: Option<&Connection>) {
    let (Some(connection), false) = (connection, plan.is_create()) else {
        return;
    };
    let home = plan.prior().get(region).known().filter(|_| plan.config().get(region).is_null());
    let elsewhere = home.zip(connection.region()).filter(|(home, provider)| home != provider);
    plan.set_note(HOME, elsewhere.as_ref().map_or(Note::Null, |(home, _)| json!(home)));
    let Some((home, provider)) = elsewhere else {
        return;
    };
    let finding = if plan.replaces() {
        moves::<R>(&home, provider)
    } else {
        Diagnostic::warning(
            format!("The {} stays in region {home}", R::SPOKEN),
            format!(
                "`region` is not set here, and the provider's region is {provider}. That is only where new objects are created. Set `region = \"{home}\"` to say where this one is."
            ),
        )
    };
    plan.diagnostics.push(finding.at(region));
}

/// A replacement would be made in another region, where nothing that the configuration names may exist.
fn moves<R: Resource>(home: &str, provider: &str) -> Diagnostic {
    let spoken = R::SPOKEN;
    Diagnostic::error(
        format!("The {spoken} is in region {home}, and its replacement would be in {provider}"),
        format!(
            "`region` is not set here, so the new {spoken} would be created in the provider's region. Set `region = \"{home}\"` to replace it where it is, or `region = \"{provider}\"` to move it."
        ),
    )
}

/// Refuses to import an object by another region than its own.
///
/// # Errors
/// The object is somewhere else.
pub(crate) fn check_import<R: Resource>(
    id: &str,
    given: Option<&String>,
    found: Option<&str>,
    region: Field<R, String>,
) -> Result<(), Fault> {
    match (given, found.filter(|found| !found.is_empty())) {
        (Some(given), Some(found)) if given != found => Err(Fault::other(
            format!("The {} {id} is in region {found}, not in {given}", R::SPOKEN),
            format!("Give the region that it is in: `region = \"{found}\"` in a data source and in the `identity` of an import, `{found}:{id}` as the import ID."),
        )
        .at(region)),
        _ => Ok(()),
    }
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
