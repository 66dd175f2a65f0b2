//! Mutual TLS as go-plugin does it: each side makes a certificate for this one process and trusts exactly one other.
//!
//! The client's certificate is self-signed, marked as an authority, and its key is P-521. Both stand in the way of the
//! usual tools: verifiers refuse an authority as a leaf, and ring does not know the curve (Go then sends no certificate
//! at all). So the certificate is compared byte for byte with the one Terraform announced, and the P-521 signature is
//! checked by the `p521` crate.

use std::fmt;
use std::sync::Arc;

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{DerSignature, VerifyingKey};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature};
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivateKeyDer, SignatureVerificationAlgorithm, UnixTime,
    alg_id,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, PeerIncompatible, ServerConfig, SignatureScheme,
};
use tokio_rustls::TlsAcceptor;

use super::ServeError;

/// The server's side of mutual TLS, good for one process.
pub(super) struct MutualTls {
    pub(super) acceptor: TlsAcceptor,
    /// The server's certificate (DER), which the client must learn through the handshake line.
    pub(super) certificate: CertificateDer<'static>,
}

/// Makes a key and a certificate for `localhost` (the name Go checks), and lets in nobody but the owner of
/// `client_certificate`.
pub(super) fn mutual(client_certificate: CertificateDer<'static>) -> Result<MutualTls, ServeError> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])
        .map_err(|error| ServeError::Tls(error.to_string()))?;
    let certificate = own.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(PinnedClient::new(client_certificate, &provider));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .and_then(|builder| {
            builder.with_client_cert_verifier(verifier).with_single_cert(vec![certificate.clone()], key)
        })
        .map_err(|error| ServeError::Tls(error.to_string()))?;
    // Go's gRPC from 1.67 on refuses a server that does not name the protocol.
    config.alpn_protocols = vec![b"h2".to_vec()];
    // There is one connection in a process's life, so nothing to resume.
    config.send_tls13_tickets = 0;
    Ok(MutualTls { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
}

/// Accepts one certificate and demands it.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    ring: WebPkiSupportedAlgorithms,
}

impl PinnedClient {
    fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        Self { certificate, ring: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = if signed.scheme == SignatureScheme::ECDSA_NISTP521_SHA512 { &P521 } else { &self.ring };
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        [P521.supported_schemes(), self.ring.supported_schemes()].concat()
    }
}

/// The one signature scheme that go-plugin's clients use, and ring lacks.
static P521: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521Sha512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521Sha512])],
};

struct EcdsaP521Sha512;

impl fmt::Debug for EcdsaP521Sha512 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ECDSA_P521_SHA512")
    }
}

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = DerSignature::from_bytes(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// A P-521 key and its signature over `terraform`, both made by OpenSSL.
    const PUBLIC_KEY: &str = "BAHQv9GeRHLKat009eHzSVLXqlvnt3o9lHuhQIBTwyqXcQaRwO9owX3dz8J8nYljl7lZ+EwxNHQxmhI4rEsuzW7T\
        CgDkwnee2559GKrhKrfT80aJ7k3BeeRUfxVVNLONIVkXV8fav9fbEa/bt+P7SkzL7XWKW37TfrkG2UwJMPKbLT5KpA==";
    const SIGNATURE: &str = "MIGIAkIAha2ud2prGBpB7ZgLDdqls0BkViSr+GL7DzgnI3MiACyAfXH+XGIJo7bbHZOhEwvRyeW3nfIOPP1JtB9xa+\
        A2RsACQgDCv9yMuDOqc6vUouKF/O1CkgTH8kxzJ9zSD2SXAHfQos6T2brZllCFCycvAMvg2JjAwMnp3PhPs8Iw8s4GNqKmgA==";

    fn decode(text: &str) -> Vec<u8> {
        STANDARD.decode(text).expect("base64")
    }

    #[test]
    fn a_p521_signature_of_openssl_is_accepted_and_no_other() {
        let (key, signature) = (decode(PUBLIC_KEY), decode(SIGNATURE));
        let verify = |key: &[u8], message: &[u8], signature: &[u8]| {
            EcdsaP521Sha512.verify_signature(key, message, signature).is_ok()
        };
        assert!(verify(&key, b"terraform", &signature));
        assert!(!verify(&key, b"terraforn", &signature));
        assert!(!verify(&key[..132], b"terraform", &signature));
        assert!(!verify(&key, b"terraform", b""));
        let mut other = signature.clone();
        other[20] ^= 1;
        assert!(!verify(&key, b"terraform", &other));
    }

    #[test]
    fn the_client_must_show_the_announced_certificate() {
        let announced = CertificateDer::from(vec![1, 2, 3]);
        let verifier = PinnedClient::new(announced.clone(), &ring::default_provider());
        let verify = |certificate| verifier.verify_client_cert(certificate, &[], UnixTime::now());
        assert!(verify(&announced).is_ok());
        assert!(verify(&CertificateDer::from(vec![1, 2, 4])).is_err());
        assert!(verifier.client_auth_mandatory());
    }

    #[test]
    fn the_scheme_of_go_plugin_is_offered_first() {
        let verifier = PinnedClient::new(CertificateDer::from(vec![]), &ring::default_provider());
        assert_eq!(verifier.supported_verify_schemes()[0], SignatureScheme::ECDSA_NISTP521_SHA512);
    }
}
