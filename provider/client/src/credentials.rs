//! Access keys, and where they come from.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// Variable with the access key id.
pub const ACCESS_KEY_ID_VARIABLE: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
/// Variable with the access key secret.
pub const ACCESS_KEY_SECRET_VARIABLE: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
/// Variable with the security token of temporary credentials.
pub const SECURITY_TOKEN_VARIABLE: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// An access key, and the security token if the key is a temporary one from STS.
///
/// The secrets are not printed by `Debug` and wiped from memory on drop.
#[derive(Clone, Debug)]
pub struct Credentials {
    access_key_id: String,
    access_key_secret: SecretString,
    security_token: Option<SecretString>,
}

impl Credentials {
    /// Credentials given in full. An empty security token counts as none.
    pub fn new(
        access_key_id: impl Into<String>,
        access_key_secret: impl Into<SecretString>,
        security_token: Option<SecretString>,
    ) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            access_key_secret: access_key_secret.into(),
            security_token: security_token.filter(|token| !token.expose_secret().is_empty()),
        }
    }

    /// The access key id. Not a secret: it travels in clear in every request.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(crate) fn access_key_secret(&self) -> &SecretString {
        &self.access_key_secret
    }

    pub(crate) fn security_token(&self) -> Option<&SecretString> {
        self.security_token.as_ref()
    }
}

/// Something that knows the credentials to sign the next attempt with.
///
/// It is asked before every attempt, so it should answer from memory and refresh only what is about to expire.
#[async_trait]
pub trait CredentialsProvider: Send + Sync {
    /// The credentials to use now.
    ///
    /// # Errors
    /// [`Error::credentials`], saying what is missing and what to set.
    async fn credentials(&self) -> Result<Credentials, Error>;
}

#[async_trait]
impl CredentialsProvider for Credentials {
    async fn credentials(&self) -> Result<Credentials, Error> {
        Ok(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_token_is_none() {
        let token = |token: &str| Credentials::new("id", "secret", Some(token.into())).security_token().is_some();
        assert!(token("token") && !token(""));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credentials::new("id", "s3cret", Some("t0ken".into())));
        assert!(shown.contains("id") && !shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
    }
}
