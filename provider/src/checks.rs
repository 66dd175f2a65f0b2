//! Rules of single values that are about more than one noun, or about none.

use std::net::IpAddr;

use tf_provider::Set;

/// The rule for the names of clusters and node pools, beside their length.
pub(crate) fn name(name: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
    if let Some(wrong) = name.chars().find(|c| !legal(*c)) {
        return Err(format!(
            "must consist of English letters, digits, Chinese characters, hyphens and underscores, but has {wrong:?}"
        ));
    }
    if name.starts_with('-') {
        return Err("must not start with a hyphen".to_owned());
    }
    Ok(())
}

/// The rule for regions, the provider's and an object's own.
pub(crate) fn region(text: &str) -> Result<(), String> {
    filled(text)?;
    by_the_client(ack_client::check_region(text))
}

/// The client's error as the end of the sentence "The value ...".
pub(crate) fn by_the_client(verdict: Result<(), ack_client::Error>) -> Result<(), String> {
    verdict.map_err(|error| format!("cannot be used: {}", error.message()))
}

/// The rule for texts of which an empty one would mean nothing: "none" is an attribute that is left out.
pub(crate) fn filled(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("must not be empty; to set none, leave the attribute out or make it null".to_owned());
    }
    Ok(())
}

/// The rule for names and addresses in a certificate.
pub(crate) fn hosts(hosts: &Set<String>) -> Result<(), String> {
    hosts.iter().try_for_each(|host| {
        if host.parse::<IpAddr>().is_ok() || is_host_name(host.strip_prefix("*.").unwrap_or(host)) {
            return Ok(());
        }
        let hint = match host.split_once("://") {
            Some(_) => "; leave out the scheme",
            None if host.contains('/') => "; leave out what follows the slash",
            None => "",
        };
        Err(format!("must consist of host names and IP addresses, but has \"{host}\"{hint}"))
    })
}

fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// What time zones look like.
pub(crate) fn usual_timezone(zone: &str) -> Result<(), String> {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-+".contains(c))
    };
    if zone.split('/').all(is_part) && (zone.contains('/') || ["UTC", "GMT"].contains(&zone)) {
        return Ok(());
    }
    Err("does not look like a time zone, such as \"Asia/Shanghai\"".to_owned())
}

/// The names that may have been meant by another one: those that are closest to it, at most three.
pub(crate) fn close_to<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let farthest = (wanted.chars().count() / 3).max(2);
    let mut close: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| match name.contains(wanted) || wanted.contains(name) {
            true => (1, name),
            false => (strsim::osa_distance(wanted, name), name),
        })
        .filter(|(distance, _)| *distance <= farthest)
        .collect();
    close.sort_unstable();
    let closest = close.first().map_or(0, |(distance, _)| *distance);
    close.into_iter().filter(|(distance, _)| *distance == closest).map(|(_, name)| name).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_letters_digits_chinese_characters_hyphens_and_underscores() {
        for legal in ["workers-1", "工作-nodes-1", "Prod", "a_b", "tf-test_update"] {
            assert_eq!(name(legal), Ok(()));
        }
        for (wrong, why) in [("-a", "start with"), ("a b", "' '"), ("wörker", "'ö'"), ("рабочий", "'р'")] {
            assert!(name(wrong).unwrap_err().contains(why), "{wrong}");
        }
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        let check = |host: &str| hosts(&[host.to_owned()].into_iter().collect());
        for legal in ["api.example.com", "*.example.com", "10.0.0.1", "fd00::1", "localhost", "a_b.example.com"] {
            assert_eq!(check(legal), Ok(()), "{legal}");
        }
        for (wrong, end) in [
            ("not a host!", "but has \"not a host!\""),
            ("", "but has \"\""),
            ("https://api.example.com", "leave out the scheme"),
            ("example.com/api", "leave out what follows the slash"),
            ("-a.example.com", "\"-a.example.com\""),
            ("a..b", "\"a..b\""),
        ] {
            assert!(check(wrong).unwrap_err().ends_with(end), "{wrong}");
        }
    }

    #[test]
    fn time_zones_have_a_place() {
        for usual in ["Asia/Shanghai", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+8"] {
            assert_eq!(usual_timezone(usual), Ok(()), "{usual}");
        }
        for unusual in ["Shanghai", "asia/shanghai", "+08:00", "Asia / Shanghai"] {
            assert!(usual_timezone(unusual).is_err(), "{unusual}");
        }
    }

    #[test]
    fn a_misspelt_name_is_recognised() {
        let names =
            ["coredns", "csi-plugin", "logtail-ds", "loongcollector", "managed-csiprovisioner", "csi-provisioner"];
        assert_eq!(close_to("loongcolector", names), ["loongcollector"]);
        assert_eq!(close_to("coreDNS", names), Vec::<&str>::new(), "three letters are too many");
        assert_eq!(close_to("core-dns", names), ["coredns"]);
        assert_eq!(close_to("provisioner", names), ["csi-provisioner", "managed-csiprovisioner"]);
        assert_eq!(close_to("nginx-ingress-controller", names), Vec::<&str>::new());
    }
}
