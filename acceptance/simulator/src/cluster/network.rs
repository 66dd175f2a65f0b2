//! Address ranges of a cluster: which are legal, and which get in each other's way.

use ipnet::Ipv4Net;

use crate::error::ApiError;

/// Reads a range and checks that it is a private one with a legal mask.
///
/// Pods: 10/8 with masks 8-24, 172.16-31 with 12-24, 192.168/16 with 16-24. Services: the same ranges with 16-24.
pub(super) fn parse(field: &str, text: &str, services: bool) -> Result<Ipv4Net, ApiError> {
    let illegal = |why: &str| ApiError::invalid(field, format!("{text:?} {why}"));
    let range: Ipv4Net = text.parse().map_err(|_| illegal("is no IPv4 range such as 172.20.0.0/16"))?;
    if range.addr() != range.network() {
        return Err(illegal(&format!("has host bits set; the range is {}", range.trunc())));
    }
    let private = [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)];
    let home = private
        .iter()
        .filter_map(|(address, mask)| Ipv4Net::new((*address).into(), *mask).ok())
        .find(|home| home.contains(&range));
    let home = home.ok_or_else(|| illegal("is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"))?;
    let shortest = if services { 16 } else { home.prefix_len() };
    if !(shortest..=24).contains(&range.prefix_len()) {
        return Err(illegal(&format!("needs a mask from {shortest} to 24")));
    }
    Ok(range)
}

/// Whether two ranges have an address in common.
pub(super) fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other.network()) || other.contains(&one.network())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_ranges_with_legal_masks_pass() {
        for (text, services) in
            [("172.20.0.0/16", false), ("10.0.0.0/8", false), ("192.168.0.0/20", true), ("172.19.0.0/20", true)]
        {
            assert!(parse("cidr", text, services).is_ok(), "{text}");
        }
        for (text, services) in [
            ("8.8.8.0/24", false),
            ("10.0.0.0/8", true),
            ("172.20.0.1/16", false),
            ("172.20.0.0/28", false),
            ("172.20.0.0", true),
            ("192.0.0.0/8", false),
        ] {
            assert!(parse("cidr", text, services).is_err(), "{text}");
        }
    }

    #[test]
    fn overlap_is_symmetric() {
        let range = |text: &str| text.parse().unwrap();
        assert!(overlap(range("172.16.0.0/12"), range("172.19.0.0/20")));
        assert!(overlap(range("172.19.0.0/20"), range("172.16.0.0/12")));
        assert!(!overlap(range("172.20.0.0/16"), range("172.21.0.0/20")));
    }
}
