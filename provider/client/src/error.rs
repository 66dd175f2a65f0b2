//! The one error of the client, and what may be concluded from it.
//!
//! Questions (`is_not_found`, `is_busy`, ...) are decided on the error code of the service, never on its text, which is
//! written for people and changes. An HTTP status alone decides nothing about a resource: a 404 without one of the
//! codes below may just as well come from a wrong endpoint, and must not make anybody believe that a cluster is gone.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Codes that say that the thing asked for does not exist. That of tasks is assumed, after those of the others.
const NOT_FOUND: &[&str] = &[
    "ErrorClusterNotFound",
    "ErrorNodePoolNotFound",
    "AddonNotFound",
    "ErrorTaskNotFound",
    // Assumed: no document says how a policy is not found.
    "ErrorAutoRepairPolicyNotFound",
];

/// Codes that say that the request was refused, unexecuted, because too many arrived.
const THROTTLED: &[&str] = &["Throttling", "Rejected.Throttling", "QPS Limit Exceeded"];

/// Codes that say that another operation is under way and that the same request will be accepted later.
const BUSY: &[&str] = &["InvalidNodePoolStatus.Forbidden", "ErrorClusterState", "DependencyViolation.Resource"];

/// Codes that say that the name is taken.
const NAME_TAKEN: &[&str] = &["ErrorClusterNameAlreadyExist", "ClusterNameAlreadyExist"];

/// What to do about an answer that is not the service's.
const CHECK_ENDPOINT: &str = "check that the endpoint is one of Container Service";

/// Why a call did not give an answer.
///
/// `Display` is one sentence for people; the methods are for programs. Cheap to clone.
#[derive(Clone)]
pub struct Error(Arc<Failure>);

#[derive(Clone)]
struct Failure {
    operation: Option<&'static str>,
    kind: Kind,
    /// The request may have been carried out, although nobody said so.
    uncertain: bool,
    /// How often it was sent, or tried to be.
    attempts: u32,
    /// From the first attempt to the end of the last one.
    elapsed: Duration,
}

impl Failure {
    fn new(operation: Option<&'static str>, kind: Kind) -> Self {
        Self { operation, kind, uncertain: false, attempts: 1, elapsed: Duration::ZERO }
    }
}

/// What went wrong.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Kind {
    /// The service answered with an error.
    #[error("{code}: {} (HTTP {status}, {})", Words(message), RequestId(request_id))]
    Service { status: u16, code: String, message: String, request_id: Option<String>, throttled: bool },
    /// No connection was made; nothing was sent.
    #[error("cannot connect to {endpoint}: {cause}; {advice}")]
    Connect { endpoint: String, cause: String, advice: &'static str, permanent: bool },
    /// The connection broke after the request had started to go out.
    #[error(
        "the connection to {endpoint} broke before the answer was complete: {cause}; check the network and proxy between here and there"
    )]
    Broken { endpoint: String, cause: String },
    /// An attempt got no answer in time.
    #[error("{endpoint} gave no answer within {:.1} s; check the network and proxy between here and there", limit.as_secs_f32())]
    Timeout { endpoint: String, limit: Duration },
    /// An answer that is not what the operation is documented to give.
    #[error("the answer cannot be read: {cause} (HTTP {status}, {}); {CHECK_ENDPOINT}", RequestId(request_id))]
    Answer { status: u16, cause: String, request_id: Option<String> },
    /// Credentials that are missing or unusable.
    #[error("{0}")]
    Credentials(String),
    /// A wrong option of the client, or a request that must not be sent.
    #[error("{0}")]
    Configuration(String),
}

/// Says that the service gave a code and no words, instead of printing none.
struct Words<'a>(&'a str);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.trim().is_empty() { "no further text" } else { self.0 })
    }
}

/// Says that there is no request id, instead of printing an empty one.
struct RequestId<'a>(&'a Option<String>);

impl fmt::Display for RequestId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(f, "request id {id}"),
            None => f.write_str("no request id"),
        }
    }
}

impl Error {
    pub(crate) fn new(operation: &'static str, kind: Kind) -> Self {
        Self(Arc::new(Failure::new(Some(operation), kind)))
    }

    /// Missing or unusable credentials: `message` says which and what to set.
    ///
    /// For implementations of [`CredentialsProvider`](crate::CredentialsProvider).
    pub fn credentials(message: impl Into<String>) -> Self {
        Self(Arc::new(Failure::new(None, Kind::Credentials(message.into()))))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self(Arc::new(Failure::new(None, Kind::Configuration(message.into()))))
    }

