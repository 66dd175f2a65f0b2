//! Log lines as Terraform reads them from a provider's stderr: one JSON object a line, in the form of hclog.
//!
//! Terraform trusts the form without checking it: `@level`, `@message` and `@timestamp` have to be strings, the timestamp
//! has to have six digits, and a line over 64 KiB falls into pieces.

use std::fmt;
use std::io::{self, Write};
use std::time::Instant;

use serde_json::{Map, Value};
use tonic::codegen::http::Request;
use tracing::field::{Empty, Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Span, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use uuid::Uuid;

use super::handshake::PLUGIN_PROTOCOL;

/// Stays below the 64 KiB at which Terraform cuts a line, newline included.
const MAX_LINE_BYTES: usize = 60 << 10;

/// Libraries whose every frame and every poll would drown what the provider says.
const QUIET: [&str; 9] = ["h2", "hyper", "hyper_util", "reqwest", "rustls", "tokio", "tokio_util", "tonic", "tower"];

/// Sends everything logged in this process to stderr, at the level that the user asked Terraform for.
pub(super) fn install(provider: &str) {
    let level = level(provider, |name| std::env::var(name).ok());
    if level == LevelFilter::OFF {
        return;
    }
    let layer = JsonLines { write: write_stderr }.with_filter(targets(level));
    // Fails only if the provider's own main has set up logging, which then is the one that counts.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
}

/// `TF_LOG_PROVIDER_<NAME>`, else `TF_LOG_PROVIDER`, else `TF_LOG`, as Terraform and its Go SDK read them.
fn level(provider: &str, variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider.to_uppercase().replace('-', "_"));
    let value = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    match value.map(|value| value.to_uppercase()).as_deref() {
        None | Some("OFF") => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        // JSON is trace in another form, and Terraform takes a level it does not know for trace.
        Some(_) => LevelFilter::TRACE,
    }
}

fn targets(level: LevelFilter) -> Targets {
    let quiet = level.min(LevelFilter::WARN);
    Targets::new().with_default(level).with_targets(QUIET.map(|target| (target, quiet)))
}

/// Writes one line to stderr, in one piece.
pub(super) fn write_stderr(line: &[u8]) {
    // With stderr closed there is nobody left to tell.
    let _ = io::stderr().lock().write_all(line);
}

/// One line, newline included. The `@` keys win over fields of the same name.
pub(super) fn line(level: Level, module: &str, message: &str, fields: Map<String, Value>) -> Vec<u8> {
    let mut object = fields;
    object.insert("@level".into(), level.as_str().to_lowercase().into());
    object.insert("@message".into(), message.into());
    object.insert("@module".into(), module.into());
    object.insert("@timestamp".into(), timestamp(jiff::Timestamp::now()).into());
    // Escapes make a byte up to six long: at 8 KiB, one string of control characters still fits.
    for limit in [MAX_LINE_BYTES, 8 << 10, 1 << 10] {
        object.values_mut().for_each(|value| shorten(value, limit));
        let line = encode(&object);
        if line.len() <= MAX_LINE_BYTES {
            return line;
        }
    }
    object.retain(|key, _| key.starts_with('@'));
    object.insert("truncated".into(), true.into());
    encode(&object)
}

/// The span of a call of the provider at `address`: all that is logged in it has the fields that the Go SDK's providers
/// have. Nothing of it is made while logging is off.
pub(super) fn call(address: &str, request: &Request<()>) -> Span {
    // As urgent as anything in it may be: a span that is filtered out takes its fields along.
    tracing::error_span!(
        "call",
        tf_req_id = %Uuid::new_v4(),
        tf_rpc = request.uri().path().rsplit('/').next(),
        tf_provider_addr = address,
        tf_proto_version = %PLUGIN_PROTOCOL,
        tf_resource_type = Empty,
        tf_data_source_type = Empty,
        tf_ephemeral_resource_type = Empty,
        tf_list_resource_type = Empty,
        tf_action_type = Empty,
        tf_function_name = Empty,
    )
}

/// Does the work of a call, and logs that it came and how long it took.
pub(crate) async fn answering<T>(work: impl Future<Output = T>) -> T {
    tracing::trace!("called");
    let begun = Instant::now();
    let answer = work.await;
    tracing::trace!(tf_req_duration_ms = begun.elapsed().as_secs_f64() * 1e3, "answered");
    answer
}

fn encode(object: &Map<String, Value>) -> Vec<u8> {
    let mut line = Value::from(object.clone()).to_string().into_bytes();
    line.push(b'\n');
    line
}

fn shorten(value: &mut Value, limit: usize) {
    if let Value::String(text) = value
        && text.len() > limit
    {
        text.truncate(text.floor_char_boundary(limit));
        text.push('…');
    }
}

/// Always six digits, whatever the clock gives: Terraform takes a line with another form for plain text.
fn timestamp(time: jiff::Timestamp) -> String {
    format!("{time:.6}")
}

/// The layer that turns events into lines.
struct JsonLines<W> {
    write: W,
}

/// Fields of a span, kept with it for the events inside.
struct SpanFields(Map<String, Value>);

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Map::new();
            attributes.record(&mut FieldVisitor(&mut fields));
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut()
        {
            values.record(&mut FieldVisitor(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(SpanFields(outer)) = span.extensions().get() {
                fields.extend(outer.clone());
            }
        }
        event.record(&mut FieldVisitor(&mut fields));
        let message = match fields.remove("message") {
            Some(Value::String(message)) => message,
            _ => event.metadata().name().to_owned(),
        };
        let module = event.metadata().target().replace("::", ".");
        (self.write)(&line(*event.metadata().level(), &module, &message, fields));
    }
}

