//! When the service may do maintenance, and which upgrades it may do by itself.

use serde_json::{Value as Json, json};
use tf_provider::document::forms;
use tf_provider::{Model, Set, StringEnum};

/// A weekly time at which the service may upgrade and repair.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct MaintenanceWindow {
    /// When it begins: a time of day such as `03:00:00Z`, or a point in time with its offset such as
    /// `2026-01-01T03:00:00.000+08:00`.
    #[attr(check = check_maintenance_time)]
    pub(crate) maintenance_time: String,
    /// How long it lasts: whole hours from `1h` to `24h`.
    #[attr(default = "3h", check = check_duration)]
    pub(crate) duration: String,
    /// Its days of the week. Either this or `recurrence` is needed.
    #[attr(len = 1..=7, conflicts(recurrence))]
    #[api(form = forms::COMMAS)]
    pub(crate) weekly_period: Option<Set<Weekday>>,
    /// Its repetition as a rule of RFC 5545 with `FREQ=WEEKLY`, such as `FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,TU`; without
    /// `COUNT` and `UNTIL`.
    #[attr(check = check_recurrence)]
    pub(crate) recurrence: Option<String>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum Weekday {
    /// The day after Sunday.
    Monday,
    /// The day after Monday.
    Tuesday,
    /// The day after Tuesday.
    Wednesday,
    /// The day after Wednesday.
    Thursday,
    /// The day after Thursday.
    Friday,
    /// The day after Friday.
    Saturday,
    /// The day after Saturday.
    Sunday,
}

/// Upgrades of Kubernetes that the service does by itself, in the maintenance window.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct AutoUpgrade {
    /// Whether the service upgrades.
    #[attr(default = true)]
    pub(crate) enabled: bool,
    /// How far it goes: `patch` stays within the minor version, `stable` follows the second newest minor version,
    /// `rapid` the newest.
    pub(crate) channel: Channel,
}

/// How far automatic upgrades go.
#[derive(Clone, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum Channel {
    /// New patches of the minor version.
    #[value("patch")]
    Patch,
    /// The second newest minor version.
    #[value("stable")]
    Stable,
    /// The newest minor version.
    #[value("rapid")]
    Rapid,
    /// A channel that came later.
    Other(String),
}

/// `15:04:05Z`, or RFC 3339 with an offset.
fn check_maintenance_time(text: &str) -> Result<(), String> {
    const DATE: &[u8] = b"dddd-dd-ddT";
    let (date, rest) = match text.split_once('T') {
        Some((date, rest)) => (format!("{date}T"), rest),
        None => (String::new(), text),
    };
    let dated = date.is_empty() || fits(&date, DATE);
    let clock = rest.get(..8).is_some_and(|clock| fits(clock, b"dd:dd:dd") && is_time_of_day(clock));
    let zone = rest.get(8..).unwrap_or_default();
    let zone =
        zone.strip_prefix('.').map_or(zone, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zoned = zone == "Z" || fits(zone, b"+dd:dd") || fits(zone, b"-dd:dd");
    if dated && clock && zoned {
        return Ok(());
    }
    Err("must be a time such as \"03:00:00Z\" or \"2026-01-01T03:00:00.000+08:00\"".to_owned())
}

fn fits(text: &str, shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(found, wanted)| match wanted {
            b'd' => found.is_ascii_digit(),
            wanted => found == *wanted,
        })
}

fn is_time_of_day(clock: &str) -> bool {
    let limits = [23, 59, 59];
    clock.split(':').zip(limits).all(|(part, most)| part.parse::<u8>().is_ok_and(|part| part <= most))
}

fn check_duration(text: &str) -> Result<(), String> {
    let hours = text.strip_suffix('h').and_then(|hours| hours.parse::<u8>().ok());
    if hours.is_some_and(|hours| (1..=24).contains(&hours)) && !text.starts_with(['0', '+']) {
        return Ok(());
    }
    Err("must be whole hours from \"1h\" to \"24h\"".to_owned())
}

fn check_recurrence(text: &str) -> Result<(), String> {
    let mut names = Vec::new();
    let mut weekly = false;
    for part in text.split(';') {
        let Some((name, value)) = part.split_once('=') else {
            return Err("must be a rule of RFC 5545, such as \"FREQ=WEEKLY;BYDAY=SA,SU\"".to_owned());
        };
        weekly |= (name, value) == ("FREQ", "WEEKLY");
        names.push(name);
    }
    if !weekly {
        return Err("must contain \"FREQ=WEEKLY\": the service repeats a maintenance window only weekly".to_owned());
    }
    if let Some(ending) = names.into_iter().find(|name| ["COUNT", "UNTIL"].contains(name)) {
        return Err(format!("must not have {ending}: the service accepts no rule that ends"));
    }
    Ok(())
}

