//! The client: region, endpoint, credentials, limits; and the loop around one call.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::Error;
use crate::answered::Answered;
use crate::call::Answer;
use crate::coalesce::Shared;
use crate::credentials::CredentialsProvider;
use crate::endpoint::{Endpoint, check_region};
use crate::request::Request;
use crate::retry::{self, Limits};
use crate::task::TaskId;
use crate::transport::Transport;
use crate::turn::Turns;

/// A client of Container Service in one region.
///
/// Cheap to clone; clones, and the clients of other regions made by [`in_region`](Self::in_region), share connections,
/// credentials and shared reads.
#[derive(Clone)]
pub struct Client {
    region: Arc<str>,
    endpoint: Arc<Endpoint>,
    core: Arc<Core>,
}

/// What all regions share.
struct Core {
    transport: Transport,
    limits: Limits,
    /// The endpoint that the user set; it then serves every region.
    fixed_endpoint: Option<Arc<Endpoint>>,
    /// The endpoints of the regions, where none was set: what is known about one is known to all its clients.
    regional_endpoints: Mutex<HashMap<String, Arc<Endpoint>>>,
    reads: Shared<Answered>,
    turns: Turns,
}

/// Options of a [`Client`]. Region and credentials are required.
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    region: String,
    endpoint: Option<String>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    user_agent_suffix: Option<String>,
    limits: Limits,
}

impl ClientBuilder {
    /// Region id, such as `cn-hangzhou`. Required.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Endpoint to use for every region, instead of `https://cs.<region>.aliyuncs.com`: a URL, or a host for HTTPS.
    /// No call goes anywhere else.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Credentials, or something that knows them. Required.
    pub fn credentials(mut self, credentials: impl CredentialsProvider + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Text to add to the user agent, such as the name and version of the program.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Timeouts and pauses in place of the defaults.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes the client. No network call.
    ///
    /// # Errors
    /// A region or credentials that are missing, a region or an endpoint that is none, a machine without CA
    /// certificates (for HTTPS).
    pub fn build(self) -> Result<Client, Error> {
        check_region(&self.region)?;
        let credentials =
            self.credentials.ok_or_else(|| Error::credentials("the client was given no credentials; pass some"))?;
        let fixed_endpoint = self.endpoint.as_deref().map(Endpoint::parse).transpose()?.map(Arc::new);
        let endpoint = match &fixed_endpoint {
            Some(fixed) => Arc::clone(fixed),
            None => Arc::new(Endpoint::of_region(&self.region)?),
        };
        let regional_endpoints = Mutex::new(HashMap::from([(self.region.clone(), Arc::clone(&endpoint))]));
        let transport =
            Transport::new(&endpoint, &self.limits, &user_agent(self.user_agent_suffix.as_deref()), credentials)?;
        let reads = Shared::new(self.limits.shared_reads);
        let core = Arc::new(Core {
            transport,
            limits: self.limits,
            fixed_endpoint,
            regional_endpoints,
            reads,
            turns: Turns::default(),
        });
        Ok(Client { region: self.region.into(), endpoint, core })
    }
}

impl Core {
    fn endpoint(&self, region: &str) -> Result<Arc<Endpoint>, Error> {
        if let Some(fixed) = &self.fixed_endpoint {
            return Ok(Arc::clone(fixed));
        }
        let mut known = self.regional_endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(endpoint) = known.get(region) {
            return Ok(Arc::clone(endpoint));
        }
        let endpoint = Arc::new(Endpoint::of_region(region)?);
        known.insert(region.to_owned(), Arc::clone(&endpoint));
        Ok(endpoint)
    }
}

fn user_agent(suffix: Option<&str>) -> String {
    let own =
        format!("ack-client/{} ({}; {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    match suffix {
        Some(suffix) => format!("{own} {suffix}"),
        None => own,
    }
}

impl Client {
    /// Begins a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The region id.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Where the calls go, as `scheme://host[:port]`.
    pub fn endpoint(&self) -> &str {
        self.endpoint.origin()
    }

    /// A client of another region, with the same credentials and connections. It calls that region's own endpoint,
    /// unless an endpoint was set explicitly: then that one.
    ///
    /// # Errors
    /// A text that is no region id.
    pub fn in_region(&self, region: &str) -> Result<Client, Error> {
        if region == self.region() {
            return Ok(self.clone());
        }
        check_region(region)?;
        let endpoint = self.core.endpoint(region)?;
        Ok(Client { region: region.into(), endpoint, core: Arc::clone(&self.core) })
    }

    /// Says that the endpoint is known to be the right one. When it cannot be reached, a call waits for it until its
    /// deadline, instead of taking it for a wrong one after a few attempts, as it does before the first answer.
    pub fn vouch_for_endpoint(&self) {
        self.endpoint.vouch();
    }

