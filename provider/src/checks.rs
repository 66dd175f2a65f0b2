//! Rules of single values that more than one noun has.

/// The rule for texts of which an empty one would mean nothing: "none" is an attribute that is left out.
pub(crate) fn filled(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("must not be empty; for none, leave the attribute out or set it to null".to_owned());
    }
    Ok(())
}
