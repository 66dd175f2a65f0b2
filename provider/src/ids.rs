//! The rules for ids of Alibaba Cloud: what kind of object each is of shows in how it begins.
//!
//! An id of another kind is certainly wrong, and refused. One that begins in a way that is not known is refused where all
//! ids are known to begin alike, and only warned of elsewhere.

use tf_provider::Set;

/// What ids begin with, and of what they are.
const KINDS: &[(&str, &str)] = &[
    ("vpc-", "a VPC"),
    ("vsw-", "a vSwitch"),
    ("sg-", "a security group"),
    ("eip-", "an elastic IP address (EIP)"),
    ("lb-", "a load balancer (CLB)"),
    ("alb-", "a load balancer (ALB)"),
    ("nlb-", "a load balancer (NLB)"),
    ("ngw-", "a NAT gateway"),
    ("rg-", "a resource group"),
    ("ds-", "a deployment set"),
    ("sp-", "an automatic snapshot policy"),
    ("s-", "a snapshot"),
    ("d-", "a disk"),
    ("m-", "an image"),
    ("i-", "an ECS instance"),
    ("eni-", "a network interface"),
    ("rm-", "an RDS instance"),
    ("asg-", "a scaling group"),
];

/// What an id is of, if it begins like one that is known.
fn kind(id: &str) -> Option<(&'static str, &'static str)> {
    KINDS.iter().find(|(start, _)| id.starts_with(start)).copied()
}

/// The rule for the id of a kind, as far as it is certain: it is filled, and not that of another kind.
fn not_of_another_kind(id: &str, start: &str) -> Result<(), String> {
    let of = KINDS.iter().find(|(other, _)| *other == start).map_or("an object", |(_, of)| of);
    if id.trim().is_empty() {
        return Err(format!("must be the ID of {of}, which begins with \"{start}\", but is empty"));
    }
    match kind(id) {
        Some((other, what)) if other != start => {
            Err(format!("must be the ID of {of}, which begins with \"{start}\"; \"{id}\" is that of {what}"))
        }
        _ => Ok(()),
    }
}

/// The rule for the id of a kind whose ids all begin alike.
fn of_kind(id: &str, start: &str) -> Result<(), String> {
    not_of_another_kind(id, start)?;
    let of = KINDS.iter().find(|(other, _)| *other == start).map_or("an object", |(_, of)| of);
    let rest = id.strip_prefix(start).unwrap_or_default();
    if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(format!("must be the ID of {of}, which begins with \"{start}\", but is \"{id}\""));
    }
    Ok(())
}

/// A VPC.
pub(crate) fn vpc(id: &str) -> Result<(), String> {
    of_kind(id, "vpc-")
}

/// vSwitches in an order.
pub(crate) fn vswitches(ids: &[String]) -> Result<(), String> {
    ids.iter().try_for_each(|id| of_kind(id, "vsw-"))
}

/// vSwitches without an order.
pub(crate) fn vswitch_set(ids: &Set<String>) -> Result<(), String> {
    vswitches(ids.as_slice())
}

/// A security group.
pub(crate) fn security_group(id: &str) -> Result<(), String> {
    of_kind(id, "sg-")
}

/// Security groups.
pub(crate) fn security_groups(ids: &Set<String>) -> Result<(), String> {
    ids.iter().try_for_each(|id| security_group(id))
}

/// An elastic IP address.
pub(crate) fn eip(id: &str) -> Result<(), String> {
    of_kind(id, "eip-")
}

/// A cluster: its id is made of letters and digits, so it is that of nothing else.
pub(crate) fn cluster(id: &str) -> Result<(), String> {
    if id.trim().is_empty() {
        return Err("must be the ID of a cluster, but is empty".to_owned());
    }
    match kind(id) {
        Some((_, what)) => Err(format!("must be the ID of a cluster; \"{id}\" is that of {what}")),
        None => Ok(()),
    }
}

/// Makes the certain rule of a kind, and the doubt about how its ids begin.
macro_rules! rule_and_doubt {
    ($($rule:ident, $doubt:ident: $start:literal, $what:literal;)*) => {$(
        #[doc = concat!($what, ", as far as it is certain.")]
        pub(crate) fn $rule(id: &str) -> Result<(), String> {
            not_of_another_kind(id, $start)
        }

        #[doc = concat!($what, ", as ids of its kind begin so far.")]
        pub(crate) fn $doubt(id: &str) -> Result<(), String> {
            of_kind(id, $start).map_err(|_| format!("is \"{id}\"; IDs of its kind usually begin with \"{}\"", $start))
        }
    )*};
}

rule_and_doubt! {
    load_balancer, usual_load_balancer: "lb-", "A classic load balancer";
    resource_group, usual_resource_group: "rg-", "A resource group";
    deployment_set, usual_deployment_set: "ds-", "A deployment set";
    snapshot, usual_snapshot: "s-", "A snapshot";
    snapshot_policy, usual_snapshot_policy: "sp-", "A policy of automatic snapshots";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused_and_named() {
        assert_eq!(vpc("vpc-bp1exampleexample0001"), Ok(()));
        assert_eq!(
            vpc("vsw-a"),
            Err("must be the ID of a VPC, which begins with \"vpc-\"; \"vsw-a\" is that of a vSwitch".to_owned())
        );
        assert_eq!(vpc(""), Err("must be the ID of a VPC, which begins with \"vpc-\", but is empty".to_owned()));
        assert_eq!(
            vpc("10.0.0.0/8"),
            Err("must be the ID of a VPC, which begins with \"vpc-\", but is \"10.0.0.0/8\"".to_owned())
        );
        assert!(vpc("vpc-").is_err() && vpc("vpc-a b").is_err());
        assert!(vswitches(&["vsw-a".to_owned(), String::new()]).unwrap_err().ends_with("but is empty"));
        assert!(cluster("vpc-1").unwrap_err().contains("that of a VPC"));
        assert_eq!(cluster("c1a2b3"), Ok(()));
    }

    #[test]
    fn a_start_that_is_not_known_is_no_mistake_where_kinds_may_get_more() {
        assert_eq!(resource_group("group-1"), Ok(()));
        assert!(usual_resource_group("group-1").is_err());
        assert!(resource_group("vpc-1").is_err() && resource_group(" ").is_err());
        assert_eq!(usual_snapshot("s-1"), Ok(()));
    }
}
