//! The environment variables that Terraform, and through it the provider, gets to see.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::process::Command;

/// Variables with these prefixes change what Terraform or the provider does. None is inherited, so
/// that a run means the same on every machine and never meets somebody's real credentials.
const NOT_INHERITED: [&str; 5] = ["TF_", "OPENTOFU_", "ACK_", "ALIBABA_", "ALICLOUD_"];

/// Variables for one run, on top of what is inherited from this process.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
}

impl Environment {
    /// Nothing but what is inherited.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one variable, replacing an earlier value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets one variable, replacing an earlier value.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.insert(name.to_owned(), value.into());
    }

    /// Takes one variable away again, so that it is not set at all.
    pub fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// Adds all variables of `other`; where both set one, `other` wins.
    pub fn extend(&mut self, other: &Environment) {
        let pairs = other.variables.iter();
        self.variables.extend(pairs.map(|(name, value)| (name.clone(), value.clone())));
    }

    /// The variables that were set, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_os_str()))
    }

    /// Gives `command` these variables and takes away what must not be inherited.
    pub(crate) fn apply_to(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if is_not_inherited(&name) {
                command.env_remove(name);
            }
        }
        command.envs(&self.variables);
    }
}

fn is_not_inherited(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    NOT_INHERITED.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_terraform_settings_are_not_inherited() {
        for name in ["TF_LOG", "TF_CLI_ARGS", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_REGION", "ACK_ENDPOINT"] {
            assert!(is_not_inherited(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "HTTPS_PROXY"] {
            assert!(!is_not_inherited(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn the_later_environment_wins() {
        let mut environment = Environment::new().with("A", "1").with("B", "1");
        environment.extend(&Environment::new().with("B", "2"));
        environment.unset("A");
        let pairs: Vec<_> = environment.iter().collect();
        assert_eq!(pairs, [("B", OsStr::new("2"))]);
    }
}
