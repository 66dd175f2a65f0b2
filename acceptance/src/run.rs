//! One finished Terraform command, and what can be asserted about it.

use std::fmt;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// What a Terraform command did. It may have failed: look, or assert.
#[derive(Debug, Clone)]
#[must_use = "the command may have failed: call assert_success() or assert_failure()"]
pub struct Run {
    /// What was run, as a person would type it.
    pub command: String,
    /// Everything it wrote to standard output.
    pub stdout: String,
    /// Everything it wrote to standard error: warnings of the CLI, errors, logs.
    pub stderr: String,
    /// The exit code; none when a signal ended it.
    pub exit_code: Option<i32>,
    /// How long it took.
    pub duration: Duration,
}

impl Run {
    /// Runs `command` to its end with its streams read.
    pub(crate) fn captured(typed: String, command: &mut Command) -> anyhow::Result<Self> {
        let started = Instant::now();
        let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{typed}` does not start"))?;
        Ok(Self::finished(typed, &output, started))
    }

    /// Runs `command` to its end with its streams going where this process's go.
    pub(crate) fn live(typed: String, command: &mut Command) -> anyhow::Result<Self> {
        let started = Instant::now();
        let status = command.stdin(Stdio::null()).status().with_context(|| format!("`{typed}` does not start"))?;
        let nothing = Output { status, stdout: Vec::new(), stderr: Vec::new() };
        Ok(Self::finished(typed, &nothing, started))
    }

    pub(crate) fn finished(command: String, output: &Output, started: Instant) -> Self {
        Self {
            command,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            exit_code: output.status.code(),
            duration: started.elapsed(),
        }
    }

    /// Whether the exit code was zero.
    pub fn succeeded(&self) -> bool {
        self.exit_code == Some(0)
    }

    /// Both streams as one line of words: without the frames Terraform draws around messages and
    /// without its line breaks, which would otherwise cut any sentence one looks for.
    pub fn words(&self) -> String {
        let text = format!("{} {}", self.stdout, self.stderr);
        let unframed = text.replace(['│', '╷', '╵'], " ");
        unframed.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// # Panics
    /// When the command failed.
    #[track_caller]
    pub fn assert_success(self) -> Self {
        assert!(self.succeeded(), "expected success\n{self}");
        self
    }

    /// # Panics
    /// When the command succeeded.
    #[track_caller]
    pub fn assert_failure(self) -> Self {
        assert!(!self.succeeded(), "expected a failure\n{self}");
        self
    }

    /// Asserts that the output says `phrase`, however its lines are broken.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn assert_says(self, phrase: &str) -> Self {
        assert!(self.words().contains(phrase), "expected the output to say {phrase:?}\n{self}");
        self
    }

    /// Asserts that neither stream holds `text`: a secret, a word that must not be shown.
    ///
    /// # Panics
    /// When one does. The text itself is not repeated outside the output.
    #[track_caller]
    pub fn assert_silent_about(self, text: &str) -> Self {
        assert!(
            !self.stdout.contains(text) && !self.stderr.contains(text),
            "the output holds what it must not hold\n{self}"
        );
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self.exit_code {
            Some(code) => format!("exit code {code}"),
            None => "ended by a signal".to_owned(),
        };
        write!(
            f,
            "--- {} ({code}, {:.1} s)\n{}--- its standard error\n{}---",
            self.command,
            self.duration.as_secs_f64(),
            self.stdout,
            self.stderr
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stdout: &str, exit_code: i32) -> Run {
        Run {
            command: "terraform plan".to_owned(),
            stdout: stdout.to_owned(),
            stderr: String::new(),
            exit_code: Some(exit_code),
            duration: Duration::ZERO,
        }
    }

    #[test]
    fn sentences_are_found_across_line_breaks_and_frames() {
        let run = run("╷\n│ Error: wrong size\n│ \n│ set one of\n│   the two.\n╵\n", 1);
        let _ = run.assert_failure().assert_says("wrong size set one of the two.");
    }

    #[test]
    #[should_panic(expected = "Error: quota exceeded")]
    fn a_failed_assertion_prints_the_whole_output() {
        let _ = run("Error: quota exceeded\n", 1).assert_success();
    }

    #[test]
    #[should_panic(expected = "must not hold")]
    fn a_leak_is_found() {
        let _ = run("password = hunter2\n", 0).assert_silent_about("hunter2");
    }
}
