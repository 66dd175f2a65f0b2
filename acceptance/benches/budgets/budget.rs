//! The bounds, and how a figure is held against one.

use std::process::ExitCode;

/// What something may cost.
pub(crate) struct Budget {
    /// The requirement that says so.
    requirement: &'static str,
    name: &'static str,
    bound: f64,
    unit: &'static str,
}

const fn budget(requirement: &'static str, name: &'static str, bound: f64, unit: &'static str) -> Budget {
    Budget { requirement, name, bound, unit }
}

pub(crate) const BINARY: Budget = budget("R27", "the program", 12.0, "MB");
pub(crate) const ZIP: Budget = budget("R27", "the program, zipped", 6.0, "MB");
pub(crate) const HANDSHAKE: Budget = budget("R28", "from the start to the handshake, median", 5.0, "ms");
pub(crate) const SCHEMA: Budget = budget("R28", "GetProviderSchema, median", 5.0, "ms");
pub(crate) const EXIT: Budget = budget("R28", "from Shutdown to the end, longest", 20.0, "ms");
pub(crate) const BUSY_EXIT: Budget = budget("R28", "the same while a call waits for the API, longest", 20.0, "ms");
pub(crate) const CONFIGURED: Budget = budget("R29", "memory after schema and configure", 15.0, "MB");
pub(crate) const REFRESHING: Budget = budget("R29", "memory while 500 objects are read", 40.0, "MB");
pub(crate) const GROWTH: Budget = budget("R29", "memory for each object more", 50.0, "KB");
/// Linear would be 5, and a fixed part makes it less.
pub(crate) const OBJECTS: Budget = budget("R29", "time to read 5 times as many objects", 7.0, "times");
/// Linear would be 2, and a fixed part makes it less.
pub(crate) const ATTRIBUTES: Budget = budget("R28", "time to plan twice as many attributes", 2.5, "times");
/// Counted with valgrind on x86-64, with a quarter on top of what it was when it was last looked at. Most of it is TLS: the
/// signature of Terraform's P-521 key is checked without the help of assembly.
pub(crate) const START: Budget =
    budget("R28", "instructions from the start to the end, with the schema", 18.2, "million");
pub(crate) const PLAN: Budget = budget("R28", "instructions for configure and a plan on top", 2.5, "million");

/// What was found.
#[derive(Default)]
pub(crate) struct Report {
    broken: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// Prints a figure beside its bound, and remembers if it is past it.
    pub(crate) fn judge(&mut self, budget: &Budget, figure: f64) {
        let Budget { requirement, name, bound, unit } = budget;
        let share = 100.0 * figure / bound;
        let line = format!("{requirement}  {name:<60} {figure:>9.2} {unit:<8} of {bound:>6} ({share:.0} %)");
        println!("  {line}");
        // Also what is no number is past every bound.
        if figure.is_nan() || figure > *bound {
            self.broken.push(line);
        }
    }

    /// Prints whether something holds that is no figure, and remembers if it does not.
    pub(crate) fn hold(&mut self, requirement: &str, what: &str, holds: bool) {
        println!("  {requirement}  {what:<60} {}", if holds { "yes" } else { "NO" });
        if !holds {
            self.broken.push(format!("{requirement}  {what}: no"));
        }
    }

    /// Prints a figure that has no bound.
    pub(crate) fn tell(&self, what: &str, figure: &str) {
        println!("       {what:<60} {figure}");
    }

    /// Says that something cannot be measured here.
    pub(crate) fn skip(&mut self, what: &str, why: &str) {
        acceptance::skip(what, why);
        self.skipped.push(what.to_owned());
    }

    /// Says what came of it.
    pub(crate) fn end(self) -> ExitCode {
        if !self.skipped.is_empty() {
            println!("\n{} skipped: {}", self.skipped.len(), self.skipped.join(", "));
        }
        if self.broken.is_empty() {
            println!("\nevery budget holds");
            return ExitCode::SUCCESS;
        }
        eprintln!("\nerror: past the bound:");
        for line in &self.broken {
            eprintln!("  {line}");
        }
        ExitCode::FAILURE
    }
}
