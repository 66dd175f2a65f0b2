//! The life of a node pool.

use ack_client::Client;
use serde_json::{Value as Json, json};
use tf_provider::document::Body;
use tf_provider::{Context, Diagnostic, Diagnostics, Fault, FaultKind, Lifecycle, Plan, Progress, View, name_prefix};

use super::resource::NodePool;
use super::{body, calls, place, plan, refusal};
use crate::bridge::{Connection, Error, Task};
use crate::region;
use crate::tags::{self, Tags};

/// A node pool as the service describes it, and the region that it was asked in.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(super) pool: Json,
    pub(super) region: String,
    /// The provider's default tags, which are not the resource's own.
    pub(super) default_tags: Tags,
}

impl NodePool {
    fn client(&self, cx: &Context<'_, Connection>) -> Result<Client, Error> {
        cx.service().client(&self.region)
    }

    fn merge_tags(&mut self, cx: &Context<'_, Connection>) {
        let none = Tags::new();
        let default = cx.service().default_tags().unwrap_or(&none);
        tags::show(&mut self.tags_all, tags::merged(default, self.tags.as_ref().unwrap_or(&none)));
    }

    /// The pool of this name in this cluster, if there is one.
    async fn namesake(&self, client: &Client) -> Result<Option<Json>, Error> {
        let pools = calls::list(client, &self.cluster_id).await?;
        Ok(pools.into_iter().find(|pool| calls::name(pool) == self.own_name()))
    }

    /// Why a pool cannot be created beside another one of its name.
    fn name_taken(&self, by: &Json, client: &Client) -> Error {
        let id = calls::id(by);
        if calls::state(by) == DELETING {
            let summary = format!("The name \"{}\" is still taken", self.own_name());
            let detail = format!("The node pool {id} of that name is being deleted.");
            return Fault::new(FaultKind::Busy, summary, detail).at(Self::NAME).into();
        }
        place::taken(self.own_name(), &self.cluster_id, id, client.region()).into()
    }

    async fn modify(&self, change: &Body, cx: &Context<'_, Connection>) -> Result<(), Error> {
        let client = self.client(cx)?;
        cx.run(|| async {
            let answer = calls::modify(&client, &self.cluster_id, self.pool_id(), change).await.map_err(refusal::of)?;
            Ok(Task::of(&client, answer.task, answer.request_id))
        })
        .await
    }
}

impl Lifecycle for NodePool {
    type Service = Connection;
    type Remote = Remote;

    fn validate(config: &View<'_, Self>, diagnostics: &mut Diagnostics) {
        plan::validate(config, diagnostics);
    }

    fn notice(stored: &View<'_, Self>, connection: &Connection) {
        if let Some(id) = stored.get(Self::ID).known() {
            connection.run().manage(&id);
        }
    }

    async fn plan(plan: &mut Plan<'_, Self>, connection: Option<&Connection>) -> Result<(), Error> {
        plan::plan(plan, connection).await
    }

    async fn create(&mut self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        let client = self.client(cx)?;
        name_prefix::fill(&mut self.name, self.name_prefix.as_deref());
        // Asked first, so that a pool of this name that turns up after a lost answer is the one that was asked for.
        if let Some(other) = self.namesake(&client).await? {
            return Err(self.name_taken(&other, &client));
        }
        self.merge_tags(cx);
        cx.set_note(plan::OWN_IMAGE, json!(self.image_id.get()));
        let body = body::create(self);
        let send = || async {
            let made = calls::create(&client, &self.cluster_id, self.own_name(), &body).await.map_err(refusal::of)?;
            Ok((calls::created(&made).to_owned(), Task::of(&client, made.task, made.request_id)))
        };
        let made = || async { Ok(self.namesake(&client).await?.map(|pool| (calls::id(&pool).to_owned(), None))) };
        let (id, task) = cx.once(send, made).await?;
        self.id.set(id);
        Ok(task)
    }

    async fn complete(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        match body::switch_scaling_on(self) {
            Some(change) => self.modify(&change, cx).await,
            None => Ok(()),
        }
    }

    async fn read(&self, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
        let client = self.client(cx)?;
        let pool = calls::read(&client, &self.cluster_id, self.pool_id()).await?;
        let found = pool["nodepool_info"]["region_id"].as_str();
        let id = format!("{}:{}", self.cluster_id, self.pool_id());
        region::check_import::<Self>(&id, self.region.get(), found, Self::REGION)?;
        cx.set_note(plan::SCALING_TYPE, pool["auto_scaling"]["type"].clone());
        let default_tags = cx.service().default_tags().cloned().unwrap_or_default();
        Ok(Remote { pool, region: client.region().to_owned(), default_tags })
    }

    fn progress(remote: &Remote) -> Progress {
        match calls::state(&remote.pool) {
            "active" => Progress::Ready,
            DELETING => Progress::Deleting,
            // Words of the service that are not known here among them.
            state if state == "failed" || state.ends_with("_failed") => Progress::Failed(failure(state, &remote.pool)),
            "" => Progress::Pending("unknown".to_owned()),
            state => Progress::Pending(state.to_owned()),
        }
    }

    fn absorb(&mut self, remote: &Remote) {
        self.absorb_remote(remote);
    }

    async fn update(&mut self, prior: &Self, remote: &Remote, cx: &Context<'_, Connection>) -> Result<(), Error> {
        // The service calls such a pool busy, and would for ever.
        if let Progress::Failed(reason) = Self::progress(remote) {
            return Err(Fault::other("The node pool cannot be changed", reason).into());
        }
        name_prefix::fill(&mut self.name, self.name_prefix.as_deref());
        self.merge_tags(cx);
        if self.image_id != prior.image_id {
            cx.set_note(plan::OWN_IMAGE, json!(self.image_id.get()));
        }
        match body::modify(self, prior, &remote.pool) {
            Some(change) => self.modify(&change, cx).await,
            None => Ok(()),
        }
    }

    async fn delete(&self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        if self.skip_destroy == Some(true) {
            let why = "`skip_destroy` is on. Terraform no longer manages it, and its nodes go on to run and to cost.";
            cx.warn(Diagnostic::warning(format!("The node pool \"{}\" stays", self.own_name()), why));
            // As far as Terraform is concerned it is gone, and there is nothing to wait for.
            return Err(Fault::new(FaultKind::NotFound, "The node pool stays", why).into());
        }
        let client = self.client(cx)?;
        // Without force the service refuses a pool that still has nodes; destroying it means them, too.
        let answer = calls::delete(&client, &self.cluster_id, self.pool_id()).await?;
        Ok(Task::of(&client, answer.task, answer.request_id))
    }
}

const DELETING: &str = "deleting";

/// What is wrong with a pool, and what to do.
fn failure(state: &str, pool: &Json) -> String {
    let conditions = pool["status"]["conditions"].as_array().into_iter().flatten();
    let failed = conditions.filter(|condition| condition["status"] == "False");
    let reasons: Vec<&str> = failed.filter_map(|condition| condition["message"].as_str()).collect();
    let next = match state {
        "delete_failed" => "Remove the cause, and destroy it again.",
        _ => "Destroy it, or replace it with `terraform apply -replace=<address>`.",
    };
    let reasons = if reasons.is_empty() { String::new() } else { format!(" {}", reasons.join(" ")) };
    format!("The node pool {} is in state \"{state}\".{reasons} {next}", calls::id(pool))
}
