//! Durations as people write them: `40m`, `1h30m`, `90s`.

/// The seconds of a duration in parts of hours, minutes and seconds. `None` if it is not one, or no time at all.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    let mut rest = text;
    let mut largest = u64::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let unit = match rest.as_bytes()[end] {
            b'h' => 3600,
            b'm' => 60,
            b's' => 1,
            _ => return None,
        };
        // From large to small, each once: "5m1h" and "5m5m" are slips rather than durations.
        if unit >= largest {
            return None;
        }
        largest = unit;
        let count: u64 = rest[..end].parse().ok()?;
        total = total.checked_add(count.checked_mul(unit)?)?;
        rest = &rest[end + 1..];
    }
    (total > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn reads_hours_minutes_and_seconds() {
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("40m"), Some(2400));
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("1h1m1s"), Some(3661));
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in
            ["", "40", "m", "40 m", "-5m", "1.5h", "40min", "2d", "5m1h", "5m5m", "0s", "40µ", "99999999999999999h"]
        {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }
}
