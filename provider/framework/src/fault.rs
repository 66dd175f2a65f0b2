//! Why an operation failed, in the terms that the driver acts on.

use crate::diagnostic::Diagnostic;
use crate::path::Path;

/// What a failure means for what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The object does not exist.
    NotFound,
    /// The service is busy with another operation on the same object: wait and try again.
    Busy,
    /// It is not known whether the service carried out the call.
    Uncertain,
    /// The service does not answer, or not as it should, and may do so later: what only reads is worth repeating.
    Unavailable,
    /// The user interrupted the operation.
    Cancelled,
    /// The operation took longer than its time limit.
    TimedOut,
    /// The service says that the work has failed: the task of a call, or the object itself.
    Failed,
    /// Anything else: tell the user.
    Other,
}

/// A failure of the service or of its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it means for what happens next.
    pub kind: FaultKind,
    /// One line: what happened.
    pub summary: String,
    /// Why, with the service's code, message and request id, and what to do next.
    pub detail: String,
    /// The attribute it is about.
    pub attribute: Option<Path>,
}

impl Fault {
    /// A failure of some kind.
    pub fn new(kind: FaultKind, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, summary: summary.into(), detail: detail.into(), attribute: None }
    }

    /// A failure that is only to be told.
    pub fn other(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(FaultKind::Other, summary, detail)
    }

    /// The failure that stands for a panic in some work.
    pub fn panic(work: &str, payload: &(dyn std::any::Any + Send)) -> Self {
        let text = crate::serve::panics::message(payload);
        Self::other(
            format!("The provider panicked during {work}"),
            format!(
                "{text}\n\nThis is a bug in the provider; other operations go on. Please report it, with the log that TF_LOG=DEBUG gives."
            ),
        )
    }

    /// The same failure, pointing at an attribute.
    #[must_use]
    pub fn at(mut self, attribute: impl Into<Path>) -> Self {
        self.attribute = Some(attribute.into());
        self
    }
}

impl From<Fault> for Diagnostic {
    fn from(fault: Fault) -> Self {
        let diagnostic = Diagnostic::error(fault.summary, fault.detail);
        match fault.attribute {
            Some(path) => diagnostic.at(path),
            None => diagnostic,
        }
    }
}
