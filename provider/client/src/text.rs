//! Texts that come from outside and are shown to people: no longer than anybody reads, and without anything that a
//! terminal would obey.

/// Longest message of the service that is shown.
pub(crate) const MESSAGE: usize = 2000;
/// Longest code, id or word that is shown.
pub(crate) const WORD: usize = 128;

/// The first `limit` characters of a text, with a space for each control character that is no line break, and the sign
/// for an unreadable character in place of those that change the direction of text.
pub(crate) fn tame(text: &str, limit: usize) -> String {
    let mut tamed: String = text.chars().take(limit).map(harmless).collect();
    // Counting the rest of a text of many megabytes is cheap beside having received it.
    let more = text.chars().skip(limit).count();
    if more > 0 {
        tamed.push_str(&format!("… ({more} more characters)"));
    }
    tamed
}

fn harmless(character: char) -> char {
    match character {
        '\n' => character,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        control if control.is_control() => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_taken_out() {
        assert_eq!(tame("a\u{1b}[31mred\u{7}\r\nb\tc\u{9b}2Jd\u{202e}e", 100), "a [31mred  \nb c 2Jd\u{fffd}e");
        assert_eq!(tame("集群状态错误。", 100), "集群状态错误。");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(tame("abcdef", 6), "abcdef");
        assert_eq!(tame("äöüabc", 3), "äöü… (3 more characters)");
    }
}
