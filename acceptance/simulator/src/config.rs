//! How a simulator is started.

use std::fmt;

use crate::assumptions::Assumptions;
use crate::clock::ClockMode;

/// A key pair that the simulator accepts, with the security token that has to come with it, if any.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    pub(crate) access_key_id: String,
    pub(crate) access_key_secret: String,
    pub(crate) security_token: Option<String>,
}

impl Credential {
    /// A permanent key pair.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self { access_key_id: access_key_id.into(), access_key_secret: access_key_secret.into(), security_token: None }
    }

    /// A temporary key pair, as STS gives out.
    pub fn with_token(
        access_key_id: impl Into<String>,
        access_key_secret: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        Self { security_token: Some(security_token.into()), ..Self::new(access_key_id, access_key_secret) }
    }
}

impl Default for Credential {
    /// `simulator-id` with `simulator-secret`.
    fn default() -> Self {
        Self::new("simulator-id", "simulator-secret")
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credential").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// How a simulator is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port on the loopback address; 0 takes a free one.
    pub port: u16,
    /// Key pairs that are accepted; by default `simulator-id` with `simulator-secret`.
    pub credentials: Vec<Credential>,
    /// How simulated time passes; by default 600 times as fast as real time.
    pub clock: ClockMode,
    /// Seed of identifiers and of faults with a probability: the same seed repeats the same run.
    pub seed: u64,
    /// What is assumed of the service: list lag, exclusivity and the other switches.
    pub assumptions: Assumptions,
    /// Whether requests have to be signed; by default they do.
    pub check_signatures: bool,
    /// Whether every API call is written to standard error, a line each.
    pub echo: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            credentials: vec![Credential::default()],
            clock: ClockMode::default(),
            seed: 1,
            assumptions: Assumptions::default(),
            check_signatures: true,
            echo: false,
        }
    }
}
