//! The provider as it is installed: a filesystem mirror and the CLI configuration that points at it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::Environment;

/// The registries whose default Terraform and OpenTofu read `terraform-provider-ack/ack` from.
pub const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The version the mirror offers, which is the workspace's.
pub const PROVIDER_VERSION: &str = env!("CARGO_PKG_VERSION");

const NAMESPACE: &str = "terraform-provider-ack";
const NAME: &str = "ack";

/// A filesystem mirror in the unpacked layout, with nothing in it but this provider.
#[derive(Debug, Clone)]
pub struct Mirror {
    cli_configuration: PathBuf,
}

impl Mirror {
    /// Builds the mirror in `directory` out of the provider's program.
    ///
    /// # Errors
    /// When files cannot be written there.
    pub fn create(directory: &Path, provider: &Path) -> anyhow::Result<Self> {
        let packages = directory.join("mirror");
        for host in HOSTS {
            let folder = packages.join(host).join(NAMESPACE).join(NAME).join(PROVIDER_VERSION).join(platform());
            let file =
                folder.join(format!("terraform-provider-{NAME}_v{PROVIDER_VERSION}{}", std::env::consts::EXE_SUFFIX));
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
            // A debug build has some hundred megabytes; a link is as good unless it is another disk.
            fs::hard_link(provider, &file)
                .or_else(|_| fs::copy(provider, &file).map(drop))
                .with_context(|| format!("cannot install {} as {}", provider.display(), file.display()))?;
        }
        let cli_configuration = directory.join("terraform.rc");
        fs::write(&cli_configuration, cli_configuration_text(&packages))
            .with_context(|| format!("cannot write {}", cli_configuration.display()))?;
        Ok(Self { cli_configuration })
    }

    /// The variables that make Terraform install from this mirror and from nowhere else.
    pub fn environment(&self) -> Environment {
        Environment::new()
            .with("CHECKPOINT_DISABLE", "1")
            .with("TF_CLI_CONFIG_FILE", &self.cli_configuration)
            .with("TF_IN_AUTOMATION", "1")
    }
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
