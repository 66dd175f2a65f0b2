//! Where things are in this workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The root of the cargo workspace.
pub(crate) fn workspace_root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The folder of the examples, one folder an example.
pub fn examples_directory() -> PathBuf {
    workspace_root().join("examples")
}

/// The folder of the documentation's guides.
pub fn guides_directory() -> PathBuf {
    workspace_root().join("docs/guides")
}

/// The folder of the program that runs the vendor's Python SDK.
pub(crate) fn sdk_directory() -> PathBuf {
    workspace_root().join("acceptance/sdk")
}

/// Cargo's build folder: `CARGO_TARGET_DIR` when it is set, else `target` of the workspace.
pub fn target_directory() -> PathBuf {
    target_directory_from(std::env::var_os("CARGO_TARGET_DIR"))
}

/// Cargo reads a relative `CARGO_TARGET_DIR` from where it was started, which for every command of
/// this project is the workspace; a test's own working directory is its package's.
fn target_directory_from(variable: Option<OsString>) -> PathBuf {
    match variable {
        Some(directory) if !directory.is_empty() => workspace_root().join(directory),
        _ => workspace_root().join("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_directory_follows_cargo() {
        assert_eq!(target_directory_from(None), workspace_root().join("target"));
        assert_eq!(target_directory_from(Some("".into())), workspace_root().join("target"));
        assert_eq!(target_directory_from(Some("build".into())), workspace_root().join("build"));
        assert_eq!(target_directory_from(Some("/var/build".into())), Path::new("/var/build"));
    }
}
