//! The provider as it is installed: a filesystem mirror and the CLI configuration that points at it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::Environment;

/// The registries whose default Terraform and OpenTofu read `terraform-provider-ack/ack` from.
pub const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The version the mirror offers, which is the workspace's.
pub const PROVIDER_VERSION: &str = env!("CARGO_PKG_VERSION");

/// A provider's program and the names under which it is installed.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// The registries that offer it.
    pub hosts: &'a [&'a str],
    /// Who publishes it.
    pub namespace: &'a str,
    /// What it is called in configuration.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// The program.
    pub program: &'a Path,
}

impl<'a> Package<'a> {
    /// The provider of this workspace, or another program in its place.
    pub fn ack(program: &'a Path) -> Self {
        Self { hosts: &HOSTS, namespace: "terraform-provider-ack", name: "ack", version: PROVIDER_VERSION, program }
    }

    /// Copies the program into a folder of plugins, in the layout of a filesystem mirror, in place of one that is there.
    /// Returns its files, one a host.
    ///
    /// # Errors
    /// When files cannot be written there.
    pub fn install(&self, plugins: &Path) -> anyhow::Result<Vec<PathBuf>> {
        self.place(plugins, |program, file| {
            // A Terraform that is at work may have the old one open, so it is not written over.
            let new = file.with_extension("new");
            fs::copy(program, &new)?;
            fs::rename(&new, file)
        })
    }

    fn place(&self, plugins: &Path, put: impl Fn(&Path, &Path) -> std::io::Result<()>) -> anyhow::Result<Vec<PathBuf>> {
        let Self { hosts, namespace, name, version, program } = *self;
        let place = |host: &&str| {
            let folder = plugins.join(host).join(namespace).join(name).join(version).join(platform());
            let file = folder.join(format!("terraform-provider-{name}_v{version}{}", std::env::consts::EXE_SUFFIX));
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
            put(program, &file)
                .with_context(|| format!("cannot install {} as {}", program.display(), file.display()))?;
            Ok(file)
        };
        hosts.iter().map(place).collect()
    }
}

/// A filesystem mirror in the unpacked layout, with nothing in it but one provider.
#[derive(Debug, Clone)]
pub struct Mirror {
    cli_configuration: PathBuf,
}

impl Mirror {
    /// Builds the mirror in `directory`.
    ///
    /// # Errors
    /// When files cannot be written there.
    pub fn create(directory: &Path, package: &Package<'_>) -> anyhow::Result<Self> {
        let packages = directory.join("mirror");
        // A debug build has some hundred megabytes; a link is as good unless it is another disk.
        package.place(&packages, |program, file| {
            fs::hard_link(program, file).or_else(|_| fs::copy(program, file).map(drop))
        })?;
        let cli_configuration = directory.join("terraform.rc");
        fs::write(&cli_configuration, cli_configuration_text(&packages))
            .with_context(|| format!("cannot write {}", cli_configuration.display()))?;
        Ok(Self { cli_configuration })
    }

    /// The variables that make Terraform install from this mirror and from nowhere else.
    pub fn environment(&self) -> Environment {
        environment(&self.cli_configuration)
    }

    /// The variables that make Terraform take this program for the provider, with no mirror and without `init`.
    ///
    /// # Errors
    /// When a file in `directory` cannot be written.
    #[cfg(unix)]
    pub(crate) fn overridden(directory: &Path, program: &Path) -> anyhow::Result<Environment> {
        let folder = program.parent().context("the provider is in no folder")?.display();
        let text = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"terraform-provider-ack/ack\" = \"{folder}\"\n  }}\n}}\n"
        );
        let cli_configuration = directory.join("terraform.rc");
        fs::write(&cli_configuration, text).with_context(|| format!("cannot write {}", cli_configuration.display()))?;
        Ok(environment(&cli_configuration))
    }
}

fn environment(cli_configuration: &Path) -> Environment {
    Environment::new()
        .with("CHECKPOINT_DISABLE", "1")
        .with("TF_CLI_CONFIG_FILE", cli_configuration)
        .with("TF_IN_AUTOMATION", "1")
}

/// There is no `direct` block, so `init` never asks a registry.
fn cli_configuration_text(packages: &Path) -> String {
    let path = packages.display().to_string().replace('\\', "/");
    format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path    = \"{path}\"\n    \
         include = [\"*/*/*\"]\n  }}\n}}\n"
    )
}

/// This machine in Terraform's spelling: `linux_amd64`.
fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{system}_{architecture}")
}
