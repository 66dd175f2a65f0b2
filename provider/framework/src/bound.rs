//! Resources whose life is plain calls: one that creates, one that reads, one that changes, one that deletes. The documents
//! come from the bindings, so there is no life to write.

use std::future::Future;

use serde_json::Value as Json;

use crate::declaration::Resource;
use crate::diagnostic::Diagnostics;
use crate::document::{self, Body, Document};
use crate::model::View;
use crate::operation::Context;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::resource::Lifecycle;
use crate::service::Service;

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

/// The lists that an object may be found in when the answer to its creation was lost.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// The call. Its arguments are those of the object, without its own id.
    pub operation: &'static str,
    /// The member of the answer that holds the objects.
    pub member: &'static str,
}

/// A resource whose life is plain calls. [`Model::OPERATIONS`](crate::Model::OPERATIONS) names those that create, change
/// and read it.
pub trait Bound: Resource {
    /// The configured provider.
    type Service: Calls;

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

    /// What names it in the addresses of its calls. Before it is created, what it is created in.
    fn arguments(&self) -> Vec<(&'static str, String)>;

    /// The place of the service that it is at, if one is known.
    fn place(&self) -> Option<&str>;

    /// Writes down what the answer to its creation says, its id above all.
    fn created(&mut self, answer: &Json);

    /// Writes down where it was read, and what the bindings do not say of the answer.
    fn absorbed(&mut self, answer: &Json, place: &str);

    /// Whether an element of its list is this one, which has no id yet.
    fn is(&self, _listed: &Json) -> bool {
        false
    }

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

async fn send<R: Bound>(
    own: &R,
    operation: &'static str,
    body: Option<Body>,
    cx: &Context<'_, R::Service>,
) -> Result<Reply<<R::Service as Service>::Task>, <R::Service as Service>::Error> {
    // What is read has the object's id; without it, it is no object.
    let is_read = R::OPERATIONS.contains(&(Document::Read, operation));
    let answers = document::place(&R::attributes(), "id", Document::Read).filter(|_| is_read);
    cx.service().send::<R>(own.place(), Call { operation, arguments: own.arguments(), body, answers }).await
}

/// The answer of a call, and the task that it has started.
type Made<S> = (Json, Option<<S as Service>::Task>);

async fn make<R: Bound>(
    own: &R,
    body: &Body,
    cx: &Context<'_, R::Service>,
) -> Result<Made<R::Service>, <R::Service as Service>::Error> {
    let reply = send(own, operation::<R>(Document::Create), Some(body.clone()), cx).await?;
    Ok((reply.body, reply.task))
}

/// Looks for the object of a creation whose answer was lost.
async fn made<R: Bound>(
    own: &R,
    listed: Listed,
    cx: &Context<'_, R::Service>,
) -> Result<Option<Made<R::Service>>, <R::Service as Service>::Error> {
    let list = send(own, listed.operation, None, cx).await?.body;
    let found = list[listed.member].as_array().into_iter().flatten().find(|element| own.is(element));
    Ok(found.map(|found| (found.clone(), None)))
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
        let (answer, task) = match R::LISTED {
            None => make(own, &body, cx).await?,
            Some(listed) => cx.once(|| make(own, &body, cx), || made(own, listed, cx)).await?,
        };
        self.created(&answer);
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
        self.absorbed(&remote.body, &remote.place);
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