    /// The same error, with what is known about all attempts of the call.
    pub(crate) fn after(self, attempts: u32, elapsed: Duration, uncertain: bool) -> Self {
        Self(Arc::new(Failure { attempts, elapsed, uncertain, ..(*self.0).clone() }))
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// Error code of the service, such as `ErrorClusterNotFound`; `None` if the service did not answer.
    pub fn code(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The service's text, which may be empty; or the reason why there is none. Without operation, code and request id.
    pub fn message(&self) -> String {
        match &self.0.kind {
            Kind::Service { message, .. } => message.clone(),
            Kind::Answer { status, cause, .. } => {
                format!("the answer cannot be read: {cause} (HTTP {status}); {CHECK_ENDPOINT}")
            }
            other => other.to_string(),
        }
    }

    /// Id of the request in the service's records, for a support ticket.
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Service { request_id, .. } | Kind::Answer { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
            Kind::Service { status, .. } | Kind::Answer { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Name of the API operation, such as `CreateCluster`; `None` if the error arose before any call.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// How often the request was sent, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The time that all attempts took, the pauses between them included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The cluster, node pool or add-on does not exist.
    ///
    /// Never concluded from the HTTP status; and never from a success that holds an error code, because an answer that
    /// contradicts itself must not make anybody believe that a cluster is gone.
    pub fn is_not_found(&self) -> bool {
        self.status().is_some_and(|status| status >= 400) && self.code().is_some_and(|code| NOT_FOUND.contains(&code))
    }

    /// The request was refused, unexecuted, because too many arrived.
    pub fn is_throttled(&self) -> bool {
        match &self.0.kind {
            Kind::Service { code, throttled, .. } => {
                *throttled || THROTTLED.contains(&code.as_str()) || code.starts_with("Throttling.")
            }
            // Something before the service refuses in its own words.
            Kind::Answer { status, .. } => *status == 429,
            _ => false,
        }
    }

    /// Another operation is under way on the cluster or node pool (or things that depend on it are still being taken
    /// down): the request was refused, and will be accepted when that is over.
    pub fn is_busy(&self) -> bool {
        self.code().is_some_and(|code| BUSY.contains(&code))
    }

    /// The name is taken by another cluster or node pool.
    ///
    /// The service refuses a node pool whose name is taken with `InvalidParameter.Name`, the code of a malformed name.
    pub fn is_conflict(&self) -> bool {
        self.code().is_some_and(|code| {
            NAME_TAKEN.contains(&code)
                || (code == "InvalidParameter.Name" && self.operation() == Some("CreateClusterNodePool"))
        })
    }

    /// The cause is passing: the same request may succeed later.
    ///
    /// The client has already repeated it as often as the deadline of the call and the safety of the operation allow.
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            Kind::Service { status, code, .. } => *status >= 500 || code == "ServiceUnavailable" || self.is_throttled(),
            Kind::Connect { permanent, .. } => !permanent,
            Kind::Broken { .. } | Kind::Timeout { .. } => true,
            Kind::Answer { status, .. } => *status >= 500 || self.is_throttled(),
            Kind::Credentials(_) | Kind::Configuration(_) => false,
        }
    }

    /// The request changes something and may have been carried out, by the last attempt or by an earlier one, although
    /// no answer says so. Look before doing it again: read the object, or search for it by name.
    pub fn is_uncertain(&self) -> bool {
        self.0.uncertain
    }

    /// The credentials are missing, unknown to the service, expired, or not allowed to do this.
    pub fn is_access_denied(&self) -> bool {
        matches!(&self.0.kind, Kind::Credentials(_)) || self.code().is_some_and(|code| access_remedy(code).is_some())
    }

    /// What the user can do about it, where the code tells.
    pub fn remedy(&self) -> Option<&'static str> {
        access_remedy(self.code()?)
    }

    /// No connection to the endpoint was made.
    pub fn is_unreachable(&self) -> bool {
        matches!(&self.0.kind, Kind::Connect { .. })
    }

    /// An attempt got no answer in time.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(&self.0.kind, Kind::Timeout { .. })
    }

    /// Whether the attempt that ended with this error may have been carried out by the service.
    pub(crate) fn may_have_been_executed(&self) -> bool {
        match &self.0.kind {
            // A success that holds an error code says both.
            Kind::Service { status, .. } => !(400..500).contains(status) && !self.is_throttled(),
            Kind::Answer { .. } => !self.is_throttled(),
            Kind::Broken { .. } | Kind::Timeout { .. } => true,
            Kind::Connect { .. } | Kind::Credentials(_) | Kind::Configuration(_) => false,
        }
    }
}

