//! `cargo dist`: builds the provider as it is released. Arguments go to cargo.

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let status = acceptance::dist::command()?.args(std::env::args_os().skip(1)).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
