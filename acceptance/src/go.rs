//! Programs that no package registry has ready to run: built from their Go modules, where Go is installed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, bail};

use crate::{Search, Version, target_directory};

/// A program, and the module it is built from.
#[derive(Debug)]
pub(crate) struct GoProgram {
    /// The name of its file.
    pub(crate) name: &'static str,
    /// A `go.mod` that names its version, and the oldest Go that can build it.
    pub(crate) module: &'static str,
    /// The package of its `main`.
    pub(crate) package: &'static str,
    /// What the linker is told.
    pub(crate) linker_flags: &'static str,
    /// What is said before it is built.
    pub(crate) notice: &'static str,
}

/// OpenTofu, linked as its releases are: small, and not marked as a development version.
pub(crate) const OPENTOFU: GoProgram = GoProgram {
    name: "tofu",
    module: include_str!("go/opentofu.mod"),
    package: "github.com/opentofu/opentofu/cmd/tofu",
    linker_flags: "-s -w -X github.com/opentofu/opentofu/version.dev=no",
    notice: "building OpenTofu from its Go module (two to three minutes, once)",
};

/// The registry's own judge of documentation.
pub(crate) const TFPLUGINDOCS: GoProgram = GoProgram {
    name: "tfplugindocs",
    module: include_str!("go/tfplugindocs.mod"),
    package: "github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs",
    linker_flags: "-s -w",
    notice: "building tfplugindocs from its Go module (about a minute, once)",
};

/// Builds a program into cargo's build folder unless it is there, and returns it. None without a Go that can build it.
///
/// # Errors
/// When it does not compile, or files cannot be written.
pub(crate) fn build(program: &GoProgram, search: &Search) -> anyhow::Result<Option<PathBuf>> {
    let Some(go) = search.program("go") else { return Ok(None) };
    let version = answer(Command::new(&go).args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local"))?;
    if go_version(&String::from_utf8_lossy(&version.stdout)) < program.oldest_go() {
        return Ok(None);
    }
    let cache = &target_directory().join(program.name);
    fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
    // Tests run in several processes, and the first of them builds for all.
    let lock_path = cache.join("lock");
    let lock = File::create(&lock_path).with_context(|| format!("cannot create {}", lock_path.display()))?;
    lock.lock().with_context(|| format!("cannot lock {}", lock_path.display()))?;
    let file = cache.join(format!("{}{}", program.name, std::env::consts::EXE_SUFFIX));
    let (module, built) = (cache.join("go.mod"), cache.join("built.mod"));
    if !file.is_file() || fs::read_to_string(&built).ok().as_deref() != Some(program.module) {
        fs::write(&module, program.module).with_context(|| format!("cannot write {}", module.display()))?;
        // Go's caches would be left with three gigabytes that nothing else needs; these go again.
        let caches = tempfile::tempdir_in(cache).with_context(|| format!("cannot write in {}", cache.display()))?;
        compile(&go, program, cache, &file, caches.path())?;
        fs::write(&built, program.module).with_context(|| format!("cannot write {}", built.display()))?;
    }
    Ok(Some(file))
}

fn compile(go: &Path, program: &GoProgram, module: &Path, file: &Path, caches: &Path) -> anyhow::Result<()> {
    // Past the capture of the test harness: minutes of silence would look like a hang.
    let _ = writeln!(std::io::stderr(), "{}", program.notice);
    let output = answer(
        Command::new(go)
            .args(["build", "-mod=mod", "-modcacherw", "-trimpath", "-ldflags", program.linker_flags, "-o"])
            .arg(file)
            .arg(program.package)
            .current_dir(module)
            .env("CGO_ENABLED", "0")
            .env("GOCACHE", caches.join("build"))
            .env("GOMODCACHE", caches.join("modules"))
            // A workspace file of a folder above has no say.
            .env("GOWORK", "off")
            .env("GOTOOLCHAIN", "local"),
    )?;
    if !output.status.success() {
        bail!("Go could not build {}:\n{}", program.name, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

impl GoProgram {
    /// The Go that its module asks for.
    fn oldest_go(&self) -> Option<Version> {
        self.module.lines().find_map(|line| go_version(&format!("go{}", line.strip_prefix("go ")?)))
    }
}

fn answer(command: &mut Command) -> anyhow::Result<Output> {
    command.output().with_context(|| format!("{} does not start", Path::new(command.get_program()).display()))
}

/// Reads `go1.26.8`; what is no release is none.
fn go_version(answer: &str) -> Option<Version> {
    let mut numbers = answer.trim().strip_prefix("go")?.split('.').map(str::parse);
    Some(Version(numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go_are_read() {
        assert_eq!(go_version("go1.26.8\n"), Some(Version(1, 26, 8)));
        assert_eq!(go_version("go1.27rc1"), None);
        assert_eq!(go_version("devel +abc"), None);
        assert!(go_version("go1.9.2") < OPENTOFU.oldest_go());
    }

    #[test]
    fn modules_say_which_go_they_need() {
        assert_eq!(OPENTOFU.oldest_go(), Some(Version(1, 26, 6)));
        assert!(TFPLUGINDOCS.oldest_go().is_some());
    }

    #[test]
    fn without_go_there_is_no_program() {
        assert_eq!(build(&OPENTOFU, &Search::default()).unwrap(), None);
    }
}
