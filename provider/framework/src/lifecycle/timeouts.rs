//! The `timeouts` attribute: time limits that the user may set.

use std::time::Duration;

use crate::declaration::Timeouts;
pub(super) use crate::operation::TIMEOUTS as NAME;
use crate::operation::{Limit, duration_text};
use crate::schema::{Attribute, Check, Kind, Nesting, Presence, Shown};
use crate::value::{Type, Value};

const DEFAULT: Duration = Duration::from_secs(20 * 60);

/// The attribute, with a member for each operation that has a limit; none if no operation has.
pub(super) fn attribute(timeouts: &Timeouts) -> Option<Attribute> {
    let members: Vec<_> = limits(timeouts)
        .into_iter()
        .filter(|(_, limit, _)| limit.is_some())
        .map(|(name, _, description)| {
            let mut member = Attribute::new(name, description, Kind::Value(Type::String), Presence::Optional);
            member.checks.push(Check::Function(well_formed));
            member
        })
        .collect();
    let description = "How long operations may take, as durations such as `\"45m\"` or `\"1h30m\"`.";
    (!members.is_empty()).then(|| Attribute {
        shown: Shown::Never,
        ..Attribute::new(NAME, description, Kind::Nested(Nesting::Single, members), Presence::Optional)
    })
}

fn limits(timeouts: &Timeouts) -> [(&'static str, Option<Duration>, &'static str); 4] {
    [
        ("create", timeouts.create, "Limit for creating the object."),
        ("read", timeouts.read, "Limit for reading the object, which is repeated while the service is out of order."),
        ("update", timeouts.update, "Limit for changing the object in place."),
        ("delete", timeouts.delete, "Limit for deleting the object."),
    ]
}

/// The limit of an operation: what the user set, else the resource's default.
pub(super) fn limit(set: &Value, timeouts: &Timeouts, operation: &'static str) -> Limit {
    let default = limits(timeouts).into_iter().find(|(name, ..)| *name == operation).and_then(|(_, limit, _)| limit);
    let Some(default) = default else {
        return Limit::fixed(DEFAULT);
    };
    let duration = set.get(operation).and_then(Value::as_str).and_then(parse).unwrap_or(default);
    Limit { duration, setting: Some(operation) }
}

/// The default limit of an operation as text, for the documentation.
pub(crate) fn default_text(timeouts: &Timeouts, operation: &str) -> String {
    let default = limits(timeouts).into_iter().find(|(name, ..)| *name == operation).and_then(|(_, limit, _)| limit);
    duration_text(default.unwrap_or(DEFAULT))
}

fn well_formed(value: &Value) -> Result<(), String> {
    match value.as_str().map(parse) {
        Some(None) => Err("must be a duration such as \"45m\" or \"1h30m\"".to_owned()),
        _ => Ok(()),
    }
}

/// Reads `1h30m`, `45m`, `90s`.
fn parse(text: &str) -> Option<Duration> {
    let (mut seconds, mut digits) = (0_u64, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    // A month is longer than any operation takes, and short enough for every clock.
    (digits.is_empty() && (1..=30 * 24 * 3600).contains(&seconds)).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_they_are_written() {
        for text in ["45m", "1h30m", "90s", "1h", "2h5m10s"] {
            let duration = parse(text).unwrap();
            assert_eq!(parse(&duration_text(duration)), Some(duration), "{text}");
        }
        for text in ["", "45", "m", "-5m", "1.5h", "5 m", "9999999999999999999h", "721h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
