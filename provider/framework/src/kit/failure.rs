//! What can be wrong with an answer.

use std::fmt;

use tfplugin::v6;

use super::rule::Rule;
use crate::path::Path;

/// A broken rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// The attribute; the root if it is about the whole.
    pub path: Path,
    /// What is wrong, without any value.
    pub text: String,
}

impl Violation {
    pub(super) fn new(rule: Rule, path: Path, text: impl Into<String>) -> Self {
        Self { rule, path, text: text.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_root() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{} (rule {:?})", self.text, self.rule)
    }
}

/// Why a journey of the kit ended early.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The step, such as `plan` or `apply`.
    pub step: &'static str,
    /// What was said: errors of the provider, or of the call.
    pub errors: Vec<String>,
    /// The rules that were broken.
    pub violations: Vec<Violation>,
}

impl Failure {
    pub(super) fn new(step: &'static str, error: impl Into<String>) -> Self {
        Self { step, errors: vec![error.into()], violations: Vec::new() }
    }

    /// Breaches of rules that the table must have for this step: only then is it sure that they have been seen to fail.
    pub(super) fn breaking(step: &'static str, violations: Vec<Violation>) -> Self {
        for violation in &violations {
            debug_assert!(violation.rule.is_held_at(step), "the table of rules has no {:?} at {step}", violation.rule);
        }
        Self { step, errors: Vec::new(), violations }
    }

    /// Whether this rule is among those that were broken.
    pub fn breaks(&self, rule: Rule) -> bool {
        self.violations.iter().any(|violation| violation.rule == rule)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}", self.step)?;
        for line in self.errors.iter().cloned().chain(self.violations.iter().map(ToString::to_string)) {
            write!(f, "\n- {line}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// A call that gave no answer.
pub(super) fn refused(step: &'static str, status: &tonic::Status) -> Failure {
    Failure::new(step, format!("the call failed: {status}"))
}

/// The errors among diagnostics.
pub(super) fn diagnosed(step: &'static str, diagnostics: &[v6::Diagnostic]) -> Result<(), Failure> {
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity() != v6::diagnostic::Severity::Warning)
        .map(|d| format!("{}: {}", d.summary, d.detail))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure { step, errors, violations: Vec::new() }) }
}

/// Nothing, or the failure that these are.
pub(super) fn held(step: &'static str, violations: impl IntoIterator<Item = Violation>) -> Result<(), Failure> {
    let violations: Vec<Violation> = violations.into_iter().collect();
    if violations.is_empty() { Ok(()) } else { Err(Failure::breaking(step, violations)) }
}
