//! An ephemeral resource: it is there while Terraform runs, and leaves nothing behind.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tf_provider::{Computed, Context, EphemeralResource, Fault, Open};

use super::folder::Folder;

/// How often Terraform says that it is still there.
const RENEWAL: Duration = Duration::from_secs(1);

/// Holds the folder while Terraform runs, for others to see: a file `.<name>-lock.txt`.
#[derive(Clone, EphemeralResource)]
#[ephemeral_resource(timeout = "10s")]
pub struct Lock {
    /// Name of the lock.
    #[attr(len = 1..=100)]
    pub name: String,
    /// Secret that only the holder knows.
    #[attr(sensitive)]
    pub token: Computed<String>,
}

impl Open for Lock {
    type Service = Folder;

    async fn open(&mut self, cx: &Context<'_, Folder>) -> Result<Option<SystemTime>, Fault> {
        let file = format!(".{}-lock", self.name);
        cx.service().write(&file, "held")?;
        // All that renew and close will know.
        cx.set_note("file", json!(file));
        self.token.set(format!("token-of-{}", self.name));
        Ok(Some(SystemTime::now() + RENEWAL))
    }

    async fn renew(cx: &Context<'_, Folder>) -> Result<Option<SystemTime>, Fault> {
        if let Some(file) = cx.note("file").as_ref().and_then(|file| file.as_str()) {
            cx.service().write(file, "held, and renewed")?;
        }
        Ok(Some(SystemTime::now() + RENEWAL))
    }

    async fn close(cx: &Context<'_, Folder>) -> Result<(), Fault> {
        match cx.note("file").as_ref().and_then(|file| file.as_str()) {
            Some(file) => cx.service().delete(file),
            None => Ok(()),
        }
    }
}
