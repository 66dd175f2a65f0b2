//! An update that takes several calls, so that an error in the middle can say what is done and what is not.

use tf_provider::Path;

use crate::bridge::Error;

/// The steps of an update in their order, each named by the attribute that asks for it.
pub(crate) struct Steps {
    all: Vec<Path>,
    done: usize,
}

impl Steps {
    pub(crate) fn new(all: Vec<Path>) -> Self {
        Self { all, done: 0 }
    }

    /// Does the work of an attribute, which may be none.
    ///
    /// # Errors
    /// Those of the work, with the steps before and after it if there are any.
    pub(crate) async fn take(
        &mut self,
        attribute: &Path,
        work: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Error> {
        let outcome = work.await;
        let is_next = self.all.get(self.done) == Some(attribute);
        match outcome {
            Ok(()) => {
                self.done += usize::from(is_next);
                Ok(())
            }
            Err(error) if is_next && self.all.len() > 1 => Err(error.also(&self.told())),
            Err(error) => Err(error),
        }
    }

    fn told(&self) -> String {
        let named = |steps: &[Path]| match steps {
            [] => "nothing".to_owned(),
            steps => steps.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>().join(", "),
        };
        let (done, left) = self.all.split_at(self.done);
        let (failed, left) = left.split_at(1);
        format!(
            "This update has {} steps. Done: {}. Failed: {}. Not started: {}. The next apply does what is left.",
            self.all.len(),
            named(done),
            named(failed),
            named(left)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tf_provider::Fault;

    async fn told(names: &[&str], fails: &str) -> String {
        let mut steps = Steps::new(names.iter().map(|name| Path::from(*name)).collect());
        for name in names {
            let work =
                async { if *name == fails { Err(Fault::other("It failed", "For a reason.").into()) } else { Ok(()) } };
            if let Err(error) = steps.take(&Path::from(*name), work).await {
                return Fault::from(error).detail;
            }
            // Work that nobody asked for is no step.
            steps.take(&Path::from("nothing"), async { Ok(()) }).await.unwrap();
        }
        String::new()
    }

    #[tokio::test]
    async fn an_error_tells_what_is_done_and_what_is_not() {
        assert_eq!(
            told(&["name", "spec", "tags"], "spec").await,
            "For a reason.\n\nThis update has 3 steps. Done: `name`. Failed: `spec`. Not started: `tags`. The next apply does what is left."
        );
        assert!(told(&["name", "tags"], "name").await.contains("Done: nothing. Failed: `name`. Not started: `tags`."));
        assert_eq!(told(&["name"], "name").await, "For a reason.");
    }
}
