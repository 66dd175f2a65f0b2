//! How a provider process behaves towards the one that starts it. The provider is one of `examples`; this side plays
//! go-plugin's client.
#![cfg(unix)]

mod client;
mod end;
mod log;
mod malformed;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use client::{EMPTY, Plugin, command};
use tf_provider::kit::{Caller, Certificate, Handshake};
use tfplugin::go_plugin::Empty;
use tfplugin::go_plugin::grpc_controller_client::GrpcControllerClient;
use tfplugin::go_plugin::grpc_stdio_client::GrpcStdioClient;
use tfplugin::health::HealthCheckRequest;
use tfplugin::health::health_check_response::ServingStatus;
use tfplugin::health::health_client::HealthClient;
use tfplugin::v6;
use tfplugin::v6::provider_client::ProviderClient;
use tokio::io::{AsyncBufReadExt, BufReader};
use tonic::transport::Channel;

/// Far longer than anything here takes; a hang fails instead of blocking.
const LIMIT: Duration = Duration::from_secs(20);

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.expect("an answer in time")
}

async fn schema(channel: &Channel) -> Result<(), tonic::Status> {
    let request = v6::get_provider_schema::Request {};
    let answer = ProviderClient::new(channel.clone()).get_provider_schema(request).await?;
    assert!(answer.get_ref().provider.is_some());
    Ok(())
}

/// Asks for the end. Like Terraform, it does not care for the answer, which a busy machine may be too slow to get out.
async fn shut_down(channel: &Channel) {
    let mut controller = GrpcControllerClient::new(channel.clone());
    let _ = within(controller.shutdown(Empty {})).await;
}

