//! The rule of names, the same for clusters and node pools.

use crate::assumptions::Assumptions;
use crate::error::ApiError;

/// Checks a name: 1 to 63 digits, letters, Chinese characters or hyphens, not starting with a hyphen; underscores where
/// they are assumed to be legal.
pub(crate) fn check_name(assumptions: &Assumptions, field: &str, name: &str) -> Result<(), ApiError> {
    let legal = |letter: char| {
        letter.is_ascii_alphanumeric()
            || letter == '-'
            || letter == '_' && assumptions.underscores_in_names
            || ('\u{4e00}'..='\u{9fff}').contains(&letter)
    };
    let length = name.chars().count();
    if (1..=63).contains(&length) && name.chars().all(legal) && !name.starts_with('-') {
        return Ok(());
    }
    let last = if assumptions.underscores_in_names { ", hyphens or underscores" } else { " or hyphens" };
    let rule = format!("must have 1 to 63 digits, letters, Chinese characters{last} and not start with a hyphen");
    Err(ApiError::invalid(field, format!("{name:?} {rule}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_their_rule() {
        let usual = Assumptions::default();
        for legal in ["a", "prod-1", "a_b", "生产-1", &"x".repeat(63)] {
            assert!(check_name(&usual, "name", legal).is_ok(), "{legal}");
        }
        for illegal in ["", "-a", "a b", "ä", &"x".repeat(64)] {
            assert!(check_name(&usual, "name", illegal).is_err(), "{illegal}");
        }
        assert!(check_name(&Assumptions::strict(), "name", "a_b").is_err());
    }
}
