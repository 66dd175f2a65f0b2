//! Where the client meets Terraform: its errors become faults, its tasks become progress.

mod calls;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ack_client::{Client, Request, TaskId, Turn, operations};
use serde_json::Value as Json;
use tf_provider::{Fault, FaultKind, Maybe, OptionalComputed, Progress, Service};
use tokio::sync::OnceCell;
use tokio::time::Instant;

#[cfg(test)]
pub(crate) use self::calls::about;
pub(crate) use self::calls::{located, with_body};
use crate::run::Run;

/// The configured provider: a client, or the reason why there is none yet. The reason is told by the first call that
/// needs the client, so that plans that need none work without credentials.
#[derive(Debug)]
pub struct Connection {
    client: Result<Client, Fault>,
    region: Option<String>,
    default_tags: Option<BTreeMap<String, String>>,
    run: Run,
    /// Where clusters are, by their ids: they never move.
    homes: Once<String>,
    /// The clusters of each region, as they were listed first.
    clusters: Once<Vec<Json>>,
    /// The names of the add-ons for new clusters by region, once they were asked for.
    catalogues: Mutex<BTreeMap<String, Arc<OnceCell<Catalogue>>>>,
    read_lag: Duration,
    began: Instant,
}

/// How long reads of the service may lag behind its writes: the documents say up to ten seconds for lists.
pub(crate) const READ_LAG: Duration = Duration::from_secs(12);

/// Answers that are asked for once.
type Once<T> = Mutex<HashMap<String, Arc<OnceCell<Arc<T>>>>>;

async fn once<T, A>(cells: &Once<T>, key: &str, ask: impl FnOnce() -> A) -> Result<Arc<T>, ack_client::Error>
where
    A: Future<Output = Result<T, ack_client::Error>>,
{
    let cell = Arc::clone(cells.lock().unwrap_or_else(PoisonError::into_inner).entry(key.to_owned()).or_default());
    cell.get_or_try_init(|| async { ask().await.map(Arc::new) }).await.cloned()
}

/// The names of add-ons, if they could be had.
type Catalogue = Option<Vec<String>>;

impl Connection {
    pub(crate) fn new(
        client: Result<Client, Fault>,
        region: Option<String>,
        default_tags: Maybe<BTreeMap<String, String>>,
    ) -> Self {
        let default_tags = match default_tags {
            Maybe::Null => Some(BTreeMap::new()),
            Maybe::Unknown => None,
            Maybe::Known(tags) => Some(tags),
        };
        Self {
            client,
            region,
            default_tags,
            run: Run::default(),
            homes: Once::default(),
            clusters: Once::default(),
            catalogues: Mutex::default(),
            read_lag: READ_LAG,
            began: Instant::now(),
        }
    }

    /// The same with another lag, for a service that keeps other time.
    #[must_use]
    pub(crate) fn with_read_lag(self, read_lag: Duration) -> Self {
        Self { read_lag, ..self }
    }

    /// Whether lists show all that was made before this process began.
    pub(crate) fn lists_are_settled(&self) -> bool {
        self.began.elapsed() > self.read_lag
    }

    /// For this run of Terraform.
    #[must_use]
    pub(crate) fn in_run(self, run: Run) -> Self {
        Self { run, ..self }
    }

