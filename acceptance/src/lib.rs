//! Drives real Terraform and OpenTofu against the provider built in this workspace.
//!
//! A test asks for every Terraform this machine has ([`Terraform::all_for_tests`]), starts a
//! [`Simulator`], opens a [`Workspace`] and runs commands in it. The provider is installed the way a
//! user installs it: a filesystem mirror, `terraform init`, a lock file with checksums.
//!
//! ```no_run
//! use acceptance::{Simulator, Terraform, Workspace};
//!
//! # fn main() -> anyhow::Result<()> {
//! for terraform in Terraform::all_for_tests() {
//!     let simulator = Simulator::start()?;
//!     let workspace = Workspace::open(terraform, simulator.provider_environment())?;
//!     workspace.copy_example("quickstart")?;
//!     workspace.init().assert_success();
//!     workspace.apply().assert_success();
//!     workspace.assert_plan_empty();
//!     workspace.destroy().assert_success();
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Commands of a [`Workspace`] never fail by themselves: they return a [`Run`], whose assertions print
//! the whole output of Terraform when they do not hold.

mod binaries;
pub mod dist;
mod environment;
#[cfg(target_os = "linux")]
mod faults;
mod go;
mod http;
mod mirror;
mod places;
mod plan;
mod plugindocs;
mod pypi;
mod run;
mod sdk;
mod simulator;
mod skips;
mod terraform;
mod wait;
mod workspace;

pub use binaries::{build_with_progress, notes_binary, provider_binary, released_binary, simulator_binary};
pub use environment::Environment;
#[cfg(target_os = "linux")]
pub use faults::{FaultRun, FaultRuns, Kind};
pub use mirror::{HOSTS, Mirror, PROVIDER_VERSION, Package};
pub use places::{examples_directory, guides_directory, target_directory};
pub use plan::Action;
pub use plugindocs::validate_pages;
pub use run::Run;
pub use sdk::Sdk;
pub use simulator::{Fault, LoggedRequest, Simulator, Target};
pub use skips::skip;
pub use terraform::{NEWEST_LIBRARY, Product, Search, Terraform, Version};
pub use wait::wait_until;
pub use workspace::{REQUIRED_PROVIDERS, Workspace};
