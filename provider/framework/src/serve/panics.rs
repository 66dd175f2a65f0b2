//! A panic in one call must not take the others down: it is one log line here, and the text of a diagnostic there.
//!
//! The server catches a panic with `catch_unwind` and passes the payload to [`message`]. The hook does not print the
//! usual `panic: ...`, because Terraform would take everything after it for the last words of a dying plugin.

use std::any::Any;
use std::cell::RefCell;
use std::panic::PanicHookInfo;

use tracing::Level;

use super::{listener, log};

/// Longer messages are cut: a diagnostic is to be read.
const MAX_MESSAGE_BYTES: usize = 2048;

/// What the standard library says before a panic that is not caught, but ends the process: a second one while the first
/// unwinds, and one where none may unwind.
const ABORTS: [&str; 2] = ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];

/// Message and place of a panic.
struct Panic {
    message: String,
    location: String,
}

thread_local! {
    /// The latest panic of this thread: the payload that `catch_unwind` returns has no location.
    static LATEST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Makes every panic of this process one JSON line at level error on stderr, and remembers where it happened.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let panic = record(info);
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed thread");
        // Not through `tracing`: a panic inside of a log call would come back here.
        log::write_stderr(&log::line(
            Level::ERROR,
            "panic",
            &format!("panic in {thread}: {} at {}", panic.message, panic.location),
            serde_json::Map::new(),
        ));
        if ABORTS.iter().any(|text| panic.message.starts_with(text)) {
            listener::remove_all();
        }
        // Unavailable only while the thread is being torn down, when nobody will ask.
        let _ = LATEST.try_with(|latest| latest.replace(Some(panic)));
    }));
}

fn record(info: &PanicHookInfo<'_>) -> Panic {
    Panic {
        message: text(info.payload()),
        location: info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string),
    }
}

/// What a caught panic said, and where it happened if it was caught on the thread that panicked.
pub fn message(payload: &(dyn Any + Send)) -> String {
    let text = text(payload);
    match LATEST.take() {
        Some(panic) if panic.message == text => format!("{text} (at {})", panic.location),
        _ => text,
    }
}

fn text(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    text[..text.floor_char_boundary(MAX_MESSAGE_BYTES)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, because the hook belongs to the whole process.
    #[test]
    fn a_caught_panic_says_what_and_where() {
        let previous = std::panic::take_hook();
        install_hook();
        let here = std::panic::catch_unwind(|| panic!("no answer for {}", 42)).unwrap_err();
        let here = message(&*here);
        // Carried over from another thread, it must not borrow the place of a panic on this one.
        let elsewhere = std::thread::spawn(|| panic!("elsewhere")).join().unwrap_err();
        let elsewhere = message(&*elsewhere);
        let silent = std::panic::catch_unwind(|| std::panic::panic_any(7)).unwrap_err();
        let silent = message(&*silent);
        std::panic::set_hook(previous);

        assert!(here.starts_with("no answer for 42 (at "), "{here}");
        assert!(here.contains("panics.rs:"), "{here}");
        assert_eq!(elsewhere, "elsewhere");
        assert!(silent.starts_with("a panic without a message (at "), "{silent}");
    }

    /// The process that dies is this test once more.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_panic_that_ends_the_process_leaves_no_socket() {
        use std::os::unix::process::ExitStatusExt as _;

        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("and once more");
            }
        }

        const DIES: &str = "A_PANIC_ENDS_THIS_PROCESS";
        if let Some(directory) = std::env::var_os(DIES) {
            install_hook();
            let placement =
                listener::Placement { socket_directory: Some(directory.into()), ..listener::Placement::default() };
            let _listener = listener::Listener::bind(&placement).unwrap();
            let _bomb = Bomb;
            panic!("the first one");
        }
        let directory = tempfile::tempdir().unwrap();
        let name = "serve::panics::tests::a_panic_that_ends_the_process_leaves_no_socket";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact"])
            .env(DIES, directory.path())
            .output()
            .unwrap();
        assert_eq!(output.status.signal(), Some(6), "{output:?}");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let long = format!("x{}", "ü".repeat(MAX_MESSAGE_BYTES));
        assert_eq!(text(&long), long[..MAX_MESSAGE_BYTES - 1]);
    }
}
