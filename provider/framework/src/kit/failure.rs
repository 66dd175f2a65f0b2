//! What can be wrong with an answer.

use std::fmt;

use tfplugin::v6;

use crate::path::Path;

/// A rule of Terraform's core. Each breach of one would be shown to users as a bug of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// A value has the type that its schema says.
    Type,
    /// A write-only value is never in a plan or a state.
    WriteOnly,
    /// A destroy is planned as null, and everything else as an object.
    Existence,
    /// A planned value is the configured one, the stored one, or computed.
    Plan,
    /// A path that forces a new object exists.
    ReplacePath,
    /// What the first plan knew, the plan of the apply still says.
    FinalPlan,
    /// What was planned is what comes of it.
    Apply,
    /// A state has no unknown values.
    Unknown,
    /// An object is there after create, update, a move and the read of a data source, and gone after destroy.
    Result,
    /// An identity is there, is known, and fits its schema.
    Identity,
    /// An identity never changes.
    IdentityStability,
    /// After an apply there is nothing left to do.
    Convergence,
    /// A refresh of what did not change changes nothing.
    Drift,
    /// An import finds exactly one object, which reads as the one that was there.
    Import,
    /// A stored state of the present version is read as it is.
    Upgrade,
    /// The configuration that is generated for an object is legal, and changes nothing.
    Generated,
    /// A list gives whole objects if it is asked for them, and no event without an identity.
    List,
    /// An action ends once, and says nothing after.
    Action,
    /// A function gives the same result for the same arguments.
    Function,
}

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

    pub(super) fn breaking(step: &'static str, violation: Violation) -> Self {
        Self { step, errors: Vec::new(), violations: vec![violation] }
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
pub(super) fn held(step: &'static str, violations: Vec<Violation>) -> Result<(), Failure> {
    if violations.is_empty() { Ok(()) } else { Err(Failure { step, errors: Vec::new(), violations }) }
}
