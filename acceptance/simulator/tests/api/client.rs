//! A client of a few lines: signs, sends over a plain socket, and holds every answer to the response schema.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use ack_simulator::{Assumptions, ClockMode, Config, Simulator};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    pub(crate) key_id: String,
    pub(crate) secret: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    head: String,
}

impl Answer {
    /// Reads one answer.
    pub(crate) fn receive(stream: &TcpStream) -> io::Result<Self> {
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let mut answer = Self { status: 0, body: Value::Null, head };
        answer.status = answer.head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut body = vec![0; answer.header("content-length").unwrap().parse().unwrap()];
        stream.read_exact(&mut body)?;
        answer.body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Ok(answer)
    }

    /// A header; names come back in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status < 400, "refused: {self:?}");
        self.body
    }

    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert!(self.status >= 400, "accepted: {self:?}");
        assert_eq!(self.body["status"], self.status);
        assert!(self.body["requestId"].is_string(), "{self:?}");
        format!("{} {} {}", self.status, self.body["code"].as_str().unwrap(), self.body["message"].as_str().unwrap())
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub(crate) fn code(self) -> String {
        self.refused().splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ")
    }
}

/// One request, to be bent before it is sent.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) action: String,
    pub(crate) body: String,
    pub(crate) nonce: String,
    pub(crate) date: String,
    pub(crate) token: Option<String>,
}

static NONCE: AtomicU64 = AtomicU64::new(0);

impl Client {
    /// A simulator whose clock stands still.
    pub(crate) fn start() -> Self {
        Self::start_with(Config { clock: ClockMode::Manual, ..Config::default() })
    }

    /// The same, and every request is held to the documents.
    pub(crate) fn start_strictly() -> Self {
        let assumptions = Assumptions::strict();
        Self::start_with(Config { clock: ClockMode::Manual, assumptions, ..Config::default() })
    }

    pub(crate) fn start_with(config: Config) -> Self {
        let simulator = Simulator::start_blocking(config).unwrap();
        Self { simulator, key_id: "simulator-id".to_owned(), secret: "simulator-secret".to_owned() }
    }

    pub(crate) fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        self.simulator.admin(method, path, &body).unwrap()
    }

    pub(crate) fn assume(&self, switches: Value) {
        self.admin("PUT", "/assumptions", switches);
    }

    pub(crate) fn pass(&self, seconds: u32) {
        self.admin("POST", "/clock/advance", json!({"seconds": seconds}));
    }

    /// A request for an operation; `place` is path and query.
    pub(crate) fn request(&self, action: &str, method: &str, place: &str, body: &Value) -> Request {
        let (path, query) = place.split_once('?').unwrap_or((place, ""));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            action: action.to_owned(),
            body: if body.is_null() { String::new() } else { body.to_string() },
            nonce: format!("{:032x}", NONCE.fetch_add(1, Ordering::Relaxed)),
            date: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            token: None,
        }
    }

    pub(crate) fn call(&self, action: &str, method: &str, place: &str, body: Value) -> Answer {
        let answer = self.send(&self.request(action, method, place, &body)).expect("the connection was cut");
        if answer.status < 400 {
            check_answer(action, &answer.body);
        }
        answer
    }

    /// A connection for any number of calls.
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.simulator.url().replace("http://", "")).unwrap()
    }

    /// Signs and sends on a new connection; none when it ends without an answer.
    pub(crate) fn send(&self, request: &Request) -> Option<Answer> {
        self.send_on(&self.connect(), request).ok()
    }

    /// Signs, sends and reads the answer; the connection stays open.
    pub(crate) fn send_on(&self, mut stream: &TcpStream, request: &Request) -> io::Result<Answer> {
        let host = self.simulator.url().replace("http://", "");
        let hash = hex(&Sha256::digest(request.body.as_bytes()));
        let mut headers = vec![
            ("host", host.clone()),
            ("x-acs-action", request.action.clone()),
            ("x-acs-content-sha256", hash.clone()),
            ("x-acs-date", request.date.clone()),
            ("x-acs-signature-nonce", request.nonce.clone()),
            ("x-acs-version", "2015-12-15".to_owned()),
        ];
        headers.extend(request.token.iter().map(|token| ("x-acs-security-token", token.clone())));
        headers.sort();
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let canonical = format!("{}\n{}\n{}\n{lines}\n{names}\n{hash}", request.method, request.path, request.query);
        let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical.as_bytes())));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        mac.update(to_sign.as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        headers.push((
            "authorization",
            format!("ACS3-HMAC-SHA256 Credential={},SignedHeaders={names},Signature={signature}", self.key_id),
        ));
        let target =
            if request.query.is_empty() { request.path.clone() } else { format!("{}?{}", request.path, request.query) };
        let fields: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let (method, body) = (&request.method, &request.body);
        let length = body.len();
        write!(stream, "{method} {target} HTTP/1.1\r\n{fields}content-length: {length}\r\n\r\n{body}")?;

        Answer::receive(stream)
    }

    // What the tests need all the time.

    pub(crate) fn create_cluster(&self, changes: Value) -> String {
        let answer = self.call("CreateCluster", "POST", "/clusters", cluster(changes)).ok();
        answer["cluster_id"].as_str().unwrap().to_owned()
    }

    /// A cluster that is running.
    pub(crate) fn cluster(&self) -> String {
        let id = self.create_cluster(json!({}));
        self.pass(400);
        id
    }

    pub(crate) fn describe(&self, cluster_id: &str) -> Value {
        self.call("DescribeClusterDetail", "GET", &format!("/clusters/{cluster_id}"), Value::Null).ok()
    }

    pub(crate) fn describe_pool(&self, cluster_id: &str, pool_id: &str) -> Value {
        let place = format!("/clusters/{cluster_id}/nodepools/{pool_id}");
        self.call("DescribeClusterNodePoolDetail", "GET", &place, Value::Null).ok()
    }

    pub(crate) fn create_pool(&self, cluster_id: &str, changes: Value) -> Answer {
        self.call("CreateClusterNodePool", "POST", &format!("/clusters/{cluster_id}/nodepools"), pool(changes))
    }

    /// A pool with two nodes, ready.
    pub(crate) fn pool(&self, cluster_id: &str) -> String {
        let answer = self.create_pool(cluster_id, json!({})).ok();
        self.pass(400);
        answer["nodepool_id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn task(&self, task_id: &Value) -> Value {
        self.call("DescribeTaskInfo", "GET", &format!("/tasks/{}", task_id.as_str().unwrap()), Value::Null).ok()
    }
}

