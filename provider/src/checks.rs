//! Rules of single values that more than one noun has.

/// The rule for the names of clusters and node pools, beside their length.
pub(crate) fn name(name: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || ('\u{4e00}'..='\u{9fff}').contains(&c);
    if let Some(wrong) = name.chars().find(|c| !legal(*c)) {
        return Err(format!(
            "must consist of letters a to z, digits, Chinese characters and hyphens, but has {wrong:?}"
        ));
    }
    if name.starts_with('-') {
        return Err("must not start with a hyphen".to_owned());
    }
    Ok(())
}

/// The rule for regions, the provider's and an object's own.
pub(crate) fn region(text: &str) -> Result<(), String> {
    by_the_client(ack_client::check_region(text))
}

/// The client's error as the end of the sentence "The value ...".
pub(crate) fn by_the_client(verdict: Result<(), ack_client::Error>) -> Result<(), String> {
    verdict.map_err(|error| format!("cannot be used: {}", error.message()))
}

/// The rule for texts of which an empty one would mean nothing: "none" is an attribute that is left out.
pub(crate) fn filled(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("must not be empty; for none, leave the attribute out or set it to null".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_letters_digits_chinese_characters_and_hyphens() {
        for legal in ["workers-1", "工作-nodes-1", "Prod"] {
            assert_eq!(name(legal), Ok(()));
        }
        for (wrong, why) in
            [("-a", "start with"), ("a_b", "'_'"), ("a b", "' '"), ("wörker", "'ö'"), ("рабочий", "'р'")]
        {
            assert!(name(wrong).unwrap_err().contains(why), "{wrong}");
        }
    }
}
