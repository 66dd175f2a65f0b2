//! The kit that plays Terraform's core: it finds nothing in a good provider, and each rule finds its own mutant.

#[path = "../bookshelf/mod.rs"]
mod bookshelf;
#[allow(dead_code, reason = "the example is a program of its own")]
#[path = "../../examples/notes/main.rs"]
mod example;

mod journals;
mod others;
mod pots;
mod resources;
mod spoilt;

use std::collections::BTreeSet;

use tf_provider::kit::Rule;

#[test]
fn every_rule_has_a_mutant_at_every_step_at_which_it_is_held() {
    let mutants = [resources::MUTANTS, journals::MUTANTS, others::MUTANTS, pots::MUTANTS];
    let seen: BTreeSet<(Rule, &str)> = mutants.into_iter().flatten().map(|(rule, step, _)| (*rule, *step)).collect();
    let held = Rule::ALL.iter().flat_map(|(rule, steps)| steps.iter().map(|step| (*rule, *step)));
    let held: BTreeSet<(Rule, &str)> = held.collect();
    assert_eq!(seen.symmetric_difference(&held).collect::<Vec<_>>(), [] as [&(Rule, &str); 0]);
}
