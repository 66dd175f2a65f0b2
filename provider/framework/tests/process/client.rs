//! The other side of the handshake: starts the provider as Terraform does.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use tempfile::TempDir;
use tf_provider::kit::{Caller, Certificate, Failure, Handshake};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tonic::transport::Channel;

pub(crate) const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The smallest example.
pub(crate) const EMPTY: &str = "empty";
/// The example that has everything.
pub(crate) const NOTES: &str = "notes";

/// An example, which cargo builds beside the tests, without a word of this process's environment about plugins.
pub(crate) fn command(example: &str) -> Command {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.ancestors().nth(2).expect("tests are in target/PROFILE/deps");
    let program = target.join("examples").join(example);
    // `cargo test --test process` builds no examples, and an old one would prove nothing.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(
        modified(&program) >= newest(root.join("src")).max(newest(root.join("examples"))),
        "{program:?} is missing or older than its source: run `cargo build -p tf-provider --examples`"
    );
    let mut command = Command::new(program);
    let plugin = |name: &str| ["PLUGIN_", "TF_LOG", "TF_PLUGIN_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars().filter(|(name, _)| plugin(name)) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn modified(path: &Path) -> SystemTime {
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    modified.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// When a file of the folder was changed last.
fn newest(folder: PathBuf) -> SystemTime {
    let entries = std::fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("the sources").path());
    entries.map(|path| if path.is_dir() { newest(path) } else { modified(&path) }).max().expect("there are sources")
}

/// A provider process that has printed its handshake line.
pub(crate) struct Plugin {
    pub(crate) child: Child,
    pub(crate) handshake: Handshake,
    /// Its temporary directory, so that a killed one leaves nothing behind.
    pub(crate) directory: TempDir,
}

impl Plugin {
    pub(crate) async fn start(client: Option<&Certificate>, adapt: impl FnOnce(&mut Command)) -> Self {
        Self::start_example(EMPTY, client, adapt).await
    }

    pub(crate) async fn start_example(
        example: &str,
        client: Option<&Certificate>,
        adapt: impl FnOnce(&mut Command),
    ) -> Self {
        let mut command = command(example);
        command.env("TF_PLUGIN_MAGIC_COOKIE", COOKIE).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        let directory = tempfile::tempdir().expect("a temporary directory");
        command.env("TMPDIR", directory.path()).stdout(Stdio::piped());
        if let Some(client) = client {
            command.env("PLUGIN_CLIENT_CERT", client.pem());
        }
        adapt(&mut command);
        let mut child = command.spawn().expect("the provider starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).await.expect("a line");
        Self { child, handshake: line.parse().expect("a handshake line"), directory }
    }

    pub(crate) async fn connect(&self, caller: Caller<'_>) -> Result<Channel, Failure> {
        self.handshake.connect(caller).await
    }

    /// Sends a signal, as in `-INT`.
    pub(crate) async fn signal(&self, name: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let status = Command::new("kill").args([name, &pid]).status().await.expect("kill runs");
        assert!(status.success());
    }
}
