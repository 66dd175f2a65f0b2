//! What Terraform tells a provider in its environment, and the one line on stdout that answers it.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::listener::{Address, Placement};
use super::{ServeError, ServeOptions};

/// Tells a start by Terraform or OpenTofu from one by a person. It is no secret.
pub(crate) const MAGIC_COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Version of go-plugin's own handshake.
const CORE_PROTOCOL: u8 = 1;
/// Version of the Terraform plugin protocol that is served. There is no other, so it is also the answer to a client
/// that does not list it; that client then reports the mismatch in its own words.
pub(crate) const PLUGIN_PROTOCOL: u8 = 6;

/// What the environment says about this start.
#[derive(Debug)]
pub(super) struct PluginEnvironment {
    /// The only certificate that may connect; without it there is no TLS.
    pub(super) client_certificate: Option<CertificateDer<'static>>,
    /// Where to listen.
    pub(super) placement: Placement,
    /// The client reads a seventh field of the handshake line, and only then may it be there.
    pub(super) multiplex: bool,
}

impl PluginEnvironment {
    /// Reads the environment through `variable`.
    pub(super) fn read(options: &ServeOptions, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ServeError> {
        if variable(MAGIC_COOKIE.0).as_deref() != Some(MAGIC_COOKIE.1) {
            return Err(ServeError::StartedByHand(usage(options)));
        }
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let client_certificate = set("PLUGIN_CLIENT_CERT").map(certificate).transpose()?;
        let versions = set("PLUGIN_PROTOCOL_VERSIONS").unwrap_or_default();
        if !versions.split(',').any(|version| version.parse() == Ok(PLUGIN_PROTOCOL)) {
            tracing::warn!(versions, "the client does not list plugin protocol 6, which is the only one served");
        }
        Ok(Self {
            client_certificate,
            placement: Placement {
                socket_directory: set("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
                socket_group: set("PLUGIN_UNIX_SOCKET_GROUP"),
                ports: ports(set("PLUGIN_MIN_PORT"), set("PLUGIN_MAX_PORT"))?,
            },
            multiplex: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }
}

fn certificate(pem: String) -> Result<CertificateDer<'static>, ServeError> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| ServeError::Environment {
        variable: "PLUGIN_CLIENT_CERT",
        reason: format!("it holds no certificate in PEM form ({error})"),
    })
}

fn ports(min: Option<String>, max: Option<String>) -> Result<Option<RangeInclusive<u16>>, ServeError> {
    let port = |variable, value: Option<String>| {
        value
            .map(|value| {
                value.parse::<u16>().map_err(|error| ServeError::Environment {
                    variable,
                    reason: format!("{value:?} is no port number ({error})"),
                })
            })
            .transpose()
    };
    let (min, max) = (port("PLUGIN_MIN_PORT", min)?, port("PLUGIN_MAX_PORT", max)?);
    Ok(min.zip(max).map(|(min, max)| min..=max).filter(|range| !range.is_empty()))
}

/// Prints the handshake line. Nothing may be printed to stdout before it.
pub(super) fn announce(address: &Address, certificate: Option<&[u8]>, multiplex: bool) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", line(address, certificate, multiplex))?;
    stdout.flush()
}

/// `core protocol|plugin protocol|network|address|transport|certificate[|multiplexing]`. The certificate is DER in
/// base64 without padding, or empty when there is no TLS. Older clients would take a seventh field as a part of it.
fn line(address: &Address, certificate: Option<&[u8]>, multiplex: bool) -> String {
    let Address { network, address } = address;
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
    let multiplexing = if multiplex { "|false" } else { "" };
    format!("{CORE_PROTOCOL}|{PLUGIN_PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplexing}")
}

/// The answer to `--version`.
pub(super) fn version(options: &ServeOptions) -> String {
    let ServeOptions { version, .. } = options;
    format!("terraform-provider-{} {version} (Terraform plugin protocol {PLUGIN_PROTOCOL})", options.name())
}

