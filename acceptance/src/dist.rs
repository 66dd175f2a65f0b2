//! The build of the provider as it is released.
//!
//! On Linux it is static: it starts where there is nothing else, and in Alpine. The places of this machine (cargo's home,
//! the build folder, the source tree) are replaced by names that are the same everywhere, so that anybody who builds the
//! same commit with the same compiler gets the same bytes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::places::{target_directory, workspace_root};

/// Separates flags where one may hold spaces.
const SEPARATOR: &str = "\u{1f}";

/// The call of cargo that builds it.
///
/// # Errors
/// When cargo's home cannot be found.
pub fn command() -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        // With a target, flags go to what is released and not to what only runs while building.
        .args(["build", "--release", "--package", "terraform-provider-ack", "--target", "host-tuple"])
        .current_dir(workspace_root())
        // It would go before the other one.
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", flags(&places()?)?);
    Ok(command)
}

/// The places that must not be in the program, each with the name that takes its stead.
///
/// # Errors
/// When cargo's home cannot be found.
pub fn places() -> anyhow::Result<Vec<(PathBuf, &'static str)>> {
    let home = |name: &str, folder: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(folder)))
            .with_context(|| format!("neither {name} nor a home folder is known"))
    };
    // The last one that fits wins, and the build folder may be inside the source tree.
    Ok(vec![
        (workspace_root().to_owned(), "/source"),
        (home("CARGO_HOME", ".cargo")?, "/cargo"),
        (target_directory(), "/target"),
    ])
}

fn flags(places: &[(PathBuf, &str)]) -> anyhow::Result<OsString> {
    let mut flags = Vec::new();
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        flags.push("-Ctarget-feature=+crt-static".to_owned());
    }
    for (place, name) in places {
        for spelling in spellings(place) {
            let place = spelling.to_str().with_context(|| format!("{} is not UTF-8", spelling.display()))?;
            flags.push(format!("--remap-path-prefix={place}={name}"));
        }
    }
    Ok(flags.join(SEPARATOR).into())
}

/// A place as it is given, and where it really is.
fn spellings(place: &Path) -> Vec<PathBuf> {
    let real = place.canonicalize().ok().filter(|real| real != place);
    std::iter::once(place.to_owned()).chain(real).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_replaced_and_the_inner_one_wins() {
        let places = [(PathBuf::from("/w"), "/source"), (PathBuf::from("/w/out"), "/target")];
        let flags = flags(&places).unwrap().into_string().unwrap();
        let flags: Vec<_> = flags.split(SEPARATOR).filter(|flag| flag.starts_with("--remap")).collect();
        assert_eq!(flags, ["--remap-path-prefix=/w=/source", "--remap-path-prefix=/w/out=/target"]);
    }
}
