//! How long an operation may take.

use std::time::Duration;

/// The attribute by which users say so.
pub(crate) const TIMEOUTS: &str = "timeouts";

/// How long an operation may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) duration: Duration,
    /// The member of `timeouts` by which the user says so, if there is one.
    pub(crate) setting: Option<&'static str>,
}

impl Limit {
    /// One that the user cannot change.
    pub(crate) fn fixed(duration: Duration) -> Self {
        Self { duration, setting: None }
    }
}

/// A duration as a user would write it.
pub(crate) fn duration_text(duration: Duration) -> String {
    let (hours, minutes, seconds) = (duration.as_secs() / 3600, duration.as_secs() / 60 % 60, duration.as_secs() % 60);
    let parts: String = [(hours, 'h'), (minutes, 'm'), (seconds, 's')]
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    if parts.is_empty() { "0s".to_owned() } else { parts }
}
