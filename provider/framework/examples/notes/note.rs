//! A resource with identity, import, time limits, and the list that finds it.

use std::convert::Infallible;

use tf_provider::{Computed, Context, Fault, Found, Lifecycle, List, ListResource, Moved, Progress, Resource};

use super::folder::Folder;

/// A note: a text file in the folder.
#[derive(Clone, Resource)]
#[resource(identity(name), timeouts(create = "1m"))]
pub struct Note {
    /// Name of the note, and of its file.
    #[attr(len = 1..=100, replace = "a note does not change its name")]
    pub name: String,
    /// What the note says.
    #[attr(default = "")]
    pub text: String,
    /// How many characters it has.
    #[attr(keep_unless(text))]
    pub length: Computed<i64>,
}

impl Lifecycle for Note {
    type Service = Folder;
    type Remote = String;

    async fn create(&mut self, cx: &Context<'_, Folder>) -> Result<Option<Infallible>, Fault> {
        if cx.service().read(&self.name).is_ok() {
            let remedy =
                format!("Take it over with `terraform import <address> {}`, or choose another name.", self.name);
            return Err(Fault::other(format!("There is a note {} already", self.name), remedy).at(Self::NAME));
        }
        cx.service().write(&self.name, &self.text)?;
        Ok(None)
    }

    async fn read(&self, cx: &Context<'_, Folder>) -> Result<String, Fault> {
        cx.service().read(&self.name)
    }

    fn progress(_: &String) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, text: &String) {
        self.text.clone_from(text);
        self.length.set(i64::try_from(text.chars().count()).unwrap_or(i64::MAX));
    }

    async fn update(&mut self, prior: &Self, _: &String, cx: &Context<'_, Folder>) -> Result<(), Fault> {
        if self.text == prior.text { Ok(()) } else { cx.service().write(&self.name, &self.text) }
    }

    /// Takes over files of the provider `local` (`moved { from = local_file.a, to = notes_note.a }`), and what Terraform
    /// itself kept under a name.
    fn take_over(source: &Moved) -> Result<Option<Self>, Fault> {
        let name = if source.is("hashicorp/local", "local_file") {
            source.text("filename").and_then(|path| path.rsplit('/').next()?.strip_suffix(".txt"))
        } else if source.is("builtin/terraform", "terraform_data") {
            source.state["input"]["value"]["name"].as_str()
        } else {
            return Ok(None);
        };
        let name =
            name.ok_or_else(|| Fault::other("This is no note", "It has no name, or its file does not end in .txt."))?;
        let text = source.text("content").unwrap_or_default();
        // The read that follows fills in the rest.
        Ok(Some(Self { name: name.to_owned(), text: text.to_owned(), length: Computed::default() }))
    }

    async fn delete(&self, cx: &Context<'_, Folder>) -> Result<Option<Infallible>, Fault> {
        cx.service().delete(&self.name).map(|()| None)
    }
}

/// Finds notes in the folder.
#[derive(Clone, ListResource)]
#[list_resource(resource = Note)]
pub struct Search {
    /// Only notes whose name begins so.
    pub prefix: Option<String>,
}

impl List for Search {
    async fn list(&self, cx: &Context<'_, Folder>, found: &mut Found<'_, Note>) -> Result<(), Fault> {
        for name in cx.service().names()? {
            if name.starts_with(self.prefix.as_deref().unwrap_or_default()) {
                let note = Note { name: name.clone(), text: String::new(), length: Computed::default() };
                if !found.push(name, note).await {
                    break;
                }
            }
        }
        Ok(())
    }
}
