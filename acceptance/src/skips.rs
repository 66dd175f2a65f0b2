//! What tests and benchmarks leave out where a machine or a Terraform cannot do it. Only what `skips.txt` lists may be
//! left out, and the list may only get shorter.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

const ALLOWED: &str = include_str!("../skips.txt");

/// Says on the terminal, past the capture of the test harness, that `what` is left out, and why; and counts it.
///
/// # Panics
/// When `skips.txt` does not list it.
#[track_caller]
pub fn skip(what: &str, why: impl Display) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    assert!(
        ALLOWED.lines().any(|line| line == what),
        "{what:?} may not be left out: skips.txt does not list it ({why})"
    );
    let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    // That it cannot be said is no failure.
    let _ = writeln!(std::io::stderr(), "skipped ({count}): {what}: {why}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn sources(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn the_list_has_what_is_still_left_out_somewhere_and_nothing_else() {
        let mut text = String::new();
        for folder in ["src", "tests", "benches"] {
            sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut text);
        }
        for what in ALLOWED.lines() {
            assert!(text.contains(&format!("skip(\"{what}\"")), "nothing leaves out {what:?}: take it off the list");
        }
        let mut sorted: Vec<_> = ALLOWED.lines().collect();
        sorted.sort_unstable();
        assert_eq!(ALLOWED.lines().collect::<Vec<_>>(), sorted);
    }

    #[test]
    #[should_panic = "skips.txt does not list it (no time)"]
    fn nothing_else_may_be_left_out() {
        skip("everything", "no time");
    }
}
