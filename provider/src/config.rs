//! The provider block. Environment fallbacks are data: one row an argument.

use std::collections::BTreeMap;
use std::time::Duration;

use ack_client::{Client, Credentials};
use secrecy::{ExposeSecret, SecretString};
use tf_provider::{Diagnostic, Diagnostics, Fault, Field, Maybe, Model, Path, View};

use crate::bridge::{self, Connection, fault};
use crate::checks;
use crate::run::Run;

/// Manages clusters of Alibaba Cloud Container Service for Kubernetes (ACK), with their node pools and add-ons.
///
/// Every argument can be left out: the region, the credentials and the endpoint are then read from the environment.
/// Nothing is asked of the service before a resource needs it. What `TF_APPEND_USER_AGENT` holds is added to the user
/// agent of every call.
#[derive(Clone, Debug, Model)]
pub struct Config {
    /// Region id, such as `cn-hangzhou`. Resources can name another one. Falls back to `ALIBABA_CLOUD_REGION`,
    /// `ALIBABA_CLOUD_REGION_ID`, `ALICLOUD_REGION`.
    #[attr(check = checks::region)]
    pub region: Option<String>,
    /// Where the API is, as a host or an `http://` or `https://` URL; by default the region's own endpoint. Falls back
    /// to `ACK_ENDPOINT`.
    #[attr(check = check_endpoint)]
    pub endpoint: Option<String>,
    /// Access key id. Falls back to `ALIBABA_CLOUD_ACCESS_KEY_ID`.
    #[attr(sensitive)]
    pub access_key_id: Option<String>,
    /// Access key secret. Falls back to `ALIBABA_CLOUD_ACCESS_KEY_SECRET`. Prefer the environment: it leaves no trace
    /// in configuration.
    pub access_key_secret: Option<SecretString>,
    /// Security token of temporary credentials (STS). Falls back to `ALIBABA_CLOUD_SECURITY_TOKEN`.
    pub security_token: Option<SecretString>,
    /// Tags for every cluster and for the instances of every node pool. A resource's own `tags` win where both have the
    /// same key; `tags_all` shows both.
    pub default_tags: Option<BTreeMap<String, String>>,
}

fn check_endpoint(text: &str) -> Result<(), String> {
    checks::by_the_client(ack_client::check_endpoint(text))
}

/// The variables that stand in for an argument, first one first.
const ENVIRONMENT: &[(&str, &[&str])] = &[
    ("region", &["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION"]),
    ("endpoint", &["ACK_ENDPOINT"]),
    ("access_key_id", &[ack_client::ACCESS_KEY_ID_VARIABLE]),
    ("access_key_secret", &[ack_client::ACCESS_KEY_SECRET_VARIABLE]),
    ("security_token", &[ack_client::SECURITY_TOKEN_VARIABLE]),
];

/// For a stand-in of the service whose time goes faster: the seconds by which its reads may lag behind its writes. The
/// service itself needs no such setting.
const READ_LAG_VARIABLE: &str = "ACK_READ_LAG_SECONDS";

type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

fn variables(argument: &str) -> &'static [&'static str] {
    ENVIRONMENT.iter().find(|(name, _)| *name == argument).map_or(&[], |(_, variables)| variables)
}

