//! What is refused before an operation is reached, and by which name.

use std::io::{Read as _, Write as _};

use ack_simulator::{ClockMode, Config, Credential};
use serde_json::{Value, json};

use crate::client::{Client, cluster};

#[test]
fn signatures_are_verified() {
    let mut client = Client::start();
    assert!(
        client.call("DescribeRegions", "GET", "/regions", Value::Null).ok()["regions"].as_array().unwrap().len() > 30
    );
    client.secret = "wrong".to_owned();
    let refusal = client.call("DescribeRegions", "GET", "/regions", Value::Null).refused();
    assert!(refusal.starts_with("400 SignatureDoesNotMatch"), "{refusal}");
    assert!(!refusal.contains("simulator-secret"));
    client.key_id = "nobody".to_owned();
    assert_eq!(
        client.call("DescribeRegions", "GET", "/regions", Value::Null).code(),
        "404 InvalidAccessKeyId.NotFound"
    );
}

#[test]
fn old_dates_and_used_nonces_are_refused() {
    let client = Client::start();
    let mut request = client.request("DescribeRegions", "GET", "/regions", &Value::Null);
    assert_eq!(client.send(&request).unwrap().status, 200);
    assert_eq!(client.send(&request).unwrap().code(), "400 SignatureNonceUsed");
    request.nonce = "another".to_owned();
    request.date = "2020-01-01T00:00:00Z".to_owned();
    assert_eq!(client.send(&request).unwrap().code(), "400 InvalidTimeStamp.Expired");
}

#[test]
fn a_temporary_key_needs_its_token() {
    let credentials = vec![Credential::with_token("simulator-id", "simulator-secret", "token")];
    let client = Client::start_with(Config { credentials, ..Config::default() });
    let mut request = client.request("DescribeRegions", "GET", "/regions", &Value::Null);
    assert_eq!(client.send(&request).unwrap().code(), "400 MissingSecurityToken");
    request.token = Some("other".to_owned());
    assert_eq!(client.send(&request).unwrap().code(), "400 InvalidSecurityToken.MismatchWithAccessKey");
    request.token = Some("token".to_owned());
    request.nonce = "another".to_owned();
    assert_eq!(client.send(&request).unwrap().status, 200);
}

#[test]
fn operations_are_refused_by_name() {
    let client = Client::start();
    assert_eq!(
        client.call("ListOperationPlans", "GET", "/operation/plans", Value::Null).refused(),
        "400 NotSimulated ack-simulator does not simulate ListOperationPlans"
    );
    assert_eq!(
        client.call("DescribeNothing", "GET", "/nothing", Value::Null).refused(),
        "404 InvalidAction.NotFound GET /nothing is no operation of CS 2015-12-15"
    );
    assert_eq!(
        client.call("CreateCluster", "PUT", "/clusters", Value::Null).refused(),
        "404 InvalidAction.NotFound PUT /clusters is no operation of CS 2015-12-15; the path takes POST, GET"
    );
    assert_eq!(
        client.call("DeleteCluster", "GET", "/regions", Value::Null).refused(),
        "404 InvalidAction.NotFound x-acs-action is DeleteCluster, but GET /regions is DescribeRegions"
    );
}

#[test]
fn fields_are_refused_by_name() {
    let client = Client::start();
    let create = |changes| client.call("CreateCluster", "POST", "/clusters", cluster(changes)).refused();
    assert_eq!(
        create(json!({"vpc_id": "vpc-1"})),
        "400 InvalidParameter.UnknownField CreateCluster has no field vpc_id (nearest known: vpcid)"
    );
    assert_eq!(
        create(json!({"deletion_protection": "yes"})),
        "400 InvalidParameter.Format Unmarshal type error: expected=bool, got=string, field=deletion_protection"
    );
    assert_eq!(
        create(json!({"proxy_mode": "userspace"})).split(':').next().unwrap(),
        "400 InvalidParameter.ProxyMode proxy_mode"
    );
}

#[test]
fn unsigned_requests_pass_where_that_was_asked_for() {
    let client = Client::start_with(Config { check_signatures: false, clock: ClockMode::Manual, ..Config::default() });
    let host = client.simulator.url().replace("http://", "");
    let mut stream = std::net::TcpStream::connect(&host).unwrap();
    write!(stream, "GET /regions HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn the_log_shows_what_came_without_passwords() {
    let client = Client::start();
    let id = client.cluster();
    client.admin("DELETE", "/requests", Value::Null);
    let login = json!({"scaling_group": {"login_password": "Hello1234", "key_pair": null}});
    client.create_pool(&id, login).ok();
    assert_eq!(
        client.call("DescribeClusterDetail", "GET", "/clusters/c0", Value::Null).code(),
        "404 ErrorClusterNotFound"
    );
    let log = client.admin("GET", "/requests", Value::Null);
    let row = |n: usize, field: &str| log["requests"][n][field].clone();
    assert_eq!((row(0, "operation"), row(0, "status")), (json!("CreateClusterNodePool"), json!(200)));
    assert_eq!(log["requests"][0]["body"]["scaling_group"]["login_password"], "******");
    assert_eq!((row(1, "operation"), row(1, "code")), (json!("DescribeClusterDetail"), json!("ErrorClusterNotFound")));
    let everything = format!("{log}{}", client.admin("GET", "/snapshot", Value::Null));
    assert!(!everything.contains("Hello1234"));
}

#[test]
fn the_root_of_the_admin_interface_lists_what_it_offers() {
    let client = Client::start();
    let info = client.admin("GET", "/", Value::Null);
    for row in info["paths"].as_array().unwrap() {
        let (methods, path) = row["path"].as_str().unwrap().split_once(' ').unwrap();
        for method in methods.split('|').filter(|method| *method == "GET") {
            client.admin(method, path, Value::Null);
        }
    }
    assert!(client.simulator.admin("GET", "/nowhere", &Value::Null).unwrap_err().to_string().contains("/snapshot"));
}