    /// Makes a call.
    ///
    /// What passes by itself (throttling, server errors, lost connections) is retried with growing pauses until the
    /// call's deadline, each attempt signed anew; a request that must not be carried out twice only if it certainly was
    /// not carried out once.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer. [`Error::is_uncertain`] tells whether a write may have been
    /// carried out all the same.
    pub async fn call(&self, request: &Request) -> Result<Answered, Error> {
        request.check()?;
        let _forget = request.is_write().then(|| ForgetReads::of(self, request));
        let begun = Instant::now();
        let deadline = begun + self.core.limits.call;
        let mut pauses = self.core.limits.pauses();
        let mut uncertain = false;
        let mut attempt = 1;
        let mut earlier: Option<Error> = None;
        loop {
            let line = Line { client: self, request, attempt, begun: Instant::now() };
            let (error, wished) = match self.attempt(request, deadline).await {
                Ok(answer) => match Answered::of(&answer, request) {
                    Ok(answered) => {
                        line.ended(answer.status.into(), answered.request_id.as_deref(), Some(&answered), None);
                        return Ok(answered);
                    }
                    // What was accepted and cannot be read has been carried out, as far as anybody can tell.
                    Err(error) => (error, None),
                },
                Err(failure) => failure,
            };
            line.ended(error.status(), error.request_id(), None, Some(&error));
            uncertain |= request.is_write() && error.may_have_been_executed();
            let error = match earlier.take() {
                // Cut off by the deadline of the call, it says less than what went wrong before it.
                Some(earlier) if error.is_timeout() && Instant::now() >= deadline => earlier,
                _ => error,
            };
            let error = error.after(attempt, begun.elapsed(), uncertain);
            if !retry::may_repeat(request, &error, attempt, self.endpoint.is_worth_waiting_for()) {
                return Err(error);
            }
            let pause = pauses.next().unwrap_or_default().max(wished.unwrap_or_default());
            // An attempt that is cut off at once leaves nothing but a doubt.
            if Instant::now() + pause + self.core.limits.shortest_attempt() >= deadline {
                if error.is_unreachable() {
                    self.endpoint.give_up();
                }
                return Err(error);
            }
            line.repeated(&error, pause, deadline);
            tokio::time::sleep(pause).await;
            earlier = Some(error);
            attempt += 1;
        }
    }

    /// Makes a call that reads, whose answer all share who ask the same at about the same time: for lists of which many
    /// want one element each. Otherwise like [`call`](Self::call).
    ///
    /// Any write to the same cluster by this client makes the next reader ask again; what is about no cluster, any write.
    ///
    /// # Errors
    /// As for [`call`](Self::call); and a request that writes.
    pub async fn shared(&self, request: &Request) -> Result<Arc<Answered>, Error> {
        if request.is_write() {
            let operation = request.operation();
            return Err(Error::configuration(format!("{operation} writes, and cannot be shared; nothing was sent")));
        }
        let about = self.shared_key(request.cluster_id().unwrap_or_default());
        let place = format!("{}?{}", request.path(), request.query_string());
        self.core.reads.get(&about, &place, || self.call(request)).await
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.core.turns
    }

    pub(crate) fn shared_key(&self, cluster_id: &str) -> String {
        format!("{}/{cluster_id}", self.region)
    }

    /// One attempt; a failure comes with the pause that the service wishes.
    async fn attempt(&self, request: &Request, deadline: Instant) -> Result<Answer, (Error, Option<Duration>)> {
        let limit = self.core.limits.attempt.min(deadline.saturating_duration_since(Instant::now()));
        let answer =
            self.core.transport.attempt(request, &self.endpoint, limit).await.map_err(|error| (error, None))?;
        let wished = answer.retry_after();
        answer.accepted(request.operation()).map_err(|error| (error, wished))
    }
}

/// A call that goes on failing for longer than this is worth a warning in the log.
const WORTH_A_WARNING: Duration = Duration::from_secs(10);

/// One attempt, as the log tells it. Neither headers nor bodies are in it.
struct Line<'a> {
    client: &'a Client,
    request: &'a Request,
    attempt: u32,
    begun: Instant,
}

impl Line<'_> {
    fn ended(&self, status: Option<u16>, request_id: Option<&str>, answer: Option<&Answered>, error: Option<&Error>) {
        tracing::debug!(
            operation = self.request.operation(),
            object = self.request.object(),
            name = self.request.name(),
            region = self.client.region(),
            attempt = self.attempt,
            duration_ms = self.begun.elapsed().as_millis() as u64,
            status,
            request_id,
            code = error.and_then(Error::code),
            error = error.map(Error::message),
            state = answer.and_then(Answered::state),
            task = answer.and_then(|answer| answer.task.as_ref()).map(TaskId::as_str),
            "{}",
            if error.is_some() { "call failed" } else { "call answered" }
        );
    }

    fn repeated(&self, error: &Error, pause: Duration, deadline: Instant) {
        if error.elapsed() < WORTH_A_WARNING {
            return;
        }
        tracing::warn!(
            operation = self.request.operation(),
            object = self.request.object(),
            region = self.client.region(),
            attempt = self.attempt,
            code = error.code(),
            error = error.message(),
            pause_ms = pause.as_millis() as u64,
            given_up_in_s = deadline.saturating_duration_since(Instant::now()).as_secs(),
            "call keeps failing and is repeated"
        );
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.origin())
            .finish_non_exhaustive()
    }
}

/// Makes a write invalidate the shared reads of its cluster, and those of none, when it begins, and again when it ends in
/// whatever way, being cancelled included.
struct ForgetReads<'a> {
    client: &'a Client,
    about: [String; 2],
}

impl<'a> ForgetReads<'a> {
    fn of(client: &'a Client, request: &Request) -> Self {
        let about = [request.cluster_id().unwrap_or_default(), ""].map(|id| client.shared_key(id));
        let forget = Self { client, about };
        forget.now();
        forget
    }

    fn now(&self) {
        self.about.iter().for_each(|about| self.client.core.reads.forget(about));
    }
}

impl Drop for ForgetReads<'_> {
    fn drop(&mut self) {
        self.now();
    }
}
