//! The vendor's own Python SDK, run against a simulator by the program in `acceptance/sdk`.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::places::sdk_directory;
use crate::pypi::{Installed, Packages};
use crate::{Environment, Run, Search, target_directory};

/// The packages, as pip takes them.
const REQUIREMENTS: &str = include_str!("../sdk/requirements.txt");

/// The SDK would ask them for the simulator on this machine, too.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];

/// The vendor's Python SDK, installed.
#[derive(Debug)]
pub struct Sdk(Installed);

impl Sdk {
    /// Installs the pinned SDK from PyPI into cargo's build folder, unless it is there.
    ///
    /// # Errors
    /// One sentence when Python 3, pip or a package for this Python is missing, or PyPI cannot be reached.
    pub fn install(search: &Search) -> anyhow::Result<Self> {
        let release = REQUIREMENTS.lines().find(|line| line.starts_with("alibabacloud-cs")).unwrap_or_default();
        let packages = Packages {
            name: "the vendor's Python SDK",
            details: &format!("{release} and what it needs, about 50 MB"),
            python: "3.11",
            instead: "",
            requirements: vec![OsString::from("--requirement"), sdk_directory().join("requirements.txt").into()],
        };
        let mut version = DefaultHasher::new();
        REQUIREMENTS.hash(&mut version);
        let folder = target_directory().join("sdk").join(format!("{:016x}", version.finish()));
        let installed = packages.install(search, &folder)?;
        Ok(Self(installed.context("the pinned packages of the vendor's Python SDK need Python 3.11 or newer")?))
    }

    /// Calls every simulated operation through the SDK. The environment says where the simulator is, and with which key.
    ///
    /// # Errors
    /// When Python does not start.
    pub fn run(&self, environment: &Environment) -> anyhow::Result<Run> {
        let mut command = self.python(&sdk_directory());
        environment.apply_to(&mut command);
        for name in PROXIES {
            command.env_remove(name);
        }
        Run::captured("python acceptance/sdk".to_owned(), &mut command)
    }

    /// Compares the description of the API in `proto/cs` with the SDK.
    ///
    /// # Errors
    /// When Python does not start.
    pub fn compare_facts(&self) -> anyhow::Result<Run> {
        let program = sdk_directory().join("facts.py");
        Run::captured("python acceptance/sdk/facts.py".to_owned(), &mut self.python(&program))
    }

    fn python(&self, program: &Path) -> Command {
        let Installed { python, folder } = &self.0;
        let mut command = Command::new(python);
        // Neither packages of the user have a say, nor does anything appear in the source tree.
        command.args(["-s", "-B"]).arg(program).env("PYTHONPATH", folder);
        command
    }
}
