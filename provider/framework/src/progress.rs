//! How far something is.

/// Where an object or a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is done and can be used.
    Ready,
    /// It is on its way; the word is the service's name for the state.
    Pending(String),
    /// It is being deleted.
    Deleting,
    /// It failed, and why.
    Failed(String),
}