struct FieldVisitor<'a>(&'a mut Map<String, Value>);

impl FieldVisitor<'_> {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for FieldVisitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::FutureExt as _;

    use super::*;

    /// The lines that `log` writes.
    fn lines(level: LevelFilter, log: impl FnOnce()) -> Vec<Value> {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let write = move |line: &[u8]| sink.lock().expect("not poisoned").extend_from_slice(line);
        let layer = JsonLines { write }.with_filter(targets(level));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let written = written.lock().expect("not poisoned").clone();
        written
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| serde_json::from_slice(line).expect("every line is JSON"))
            .collect()
    }

    #[test]
    fn an_event_is_one_line_with_the_fields_of_its_spans() {
        let lines = lines(LevelFilter::TRACE, || {
            let outer = tracing::info_span!("call", tf_rpc = "ReadResource", tf_req_id = tracing::field::Empty);
            outer.record("tf_req_id", "7");
            let _outer = outer.enter();
            tracing::warn!(attempt = 2, ratio = 0.5, retry = true, "slow\nanswer");
        });
        let [line] = lines.as_slice() else { panic!("one line, not {lines:?}") };
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "slow\nanswer");
        assert_eq!(line["@module"], "tf_provider.serve.log.tests");
        assert_eq!(line["tf_rpc"], "ReadResource");
        assert_eq!(line["tf_req_id"], "7");
        assert_eq!(line["attempt"], 2);
        assert_eq!(line["ratio"], 0.5);
        assert_eq!(line["retry"], true);
    }

    #[test]
    fn a_call_is_named_in_every_line_of_it_at_every_level() {
        let request = Request::builder().uri("http://localhost/tfplugin6.Provider/ReadResource").body(()).unwrap();
        for level in [LevelFilter::TRACE, LevelFilter::ERROR] {
            let lines = lines(level, || {
                let span = call("example.org/acme/cloud", &request);
                span.record("tf_resource_type", "acme_cloud");
                let work = answering(async { tracing::error!("broken") });
                span.in_scope(|| work.now_or_never()).unwrap();
            });
            let messages: Vec<_> = lines.iter().map(|line| &line["@message"]).collect();
            match level {
                LevelFilter::ERROR => assert_eq!(messages, ["broken"]),
                _ => assert_eq!(messages, ["called", "broken", "answered"]),
            }
            for line in &lines {
                assert_eq!(line["tf_req_id"], lines[0]["tf_req_id"]);
                assert!(line["tf_req_id"].as_str().unwrap().parse::<Uuid>().is_ok());
                assert_eq!(line["tf_rpc"], "ReadResource");
                assert_eq!(line["tf_provider_addr"], "example.org/acme/cloud");
                assert_eq!(line["tf_proto_version"], "6");
                assert_eq!(line["tf_resource_type"], "acme_cloud");
                assert_eq!(line["tf_req_duration_ms"].is_f64(), line["@message"] == "answered");
                assert_eq!(line.get("tf_data_source_type"), None);
            }
        }
    }

    #[test]
    fn what_terraform_takes_for_strings_are_strings() {
        let fields = [("@level".to_owned(), Value::from(3)), ("@message".to_owned(), Value::Null)];
        let line: Value =
            serde_json::from_slice(&line(Level::INFO, "m", "text", fields.into_iter().collect())).unwrap();
        assert_eq!(line["@level"], "info");
        assert_eq!(line["@message"], "text");
        assert!(line["@timestamp"].is_string());
    }

    #[test]
    fn a_timestamp_has_six_digits_even_on_the_second() {
        let second = jiff::Timestamp::from_second(0).unwrap();
        assert_eq!(timestamp(second), "1970-01-01T00:00:00.000000Z");
        let nanosecond = jiff::Timestamp::new(1_763_942_400, 123_456_789).unwrap();
        assert_eq!(timestamp(nanosecond), "2025-11-24T00:00:00.123456Z");
    }

    #[test]
    fn a_long_line_is_cut_below_64_kib_and_stays_json() {
        let huge = "\u{1}ü".repeat(1 << 20);
        let many = (0..1000).map(|n| (format!("field{n}"), Value::from("x".repeat(1000))));
        for fields in
            [Map::new(), [("body".to_owned(), Value::from(huge.as_str()))].into_iter().collect(), many.collect()]
        {
            let line = line(Level::TRACE, "m", &huge, fields);
            assert!(line.len() < 64 << 10, "{} bytes", line.len());
            let line: Value = serde_json::from_slice(&line).unwrap();
            assert!(line["@message"].as_str().unwrap().starts_with("\u{1}ü"));
        }
    }

    #[test]
    fn libraries_are_heard_from_warn_on() {
        let lines = lines(LevelFilter::TRACE, || {
            tracing::debug!(target: "h2::frame", "noise");
            tracing::warn!(target: "h2::frame", "signal");
            tracing::trace!(target: "acme_client", "detail");
        });
        let messages: Vec<_> = lines.iter().map(|line| &line["@message"]).collect();
        assert_eq!(messages, ["signal", "detail"]);
    }

    #[test]
    fn the_most_specific_variable_sets_the_level() {
        let level = |variables: &[(&str, &str)]| {
            level("my-cloud", |name| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(level(&[]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "")]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "json")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "nonsense")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "warn")]), LevelFilter::WARN);
        let own = [("TF_LOG_PROVIDER_MY_CLOUD", "OFF"), ("TF_LOG_PROVIDER", "INFO")];
        assert_eq!(level(&own), LevelFilter::OFF);
    }
}
