//! `cargo install-provider`: builds the provider and puts it where Terraform and OpenTofu look for plugins by themselves.

use std::path::PathBuf;
use std::process::ExitCode;

use acceptance::{PROVIDER_VERSION, Package, provider_binary, released_binary};
use anyhow::Context as _;
use clap::Parser;

/// Builds the ACK provider, and installs it for this user's Terraform and OpenTofu.
#[derive(Parser)]
#[command(name = "cargo install-provider", bin_name = "cargo install-provider")]
struct Arguments {
    /// The folder of plugins to install into, instead of the one in which Terraform and OpenTofu look.
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Install the development build: built sooner, larger, and slower to start.
    #[arg(long)]
    debug: bool,
}

fn main() -> ExitCode {
    match install(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn install(arguments: &Arguments) -> anyhow::Result<()> {
    let plugins = match &arguments.into {
        Some(folder) => std::path::absolute(folder).context("cannot tell the current folder")?,
        None => implied_mirror()?,
    };
    let program = if arguments.debug { provider_binary()? } else { released_binary()? };
    for file in Package::ack(program).install(&plugins)? {
        println!("installed {}", file.display());
    }
    println!(
        "\nTerraform and OpenTofu now find terraform-provider-ack/ack {PROVIDER_VERSION}: run `init` in a configuration that \
         requires it. Where a .terraform.lock.hcl names an earlier build of this version, delete its block there first."
    );
    if arguments.into.is_some() {
        println!(
            "They look here only if their CLI configuration has\n\nprovider_installation {{\n  filesystem_mirror {{\n    path \
             = \"{}\"\n  }}\n}}",
            plugins.display().to_string().replace('\\', "/")
        );
    }
    Ok(())
}

/// The folder in which both look for plugins unless their CLI configuration says otherwise.
fn implied_mirror() -> anyhow::Result<PathBuf> {
    let (parent, folder) = if cfg!(windows) { ("APPDATA", "terraform.d") } else { ("HOME", ".terraform.d") };
    let parent = std::env::var_os(parent).filter(|path| !path.is_empty());
    let parent = parent.context("cannot tell your home folder: name a folder of plugins with --into")?;
    Ok(PathBuf::from(parent).join(folder).join("plugins"))
}
