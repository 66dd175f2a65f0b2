//! What one run of Terraform has in its state, and which new objects it has planned: so a name that is taken, or given
//! twice, is told while it is planned.
//!
//! A plan must never be refused for an object that it replaces, so all that Terraform has in its state counts as such.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// One configured provider is one run.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// Whether the caller plans each new object once, as Terraform and OpenTofu do. Others plan as often as they like.
    plans_once: bool,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Ids of what is in the state.
    managed: HashSet<String>,
    /// Kind and names of planned new objects.
    new: HashSet<Vec<String>>,
}

impl Run {
    /// A run of the program that calls itself so: Terraform and OpenTofu give their version.
    pub(crate) fn of(client_version: &str) -> Self {
        let mut parts = client_version.splitn(3, '.');
        let mut is_number = || parts.next().is_some_and(|part| part.parse::<u32>().is_ok());
        let plans_once = is_number() && is_number() && client_version.split('.').count() > 2;
        Self { plans_once, seen: Mutex::default() }
    }

    /// Takes note of an object in the state.
    pub(crate) fn manage(&self, id: &str) {
        self.with(|seen| seen.managed.insert(id.to_owned()));
    }

    /// Whether an object is in the state.
    pub(crate) fn manages(&self, id: &str) -> bool {
        self.with(|seen| seen.managed.contains(id))
    }

    /// Takes note of a planned new object, and answers whether another one of that name was planned before.
    pub(crate) fn has_planned(&self, noun: &str, names: &[&str]) -> bool {
        let key = std::iter::once(noun).chain(names.iter().copied()).map(str::to_owned).collect();
        let is_first = self.with(|seen| seen.new.insert(key));
        self.plans_once && !is_first
    }

    fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_planned_twice_only_by_who_plans_once() {
        for (version, is_told) in [
            ("1.11.4", true),
            ("1.16.0-rc2", true),
            ("kit", false),
            ("", false),
            ("1.11", false),
            ("pulumi-terraform-bridge", false),
            ("crossTF000", false),
        ] {
            let run = Run::of(version);
            assert!(!run.has_planned("node_pool", &["c1", "workers"]), "{version}");
            assert!(!run.has_planned("node_pool", &["c2", "workers"]), "{version}: in another cluster");
            assert!(!run.has_planned("addon", &["c1", "workers"]), "{version}: of another kind");
            assert_eq!(run.has_planned("node_pool", &["c1", "workers"]), is_told, "{version}");
        }
    }

    #[test]
    fn what_is_in_the_state_is_known() {
        let run = Run::default();
        run.manage("c1");
        assert!(run.manages("c1") && !run.manages("c2"));
    }
}
