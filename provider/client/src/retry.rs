//! When a call is made again, and after how long. Pure; the loop is in `client.rs`.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::error::{Error, Kind};
use crate::request::Request;

/// How long things may take, and how retries are spaced. The defaults suit the real service.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// To make a connection, TLS included: 5 s.
    pub connect: Duration,
    /// One attempt, from connecting to the last byte of the answer: 30 s.
    pub attempt: Duration,
    /// The whole call, all attempts and the pauses between them: 2 minutes.
    pub call: Duration,
    /// Shortest pause between attempts, doubled each time, with a random part of the same size: 200 ms.
    pub first_pause: Duration,
    /// Longest pause before the random part is added: 10 s.
    pub longest_pause: Duration,
    /// How long an idle connection is kept for the next call: 5 s. The service drops one after 8 s or more, and a
    /// request must not run into the drop.
    pub idle_connection: Duration,
    /// How long an answer about the siblings of a node pool or an add-on is shared: 2 s.
    pub shared_reads: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(120),
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(10),
            idle_connection: Duration::from_secs(5),
            shared_reads: Duration::from_secs(2),
        }
    }
}

/// Times that an endpoint is tried of which nobody knows that it is the right one: enough for a network that comes up
/// late, and an end within seconds for one that is not there.
const ATTEMPTS_TO_REACH_AN_UNPROVEN_ENDPOINT: u32 = 5;

impl Limits {
    /// The time that an attempt must have for its answer, to be worth beginning.
    pub(crate) fn shortest_attempt(&self) -> Duration {
        self.attempt.min(self.call) / 10
    }

    pub(crate) fn pauses(&self) -> ExponentialBackoff {
        ExponentialBuilder::new()
            .with_min_delay(self.first_pause)
            .with_max_delay(self.longest_pause)
            .with_factor(2.0)
            .with_jitter()
            .without_max_times()
            .build()
    }
}

/// Whether the request may be sent once more after `error` ended attempt number `attempt` (from 1).
///
/// A request that must not be repeated is, if it is certain that the service did not carry it out.
pub(crate) fn may_repeat(request: &Request, error: &Error, attempt: u32, worth_waiting_for: bool) -> bool {
    if !error.is_retryable() {
        return false;
    }
    let unreachable = matches!(error.kind(), Kind::Connect { .. });
    if unreachable && !worth_waiting_for && attempt >= ATTEMPTS_TO_REACH_AN_UNPROVEN_ENDPOINT {
        return false;
    }
    request.is_repeatable() || !error.may_have_been_executed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    fn service(status: u16, code: &str) -> Error {
        let (code, message) = (code.to_owned(), String::new());
        Error::new("Any", Kind::Service { status, code, message, request_id: None, throttled: false })
    }

    fn broken() -> Error {
        Error::new("Any", Kind::Broken { endpoint: "e".into(), cause: "c".into() })
    }

    fn unreachable(permanent: bool) -> Error {
        Error::new("Any", Kind::Connect { endpoint: "e".into(), cause: "c".into(), advice: "a", permanent })
    }

    #[test]
    fn a_post_is_repeated_only_if_it_was_certainly_not_carried_out() {
        let post = Request::of(&operations::CREATE_CLUSTER_NODE_POOL, &[("cluster_id", "c1")]);
        let again = |error| may_repeat(&post, &error, 1, true);
        assert!(again(service(503, "Throttling.User")));
        assert!(again(unreachable(false)));
        assert!(!again(service(500, "InternalError")));
        assert!(!again(broken()));
        let of = [("cluster_id", "c1"), ("component_id", "coredns")];
        let harmless = Request::of(&operations::MODIFY_CLUSTER_ADDON, &of);
        assert!(may_repeat(&harmless, &broken(), 1, true));
        assert!(may_repeat(&harmless, &service(500, "InternalError"), 1, true));
    }

    #[test]
    fn a_post_that_was_too_many_is_repeated_without_a_code_too() {
        let post = Request::of(&operations::CREATE_CLUSTER, &[]);
        let bare = Error::new("Any", Kind::Answer { status: 429, cause: "c".into(), request_id: None });
        assert!(may_repeat(&post, &bare, 1, true));
    }

    #[test]
    fn what_will_not_pass_is_not_repeated() {
        let read = Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", "c1")]);
        for error in [service(404, "ErrorClusterNotFound"), service(400, "ErrorClusterState"), unreachable(true)] {
            assert!(!may_repeat(&read, &error, 1, true), "{error}");
        }
        assert!(may_repeat(&read, &broken(), 1, true));
    }

    #[test]
    fn an_endpoint_that_never_answered_is_given_up_soon() {
        let read = Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", "c1")]);
        assert!(may_repeat(&read, &unreachable(false), 4, false));
        assert!(!may_repeat(&read, &unreachable(false), 5, false));
        assert!(may_repeat(&read, &unreachable(false), 50, true), "an outage of one that is known is waited for");
    }

    /// R20: the service drops a connection that was idle for 8 s, and a request must not run into the drop. There has
    /// to be time for it to get there, too.
    #[test]
    fn an_idle_connection_is_closed_before_the_service_drops_it() {
        let (dropped_after, on_the_way) = (Duration::from_secs(8), Duration::from_millis(500));
        let idle = Limits::default().idle_connection;
        assert!(idle + on_the_way < dropped_after, "{idle:?}");
        assert!(!idle.is_zero(), "a connection would serve one call only");
    }

    #[test]
    fn one_attempt_never_takes_the_time_of_the_whole_call() {
        let limits = Limits::default();
        assert!(limits.connect < limits.attempt && limits.attempt < limits.call);
        assert!(limits.longest_pause * 2 < limits.call);
    }

    #[test]
    fn pauses_grow_are_scattered_and_do_not_end() {
        let limits = Limits::default();
        let pauses: Vec<_> = limits.pauses().take(100).collect();
        assert_eq!(pauses.len(), 100);
        assert!(pauses[0] >= limits.first_pause && pauses[0] <= limits.first_pause * 2);
        assert!(pauses[3] >= limits.first_pause * 8);
        assert!(pauses.iter().all(|pause| *pause <= limits.longest_pause * 2));
    }
}
