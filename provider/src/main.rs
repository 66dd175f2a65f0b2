//! The provider's process: Terraform starts it, and talks to it over gRPC.

use std::process::ExitCode;

use terraform_provider_ack::Ack;
use tf_provider::serve::{ServeOptions, run};
use tf_provider::{Provider, Server};

fn main() -> ExitCode {
    run(Server::<Ack>::new(), ServeOptions::new(Ack::ADDRESS, Ack::VERSION))
}