impl MaintenanceWindow {
    /// What the bindings do not say of an answer: days that the service fills in beside a rule are none of the user's.
    pub(super) fn absorbed(&mut self) {
        if self.recurrence.is_some() {
            self.weekly_period = None;
        }
    }

    /// What the bindings do not say of a change: a rule that `present` has beyond it is cleared, because it would win over
    /// days of the week; exclusions are kept.
    pub(super) fn complete(sent: &mut Json, present: &Json) {
        if sent["enable"] != true {
            return;
        }
        if sent.get("recurrence").is_none() && present["recurrence"].as_str().is_some_and(|rule| !rule.is_empty()) {
            sent["recurrence"] = json!("");
        }
        if present["exclusions"].as_array().is_some_and(|spans| !spans.is_empty()) {
            sent["exclusions"] = present["exclusions"].clone();
        }
    }
}

impl AutoUpgrade {
    /// The automatic upgrades that the service does. `own` is what was written before: a block that switches them off
    /// means the same as none, and the service may forget the channel of upgrades that are off.
    pub(crate) fn of(remote: &Json, own: Option<&Self>) -> Option<Self> {
        let enabled = remote["enabled"] == true;
        if enabled {
            let channel = remote["channel"].as_str().and_then(Channel::parse).unwrap_or(Channel::Patch);
            return Some(Self { enabled, channel });
        }
        own.map(|own| Self { enabled, channel: own.channel.clone() })
    }

    /// Automatic upgrades as they are sent.
    pub(crate) fn request(upgrade: Option<&Self>) -> Json {
        match upgrade {
            Some(Self { enabled, channel }) => json!({"enabled": enabled, "channel": channel.as_str()}),
            None => json!({"enabled": false}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_durations_and_rules_are_checked() {
        let time = |text: &str| check_maintenance_time(text).is_ok();
        for text in ["03:00:00Z", "2026-01-01T03:00:00.000+08:00", "2026-01-01T23:59:59Z"] {
            assert!(time(text), "{text}");
        }
        for text in ["", "3am", "03:00", "24:00:00Z", "03:00:00", "2026-1-1T03:00:00Z", "T03:00:00Z", "03:00:00.Zé"] {
            assert!(!time(text), "{text}");
        }
        let duration = |text: &str| check_duration(text).is_ok();
        assert!(duration("1h") && duration("24h"));
        for text in ["0h", "25h", "3", "90m", "1.5h", "+3h", "03h"] {
            assert!(!duration(text), "{text}");
        }
        let rule = |text: &str| check_recurrence(text);
        assert_eq!(rule("FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,TU"), Ok(()));
        assert!(rule("FREQ=DAILY").unwrap_err().contains("FREQ=WEEKLY"));
        assert!(rule("FREQ=WEEKLY;COUNT=3").unwrap_err().contains("COUNT"));
        assert!(rule("weekly").unwrap_err().contains("RFC 5545"));
    }

    #[test]
    fn days_of_the_week_clear_the_rule_before_and_exclusions_stay() {
        let exclusions = json!([{"name": "new-year", "scope": "NoOperations"}]);
        let present = json!({"enable": true, "recurrence": "FREQ=WEEKLY", "exclusions": exclusions});
        let mut sent = json!({"enable": true, "weekly_period": "Monday,Sunday"});
        MaintenanceWindow::complete(&mut sent, &present);
        assert_eq!(
            sent,
            json!({"enable": true, "weekly_period": "Monday,Sunday", "recurrence": "", "exclusions": exclusions})
        );
        let mut off = json!({"enable": false});
        MaintenanceWindow::complete(&mut off, &present);
        assert_eq!(off, json!({"enable": false}));
    }

    #[test]
    fn upgrades_that_are_off_are_the_same_as_none() {
        let off = AutoUpgrade::request(None);
        assert_eq!(off, json!({"enabled": false}));
        assert_eq!(AutoUpgrade::of(&off, None), None);
        let written = AutoUpgrade { enabled: false, channel: Channel::Rapid };
        assert_eq!(AutoUpgrade::of(&off, Some(&written)), Some(written.clone()));
        let on = AutoUpgrade { enabled: true, channel: Channel::Stable };
        assert_eq!(AutoUpgrade::of(&AutoUpgrade::request(Some(&on)), Some(&written)), Some(on));
    }
}