#[tokio::test]
async fn a_person_is_told_what_to_do() {
    let output = within(command(EMPTY).output()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("terraform-provider-empty 0.1.0 is a plugin"), "{text}");
    assert!(text.contains(r#"source  = "acme/empty""#), "{text}");
}

#[tokio::test]
async fn the_command_line_of_a_person_is_understood() {
    let version = within(command(EMPTY).arg("--version").output()).await.unwrap();
    assert!(version.status.success());
    let text = String::from_utf8(version.stdout).unwrap();
    assert_eq!(text, "terraform-provider-empty 0.1.0 (Terraform plugin protocol 6)\n");

    let unknown = within(command(EMPTY).arg("--verison").output()).await.unwrap();
    assert_eq!(unknown.status.code(), Some(1));
    let text = String::from_utf8(unknown.stderr).unwrap();
    assert!(text.starts_with("unknown argument \"--verison\""), "{text}");
}

#[tokio::test]
async fn a_start_ends_with_shutdown_and_leaves_nothing_behind() {
    let client = Certificate::new().unwrap();
    let mut plugin = within(Plugin::start(Some(&client), |_| ())).await;
    assert_eq!(plugin.handshake.network, "unix");
    assert_eq!(plugin.handshake.multiplexing, None);
    let socket = plugin.handshake.address.clone();
    assert!(Path::new(&socket).exists());

    let channel = within(plugin.connect(Caller::Known(&client))).await.unwrap();
    within(schema(&channel)).await.unwrap();
    // Open until the end, as Terraform has it; it must not hold up the exit.
    let mut stdio = within(GrpcStdioClient::new(channel.clone()).stream_stdio(())).await.unwrap().into_inner();

    let asked = Instant::now();
    shut_down(&channel).await;
    let status = within(plugin.child.wait()).await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert_eq!(status.code(), Some(0));
    assert!(!matches!(within(stdio.message()).await, Ok(Some(_))));
    let left = std::fs::read_dir(plugin.directory.path()).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn nobody_but_the_announced_client_gets_in() {
    let client = Certificate::new().unwrap();
    let plugin = within(Plugin::start(Some(&client), |_| ())).await;
    let stranger = Certificate::new().unwrap();
    for (who, caller) in [("none", Caller::Unknown), ("another", Caller::Known(&stranger)), ("no TLS", Caller::Plain)] {
        // TLS 1.3 lets the client believe in the connection until the first answer.
        let refused = match within(plugin.connect(caller)).await {
            Ok(channel) => within(schema(&channel)).await.is_err(),
            Err(_) => true,
        };
        assert!(refused, "a client with {who} was let in");
    }
    // And the one that was announced still does.
    let channel = within(plugin.connect(Caller::Known(&client))).await.unwrap();
    within(schema(&channel)).await.unwrap();
}

#[tokio::test]
async fn without_a_client_certificate_there_is_no_tls() {
    let plugin = within(Plugin::start(None, |_| ())).await;
    assert_eq!(plugin.handshake.certificate, None);
    let channel = within(plugin.connect(Caller::Plain)).await.unwrap();
    let request = HealthCheckRequest { service: "plugin".into() };
    let health = within(HealthClient::new(channel).check(request)).await.unwrap();
    assert_eq!(health.get_ref().status(), ServingStatus::Serving);
}

#[tokio::test]
async fn a_client_that_knows_multiplexing_is_told_there_is_none() {
    let plugin = within(Plugin::start(None, |command| {
        command.env("PLUGIN_MULTIPLEX_GRPC", "true");
    }))
    .await;
    assert_eq!(plugin.handshake.multiplexing.as_deref(), Some("false"));
}

#[tokio::test]
async fn a_long_temporary_directory_means_a_port_of_the_range() {
    let parent = tempfile::tempdir().unwrap();
    let long = parent.path().join("d".repeat(120));
    std::fs::create_dir(&long).unwrap();
    let client = Certificate::new().unwrap();
    let plugin = within(Plugin::start(Some(&client), |command| {
        command.env("TMPDIR", &long).env("PLUGIN_MIN_PORT", "10000").env("PLUGIN_MAX_PORT", "25000");
    }))
    .await;
    assert_eq!(plugin.handshake.network, "tcp");
    let port = plugin.handshake.address.strip_prefix("127.0.0.1:").unwrap();
    assert!((10000..=25000).contains(&port.parse::<u16>().unwrap()));
    let channel = within(plugin.connect(Caller::Known(&client))).await.unwrap();
    within(schema(&channel)).await.unwrap();
}

#[tokio::test]
async fn the_socket_is_where_the_parent_wants_it_for_whom_it_wants() {
    use std::os::unix::fs::MetadataExt;

    let directory = tempfile::tempdir().unwrap();
    let group = directory.path().metadata().unwrap().gid();
    let plugin = within(Plugin::start(None, |command| {
        command.env("PLUGIN_UNIX_SOCKET_DIR", directory.path()).env("PLUGIN_UNIX_SOCKET_GROUP", group.to_string());
    }))
    .await;
    let socket = Path::new(&plugin.handshake.address);
    assert!(socket.starts_with(directory.path()), "{socket:?}");
    let metadata = socket.metadata().unwrap();
    assert_eq!((metadata.mode() & 0o777, metadata.gid()), (0o660, group));
    let channel = within(plugin.connect(Caller::Plain)).await.unwrap();
    within(schema(&channel)).await.unwrap();
}

/// R22: what stops Terraform often signals its whole process group. Terraform then waits for its providers.
#[tokio::test]
async fn neither_ctrl_c_nor_sigterm_ends_a_provider_before_terraform_lets_go() {
    let client = Certificate::new().unwrap();
    let mut plugin = within(Plugin::start(Some(&client), |_| ())).await;
    let channel = within(plugin.connect(Caller::Known(&client))).await.unwrap();
    for signal in ["-INT", "-TERM", "-TERM"] {
        within(plugin.signal(signal)).await;
        // A signal is seen within the time of some answers, or not at all.
        for _ in 0..20 {
            within(schema(&channel)).await.unwrap();
        }
        assert_eq!(plugin.child.try_wait().unwrap(), None, "{signal}");
    }
    drop(channel);
    assert_eq!(within(plugin.child.wait()).await.unwrap().code(), Some(0));
    assert!(!Path::new(&plugin.handshake.address).exists());

    // Nobody is connected, so nobody waits.
    let mut plugin = within(Plugin::start(Some(&client), |_| ())).await;
    within(plugin.signal("-TERM")).await;
    assert_eq!(within(plugin.child.wait()).await.unwrap().code(), Some(0));
    assert!(!Path::new(&plugin.handshake.address).exists());
}

/// It is for somebody who wants to see what it was doing, and ends it whatever that is.
#[tokio::test]
async fn sigabrt_ends_a_provider_and_leaves_no_socket() {
    use std::os::unix::process::ExitStatusExt as _;

    let client = Certificate::new().unwrap();
    let mut plugin = within(Plugin::start(Some(&client), |_| ())).await;
    let channel = within(plugin.connect(Caller::Known(&client))).await.unwrap();
    within(schema(&channel)).await.unwrap();
    // While SIGTERM waits for the connection to end, too.
    within(plugin.signal("-TERM")).await;
    within(plugin.signal("-ABRT")).await;
    assert_eq!(within(plugin.child.wait()).await.unwrap().signal(), Some(6));
    assert_eq!(std::fs::read_dir(plugin.directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_message_of_6_mib_arrives() {
    let plugin = within(Plugin::start(None, |_| ())).await;
    let channel = within(plugin.connect(Caller::Plain)).await.unwrap();
    let config = v6::DynamicValue { msgpack: vec![0xc0; 6 << 20].into(), ..Default::default() };
    let request = v6::validate_resource_config::Request { config: Some(config), ..Default::default() };
    let status = within(ProviderClient::new(channel).validate_resource_config(request)).await.unwrap_err();
    // What the empty provider says to any call, and not that the message is too long.
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}

#[tokio::test]
async fn an_orphan_ends_by_itself() {
    // The shell starts the provider and is killed, as Terraform might be.
    let mut shell = command_in_a_shell();
    let mut stdout = BufReader::new(shell.stdout.take().expect("stdout is piped"));
    let mut line = String::new();
    within(stdout.read_line(&mut line)).await.unwrap();
    let socket = line.split('|').nth(3).expect("a handshake line").to_owned();
    shell.start_kill().unwrap();
    within(shell.wait()).await.unwrap();
    // Stdout ends when the last process that holds it does.
    within(stdout.read_line(&mut line)).await.unwrap();
    assert!(!Path::new(&socket).exists());
}

fn command_in_a_shell() -> tokio::process::Child {
    let provider = command(EMPTY);
    let mut shell = tokio::process::Command::new("sh");
    shell
        .args(["-c", "\"$0\" & wait"])
        .arg(provider.as_std().get_program())
        .env("TF_PLUGIN_MAGIC_COOKIE", client::COOKIE)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    shell.spawn().expect("sh starts")
}

#[tokio::test]
async fn debug_mode_says_how_to_attach_and_ends_with_ctrl_c() {
    let directory = tempfile::tempdir().unwrap();
    let mut child =
        command(EMPTY).arg("--debug").env("TMPDIR", directory.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let value = loop {
        let line = within(lines.next_line()).await.unwrap().expect("a line with the variable");
        if let Some(value) = line.strip_prefix("export TF_REATTACH_PROVIDERS='") {
            break value.trim_end_matches('\'').to_owned();
        }
    };
    let value: serde_json::Value = serde_json::from_str(&value).unwrap();
    let entry = &value["registry.terraform.io/acme/empty"];
    assert_eq!(entry["Protocol"], "grpc");
    assert_eq!(entry["ProtocolVersion"], 6);
    assert_eq!(entry["Pid"], child.id().expect("it runs"));
    let socket = entry["Addr"]["String"].as_str().unwrap().to_owned();

    let handshake: Handshake = format!("1|6|unix|{socket}|grpc|").parse().unwrap();
    let mut plugin = Plugin { child, handshake, directory };
    let channel = within(plugin.connect(Caller::Plain)).await.unwrap();
    within(schema(&channel)).await.unwrap();
    within(plugin.signal("-INT")).await;
    assert_eq!(within(plugin.child.wait()).await.unwrap().code(), Some(0));
    assert!(!Path::new(&socket).exists());
}