fn access_remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "InvalidAccessKeyId.NotFound" | "InvalidAccessKeyId.Inactive" | "InvalidAccessKeyId" => {
            "check ALIBABA_CLOUD_ACCESS_KEY_ID: the service does not know this access key, or it is disabled"
        }
        "SignatureDoesNotMatch" | "IncompleteSignature" => {
            "check ALIBABA_CLOUD_ACCESS_KEY_SECRET: it does not belong to the access key id"
        }
        "InvalidSecurityToken.Expired"
        | "InvalidSecurityToken.Malformed"
        | "InvalidSecurityToken.MismatchWithAccessKey" => {
            "get new temporary credentials: the security token is expired or belongs to another access key"
        }
        "InvalidTimeStamp.Expired" | "InvalidTimeStamp.Format" => "set the clock of this machine: it is off by minutes",
        "Forbidden.RAM" | "NoPermission" | "ErrorCheckAcl" | "StatusForbidden" => {
            "ask the owner of the account to grant this identity the RAM or RBAC permission for the operation"
        }
        "EntityNotExist.Role" => "authorise the service roles of Container Service once, in its console",
        code if code.starts_with("MissingAuth.") => "authorise the service role that the message names, in the console",
        _ => return None,
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}", self.0.kind)?;
        if let Some(remedy) = self.remedy() {
            write!(f, "; {remedy}")?;
        }
        if self.0.attempts > 1 {
            write!(f, "; given up after {} attempts in {} s", self.0.attempts, self.0.elapsed.as_secs())?;
        }
        if self.0.uncertain {
            f.write_str("; the request may have been carried out all the same")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("uncertain", &self.0.uncertain)
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .finish()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(operation: &'static str, status: u16, code: &str) -> Error {
        Error::new(
            operation,
            Kind::Service {
                status,
                code: code.to_owned(),
                message: "text that decides nothing: not found, throttled, busy".to_owned(),
                request_id: Some("A1B2".to_owned()),
                throttled: false,
            },
        )
    }

    #[test]
    fn only_the_listed_codes_mean_that_something_is_gone() {
        for code in NOT_FOUND.iter().copied() {
            assert!(service("DescribeClusterDetail", 404, code).is_not_found(), "{code}");
        }
        for code in ["404", "InvalidAction.NotFound", "InvalidAccessKeyId.NotFound", "NotFound", "Forbidden.RAM"] {
            assert!(!service("DescribeClusterDetail", 404, code).is_not_found(), "{code}");
        }
    }

    #[test]
    fn throttling_is_certain_not_to_have_been_executed_and_a_server_error_is_not() {
        for code in ["Throttling", "Throttling.User", "Throttling.Api", "Rejected.Throttling", "QPS Limit Exceeded"] {
            let error = service("CreateCluster", 503, code);
            assert!(error.is_throttled() && error.is_retryable() && !error.may_have_been_executed(), "{code}");
        }
        let error = service("CreateCluster", 500, "InternalError");
        assert!(!error.is_throttled() && error.is_retryable() && error.may_have_been_executed());
        let error = service("CreateCluster", 400, "InvalidParameter.Format");
        assert!(!error.is_throttled() && !error.is_retryable() && !error.may_have_been_executed());
    }

    #[test]
    fn busy_and_conflict_are_told_apart() {
        for code in ["InvalidNodePoolStatus.Forbidden", "ErrorClusterState"] {
            let error = service("ModifyClusterNodePool", 400, code);
            assert!(error.is_busy() && !error.is_conflict() && !error.is_retryable(), "{code}");
        }
        assert!(service("CreateCluster", 400, "ErrorClusterNameAlreadyExist").is_conflict());
        assert!(service("CreateClusterNodePool", 400, "InvalidParameter.Name").is_conflict());
        assert!(!service("CreateCluster", 400, "InvalidParameter.Name").is_conflict());
    }

    #[test]
    fn the_sentence_names_operation_code_message_and_request_id() {
        assert_eq!(
            service("DeleteCluster", 403, "Forbidden.RAM").after(3, Duration::from_secs(7), true).to_string(),
            "DeleteCluster: Forbidden.RAM: text that decides nothing: not found, throttled, busy (HTTP 403, request id \
             A1B2); ask the owner of the account to grant this identity the RAM or RBAC permission for the operation; \
             given up after 3 attempts in 7 s; the request may have been carried out all the same"
        );
    }
}
