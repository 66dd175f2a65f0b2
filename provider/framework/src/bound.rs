//! Resources whose life is plain calls: one that creates, one that reads, one that changes, one that deletes. The documents
//! come from the bindings, so there is no life to write.

use std::future::Future;

use serde_json::Value as Json;

use crate::declaration::Resource;
use crate::diagnostic::Diagnostics;
use crate::document::{self, Body, Document};
use crate::model::View;
use crate::operation::Context;
use crate::path::Path;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::resource::Lifecycle;
use crate::service::Service;
use crate::value::Value;

/// A call of a service.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its name.
    pub operation: &'static str,
    /// What its address is made of, and its parameters.
    pub arguments: Vec<(&'static str, String)>,
    /// Its body, if it has one.
    pub body: Option<Body>,
    /// The place without which its answer is none.
    pub answers: Option<String>,
}

/// What a service answers.
#[derive(Clone, Debug)]
pub struct Reply<T> {
    /// The answer; null if there is none.
    pub body: Json,
    /// The task that the call has started, if there is one.
    pub task: Option<T>,
    /// Where it was asked, such as a region.
    pub place: String,
}

/// A service whose calls can be made by name.
pub trait Calls: Service {
    /// The attribute that says where an object is, such as its region, if objects have a place.
    const PLACE: Option<&'static str> = None;

    /// Makes a call for a resource, at a place of the service such as a region; without one, where the provider is
    /// configured for. An error points at the attribute that the service means.
    fn send<R: Resource>(
        &self,
        place: Option<&str>,
        call: Call,
    ) -> impl Future<Output = Result<Reply<Self::Task>, Self::Error>> + Send;

    /// Plans what all its objects have in common.
    fn plan<R: Resource>(
        _plan: &mut Plan<'_, R>,
        _service: Option<&Self>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        async { Ok(()) }
    }
}

/// A list that an object is found in when the answer to its creation was lost.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// The call. Its arguments are those of the object, without its own id.
    pub operation: &'static str,
    /// The member of the answer that holds the objects.
    pub member: &'static str,
    /// The attribute that tells them apart.
    pub by: &'static str,
}

/// A resource whose life is plain calls. [`Model::OPERATIONS`](crate::Model::OPERATIONS) names those that create, change
/// and read it.
pub trait Bound: Resource {
    /// The configured provider.
    type Service: Calls;

    /// The arguments of its calls, each with the attribute that it is the value of. Those without a value are left out, as
    /// an id is before there is one.
    const ARGUMENTS: &'static [(&'static str, &'static str)];
    /// The member of the answer to its creation that is its id.
    const CREATED: &'static str;
    /// The call that deletes it.
    const DELETE: &'static str;
    /// The list that it can be found in, if there is one.
    const LISTED: Option<Listed> = None;

    /// Rules over several attributes; see [`Lifecycle::validate`].
    fn validate(_config: &View<'_, Self>, _diagnostics: &mut Diagnostics) {}

    /// What is planned of it beyond what all objects of the service have in common; see [`Lifecycle::plan`].
    fn plan(
        _plan: &mut Plan<'_, Self>,
        _service: Option<&Self::Service>,
    ) -> impl Future<Output = Result<(), <Self::Service as Service>::Error>> + Send {
        async { Ok(()) }
    }

    /// What the bindings do not say of an answer.
    fn absorbed(&mut self, _answer: &Json) {}

    /// Where it stands.
    fn progress(_answer: &Json) -> Progress {
        Progress::Ready
    }
}

/// An object as it was read.
#[derive(Clone, Debug)]
pub struct Found {
    body: Json,
    place: String,
}

fn operation<R: Resource>(document: Document) -> &'static str {
    let found = R::OPERATIONS.iter().find(|(of, _)| *of == document);
    found.map_or_else(|| panic!("{} names no call for {document:?}", R::NAME), |(_, name)| name)
}

