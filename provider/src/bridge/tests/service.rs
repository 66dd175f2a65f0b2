//! A service that answers as a test says, on a loopback port, and remembers what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ack_client::{Client, Credentials, Limits};
use serde_json::Value;
use tf_provider::Maybe;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Connection;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) operation: String,
    /// With the query.
    pub(crate) path: String,
    /// Null if it has none.
    pub(crate) body: Value,
    /// How often this operation was asked for before.
    pub(crate) before: usize,
}

/// What the service says to a request.
pub(crate) enum Answer {
    /// A status and a body; nothing for null.
    Json(u16, Value),
    /// It hangs up.
    Silence,
}

/// The request id that every answer has in its header.
pub(crate) const REQUEST_ID: &str = "R-header";

pub(crate) struct Service {
    pub(crate) client: Client,
    asked: Arc<Mutex<Vec<Question>>>,
}

impl Service {
    pub(crate) async fn start(answer: impl Fn(&Question) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = client(&format!("http://{}", listener.local_addr().unwrap()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                tokio::spawn(async move { serve(stream, &*answer, &log).await });
            }
        });
        Self { client, asked }
    }

    /// A provider that is configured with this service.
    pub(crate) fn connection(&self) -> Connection {
        Connection::new(Ok(self.client.clone()), Some("cn-hangzhou".to_owned()), Maybe::Null)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }

    /// The operations asked for so far.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.asked().into_iter().map(|question| question.operation).collect()
    }

    /// The bodies that an operation was asked with.
    pub(crate) fn bodies(&self, operation: &str) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|question| question.operation == operation).map(|question| question.body.clone()).collect()
    }
}

/// A client with limits on the scale of milliseconds.
pub(crate) fn client(endpoint: &str) -> Client {
    let mut limits = Limits::default();
    limits.first_pause = Duration::from_millis(1);
    limits.longest_pause = Duration::from_millis(20);
    limits.call = Duration::from_millis(500);
    Client::builder()
        .region("cn-hangzhou")
        .endpoint(endpoint)
        .credentials(Credentials::new("testid", "testsecret", None))
        .limits(limits)
        .build()
        .unwrap()
}

/// Answers one request and hangs up.
async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&Question) -> Answer + Send + Sync),
    log: &Mutex<Vec<Question>>,
) {
    let Some(mut question) = receive(&mut stream).await else {
        return;
    };
    {
        let mut log = log.lock().unwrap();
        question.before = log.iter().filter(|earlier| earlier.operation == question.operation).count();
        log.push(question.clone());
    }
    if let Answer::Json(status, value) = answer(&question) {
        let body = if value.is_null() { String::new() } else { value.to_string() };
        let head = format!(
            "HTTP/1.1 {status} Said\r\nconnection: close\r\nx-acs-request-id: {REQUEST_ID}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
    }
}

async fn receive(stream: &mut TcpStream) -> Option<Question> {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let headers: HashMap<_, _> = head.lines().filter_map(|line| line.split_once(": ")).collect();
            let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() };
                let path = head.split(' ').nth(1).unwrap().to_owned();
                return Some(Question { operation: headers["x-acs-action"].to_owned(), path, body, before: 0 });
            }
        }
        if stream.read_buf(&mut received).await.unwrap() == 0 {
            return None;
        }
    }
}
