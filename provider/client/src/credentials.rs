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

    /// Credentials from the environment, read through `variable` (in a program: `&|name| std::env::var(name).ok()`).
    ///
    /// # Errors
    /// Names the variables that are missing or empty.
    pub fn from_env(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let present = |name| variable(name).filter(|value| !value.is_empty());
        match (present(ACCESS_KEY_ID_VARIABLE), present(ACCESS_KEY_SECRET_VARIABLE)) {
            (Some(id), Some(secret)) => {
                Ok(Self::new(id, secret, present(SECURITY_TOKEN_VARIABLE).map(SecretString::from)))
            }
            (id, secret) => {
                let missing: Vec<_> =
                    [(id.is_none(), ACCESS_KEY_ID_VARIABLE), (secret.is_none(), ACCESS_KEY_SECRET_VARIABLE)]
                        .into_iter()
                        .filter_map(|(missing, name)| missing.then_some(name))
                        .collect();
                Err(Error::credentials(format!(
                    "no credentials: {} not set; set {ACCESS_KEY_ID_VARIABLE} and {ACCESS_KEY_SECRET_VARIABLE} (and \
                     {SECURITY_TOKEN_VARIABLE} for temporary credentials)",
                    missing.join(" and ")
                )))
            }
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

    fn from(pairs: &[(&str, &str)]) -> Result<Credentials, Error> {
        Credentials::from_env(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_gives_key_and_token() {
        let read = from(&[
            (ACCESS_KEY_ID_VARIABLE, "id"),
            (ACCESS_KEY_SECRET_VARIABLE, "secret"),
            (SECURITY_TOKEN_VARIABLE, "token"),
        ])
        .unwrap();
        assert_eq!(read.access_key_id(), "id");
        assert_eq!(read.access_key_secret().expose_secret(), "secret");
        assert_eq!(read.security_token().unwrap().expose_secret(), "token");
        let read = from(&[
            (ACCESS_KEY_ID_VARIABLE, "id"),
            (ACCESS_KEY_SECRET_VARIABLE, "secret"),
            (SECURITY_TOKEN_VARIABLE, ""),
        ])
        .unwrap();
        assert!(read.security_token().is_none());
    }

    #[test]
    fn missing_variables_are_named() {
        let text = from(&[(ACCESS_KEY_ID_VARIABLE, "id")]).unwrap_err().to_string();
        assert!(text.starts_with("no credentials: ALIBABA_CLOUD_ACCESS_KEY_SECRET not set; set"), "{text}");
        let text = from(&[(ACCESS_KEY_SECRET_VARIABLE, "hidden")]).unwrap_err().to_string();
        assert!(text.starts_with("no credentials: ALIBABA_CLOUD_ACCESS_KEY_ID not set; set"), "{text}");
        assert!(!text.contains("hidden"));
        assert!(from(&[]).unwrap_err().to_string().contains("_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET not set"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credentials::new("id", "s3cret", Some("t0ken".into())));
        assert!(shown.contains("id") && !shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
    }
}
