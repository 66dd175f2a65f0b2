//! The one list of nouns. What is in here is seen by nothing else: a noun is its row, its rules, and a line of this list.

use crate::call::{Handler, Noun};
use crate::objects::Kind;
use crate::store::World;

mod account;
mod addon;
mod auto_repair_policy;
mod cluster;
mod events;
mod node_pool;
mod tasks;

/// Those that have a part in the creation of a cluster take it in this order.
static NOUNS: &[&Noun] = &[
    &cluster::NOUN,
    &addon::NOUN,
    &node_pool::NOUN,
    &auto_repair_policy::NOUN,
    &tasks::NOUN,
    &events::NOUN,
    &account::NOUN,
];

pub(crate) fn all() -> impl Iterator<Item = &'static Noun> {
    NOUNS.iter().copied()
}

/// The function behind an operation; none for what is not simulated.
pub(crate) fn handler(action: &str) -> Option<Handler> {
    all().flat_map(|noun| noun.calls).find(|(name, _)| *name == action).map(|(_, handler)| *handler)
}

/// What objects there can be.
pub(crate) fn kinds() -> impl Iterator<Item = &'static Kind> {
    all().filter_map(|noun| noun.kind)
}

/// Makes the nouns known to a new account.
pub(crate) fn join(world: &mut World) {
    world.at_birth = all().filter_map(|noun| noun.at_birth).collect();
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::operations;

    #[test]
    fn every_call_is_an_operation_and_has_one_handler() {
        let mut seen = HashSet::new();
        for (action, _) in all().flat_map(|noun| noun.calls) {
            let operation = operations::find(action).unwrap_or_else(|| panic!("{action} is no operation"));
            assert_eq!(operation.action, *action);
            assert!(seen.insert(action), "{action} is in the list twice");
        }
    }

    #[test]
    fn every_row_names_operations_and_names_of_its_own() {
        let mut seen = HashSet::new();
        for kind in kinds() {
            for action in [kind.create, kind.read] {
                assert!(handler(action).is_some(), "{}: {action} is not simulated", kind.name);
            }
            let path = &operations::find(kind.read).unwrap().path;
            assert!(path.ends_with(&format!("{{{}}}", kind.parameter)), "{}: {path}", kind.name);
            for name in [kind.name, kind.all] {
                assert!(seen.insert(name), "{name} is there twice");
            }
        }
    }

    /// A misspelt place would be a value that is kept and never shown, or one that is never kept.
    #[test]
    fn every_row_names_fields_that_there_are() {
        for noun in all() {
            let Some(kind) = noun.kind else { continue };
            let shown = operations::find(kind.read).and_then(|operation| operation.answer_schema.as_ref()).unwrap();
            let is_shown =
                |path: &str| path.split('.').try_fold(shown, |schema, name| schema.properties.get(name)).is_some();
            for path in [kind.id, kind.state, kind.updated].into_iter().filter(|path| !path.is_empty()) {
                assert!(is_shown(path), "{}: {} shows no {path}", kind.name, kind.read);
            }
            for (sent, read) in kind.renames {
                let mut bodies = noun.calls.iter().filter_map(|(action, _)| operations::find(action)?.body.as_ref());
                assert!(bodies.any(|body| body.properties.contains_key(*sent)), "{}: nothing sends {sent}", kind.name);
                assert!(is_shown(read) && !is_shown(sent), "{}: {sent} is not read as {read}", kind.name);
            }
        }
    }
}
