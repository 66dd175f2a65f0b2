//! A resource with objects inside, a secret that is never stored, a guard against destroy, an attribute on its way out,
//! and states of an older version.

use std::collections::BTreeMap;
use std::convert::Infallible;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tf_provider::{Computed, Context, Fault, Lifecycle, Model, Progress, Resource, Set};

use super::folder::Folder;

/// A journal: entries in order, by an author, for readers.
#[derive(Clone, Resource)]
#[resource(identity(name), identity_version = 1, version = 1, protected_by = protected)]
pub struct Journal {
    /// Name of the journal.
    #[attr(len = 1..=100, replace = "a journal does not change its name")]
    pub name: String,
    /// Who writes it.
    pub author: Option<Person>,
    /// Who writes it.
    #[attr(deprecated = "Use `author` instead.", conflicts(author))]
    pub writer: Option<String>,
    /// What is in it.
    pub entries: Vec<Entry>,
    /// Who reads it.
    pub readers: Option<Set<Person>>,
    /// What its signs mean, by sign.
    pub signs: Option<BTreeMap<String, Sign>>,
    /// What has to be said to read it. It is sent when `passphrase_version` changes.
    #[attr(write_only, len = 8.., requires(passphrase_version))]
    pub passphrase: Option<SecretString>,
    /// Version of the passphrase, which itself is never stored: change both.
    pub passphrase_version: Option<i64>,
    /// Whether Terraform must not destroy it.
    #[attr(default = false)]
    pub protected: bool,
}

/// A person.
#[derive(Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Where to write to.
    pub mail: Option<String>,
}

/// An entry of a journal.
#[derive(Clone, Serialize, Deserialize, Model)]
pub struct Entry {
    /// The first line.
    pub title: String,
    /// The other lines.
    #[attr(default = "")]
    pub text: String,
    /// How many characters both have.
    #[serde(skip)]
    pub length: Computed<i64>,
}

/// A sign in the margin.
#[derive(Clone, Serialize, Deserialize, Model)]
pub struct Sign {
    /// What it means.
    pub meaning: String,
}

/// A journal as the folder keeps it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Record {
    author: Option<Person>,
    writer: Option<String>,
    entries: Vec<Entry>,
    readers: Option<Vec<Person>>,
    signs: Option<BTreeMap<String, Sign>>,
    passphrase: Option<String>,
    protected: bool,
}

impl Journal {
    /// What the folder is to keep. The passphrase goes in when its version changed.
    fn record(&self, before: Option<(&Self, &Record)>) -> Record {
        let passphrase = match before {
            Some((prior, record)) if prior.passphrase_version == self.passphrase_version => record.passphrase.clone(),
            _ => self.passphrase.as_ref().map(|passphrase| passphrase.expose_secret().to_owned()),
        };
        Record {
            author: self.author.clone(),
            writer: self.writer.clone(),
            entries: self.entries.clone(),
            readers: self.readers.as_ref().map(|readers| readers.iter().cloned().collect()),
            signs: self.signs.clone(),
            passphrase,
            protected: self.protected,
        }
    }

    fn write(&self, record: &Record, folder: &Folder) -> Result<(), Fault> {
        let text = serde_json::to_string_pretty(record)
            .map_err(|error| Fault::other("The journal cannot be written down", error.to_string()))?;
        folder.write(&file(&self.name), &text)
    }
}

fn file(name: &str) -> String {
    format!(".{name}-journal")
}

impl Lifecycle for Journal {
    type Service = Folder;
    type Remote = Record;

    async fn create(&mut self, cx: &Context<'_, Folder>) -> Result<Option<Infallible>, Fault> {
        self.write(&self.record(None), cx.service())?;
        Ok(None)
    }

    async fn read(&self, cx: &Context<'_, Folder>) -> Result<Record, Fault> {
        let text = cx.service().read(&file(&self.name))?;
        serde_json::from_str(&text).map_err(|error| Fault::other("The file is no journal", format!("{error}.")))
    }

    fn progress(_: &Record) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, record: &Record) {
        self.author.clone_from(&record.author);
        self.writer.clone_from(&record.writer);
        self.entries.clone_from(&record.entries);
        for entry in &mut self.entries {
            let length = entry.title.chars().count() + entry.text.chars().count();
            entry.length.set(i64::try_from(length).unwrap_or(i64::MAX));
        }
        self.readers = record.readers.as_ref().map(|readers| readers.iter().cloned().collect());
        self.signs.clone_from(&record.signs);
        self.protected = record.protected;
    }

    async fn update(&mut self, prior: &Self, record: &Record, cx: &Context<'_, Folder>) -> Result<(), Fault> {
        self.write(&self.record(Some((prior, record))), cx.service())
    }

    async fn delete(&self, cx: &Context<'_, Folder>) -> Result<Option<Infallible>, Fault> {
        cx.service().delete(&file(&self.name)).map(|()| None)
    }

    /// In version 0, a journal was one text.
    fn upgrade(version: i64, mut state: serde_json::Value) -> Result<serde_json::Value, Fault> {
        if version == 0 {
            let entry = serde_json::json!({ "title": state["text"].take() });
            state["entries"] = serde_json::json!([entry]);
        }
        Ok(state)
    }

    /// In version 0, it was identified by its title.
    fn upgrade_identity(version: i64, mut identity: serde_json::Value) -> Result<serde_json::Value, Fault> {
        if version == 0 {
            identity["name"] = identity["title"].take();
        }
        Ok(identity)
    }
}
