//! Objects inside of objects: the journal of the example provider, through texts of every length, entries that come and go
//! at any place, and each rule of collections with its own mutant.

use serde_json::{Value as Json, json};
use tf_provider::kit::{Core, Failure, Object, Rule};

use crate::example::Notes;
use crate::spoilt::{self, Mutant, Spoil, Spoilt};

/// The configurations that a journal goes through, one after the other.
fn way() -> Vec<Json> {
    let ann = json!({"name": "Ann", "mail": "ann@example.com"});
    let ben = json!({"name": "Ben"});
    vec![
        json!({"name": "j", "entries": [{"title": "one"}]}),
        // A text of another length, which has another length.
        json!({"name": "j", "entries": [{"title": "one", "text": "and more"}]}),
        json!({"name": "j", "entries": [{"title": "first"}, {"title": "one", "text": "and more"}], "author": ann}),
        json!({"name": "j", "entries": [{"title": "zero"}, {"title": "first"}, {"title": "one", "text": "more"}],
            "author": ben, "readers": [ann, ben]}),
        json!({"name": "j", "entries": [{"title": "first", "text": "longer than it was"}, {"title": "one"}],
            "readers": [ben], "signs": {"!": {"meaning": "to do"}, "?": {"meaning": "to find out"}}}),
        json!({"name": "j", "entries": [{"title": "one"}], "writer": "Ann",
            "signs": {"?": {"meaning": "to ask"}, "+": {"meaning": "done"}},
            "passphrase": "open, sesame", "passphrase_version": 1}),
        json!({"name": "j", "entries": [], "passphrase": "sesame, open", "passphrase_version": 2}),
        json!({"name": "k", "entries": [{"title": "one"}], "readers": [ann], "passphrase_version": 2}),
    ]
}

const UNREAD: &[&str] = &["passphrase_version"];

async fn journey(step: &'static str, spoil: Spoil) -> Result<(), Failure> {
    let folder = tempfile::tempdir().expect("a folder");
    let core = Core::start(Spoilt::<Notes>::new(step, spoil), json!({"folder": folder.path()})).await?;
    let mut journal = core.resource("notes_journal")?;
    for config in way() {
        converge(&mut journal, &config).await?;
    }
    journal.converge(&json!({"name": "k", "entries": [], "protected": true})).await?;
    let refused = journal.destroy().await.expect_err("it is protected");
    assert!(refused.to_string().contains("`protected` stops the destroy"), "{refused}");
    // Not with an unknown name as well: the protection stops that, too.
    let unprotected = journal.plan(&json!({"name": "k", "entries": []})).await?;
    journal.apply(&unprotected).await?;
    journal.destroy().await
}

async fn converge(journal: &mut Object, config: &Json) -> Result<(), Failure> {
    let with = |mut failure: Failure| {
        failure.errors.push(format!("while it was to be {config}"));
        failure
    };
    journal.converge(config).await.map_err(with)?;
    journal.check_import(UNREAD).await.map_err(with)
}

#[tokio::test]
async fn a_journal_keeps_to_the_rules() {
    if let Err(failure) = journey("plan", |_| {}).await {
        panic!("{failure}");
    }
}

#[tokio::test]
async fn every_mutant_is_found() {
    for mutant in MUTANTS {
        let (_, step, spoil) = *mutant;
        spoilt::assert_found(*mutant, journey(step, spoil).await);
    }
}

/// Takes the last element away, if there is one.
fn shorten(collection: &mut rmpv::Value) {
    if let rmpv::Value::Array(elements) = collection {
        elements.pop();
    }
}

pub(crate) const MUTANTS: &[Mutant] = &[
    (Rule::Nested, "plan", |answer| {
        answer.edit("author", |author| {
            if author.is_map() {
                *author = spoilt::unknown();
            }
        });
    }),
    (Rule::Nested, "plan", |answer| {
        answer.edit("author", |author| {
            if author.is_map() {
                *author = rmpv::Value::Nil;
            }
        });
    }),
    (Rule::ListLength, "plan", |answer| answer.edit("entries", shorten)),
    (Rule::SetCount, "plan", |answer| answer.edit("readers", shorten)),
    (Rule::AppliedLength, "apply", |answer| answer.edit("entries", shorten)),
    (Rule::AppliedElements, "apply", |answer| answer.edit("readers", shorten)),
    (Rule::ImportSame, "import", |answer| {
        // The read that follows finds another journal, or none.
        answer.set("name", "another");
    }),
];
