//! OpenTofu, which no package registry has as a program: built from its Go module, where Go is installed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, bail};

use super::Version;
use super::find::Search;

/// The module that names the version.
const MODULE: &str = include_str!("opentofu.mod");

/// As releases are linked: small, and not marked as a development version.
const LINKER_FLAGS: &str = "-s -w -X github.com/opentofu/opentofu/version.dev=no";

/// The Go that this version asks for, as its module says.
const OLDEST_GO: Version = Version(1, 26, 6);

/// Builds OpenTofu into `cache` unless it is there, and returns the program. None without a Go that can build it.
///
/// # Errors
/// When it does not compile, or files cannot be written.
pub(super) fn build(search: &Search, cache: &Path) -> anyhow::Result<Option<PathBuf>> {
    let Some(go) = search.program("go") else { return Ok(None) };
    let version = answer(Command::new(&go).args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local"))?;
    if go_version(&String::from_utf8_lossy(&version.stdout)).is_none_or(|version| version < OLDEST_GO) {
        return Ok(None);
    }
    fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
    // Tests run in several processes, and the first of them builds for all.
    let lock_path = cache.join("lock");
    let lock = File::create(&lock_path).with_context(|| format!("cannot create {}", lock_path.display()))?;
    lock.lock().with_context(|| format!("cannot lock {}", lock_path.display()))?;
    let program = cache.join(format!("tofu{}", std::env::consts::EXE_SUFFIX));
    let (module, built) = (cache.join("go.mod"), cache.join("built.mod"));
    if !program.is_file() || fs::read_to_string(&built).ok().as_deref() != Some(MODULE) {
        fs::write(&module, MODULE).with_context(|| format!("cannot write {}", module.display()))?;
        // Go's caches would be left with three gigabytes that nothing else needs; these go again.
        let caches = tempfile::tempdir_in(cache).with_context(|| format!("cannot write in {}", cache.display()))?;
        compile(&go, cache, &program, caches.path())?;
        fs::write(&built, MODULE).with_context(|| format!("cannot write {}", built.display()))?;
    }
    Ok(Some(program))
}

fn compile(go: &Path, module: &Path, program: &Path, caches: &Path) -> anyhow::Result<()> {
    // Past the capture of the test harness: minutes of silence would look like a hang.
    let _ = writeln!(std::io::stderr(), "building OpenTofu from its Go module (two to three minutes, once)");
    let output = answer(
        Command::new(go)
            .args(["build", "-mod=mod", "-modcacherw", "-trimpath", "-ldflags", LINKER_FLAGS, "-o"])
            .arg(program)
            .arg("github.com/opentofu/opentofu/cmd/tofu")
            .current_dir(module)
            .env("CGO_ENABLED", "0")
            .env("GOCACHE", caches.join("build"))
            .env("GOMODCACHE", caches.join("modules"))
            // A workspace file of a folder above has no say.
            .env("GOWORK", "off")
            .env("GOTOOLCHAIN", "local"),
    )?;
    if !output.status.success() {
        bail!("Go could not build OpenTofu:\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
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
        assert!(go_version("go1.9.2").is_some_and(|version| version < OLDEST_GO));
    }

    #[test]
    fn without_go_there_is_no_opentofu() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(build(&Search::default(), folder.path()).unwrap(), None);
    }
}