/// What a person sees who starts the binary.
pub(super) fn usage(options: &ServeOptions) -> String {
    let ServeOptions { address, version, .. } = options;
    let name = options.name();
    let source = address.strip_prefix("registry.terraform.io/").unwrap_or(address);
    format!(
        r#"terraform-provider-{name} {version} is a plugin: Terraform and OpenTofu start it, it does nothing on its own.

To use it, name it in your configuration and run `terraform init` or `tofu init`:

  terraform {{
    required_providers {{
      {name} = {{
        source  = "{source}"
        version = "{version}"
      }}
    }}
  }}

Options:
  --version  print the version
  --debug    run in this terminal, and print how Terraform attaches to it (TF_REATTACH_PROVIDERS)
  --help     print this text"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> ServeOptions {
        ServeOptions::new("registry.terraform.io/acme/cloud", "1.2.3")
    }

    fn read(variables: &[(&str, &str)]) -> Result<PluginEnvironment, ServeError> {
        PluginEnvironment::read(&options(), |name| {
            [MAGIC_COOKIE].iter().chain(variables).rfind(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn unix() -> Address {
        Address { network: "unix", address: "/tmp/x.sock".into() }
    }

    #[test]
    fn the_line_without_tls_ends_in_an_empty_field() {
        assert_eq!(line(&unix(), None, false), "1|6|unix|/tmp/x.sock|grpc|");
    }

    #[test]
    fn the_certificate_is_base64_without_padding() {
        let tcp = Address { network: "tcp", address: "127.0.0.1:10000".into() };
        assert_eq!(line(&tcp, Some(b"\xfb\xff\xbe\x01"), false), "1|6|tcp|127.0.0.1:10000|grpc|+/++AQ");
    }

    #[test]
    fn only_a_client_that_asks_gets_the_seventh_field() {
        assert_eq!(line(&unix(), Some(b"abc"), true), "1|6|unix|/tmp/x.sock|grpc|YWJj|false");
        assert!(read(&[("PLUGIN_MULTIPLEX_GRPC", "true")]).unwrap().multiplex);
        assert!(!read(&[]).unwrap().multiplex);
    }

    #[test]
    fn a_wrong_or_absent_cookie_is_a_person() {
        for cookie in ["", "d602bf"] {
            let error = read(&[("TF_PLUGIN_MAGIC_COOKIE", cookie)]).unwrap_err();
            assert!(matches!(error, ServeError::StartedByHand(_)));
        }
        let text = PluginEnvironment::read(&options(), |_| None).unwrap_err().to_string();
        for part in
            ["terraform-provider-cloud 1.2.3 is a plugin", "required_providers", r#"source  = "acme/cloud""#, "--debug"]
        {
            assert!(text.contains(part), "{part:?} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_bare_start_has_no_tls_and_any_port() {
        let environment = read(&[("PLUGIN_CLIENT_CERT", "")]).unwrap();
        assert_eq!(environment.client_certificate, None);
        assert_eq!(environment.placement, Placement::default());
    }

    #[test]
    fn placement_is_what_the_variables_say() {
        let environment = read(&[
            ("PLUGIN_MIN_PORT", "10000"),
            ("PLUGIN_MAX_PORT", "25000"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/plugins"),
            ("PLUGIN_UNIX_SOCKET_GROUP", "wheel"),
        ]);
        let expected = Placement {
            socket_directory: Some("/run/plugins".into()),
            socket_group: Some("wheel".to_owned()),
            ports: Some(10000..=25000),
        };
        assert_eq!(environment.unwrap().placement, expected);
    }

    #[test]
    fn an_unusable_variable_is_named() {
        for (variable, value) in
            [("PLUGIN_CLIENT_CERT", "not PEM"), ("PLUGIN_MIN_PORT", "70000"), ("PLUGIN_MAX_PORT", "x")]
        {
            let text = read(&[(variable, value)]).unwrap_err().to_string();
            assert!(text.contains(variable), "{text}");
        }
    }

    #[test]
    fn the_certificate_of_the_client_is_read_from_pem() {
        let pem = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
        let environment = read(&[("PLUGIN_CLIENT_CERT", pem)]).unwrap();
        assert_eq!(environment.client_certificate.unwrap().as_ref(), [1, 2, 3]);
    }
}
