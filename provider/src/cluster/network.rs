//! Address ranges of pods and services: which are legal, and which get in each other's way.

use ipnet::Ipv4Net;

/// The range of services when the user chooses none.
pub(crate) const DEFAULT_SERVICE_CIDR: &str = "172.19.0.0/20";

/// The private ranges, each with the shortest prefix that pods may take of it.
const PRIVATE: [([u8; 4], u8); 3] = [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)];

/// The longest prefix of either range.
const LONGEST_PREFIX: u8 = 24;
/// The shortest prefix of the range of services.
const SHORTEST_SERVICE_PREFIX: u8 = 16;

/// The rule of `pod_cidr`.
pub(crate) fn check_pod_cidr(text: &str) -> Result<(), String> {
    private_range(text, None).map(drop)
}

/// The rule of `service_cidr`.
pub(crate) fn check_service_cidr(text: &str) -> Result<(), String> {
    private_range(text, Some(SHORTEST_SERVICE_PREFIX)).map(drop)
}

/// Reads a private range. The error is the end of the sentence "The value ...".
fn private_range(text: &str, shortest: Option<u8>) -> Result<Ipv4Net, String> {
    let range: Ipv4Net =
        text.parse().map_err(|_| "must be an IPv4 range in CIDR notation, such as \"172.20.0.0/16\"".to_owned())?;
    // The home of its address: what is told next about a range must not be refused then.
    let home = PRIVATE
        .iter()
        .filter_map(|(address, prefix)| Ipv4Net::new((*address).into(), *prefix).ok())
        .find(|home| home.contains(&range.addr()))
        .ok_or("must lie within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")?;
    let shortest = shortest.unwrap_or(home.prefix_len()).max(home.prefix_len());
    if !(shortest..=LONGEST_PREFIX).contains(&range.prefix_len()) {
        return Err(format!(
            "must have a prefix from /{shortest} to /{LONGEST_PREFIX}, but has /{}",
            range.prefix_len()
        ));
    }
    if range.addr() != range.network() {
        return Err(format!("must start at the first address of its range: write \"{}\"", range.trunc()));
    }
    Ok(range)
}

/// Whether two ranges share an address. False for what is no range: that has been told already.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    match (one.parse::<Ipv4Net>(), other.parse::<Ipv4Net>()) {
        (Ok(one), Ok(other)) => one.contains(&other.network()) || other.contains(&one.network()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_ranges_with_a_legal_prefix_pass() {
        let pods = |text: &str| check_pod_cidr(text);
        let services = |text: &str| check_service_cidr(text);
        for text in ["10.0.0.0/8", "172.20.0.0/16", "192.168.0.0/24"] {
            assert_eq!(pods(text), Ok(()), "{text}");
        }
        assert_eq!(services(DEFAULT_SERVICE_CIDR), Ok(()));
        assert_eq!(services("10.0.0.0/8"), Err("must have a prefix from /16 to /24, but has /8".to_owned()));
        assert_eq!(
            pods("172.20.1.0/16"),
            Err("must start at the first address of its range: write \"172.20.0.0/16\"".to_owned())
        );
        // The advice must be legal itself.
        assert_eq!(services("172.19.0.0/8"), Err("must have a prefix from /16 to /24, but has /8".to_owned()));
        assert_eq!(pods("172.19.0.0/8"), Err("must have a prefix from /12 to /24, but has /8".to_owned()));
        for text in ["", "10.0.0.0", "10.0.0.0/33", "8.8.8.0/24", "10.0.0.0/28", "192.0.0.0/8", "fd00::/112"] {
            assert!(pods(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_overlap_whichever_is_the_larger() {
        assert!(overlap("172.16.0.0/12", DEFAULT_SERVICE_CIDR) && overlap(DEFAULT_SERVICE_CIDR, "172.16.0.0/12"));
        assert!(!overlap("172.20.0.0/16", DEFAULT_SERVICE_CIDR));
        assert!(!overlap("nonsense", DEFAULT_SERVICE_CIDR));
    }
}
