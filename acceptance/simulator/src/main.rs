//! The simulator as a program: listens, says where, and runs until it is interrupted.

use std::io::Write as _;

use ack_simulator::{Assumptions, ClockMode, Config, Credential, Simulator};
use anyhow::Context as _;
use clap::Parser;

/// A local stand-in for the API of Alibaba Cloud Container Service for Kubernetes (ACK).
#[derive(Debug, Parser)]
#[command(name = "ack-simulator", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Simulated seconds that pass in one real second.
    #[arg(long, default_value_t = 600.0, conflicts_with = "manual_clock")]
    speed: f64,
    /// Let simulated time stand still; advance it with POST /_simulator/clock/advance.
    #[arg(long)]
    manual_clock: bool,
    /// Access key id that is accepted.
    #[arg(long, default_value = "simulator-id")]
    access_key_id: String,
    /// Secret that goes with it.
    #[arg(long, default_value = "simulator-secret")]
    access_key_secret: String,
    /// Security token that has to come with the key.
    #[arg(long)]
    security_token: Option<String>,
    /// Seed of the identifiers: the same seed repeats the same run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Hold requests to the documents, also where the service is known or believed to take more.
    #[arg(long)]
    strict: bool,
    /// Take requests that are not signed.
    #[arg(long)]
    no_signatures: bool,
    /// Write every API call to standard error.
    #[arg(long)]
    echo: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    anyhow::ensure!(
        arguments.speed > 0.0 && arguments.speed <= 1_000_000.0,
        "--speed must lie between 0 (excluded) and 1000000, got {}",
        arguments.speed
    );
    let (id, secret) = (&arguments.access_key_id, &arguments.access_key_secret);
    let credential = match &arguments.security_token {
        Some(token) => Credential::with_token(id, secret, token),
        None => Credential::new(id, secret),
    };
    let clock = if arguments.manual_clock { ClockMode::Manual } else { ClockMode::Timer { speed: arguments.speed } };
    let config = Config {
        port: arguments.port,
        credentials: vec![credential],
        clock,
        seed: arguments.seed,
        assumptions: if arguments.strict { Assumptions::strict() } else { Assumptions::default() },
        check_signatures: !arguments.no_signatures,
        echo: arguments.echo,
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a runtime")?;
    runtime.block_on(async {
        // Listen for signals before saying that we are there: whoever reads the line may stop us at once.
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            .context("cannot listen for SIGTERM")?;
        let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
            .context("cannot listen for SIGINT")?;
        let simulator = Simulator::start(config).await?;
        introduce(&simulator.url(), &arguments).context("cannot write to standard output")?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        simulator.stop();
        Ok(())
    })
}

/// The line that programs wait for, then what people need.
fn introduce(url: &str, arguments: &Arguments) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack-simulator listening on {url}")?;
    out.flush()?;
    writeln!(out)?;
    writeln!(out, "export ACK_ENDPOINT={url}")?;
    writeln!(out, "export ALIBABA_CLOUD_ACCESS_KEY_ID={}", arguments.access_key_id)?;
    writeln!(out, "export ALIBABA_CLOUD_ACCESS_KEY_SECRET={}", arguments.access_key_secret)?;
    if let Some(token) = &arguments.security_token {
        writeln!(out, "export ALIBABA_CLOUD_SECURITY_TOKEN={token}")?;
    }
    writeln!(out, "export ALIBABA_CLOUD_REGION=cn-hangzhou")?;
    // How long the provider waits for what may lag behind: 12 seconds of the service's time.
    writeln!(out, "export ACK_READ_LAG_SECONDS={}", (12.0 / arguments.speed).ceil().clamp(1.0, 3600.0))?;
    writeln!(out)?;
    writeln!(out, "Admin API: {url}/_simulator/   Stop: Ctrl-C")?;
    out.flush()
}
