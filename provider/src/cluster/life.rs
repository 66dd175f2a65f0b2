//! The life of a cluster.

use tf_provider::{Context, Diagnostic, Diagnostics, Lifecycle, Plan, Progress, View, name_prefix};

use super::calls::Detail;
use super::import::Imported;
use super::{Cluster, answer, create, delete, plan, read, update, validate};
use crate::bridge::{Connection, Error, Task};
use crate::tags::Tags;

/// A cluster as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remote {
    /// The service's answer.
    pub(crate) cluster: Detail,
    /// The provider's default tags, which are not the resource's own.
    pub(crate) default_tags: Tags,
    /// What more was found out, because nothing was known of the cluster before.
    pub(crate) imported: Option<Imported>,
}

impl Lifecycle for Cluster {
    type Service = Connection;
    type Remote = Remote;

    fn validate(config: &View<'_, Self>, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    fn notice(stored: &View<'_, Self>, service: &Connection) {
        if let Some(id) = stored.get(Self::ID).known() {
            service.run().manage(&id);
        }
    }

    async fn plan(plan: &mut Plan<'_, Self>, service: Option<&Connection>) -> Result<(), Error> {
        plan::plan(plan, service).await
    }

    async fn create(&mut self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        name_prefix::fill(&mut self.name, self.name_prefix.as_deref());
        create::create(self, cx).await
    }

    async fn complete(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        update::complete(self, cx).await
    }

    async fn protect(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        update::protect(self, cx).await
    }

    async fn read(&self, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
        read::read(self, cx).await
    }

    fn progress(remote: &Remote) -> Progress {
        read::progress(&remote.cluster)
    }

    fn trouble(remote: &Remote) -> Option<Diagnostic> {
        read::trouble(&remote.cluster)
    }

    fn absorb(&mut self, remote: &Remote) {
        answer::absorb(self, remote);
    }

    async fn update(&mut self, prior: &Self, remote: &Remote, cx: &Context<'_, Connection>) -> Result<(), Error> {
        name_prefix::fill(&mut self.name, self.name_prefix.as_deref());
        update::update(self, prior, remote, cx).await
    }

    async fn delete(&self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        delete::delete(self, cx).await
    }
}