/// An argument, or what stands in for it. `Ok(None)`: there is neither.
fn argument<T>(given: Maybe<T>, field: Field<Config, T>, environment: Environment<'_>) -> Result<Option<T>, Fault>
where
    T: From<String>,
{
    match given {
        Maybe::Known(value) => Ok(Some(value)),
        Maybe::Null => Ok(variables(field.name())
            .iter()
            .find_map(|name| environment(name).filter(|value| !value.is_empty()))
            .map(T::from)),
        Maybe::Unknown => Err(Fault::other(
            format!("The provider's `{}` is not known yet", field.name()),
            "It comes from a resource that is still to be created. Give the provider a value that is known during the plan, or create that resource first with `-target`.",
        )
        .at(field)),
    }
}

/// The fault of arguments that have no value, all of them at once; `None` if there are none.
fn missing(arguments: &[&str]) -> Option<Fault> {
    let named: Vec<String> = arguments.iter().map(|name| format!("no `{name}`")).collect();
    let summary = match named.split_last()? {
        (last, []) => format!("The provider has {last}"),
        (last, others) => format!("The provider has {} and {last}", others.join(", ")),
    };
    let ways = arguments.iter().map(|name| {
        format!("Set `{name}` in the provider block, or the environment variable {}.", variables(name).join(" or "))
    });
    Some(Fault::other(summary, ways.collect::<Vec<_>>().join("\n")).at(Path::root()))
}

/// Where the value of an argument comes from.
fn source(argument: &str, is_given: bool, environment: Environment<'_>) -> String {
    let is_set = |name: &&&str| environment(name).is_some_and(|value| !value.is_empty());
    match variables(argument).iter().find(is_set).filter(|_| !is_given) {
        Some(variable) => format!("the environment variable {variable}"),
        None => format!("the provider's `{argument}`"),
    }
}

/// The client's verdict on a value, with where it comes from: what is in the environment has no line to point at.
fn usable(verdict: Result<(), ack_client::Error>, source: &str) -> Result<(), Fault> {
    verdict.map_err(|error| Fault { summary: format!("Invalid value of {source}"), ..fault(&error) })
}

/// What names the caller to the service: this provider, Terraform, and what the user adds, as with other providers.
fn user_agent(terraform_version: &str, environment: Environment<'_>) -> String {
    let own = format!("terraform-provider-ack/{} terraform/{terraform_version}", env!("CARGO_PKG_VERSION"));
    let added = environment("TF_APPEND_USER_AGENT").unwrap_or_default();
    // A header takes no other characters, and a line break would begin another header.
    let fit = |c: char| if c == ' ' || c.is_ascii_graphic() { c } else { '?' };
    format!("{own} {}", added.trim().chars().map(fit).collect::<String>()).trim_end().to_owned()
}

/// Makes the connection. What is missing or unknown is told by the first call that needs it.
pub(crate) fn connect(
    config: &View<'_, Config>,
    terraform_version: &str,
    environment: Environment<'_>,
) -> Result<Connection, Diagnostics> {
    let region = argument(config.get(Config::REGION), Config::REGION, environment);
    let known_region = region.as_ref().ok().cloned().flatten();
    let client = (|| {
        let id = argument(config.get(Config::ACCESS_KEY_ID), Config::ACCESS_KEY_ID, environment)?;
        let secret = argument(config.get(Config::ACCESS_KEY_SECRET), Config::ACCESS_KEY_SECRET, environment)?;
        let token = argument(config.get(Config::SECURITY_TOKEN), Config::SECURITY_TOKEN, environment)?;
        let endpoint = argument(config.get(Config::ENDPOINT), Config::ENDPOINT, environment)?;
        let (region, id, secret) = match (region?, id, secret) {
            (Some(region), Some(id), Some(secret)) => (region, id, secret),
            (region, id, secret) => {
                let arguments = [
                    (region.is_none(), Config::REGION.name()),
                    (id.is_none(), Config::ACCESS_KEY_ID.name()),
                    (secret.is_none(), Config::ACCESS_KEY_SECRET.name()),
                ];
                let names: Vec<&str> =
                    arguments.into_iter().filter_map(|(is_missing, name)| is_missing.then_some(name)).collect();
                return Err(missing(&names).unwrap_or_else(|| Fault::other("The provider is not configured", "")));
            }
        };
        let source = |field: &str, is_given: bool| source(field, is_given, environment);
        usable(ack_client::check_region(&region), &source("region", !config.get(Config::REGION).is_null()))?;
        if let Some(endpoint) = &endpoint {
            let source = source("endpoint", !config.get(Config::ENDPOINT).is_null());
            usable(ack_client::check_endpoint(endpoint), &source)?;
        }
        let mut builder = Client::builder()
            .region(region)
            .credentials(Credentials::new(id, secret, token.filter(|token| !token.expose_secret().is_empty())))
            .user_agent_suffix(user_agent(terraform_version, environment));
        if let Some(endpoint) = endpoint {
            builder = builder.endpoint(endpoint);
        }
        builder.build().map_err(|error| fault(&error))
    })();
    let read_lag = environment(READ_LAG_VARIABLE).and_then(|text| text.parse().ok()).map(Duration::from_secs);
    match client {
        // A text that is no region or no endpoint is wrong whatever the plan needs.
        Err(fault) if fault.attribute.is_none() => Err(Diagnostic::from(fault).into()),
        client => Ok(Connection::new(client, known_region, config.get(Config::DEFAULT_TAGS))
            .in_run(Run::of(terraform_version))
            .with_read_lag(read_lag.unwrap_or(bridge::READ_LAG))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tf_provider::OptionalComputed;
    use tf_provider::schema::null_object;
    use tf_provider::value::Value;

    fn connected(environment: &[(&str, &str)]) -> Result<Connection, Diagnostics> {
        let nothing = Value::Object(null_object(&Config::attributes()));
        let lookup =
            |name: &str| environment.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        connect(&View::new(&nothing), "1.14.0", &lookup)
    }

    const ALL: [(&str, &str); 3] = [
        ("ALIBABA_CLOUD_REGION", "cn-hangzhou"),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
    ];

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let told = |environment: &[(&str, &str)]| {
            let connection = connected(environment).unwrap();
            Fault::from(connection.client(&OptionalComputed::default()).unwrap_err())
        };
        let fault = told(&[]);
        assert_eq!(fault.summary, "The provider has no `region`, no `access_key_id` and no `access_key_secret`");
        assert_eq!(
            fault.detail,
            "Set `region` in the provider block, or the environment variable ALIBABA_CLOUD_REGION or ALIBABA_CLOUD_REGION_ID or ALICLOUD_REGION.\n\
             Set `access_key_id` in the provider block, or the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID.\n\
             Set `access_key_secret` in the provider block, or the environment variable ALIBABA_CLOUD_ACCESS_KEY_SECRET."
        );
        assert_eq!(told(&ALL[..2]).summary, "The provider has no `access_key_secret`");
        assert!(connected(&ALL).unwrap().client(&OptionalComputed::default()).is_ok());
    }

    #[test]
    fn a_value_of_the_environment_that_cannot_be_used_is_told_with_its_variable() {
        let told = |name: &'static str, value: &'static str| {
            let mut environment = ALL.to_vec();
            environment.retain(|(set, _)| *set != name);
            environment.push((name, value));
            connected(&environment)
                .unwrap_err()
                .into_iter()
                .map(|d| format!("{}: {}", d.summary, d.detail))
                .collect::<String>()
        };
        assert_eq!(
            told("ACK_ENDPOINT", "127.0.0.1:8080"),
            "Invalid value of the environment variable ACK_ENDPOINT: The endpoint \"127.0.0.1:8080\" does not say whether it is called by HTTP or HTTPS; write \"http://127.0.0.1:8080\" for a local simulator, else \"https://127.0.0.1:8080\"."
        );
        assert!(told("ALIBABA_CLOUD_REGION", "Hangzhou").starts_with(
            "Invalid value of the environment variable ALIBABA_CLOUD_REGION: \"Hangzhou\" is not a region ID"
        ));
    }

    #[test]
    fn the_user_agent_names_the_caller_and_what_the_user_adds() {
        let own = format!("terraform-provider-ack/{} terraform/1.11.4", env!("CARGO_PKG_VERSION"));
        let with = |added: Option<&str>| {
            user_agent("1.11.4", &|name| added.filter(|_| name == "TF_APPEND_USER_AGENT").map(str::to_owned))
        };
        assert_eq!(with(None), own);
        assert_eq!(with(Some("  ")), own);
        assert_eq!(with(Some(" ci/7 (team a) ")), format!("{own} ci/7 (team a)"));
        assert_eq!(with(Some("a\r\nx-evil: 1ü")), format!("{own} a??x-evil: 1?"));
    }
}
