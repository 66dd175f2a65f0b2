//! The vendor's own Python SDK accepts what the simulator says, and the simulator what the SDK sends; and the facts that
//! both sides of this project are made of are the SDK's.

use std::collections::BTreeSet;

use acceptance::{Sdk, Search, Simulator};
use ack_simulator::{Config, Credential};
use serde_json::json;

const SECURITY_TOKEN: &str = "simulator-token";

#[test]
fn the_sdk_gets_along_with_every_operation() -> anyhow::Result<()> {
    let simulator = Simulator::start_with(Config::default())?;
    let sdk = Sdk::install(&Search::from_environment())?;
    let _ = sdk.run(&simulator.provider_environment())?.assert_success();

    let requests = simulator.requests()?.into_iter();
    let accepted: BTreeSet<_> =
        requests.filter(|request| request.status == 200).map(|request| request.operation).collect();
    let missing: Vec<_> =
        simulator.operations()?.into_iter().filter(|operation| !accepted.contains(operation)).collect();
    assert!(missing.is_empty(), "acceptance/sdk never has success with {}", missing.join(", "));
    Ok(())
}

/// All 148 operations, field by field; the program also shows that a wrong fact of each kind would be found.
#[test]
fn the_description_of_the_api_is_that_of_the_sdk() -> anyhow::Result<()> {
    let run = Sdk::install(&Search::from_environment())?.compare_facts()?.assert_success();
    assert!(run.stdout.starts_with("148 operations, "), "{}", run.stdout);
    Ok(())
}

#[test]
fn the_sdk_signs_with_a_security_token_as_well() -> anyhow::Result<()> {
    let credential = Credential::with_token("simulator-id", "simulator-secret", SECURITY_TOKEN);
    let simulator = Simulator::start_with(Config { credentials: vec![credential], ..Config::default() })?;
    let environment = simulator.provider_environment().with("ALIBABA_CLOUD_SECURITY_TOKEN", SECURITY_TOKEN);
    let _ = Sdk::install(&Search::from_environment())?.run(&environment)?.assert_success();
    Ok(())
}

#[test]
fn the_sdk_reads_what_is_only_assumed_either_way() -> anyhow::Result<()> {
    let sdk = Sdk::install(&Search::from_environment())?;
    for (unset_fields, error_spelling) in [("zero", "upper"), ("null", "both")] {
        let simulator = Simulator::start_with(Config::default())?;
        simulator.assume(&json!({"unset_fields": unset_fields, "error_spelling": error_spelling}))?;
        let _ = sdk.run(&simulator.provider_environment())?.assert_success();
    }
    Ok(())
}

#[test]
fn without_python_there_is_one_sentence() {
    let error = format!("{:#}", Sdk::install(&Search::default()).unwrap_err());
    assert!(error.contains("install Python 3.11 or newer"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}
