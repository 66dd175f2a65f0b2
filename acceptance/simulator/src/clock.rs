//! Simulated time: a timer with a speed factor for people, an explicit hand for tests.

use std::time::Instant;

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How simulated time passes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClockMode {
    /// Simulated time runs `speed` times as fast as real time.
    Timer {
        /// Simulated seconds that pass in one real second; above 0.
        speed: f64,
    },
    /// Simulated time stands still until it is advanced through the admin API.
    Manual,
}

impl Default for ClockMode {
    /// The timer at 600: ten simulated minutes in a real second, so a cluster is there in half a second.
    fn default() -> Self {
        Self::Timer { speed: 600.0 }
    }
}

/// Advancing ends here, with room for everything that is still to come.
const END_OF_TIME: Timestamp = Timestamp::constant(221_845_392_000, 0);

/// The one source of simulated time. It starts at the real time of its creation.
#[derive(Debug)]
pub(crate) struct Clock {
    mode: ClockMode,
    /// Simulated time at `since`.
    base: Timestamp,
    since: Instant,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        Self { mode, base: Timestamp::now(), since: Instant::now() }
    }

    pub(crate) fn mode(&self) -> ClockMode {
        self.mode
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self.mode {
            ClockMode::Manual => self.base,
            ClockMode::Timer { speed } => self.base + seconds(self.since.elapsed().as_secs_f64() * speed),
        }
    }

    /// Changes how time passes, from the present simulated moment on.
    pub(crate) fn set_mode(&mut self, mode: ClockMode) -> Result<(), String> {
        if let ClockMode::Timer { speed } = mode
            && !(speed > 0.0 && speed <= 1_000_000.0)
        {
            return Err(format!("speed must lie between 0 (excluded) and 1000000, got {speed}"));
        }
        self.base = self.now();
        self.since = Instant::now();
        self.mode = mode;
        Ok(())
    }

    /// Jumps ahead, in either mode.
    pub(crate) fn advance(&mut self, by: SignedDuration) -> Result<(), String> {
        let ahead = self.base.checked_add(by).ok().filter(|ahead| *ahead < END_OF_TIME);
        self.base = ahead.ok_or_else(|| format!("{by} from {} is too far away", self.base))?;
        Ok(())
    }
}

/// A duration in simulated seconds.
pub(crate) fn seconds(count: f64) -> SignedDuration {
    SignedDuration::from_millis((count * 1000.0).round() as i64)
}

/// RFC 3339 at +08:00, as the service writes it.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::fixed(Offset::constant(8))).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// RFC 3339 in UTC, as node times are written.
pub(crate) fn stamp_utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_the_service_writes_them() {
        let at: Timestamp = "2026-01-02T20:04:05.678Z".parse().unwrap();
        assert_eq!(stamp(at), "2026-01-03T04:04:05+08:00");
        assert_eq!(stamp_utc(at), "2026-01-02T20:04:05Z");
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let mut clock = Clock::new(ClockMode::Manual);
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.advance(seconds(304.0)).unwrap();
        assert_eq!(clock.now().duration_since(start).as_secs(), 304);
    }

    #[test]
    fn changing_the_mode_keeps_the_simulated_moment() {
        let mut clock = Clock::new(ClockMode::Manual);
        clock.advance(seconds(1000.0)).unwrap();
        let before = clock.now();
        clock.set_mode(ClockMode::Timer { speed: 1.0 }).unwrap();
        assert!(clock.now() >= before);
        assert!(clock.set_mode(ClockMode::Timer { speed: 0.0 }).is_err());
        assert!(clock.set_mode(ClockMode::Timer { speed: f64::NAN }).is_err());
    }
}