/// The text of an attribute, if it has one.
fn text<R: Bound>(own: &R, name: &str) -> Option<String> {
    own.to_members().get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Writes a text down.
fn write<R: Bound>(own: &mut R, name: &str, text: &str) {
    let mut members = own.to_members();
    members.insert(name.to_owned(), Value::from(text));
    if let Ok(written) = R::from_members(members, &Path::root()) {
        *own = written;
    }
}

async fn send<R: Bound>(
    own: &R,
    operation: &'static str,
    body: Option<Body>,
    cx: &Context<'_, R::Service>,
) -> Result<Reply<<R::Service as Service>::Task>, <R::Service as Service>::Error> {
    // What is read has the object's id; without it, it is no object.
    let is_read = R::OPERATIONS.contains(&(Document::Read, operation));
    let answers = document::place(&R::attributes(), "id", Document::Read).filter(|_| is_read);
    let value = |(argument, attribute): &(&'static str, &str)| Some((*argument, text(own, attribute)?));
    let arguments = R::ARGUMENTS.iter().filter_map(value).collect();
    let place = R::Service::PLACE.and_then(|name| text(own, name));
    cx.service().send::<R>(place.as_deref(), Call { operation, arguments, body, answers }).await
}

/// The id of a new object, and the task that makes it.
type Made<S> = (Option<String>, Option<<S as Service>::Task>);

async fn make<R: Bound>(
    own: &R,
    body: &Body,
    cx: &Context<'_, R::Service>,
) -> Result<Made<R::Service>, <R::Service as Service>::Error> {
    let reply = send(own, operation::<R>(Document::Create), Some(body.clone()), cx).await?;
    Ok((reply.body[R::CREATED].as_str().map(str::to_owned), reply.task))
}

/// Looks for the object of a creation whose answer was lost.
async fn made<R: Bound>(
    own: &R,
    listed: Listed,
    cx: &Context<'_, R::Service>,
) -> Result<Option<Made<R::Service>>, <R::Service as Service>::Error> {
    let list = send(own, listed.operation, None, cx).await?.body;
    let at = |name: &str| document::place(&R::attributes(), name, Document::Read).unwrap_or_default();
    let (by, id) = (at(listed.by), at("id"));
    let wanted = text(own, listed.by).unwrap_or_default();
    let mut all = list[listed.member].as_array().into_iter().flatten();
    let found = all.find(|element| document::at(element, &by).is_some_and(|found| *found == wanted.as_str()));
    Ok(found.map(|found| (document::at(found, &id).and_then(Json::as_str).map(str::to_owned), None)))
}

impl<R: Bound> Lifecycle for R {
    type Service = R::Service;
    type Remote = Found;

    fn validate(config: &View<'_, Self>, diagnostics: &mut Diagnostics) {
        <R as Bound>::validate(config, diagnostics);
    }

    async fn plan(
        plan: &mut Plan<'_, Self>,
        service: Option<&Self::Service>,
    ) -> Result<(), <R::Service as Service>::Error> {
        R::Service::plan(plan, service).await?;
        <R as Bound>::plan(plan, service).await
    }

    async fn create(
        &mut self,
        cx: &Context<'_, Self::Service>,
    ) -> Result<Option<<R::Service as Service>::Task>, <R::Service as Service>::Error> {
        let own = &*self;
        let body = document::create(own);
        let (id, task) = match R::LISTED {
            None => make(own, &body, cx).await?,
            Some(listed) => cx.once(|| make(own, &body, cx), || made(own, listed, cx)).await?,
        };
        if let Some(id) = id {
            write(self, "id", &id);
        }
        Ok(task)
    }

    async fn read(&self, cx: &Context<'_, Self::Service>) -> Result<Found, <R::Service as Service>::Error> {
        let Reply { body, place, .. } = send(self, operation::<R>(Document::Read), None, cx).await?;
        Ok(Found { body, place })
    }

    fn progress(remote: &Found) -> Progress {
        <R as Bound>::progress(&remote.body)
    }

    fn absorb(&mut self, remote: &Found) {
        let complete = <R as Bound>::progress(&remote.body) == Progress::Ready;
        document::absorb(self, &remote.body, complete);
        if let Some(name) = R::Service::PLACE {
            write(self, name, &remote.place);
        }
        self.absorbed(&remote.body);
    }

    async fn update(
        &mut self,
        prior: &Self,
        _remote: &Found,
        cx: &Context<'_, Self::Service>,
    ) -> Result<(), <R::Service as Service>::Error> {
        let body = document::together(document::changes(prior, self));
        if body.is_empty() {
            return Ok(());
        }
        let own = &*self;
        cx.run(|| async { Ok(send(own, operation::<R>(Document::Modify), Some(body.clone()), cx).await?.task) }).await
    }

    async fn delete(
        &self,
        cx: &Context<'_, Self::Service>,
    ) -> Result<Option<<R::Service as Service>::Task>, <R::Service as Service>::Error> {
        Ok(send(self, R::DELETE, None, cx).await?.task)
    }
}
