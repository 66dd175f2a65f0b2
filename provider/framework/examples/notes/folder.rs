//! The service: a folder. It fails with the framework's own [`Fault`]; a real service has an error type of its own.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::path::PathBuf;

use tf_provider::{Fault, FaultKind, Maybe, Progress, Service};

/// Where the notes are; `None` while that is not known.
pub struct Folder(Option<PathBuf>);

impl Folder {
    pub fn at(path: Maybe<String>) -> Self {
        Self(match path {
            Maybe::Unknown => None,
            Maybe::Null => Some(PathBuf::from("notes")),
            Maybe::Known(path) => Some(PathBuf::from(path)),
        })
    }

    pub fn path(&self) -> Result<&PathBuf, Fault> {
        self.0.as_ref().ok_or_else(|| {
            Fault::other("The provider's `folder` is not known yet", "Apply first what it comes from, with `-target`.")
        })
    }

    fn file(&self, name: &str) -> Result<PathBuf, Fault> {
        Ok(self.path()?.join(format!("{name}.txt")))
    }

    pub fn read(&self, name: &str) -> Result<String, Fault> {
        std::fs::read_to_string(self.file(name)?).map_err(|error| fault(name, &error))
    }

    pub fn write(&self, name: &str, text: &str) -> Result<(), Fault> {
        std::fs::create_dir_all(self.path()?).map_err(|error| fault(name, &error))?;
        std::fs::write(self.file(name)?, text).map_err(|error| fault(name, &error))
    }

    pub fn delete(&self, name: &str) -> Result<(), Fault> {
        std::fs::remove_file(self.file(name)?).map_err(|error| fault(name, &error))
    }

    /// The names of all notes, sorted. Files that start with a dot are none.
    pub fn names(&self) -> Result<Vec<String>, Fault> {
        let entries = match std::fs::read_dir(self.path()?) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| fault("the folder", &error))?,
        };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".txt").map(str::to_owned))
            .filter(|name: &String| !name.starts_with('.'))
            .collect();
        names.sort();
        Ok(names)
    }
}

fn fault(name: &str, error: &std::io::Error) -> Fault {
    let kind = if error.kind() == ErrorKind::NotFound { FaultKind::NotFound } else { FaultKind::Other };
    Fault::new(kind, format!("The note {name} cannot be used"), format!("{error}. Look at the provider's `folder`."))
}

impl Service for Folder {
    type Error = Fault;
    /// Nothing goes on in the background of a folder.
    type Task = Infallible;

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}
