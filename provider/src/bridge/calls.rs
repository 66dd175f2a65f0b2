//! Calls by their names, with bodies that bindings have made; and the attributes that errors are about.

use ack_client::{Request, operations};
use tf_provider::bound::{Call, Calls, Reply};
use tf_provider::document::{self, Body};
use tf_provider::{Fault, Field, Maybe, Model, OptionalComputed, Path, Plan, Resource};

use super::{Connection, Error, Task};
use crate::{parent, region};

impl Calls for Connection {
    const PLACE: Option<&'static str> = Some("region");

    async fn send<R: Resource>(&self, region: Option<&str>, call: Call) -> Result<Reply<Task>, Error> {
        let client =
            self.client(&region.map(str::to_owned).map_or_else(OptionalComputed::default, OptionalComputed::from))?;
        let operation = operations::by_action(call.operation).ok_or_else(|| {
            Fault::other(format!("There is no call {}", call.operation), "This is a bug in the provider.")
        })?;
        let arguments: Vec<(&str, &str)> = call.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut request = Request::of(operation, &arguments);
        if let Some(body) = &call.body {
            request = with_body(request, body);
        }
        if let Some(member) = call.answers {
            request = request.must_answer(member);
        }
        let answer = client.call(&request).await.map_err(|error| located::<R>(error, |_| None))?;
        let task = Task::of(&client, answer.task, answer.request_id);
        Ok(Reply { body: answer.body, task, place: client.region().to_owned() })
    }

    /// Everything is in a region, and most of it in a cluster.
    async fn plan<R: Resource>(plan: &mut Plan<'_, R>, connection: Option<&Self>) -> Result<(), Error> {
        let (region, cluster_id) = (Field::new("region"), Field::<R, String>::new("cluster_id"));
        region::plan(plan, region, connection).await?;
        let in_a_cluster = R::attributes().iter().any(|a| a.name == cluster_id.name());
        if in_a_cluster
            && plan.is_create()
            && let (Some(connection), Maybe::Known(id)) = (connection, plan.get(cluster_id))
            && let Some(client) = connection.client_for_plan(&plan.get(region))?
        {
            match connection.home(&client, &id).await? {
                Some(_) => parent::check_region(plan, region, &id, connection, &client).await?,
                None => plan.diagnostics.push(parent::missing(&id, client.region()).at(cluster_id)),
            }
        }
        region::stay(plan, region, connection);
        Ok(())
    }
}

/// An error, pointing at the attribute whose field its code names, as `InvalidParameter.ContainerCidr` does. `special`
/// knows the codes that do not.
pub(crate) fn located<R: Model>(error: ack_client::Error, special: impl Fn(&str) -> Option<Path>) -> Error {
    let attribute = error.code().and_then(|code| about::<R>(code, special));
    let error = Error::from(error);
    match attribute {
        Some(path) => error.at(path),
        None => error,
    }
}

/// The attribute that a code is about.
pub(crate) fn about<R: Model>(code: &str, special: impl Fn(&str) -> Option<Path>) -> Option<Path> {
    let field = || document::attribute_of(&R::attributes(), code.strip_prefix("InvalidParameter.")?);
    special(code).or_else(field)
}

/// A request with a body that bindings have made, its secrets included.
pub(crate) fn with_body(request: Request, body: &Body) -> Request {
    let request = request.body_json(body.json.clone());
    body.secrets.iter().fold(request, |request, (place, secret)| request.secret(place, secret.clone()))
}
