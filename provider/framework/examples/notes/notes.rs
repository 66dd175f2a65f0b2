//! A data source.

use tf_provider::{Computed, Context, DataSource, Fault, Read};

use super::folder::Folder;

/// The names of the notes in the folder.
#[derive(Clone, DataSource)]
#[data_source(timeout = "1m")]
pub struct Notes {
    /// Only notes whose name begins so.
    pub prefix: Option<String>,
    /// The names, sorted.
    pub names: Computed<Vec<String>>,
}

impl Read for Notes {
    type Service = Folder;

    async fn read(&mut self, cx: &Context<'_, Folder>) -> Result<(), Fault> {
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let names = cx.service().names()?.into_iter().filter(|name| name.starts_with(prefix));
        self.names.set(names.collect::<Vec<_>>());
        Ok(())
    }
}