/// A managed Pro cluster with Flannel, changed by a merge patch.
pub(crate) fn cluster(changes: Value) -> Value {
    merged(
        json!({
            "name": "prod",
            "region_id": "cn-hangzhou",
            "cluster_type": "ManagedKubernetes",
            "cluster_spec": "ack.pro.small",
            "kubernetes_version": "1.35.2-aliyun.1",
            "vpcid": "vpc-1",
            "vswitch_ids": ["vsw-1", "vsw-2"],
            "container_cidr": "10.100.0.0/16",
            "service_cidr": "172.19.0.0/20",
            "addons": [{"name": "flannel"}],
            "tags": [{"key": "team", "value": "a"}],
        }),
        &changes,
    )
}

/// A pool of two nodes, changed by a merge patch.
pub(crate) fn pool(changes: Value) -> Value {
    merged(
        json!({
            "nodepool_info": {"name": "workers"},
            "scaling_group": {
                "vswitch_ids": ["vsw-1"],
                "instance_types": ["ecs.g7.xlarge"],
                "desired_size": 2,
                "key_pair": "ops",
                "data_disks": [{"category": "cloud_essd", "size": 200}],
            },
            "kubernetes_config": {"labels": [{"key": "tier", "value": "web"}], "taints": [{"key": "only", "value": "web"}]},
        }),
        &changes,
    )
}

fn merged(mut base: Value, changes: &Value) -> Value {
    fn merge(base: &mut Value, changes: &Value) {
        match (base, changes) {
            (Value::Object(fields), Value::Object(changes)) => {
                for (name, change) in changes {
                    if change.is_null() {
                        fields.remove(name);
                    } else {
                        merge(fields.entry(name).or_insert(Value::Null), change);
                    }
                }
            }
            (base, changes) => *base = changes.clone(),
        }
    }
    merge(&mut base, changes);
    base
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every field of an answer has to be one that the API's facts know, of the type they say.
fn check_answer(action: &str, body: &Value) {
    static FACTS: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(include_str!("../../../../proto/cs/operations.json")).unwrap());
    let operations = FACTS["operations"].as_array().unwrap();
    // One that the product has no longer is in no description.
    match operations.iter().find(|operation| operation["action"] == action).and_then(|known| known.get("answer")) {
        Some(schema) => check_value(schema, action, body),
        None => assert!(body.is_null(), "{action} answers nothing, got {body}"),
    }
}

fn check_value(schema: &Value, path: &str, value: &Value) {
    let fits = match schema["type"].as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => true,
    };
    assert!(fits, "{path}: {value} is no {}", schema["type"]);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (schema["properties"].get(name), schema.get("additionalProperties")) {
                    (Some(inner), _) | (None, Some(inner)) => check_value(inner, &format!("{path}.{name}"), field),
                    (None, None) => assert!(
                        schema["free_form"] == true || schema.get("properties").is_none(),
                        "{path}.{name} is no field of the answer"
                    ),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check_value(&schema["items"], path, item)),
        _ => {}
    }
}
