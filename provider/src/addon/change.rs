//! Starting work on an add-on: calls whose answer may get lost, upgrades, and changes of settings.

use std::future::Future;
use std::time::Duration;

use ack_client::{Answered, Client, TaskId, Turn};
use serde_json::Value;
use tf_provider::{Context, Diagnostic, Fault, Progress};
use tokio::time::Instant;

use super::calls::{self, ACTIVE, CHANGING};
use super::resource::{Addon, OnUpdate};
use super::settings::{self, KeyPath};
use super::{refusal, version};
use crate::bridge::{Connection, Error, Task};

/// The type of the task that ModifyClusterAddon starts.
const MODIFY_TASK: &str = "cluster_addon_modify";

/// How long a change of settings may leave no trace, neither a task nor a state, before it counts as done. Only that
/// the task appears "after a while" is known. Tests do not wait for long.
const UNSEEN: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 30 });

impl Addon {
    /// The add-on as it is installed, if it is.
    pub(super) async fn look(&self, client: &Client) -> Result<Option<Value>, Error> {
        match calls::detail(client, &self.cluster_id, &self.name).await {
            Ok(present) => Ok(Some(present)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until nothing of this process works on the add-ons of the cluster.
    async fn turn(&self, client: &Client, cx: &Context<'_, Connection>) -> Result<Turn, Error> {
        cx.wait(client.addon_turn(&self.cluster_id), "Another add-on of the cluster was still being worked on.").await
    }

    /// Sends a call that starts work, when it is this add-on's turn and the cluster is not busy; the turn goes on until
    /// the task has been waited for. When the answer is lost, looks whether the work has begun before the call is sent
    /// again.
    pub(super) async fn start<F, A>(
        &self,
        client: &Client,
        cx: &Context<'_, Connection>,
        send: F,
        has_begun: impl Fn(Option<&Value>) -> bool + Send + Sync,
    ) -> Result<Option<Task>, Error>
    where
        F: Fn() -> A + Send + Sync,
        A: Future<Output = Result<Answered, ack_client::Error>> + Send,
    {
        let turn = self.turn(client, cx).await?;
        let send = || cx.call(|| async { send().await.map(Some).map_err(refusal::of) });
        let seen = || async { Ok(has_begun(self.look(client).await?.as_ref()).then_some(None)) };
        let started = cx.once(send, seen).await?;
        let task = started.and_then(|started| Task::of(client, started.task, started.request_id));
        Ok(task.map(|task| task.in_turn(turn)))
    }

    /// Brings the add-on to the version of `self`, if there is one, and to the `wanted` settings; `forgotten` ones go
    /// back to their defaults.
    pub(super) async fn align(
        &self,
        present: &Value,
        wanted: &Value,
        forgotten: Vec<KeyPath>,
        cx: &Context<'_, Connection>,
    ) -> Result<(), Error> {
        let client = cx.service().client(&self.region)?;
        let changed = self.changed_settings(present, wanted, &forgotten, &client, cx).await?;
        let is_ahead = |wanted: &&String| !version::is_reached_by(wanted, calls::version(present));
        match (self.version.get().filter(is_ahead), changed) {
            (Some(version), changed) => {
                let config = changed.map(|settings| settings.to_string());
                let send = || calls::upgrade(&client, &self.cluster_id, present, version, config.as_deref());
                let task =
                    self.start(&client, cx, send, |found| found.is_some_and(|found| has_moved(found, present))).await?;
                if let Some(task) = task {
                    cx.settle(&task).await?;
                }
            }
            (None, Some(settings)) => self.configure(&settings, &client, cx).await?,
            (None, None) => return Ok(()),
        }
        self.confirm_preserved(wanted, cx).await
    }

    /// Sees to it that settings which were written show. Where those of others are preserved, the state shows what was
    /// written whatever the service has, and would not tell.
    pub(super) async fn confirm_preserved(&self, wanted: &Value, cx: &Context<'_, Connection>) -> Result<(), Error> {
        if self.resolve_conflicts_on_update != Some(OnUpdate::Preserve) || !wanted.is_object() {
            return Ok(());
        }
        let client = cx.service().client(&self.region)?;
        let written = Instant::now();
        let shown = cx
            .until(|| async {
                let present = calls::detail(&client, &self.cluster_id, &self.name).await?;
                let shown = settings::covers(&settings::read(calls::config(&present)), wanted);
                let over = shown || written.elapsed() > UNSEEN;
                Ok((if over { Progress::Ready } else { Progress::Pending("without its settings".to_owned()) }, shown))
            })
            .await?;
        if shown {
            return Ok(());
        }
        Err(Fault::other(
            format!("The service did not apply `config` of the add-on `{}`", self.name),
            "It accepted the settings, but still reports other ones. Apply again; if that changes nothing, the service does not allow these values, and `config` has to follow.",
        )
        .at(Self::CONFIG)
        .into())
    }

    /// All settings as they are to be, if they are not so already. The call replaces them all, so those of others are
    /// sent along as they are.
    async fn changed_settings(
        &self,
        present: &Value,
        wanted: &Value,
        forgotten: &[KeyPath],
        client: &Client,
        cx: &Context<'_, Connection>,
    ) -> Result<Option<Value>, Error> {
        if !wanted.is_object() && forgotten.is_empty() {
            return Ok(None);
        }
        let Some(before) = settings::readable(calls::config(present)) else {
            return Err(Error::from(Fault::other(
                format!("The settings of the add-on `{}` cannot be changed", self.name),
                "The service reports settings that are not a JSON object. A change replaces all settings, so those that are not in `config` would be lost. Change the settings in the console, and remove `config`.",
            ))
            .at(Self::CONFIG));
        };
        let mut after = before.clone();
        if !forgotten.is_empty() {
            let schema = self.settings_schema(present, client).await?;
            let left: Vec<String> = forgotten
                .iter()
                .filter(|path| settings::reset(&mut after, path, settings::default_of(&schema, path)))
                .map(|path| format!("`{}`", path.join(".")))
                .collect();
            if !left.is_empty() {
                cx.warn(
                    Diagnostic::warning(
                        format!("The add-on `{}` has no known default for {}", self.name, left.join(", ")),
                        "The setting was removed from `config`, and is no longer sent. If the service keeps its last value, set it explicitly.",
                    )
                    .at(Self::CONFIG),
                );
            }
        }
        if wanted.is_object() {
            settings::merge(&mut after, wanted);
        }
        Ok((after != before).then_some(after))
    }

    /// The JSON schema of the settings; null if the service has none.
    pub(super) async fn settings_schema(&self, present: &Value, client: &Client) -> Result<Value, Error> {
        match calls::offered(client, &self.cluster_id, &self.name, Some(calls::version(present))).await {
            Ok(offered) => Ok(settings::read(offered["config_schema"].as_str())),
            Err(error) if error.is_not_found() => Ok(Value::Null),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the settings, and waits for the task. The call does not name it: it is the one that was not there right
    /// before. A cluster does one thing at a time, so a task that others made while this call was refused as too early
    /// is over, and listed, when it is accepted.
    async fn configure(&self, wanted: &Value, client: &Client, cx: &Context<'_, Connection>) -> Result<(), Error> {
        let text = wanted.to_string();
        let _turn = self.turn(client, cx).await?;
        let (earlier, started) = cx
            .call(|| async {
                let earlier = self.modify_tasks(client).await?;
                let sent = calls::modify(client, &self.cluster_id, &self.name, &text).await;
                Ok((earlier, sent.map_err(refusal::of)?))
            })
            .await?;
        let task = match started.task {
            Some(id) => Some(id),
            None => self.task_since(&earlier, wanted, client, cx).await?,
        };
        match Task::of(client, task, started.request_id) {
            Some(task) => cx.settle(&task).await,
            None => Ok(()),
        }
    }

    /// The task that a change of settings has started; none if it is over without a trace.
    async fn task_since(
        &self,
        earlier: &[TaskId],
        wanted: &Value,
        client: &Client,
        cx: &Context<'_, Connection>,
    ) -> Result<Option<TaskId>, Error> {
        let sent = Instant::now();
        cx.until(|| async {
            if let Some(id) = self.modify_tasks(client).await?.into_iter().find(|id| !earlier.contains(id)) {
                return Ok((Progress::Ready, Some(id)));
            }
            let present = calls::detail(client, &self.cluster_id, &self.name).await?;
            let shown = settings::covers(&settings::read(calls::config(&present)), wanted);
            let state = calls::state(&present);
            let done = state == ACTIVE && (shown || sent.elapsed() > UNSEEN);
            let pending = || Progress::Pending(if state.is_empty() { "unknown" } else { state }.to_owned());
            Ok((if done { Progress::Ready } else { pending() }, None))
        })
        .await
    }

    async fn modify_tasks(&self, client: &Client) -> Result<Vec<TaskId>, Error> {
        let tasks = client.describe_cluster_tasks(&self.cluster_id).await?;
        let of_this_type = tasks.into_iter().filter(|task| task.task_type.as_deref() == Some(MODIFY_TASK));
        Ok(of_this_type.filter_map(|task| task.task_id).collect())
    }
}

/// Whether an upgrade has begun, or is over, since the add-on was last seen.
fn has_moved(found: &Value, before: &Value) -> bool {
    calls::version(found) != calls::version(before) || CHANGING.contains(&calls::state(found))
}
