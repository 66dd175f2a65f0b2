//! A provider for notes: small text files in a folder. It uses every feature of the framework, each in a file of its own,
//! and is the place to begin reading.
//!
//! ```hcl
//! provider "notes" { folder = "./notes" }
//! resource "notes_note" "list" {
//!   name = "groceries"
//!   text = "milk"
//! }
//! ```

#![allow(unreachable_pub, reason = "what a library of resources would export")]

mod folder;
mod functions;
mod journal;
mod lock;
mod note;
mod notes;
mod stamp;

use std::process::ExitCode;

use tf_provider::serve::{ServeOptions, run};
use tf_provider::{
    Actions, DataSources, Diagnostics, EphemeralResources, Functions, ListResources, Model, Provider, Resources,
    Server, View,
};

use folder::Folder;

/// Keeps notes as files in a folder.
#[derive(Clone, Model)]
pub struct Config {
    /// Folder of the notes. It is made when the first note is.
    pub folder: Option<String>,
}

/// The provider.
pub struct Notes;

impl Provider for Notes {
    type Config = Config;
    type Service = Folder;

    const NAME: &'static str = "notes";
    const ADDRESS: &'static str = "registry.terraform.io/example/notes";
    const VERSION: &'static str = "1.0.0";

    fn resources() -> Resources<Folder> {
        Resources::new().with::<note::Note>().with::<journal::Journal>()
    }

    fn data_sources() -> DataSources<Folder> {
        DataSources::new().with::<notes::Notes>().of::<note::Note>()
    }

    fn ephemeral_resources() -> EphemeralResources<Folder> {
        EphemeralResources::new().with::<lock::Lock>()
    }

    fn list_resources() -> ListResources<Folder> {
        ListResources::new().with::<note::Search>()
    }

    fn actions() -> Actions<Folder> {
        Actions::new().with::<stamp::Stamp>()
    }

    fn functions() -> Functions {
        Functions::new()
            .with::<functions::Slug>()
            .with::<functions::Describe>()
            .with::<functions::Lines>()
            .with::<functions::Entry>()
    }

    fn configure(config: &View<'_, Config>, _terraform_version: &str) -> Result<Folder, Diagnostics> {
        Ok(Folder::at(config.get(Config::FOLDER)))
    }
}

fn main() -> ExitCode {
    run(Server::<Notes>::new(), ServeOptions::new(Notes::ADDRESS, Notes::VERSION))
}