    /// The run of Terraform that it is configured for.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// The region of a cluster; `None` if there is no such cluster. Asked for once.
    ///
    /// # Errors
    /// The service does not answer, or does not say.
    pub(crate) async fn home(&self, client: &Client, cluster_id: &str) -> Result<Option<Arc<String>>, Error> {
        let ask = || async {
            let request = Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", cluster_id)]);
            let cluster = client.call(&request.must_answer("cluster_id")).await?.body;
            let home = cluster["region_id"].as_str().filter(|region| !region.is_empty());
            Ok(home.unwrap_or(client.region()).to_owned())
        };
        match once(&self.homes, cluster_id, ask).await {
            Ok(home) => Ok(Some(home)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The clusters of a region. Asked for once, so one that is in it may be gone or renamed by now.
    ///
    /// # Errors
    /// The service does not answer.
    pub(crate) async fn clusters<A>(&self, region: &str, ask: impl FnOnce() -> A) -> Result<Arc<Vec<Json>>, Error>
    where
        A: Future<Output = Result<Vec<Json>, ack_client::Error>>,
    {
        Ok(once(&self.clusters, region, ask).await?)
    }

    /// The provider's `default_tags`; `None` while they are not known yet.
    pub fn default_tags(&self) -> Option<&BTreeMap<String, String>> {
        self.default_tags.as_ref()
    }

    /// The names of the add-ons for new clusters of a region, asked for once; `None` if they could not be had.
    pub(crate) async fn catalogue<A>(&self, region: &str, ask: impl FnOnce() -> A) -> Catalogue
    where
        A: Future<Output = Catalogue>,
    {
        let cell = {
            let mut catalogues = self.catalogues.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(catalogues.entry(region.to_owned()).or_default())
        };
        cell.get_or_init(ask).await.clone()
    }

    /// The provider's region, if it has one that is known.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// A client for an object's region: its own, else the provider's.
    ///
    /// # Errors
    /// The provider's configuration is incomplete or unusable.
    pub fn client(&self, region: &OptionalComputed<String>) -> Result<Client, Error> {
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let client = match region.get() {
            Some(region) => client.in_region(region)?,
            None => client.clone(),
        };
        // What is in the state has been seen there, and what is planned has been asked for there. If the endpoint cannot
        // be reached now, it is out of order, and not a wrong one.
        client.vouch_for_endpoint();
        Ok(client)
    }

    /// A client for what a plan asks the service; `None` while an argument of the provider is not known yet, because
    /// such a plan has to be made without asking.
    ///
    /// # Errors
    /// The provider's configuration is incomplete or unusable, which apply would find out too late.
    pub(crate) fn client_for_plan(&self, region: &Maybe<String>) -> Result<Option<Client>, Error> {
        let client = match &self.client {
            Ok(client) => client,
            // The fault points at the argument that is unknown; a missing one has no place to point at.
            Err(fault) if fault.attribute.as_ref().is_some_and(|path| !path.is_root()) => return Ok(None),
            Err(fault) => return Err(fault.clone().into()),
        };
        match region {
            Maybe::Unknown => Ok(None),
            Maybe::Known(region) => Ok(Some(client.in_region(region)?)),
            Maybe::Null => Ok(Some(client.clone())),
        }
    }
}

impl Service for Connection {
    type Error = Error;
    type Task = Task;

    fn read_lag(&self) -> Duration {
        self.read_lag
    }

    async fn task(&self, task: &Task) -> Result<Progress, Error> {
        let answer = task.client.describe_task_info(&task.id).await?;
        Ok(match &answer.state {
            state if state.is_success() => Progress::Ready,
            state if state.is_failure() => Progress::Failed(task.failure(&answer)),
            state => Progress::Pending(format!("{state} (task {})", task.id)),
        })
    }
}

/// Work that the service does in the background. Task ids belong to a region, so the region's client comes along.
#[derive(Clone)]
pub struct Task {
    client: Client,
    id: TaskId,
    /// Of the call that started it.
    request_id: Option<String>,
    /// The turn in which it runs, which ends when nobody waits for the task any more.
    _turn: Option<Turn>,
}

impl Task {
    /// The task that an answer names, if it names one.
    pub(crate) fn of(client: &Client, id: Option<TaskId>, request_id: Option<String>) -> Option<Self> {
        id.map(|id| Self { client: client.clone(), id, request_id, _turn: None })
    }

    /// The same task, in a turn that goes on as long as it is waited for.
    pub(crate) fn in_turn(self, turn: Turn) -> Self {
        Self { _turn: Some(turn), ..self }
    }

    /// Why it failed in the service's own words, where, by which ids the service knows it, and what to do next.
    fn failure(&self, answer: &ack_client::Task) -> String {
        let reason = answer.error.to_string();
        let stage = answer.current_stage.as_deref().filter(|stage| !stage.is_empty());
        let stage = stage.map(|stage| format!(" at stage {stage}")).unwrap_or_default();
        let request = self.request_id.as_ref().map(|id| format!(" Request id: {id}.")).unwrap_or_default();
        format!(
            "{}\n\nThe task ended as \"{}\"{stage}. Task: {}.{request} Remove the cause, and run Terraform again.",
            ended(&reason),
            answer.state,
            self.id
        )
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// What a call to the service fails with, in Terraform's terms.
#[derive(Debug)]
pub struct Error(Fault);

impl Error {
    /// The same error, with a paragraph more.
    #[must_use]
    pub(crate) fn also(mut self, text: &str) -> Self {
        self.0.detail = format!("{}\n\n{text}", self.0.detail);
        self
    }

    /// The same error, pointing at the attribute that the service refused.
    #[must_use]
    pub(crate) fn at(self, attribute: impl Into<tf_provider::Path>) -> Self {
        Self(self.0.at(attribute))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<ack_client::Error> for Error {
    fn from(error: ack_client::Error) -> Self {
        Self(fault(&error))
    }
}

/// A client's error as a fault: what happened, why in the service's own words, and what to do next.
pub(crate) fn fault(error: &ack_client::Error) -> Fault {
    let kind = if error.is_not_found() {
        FaultKind::NotFound
    } else if error.is_busy() {
        FaultKind::Busy
    } else if error.is_uncertain() {
        FaultKind::Uncertain
    } else if error.is_retryable() && !error.is_unreachable() {
        // How long an endpoint is waited for that cannot be reached, the client decides for all objects together.
        FaultKind::Unavailable
    } else {
        FaultKind::Other
    };
    let summary = match (error.operation(), error.code()) {
        (Some(operation), Some(code)) => format!("{operation} failed: {code}"),
        (Some(operation), None) => format!("{operation} failed"),
        (None, _) => "The service cannot be called".to_owned(),
    };
    // The service's words stay as they are; those of the client begin a sentence here.
    let message = error.message();
    let mut detail = ended(&if error.code().is_some() { message } else { capitalised(&message) });
    if let Some(id) = error.request_id() {
        detail += &format!("\n\nRequest id: {id}.");
    }
    if error.is_uncertain() {
        detail += " The service may have carried it out all the same; the next apply finds out.";
    }
    if error.is_unreachable() {
        detail += " The address is the provider's `endpoint` or ACK_ENDPOINT, or else follows from its `region`.";
    }
    if error.attempts() > 1 {
        let (attempts, seconds) = (error.attempts(), error.elapsed().as_secs());
        detail += &format!(" The call was tried {attempts} times within {seconds} s.");
    }
    if error.is_throttled() {
        detail += " Next: try again later, with a smaller `-parallelism` if this happens often.";
    } else if error.is_retryable() && error.status().is_some() && !error.is_uncertain() {
        detail += " Next: try again later; the service is out of order.";
    }
    if let Some(remedy) = error.remedy() {
        detail += &format!(" Next: {remedy}.");
    }
    Fault::new(kind, summary, detail)
}

fn ended(text: &str) -> String {
    match text.trim_end() {
        "" => "The service gave no reason.".to_owned(),
        text if text.ends_with(['.', '!', '?', '。']) => text.to_owned(),
        text => format!("{text}."),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests;
