//! The certificate that Terraform makes for each provider that it starts.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey};
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, Signer, SigningKey as TlsKey, SingleCertAndKey};
use rustls::{SignatureAlgorithm, SignatureScheme};
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder as _, CertificateBuilder, Error};
use x509_cert::der::Encode as _;
use x509_cert::der::asn1::Ia5String;
use x509_cert::der::flagset::FlagSet;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use super::super::failure::Failure;

const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

/// A certificate as go-plugin's clients have it: P-521, self-signed, an authority for `localhost`.
pub struct Certificate {
    der: CertificateDer<'static>,
    key: Arc<Key>,
}

impl Certificate {
    /// A new key, and its certificate.
    ///
    /// # Errors
    /// There is no randomness to be had.
    pub fn new() -> Result<Self, Failure> {
        let failure = |error: &dyn fmt::Display| Failure::new("certificate", error.to_string());
        let key = random_key()?;
        let der = self_signed(&key).map_err(|error| failure(&error))?;
        Ok(Self { der: der.into(), key: Arc::new(Key(key)) })
    }

    /// The certificate as `PLUGIN_CLIENT_CERT` has it.
    pub fn pem(&self) -> String {
        let body = STANDARD.encode(&self.der);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    /// What shows it to a server that asks for it.
    pub(super) fn shown(&self) -> Arc<SingleCertAndKey> {
        Arc::new(CertifiedKey::new(vec![self.der.clone()], self.key.clone()).into())
    }
}

fn random_key() -> Result<SigningKey, Failure> {
    let random = rustls::crypto::ring::default_provider().secure_random;
    let mut secret = [0; 66];
    // The first byte stays zero: with it, one of two numbers would be past the order of the curve.
    random.fill(&mut secret[1..]).map_err(|_| Failure::new("certificate", "there is no randomness"))?;
    SigningKey::from_slice(&secret).map_err(|error| Failure::new("certificate", error.to_string()))
}

fn self_signed(key: &SigningKey) -> Result<Vec<u8>, Error> {
    let now = SystemTime::now();
    let (from, until) = (now - Duration::from_secs(30), now + Duration::from_hours(30 * 365 * 24));
    let validity = Validity::new(Time::try_from(from)?, Time::try_from(until)?);
    let public = SubjectPublicKeyInfo::from_key(key.verifying_key())?;
    let name: Name = "CN=localhost,O=HashiCorp".parse()?;
    let certificate = CertificateBuilder::new(Localhost(name), SerialNumber::from(1_u32), validity, public)?;
    Ok(certificate.build::<_, DerSignature>(key)?.to_der()?)
}

struct Localhost(Name);

impl BuilderProfile for Localhost {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> Result<Vec<Extension>, Error> {
        let usages: FlagSet<KeyUsages> =
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment | KeyUsages::KeyAgreement | KeyUsages::KeyCertSign;
        let host = GeneralName::DnsName(Ia5String::new("localhost")?);
        Ok(vec![
            KeyUsage(usages).to_extension(&self.0, &[])?,
            ExtendedKeyUsage(vec![CLIENT_AUTH, SERVER_AUTH]).to_extension(&self.0, &[])?,
            BasicConstraints { ca: true, path_len_constraint: None }.to_extension(&self.0, &[])?,
            SubjectAltName(vec![host]).to_extension(&self.0, &[])?,
        ])
    }
}

/// Signs a TLS handshake, which ring does not do with P-521.
#[derive(Clone)]
struct Key(SigningKey);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a P-521 key")
    }
}

impl TlsKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: DerSignature =
            self.0.try_sign(message).map_err(|error| rustls::Error::General(error.to_string()))?;
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
