//! When the service may do maintenance, and which upgrades it may do by itself.

use ack_client as api;
use tf_provider::{Model, Set, StringEnum};

/// A weekly time at which the service may upgrade and repair.
#[derive(Clone, Debug, PartialEq, Model)]
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
    /// The window that the service has; `None` when it is off. What the service fills in by itself beside a
    /// `recurrence` is left out.
    pub(crate) fn of(remote: Option<&api::MaintenanceWindow>) -> Option<Self> {
        let remote = remote.filter(|window| window.enable == Some(true))?;
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let recurrence = text(&remote.recurrence);
        let days = text(&remote.weekly_period).filter(|_| recurrence.is_none());
        Some(Self {
            maintenance_time: text(&remote.maintenance_time).unwrap_or_default(),
            duration: text(&remote.duration).unwrap_or_else(|| "3h".to_owned()),
            weekly_period: days.map(|days| days.split(',').filter_map(|day| Weekday::parse(day.trim())).collect()),
            recurrence,
        })
    }

    /// The window as it is sent. A rule that `present` has beyond it is cleared, because it would win over days of the
    /// week; exclusions are kept.
    pub(crate) fn request(&self, present: Option<&api::MaintenanceWindow>) -> api::MaintenanceWindow {
        let rule = present.and_then(|window| window.recurrence.as_ref()).filter(|rule| !rule.is_empty());
        let days = self.weekly_period.as_ref().map(|days| {
            let days: Vec<_> = Weekday::VALUES
                .iter()
                .filter(|day| Weekday::parse(day).is_some_and(|day| days.contains(&day)))
                .copied()
                .collect();
            days.join(",")
        });
        api::MaintenanceWindow {
            enable: Some(true),
            maintenance_time: Some(self.maintenance_time.clone()),
            duration: Some(self.duration.clone()),
            weekly_period: days,
            recurrence: self.recurrence.clone().or_else(|| rule.map(|_| String::new())),
            exclusions: present.and_then(|window| window.exclusions.clone()).filter(|spans| !spans.is_empty()),
        }
    }
}

/// No maintenance window.
pub(crate) fn no_window() -> api::MaintenanceWindow {
    api::MaintenanceWindow { enable: Some(false), ..api::MaintenanceWindow::default() }
}

impl AutoUpgrade {
    /// The automatic upgrades that the service does. `own` is what was written before: a block that switches them off
    /// means the same as none, and the service may forget the channel of upgrades that are off.
    pub(crate) fn of(remote: Option<&api::OperationPolicy>, own: Option<&Self>) -> Option<Self> {
        let remote = remote.and_then(|policy| policy.cluster_auto_upgrade.as_ref());
        let enabled = remote.and_then(|upgrade| upgrade.enabled).unwrap_or(false);
        let channel = remote.and_then(|upgrade| Channel::parse(upgrade.channel.as_deref()?));
        if enabled {
            return Some(Self { enabled, channel: channel.unwrap_or(Channel::Patch) });
        }
        own.map(|own| Self { enabled, channel: own.channel.clone() })
    }
}

/// Automatic upgrades as they are sent.
pub(crate) fn operation_policy(upgrade: Option<&AutoUpgrade>) -> api::OperationPolicy {
    let cluster_auto_upgrade = api::AutoUpgrade {
        enabled: Some(upgrade.is_some_and(|upgrade| upgrade.enabled)),
        channel: upgrade.map(|upgrade| upgrade.channel.to_string()),
    };
    api::OperationPolicy { cluster_auto_upgrade: Some(cluster_auto_upgrade) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn window() -> MaintenanceWindow {
        MaintenanceWindow {
            maintenance_time: "03:00:00Z".to_owned(),
            duration: "3h".to_owned(),
            weekly_period: Some([Weekday::Sunday, Weekday::Monday].into_iter().collect()),
            recurrence: None,
        }
    }

    fn remote(value: serde_json::Value) -> api::MaintenanceWindow {
        serde_json::from_value(value).unwrap()
    }

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
    fn a_window_goes_out_and_comes_back_the_same() {
        let sent = window().request(None);
        assert_eq!(
            serde_json::to_value(&sent).unwrap(),
            json!({"enable": true, "maintenance_time": "03:00:00Z", "duration": "3h", "weekly_period": "Monday,Sunday"})
        );
        assert_eq!(MaintenanceWindow::of(Some(&sent)), Some(window()));
        assert_eq!(MaintenanceWindow::of(Some(&no_window())), None);
        assert_eq!(MaintenanceWindow::of(None), None);
    }

    #[test]
    fn days_of_the_week_clear_the_rule_before_and_exclusions_stay() {
        let exclusions = json!([{"name": "new-year", "scope": "NoOperations"}]);
        let present = remote(json!({"enable": true, "recurrence": "FREQ=WEEKLY", "exclusions": exclusions}));
        let sent = serde_json::to_value(window().request(Some(&present))).unwrap();
        assert_eq!((&sent["recurrence"], &sent["weekly_period"]), (&json!(""), &json!("Monday,Sunday")));
        assert_eq!(sent["exclusions"], exclusions);
    }

    #[test]
    fn days_that_the_service_adds_to_a_rule_are_no_difference() {
        let shown = remote(
            json!({"enable": true, "maintenance_time": "03:00:00Z", "recurrence": "FREQ=WEEKLY", "weekly_period": "Thursday"}),
        );
        let window = MaintenanceWindow::of(Some(&shown)).unwrap();
        assert_eq!((window.weekly_period, window.recurrence.as_deref()), (None, Some("FREQ=WEEKLY")));
        assert_eq!(window.duration, "3h");
    }

    #[test]
    fn upgrades_that_are_off_are_the_same_as_none() {
        let off = operation_policy(None);
        assert_eq!(serde_json::to_value(&off).unwrap(), json!({"cluster_auto_upgrade": {"enabled": false}}));
        assert_eq!(AutoUpgrade::of(Some(&off), None), None);
        let written = AutoUpgrade { enabled: false, channel: Channel::Rapid };
        assert_eq!(AutoUpgrade::of(Some(&off), Some(&written)), Some(written.clone()));
        let on = AutoUpgrade { enabled: true, channel: Channel::Stable };
        assert_eq!(AutoUpgrade::of(Some(&operation_policy(Some(&on))), Some(&written)), Some(on));
    }
}
