//! An action: it does something now, and keeps no state.

use std::time::Duration;

use tf_provider::{Action, Context, Fault, Invoke, Reporter};

use super::folder::Folder;

/// Appends a line to notes.
#[derive(Clone, Action)]
#[action(timeout = "1m")]
pub struct Stamp {
    /// Names of the notes.
    #[attr(len = 1..)]
    pub notes: Vec<String>,
    /// The line.
    pub line: String,
    /// Seconds to wait after each note. An interrupt ends the wait.
    #[attr(range = 1..=3600)]
    pub pause: Option<i64>,
}

impl Invoke for Stamp {
    type Service = Folder;

    async fn invoke(self, cx: &Context<'_, Folder>, progress: &Reporter) -> Result<(), Fault> {
        for name in &self.notes {
            let text = cx.service().read(name)?;
            cx.service().write(name, &format!("{text}{}\n", self.line))?;
            progress.say(format!("stamped {name}"));
            if let Some(seconds) = self.pause {
                tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())).await;
            }
        }
        Ok(())
    }
}
