//! Attaching Terraform to a provider that a person started, for instance in a debugger.

use std::io::{self, Write};

use super::ServeOptions;
use super::handshake::PLUGIN_PROTOCOL;
use super::listener::Address;

/// Prints what to set so that Terraform uses this process instead of starting one.
pub(super) fn announce(options: &ServeOptions, address: &Address) -> io::Result<()> {
    let value = reattach(options, address, std::process::id());
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "The provider is running. To attach Terraform or OpenTofu to it, set in another terminal:\n")?;
    if cfg!(windows) {
        writeln!(stdout, "$env:TF_REATTACH_PROVIDERS='{value}'")?;
    } else {
        writeln!(stdout, "export TF_REATTACH_PROVIDERS='{value}'")?;
    }
    writeln!(stdout, "\nCtrl-C ends it.")?;
    stdout.flush()
}

/// The value of `TF_REATTACH_PROVIDERS`. `Test` tells Terraform to leave the process running after each command, so one
/// process serves many of them.
fn reattach(options: &ServeOptions, address: &Address, pid: u32) -> serde_json::Value {
    serde_json::json!({
        &options.address: {
            "Protocol": "grpc",
            "ProtocolVersion": PLUGIN_PROTOCOL,
            "Pid": pid,
            "Test": true,
            "Addr": { "Network": address.network, "String": address.address },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_names_the_provider_and_its_address() {
        let options = ServeOptions::new("registry.terraform.io/acme/cloud", "1.2.3");
        let address = Address { network: "unix", address: "/tmp/x.sock".into() };
        let expected = concat!(
            r#"{"registry.terraform.io/acme/cloud":{"Protocol":"grpc","ProtocolVersion":6,"Pid":7,"Test":true,"#,
            r#""Addr":{"Network":"unix","String":"/tmp/x.sock"}}}"#
        );
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(reattach(&options, &address, 7), expected);
    }
}
