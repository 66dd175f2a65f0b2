//! Where the calls of a region go.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};

use url::{Host, Url};

use crate::Error;

/// Serves the regions that have no endpoint of their own.
const CENTRAL_HOST: &str = "cs.aliyuncs.com";
/// Regions of the vendor's own use that are served by the central endpoint, by name or by part of the name.
const CENTRAL_REGIONS: &[&str] = &["cn-wuhan", "cn-fujian", "cn-zhangbei", "cn-edge-1"];

/// One scheme, host and port that is called, and nothing else is.
#[derive(Debug)]
pub(crate) struct Endpoint {
    url: Url,
    host: String,
    reach: AtomicU8,
}

/// Nobody knows yet whether the endpoint is the right one.
const UNPROVEN: u8 = 0;
/// It has answered, or somebody vouches for it.
const PROVEN: u8 = 1;
/// A call has waited as long as it may, and could not connect all the while.
const GIVEN_UP: u8 = 2;

impl Endpoint {
    /// The endpoint of a region by the vendor's rule: `https://cs.<region>.aliyuncs.com`.
    pub(crate) fn of_region(region: &str) -> Result<Self, Error> {
        check_region(region)?;
        let central = CENTRAL_REGIONS.contains(&region) || region.ends_with("-pop") || region.contains("-internal-");
        Self::parse(&if central { CENTRAL_HOST.to_owned() } else { format!("cs.{region}.aliyuncs.com") })
    }

    /// An endpoint given by the user: `http://127.0.0.1:1234`, `https://host`, or the bare name of a host for HTTPS.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |why: &str| {
            Error::configuration(format!(
                "the endpoint \"{text}\" {why}; give a host such as cs.cn-hangzhou.aliyuncs.com, or \
                 http://127.0.0.1:8080 for a local simulator"
            ))
        };
        // Looked for first: no other error may repeat a password.
        if text.contains('@') {
            return Err(Error::configuration("the endpoint must not contain a user name or a password; remove them"));
        }
        if !text.contains("://") && is_ambiguous(text) {
            return Err(Error::configuration(format!(
                "the endpoint \"{text}\" does not say whether it is called by HTTP or HTTPS; write \"http://{text}\" for a local simulator, else \"https://{text}\""
            )));
        }
        let absolute = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&absolute).map_err(|error| wrong(&format!("is not a URL ({error})")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("is neither http nor https"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has a path or a query"));
        }
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => return Err(wrong("has no host")),
        };
        Ok(Self { url, host, reach: AtomicU8::new(UNPROVEN) })
    }

    /// Value of the `host` header: with the port unless it is the scheme's own.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// `scheme://host[:port]`, without a slash at the end.
    pub(crate) fn origin(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// This machine: never reached through a proxy.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        }
    }

    /// If it cannot be reached now that is an outage, worth waiting for: it has answered before, or somebody
    /// [vouches](Self::vouch) for it. Any other endpoint is more likely a wrong one; and an outage that one call has
    /// waited out in vain is not waited out again by each of hundreds.
    pub(crate) fn is_worth_waiting_for(&self) -> bool {
        self.reach.load(Ordering::Relaxed) == PROVEN
    }

    /// It is known to be the right one, although it has not answered this process yet.
    pub(crate) fn vouch(&self) {
        let _ = self.reach.compare_exchange(UNPROVEN, PROVEN, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(crate) fn set_answered(&self) {
        self.reach.store(PROVEN, Ordering::Relaxed);
    }

    pub(crate) fn give_up(&self) {
        self.reach.store(GIVEN_UP, Ordering::Relaxed);
    }
}

/// Whether an endpoint without a scheme may be meant for HTTP: it has a port, an address in place of a name, or is this
/// machine. The name of a host of the vendor's alone is for HTTPS.
fn is_ambiguous(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (text, ""),
    };
    let is_bare = !host.is_empty() && !host.contains(['/', '?', '#']);
    is_bare && (!["", "443"].contains(&port) || host == "localhost" || host.parse::<IpAddr>().is_ok())
}

/// Whether a text can be an endpoint: `http://127.0.0.1:1234`, `https://host`, or the bare name of a host for HTTPS.
///
/// # Errors
/// It cannot; the error says why and what to give.
pub fn check_endpoint(text: &str) -> Result<(), Error> {
    Endpoint::parse(text).map(drop)
}

/// Regions of the service, as far as they are known. There will be more.
const REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-7",
    "ap-southeast-8",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-wulanchabu-gic-1",
    "cn-zhangjiakou",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "us-east-1",
    "us-southeast-1",
    "us-west-1",
];

/// Whether a region is known to exist. One that is not may have come later: DescribeRegions tells.
pub fn is_known_region(region: &str) -> bool {
    REGIONS.contains(&region)
}

/// Whether a text can be the id of a region. A region becomes part of a host name, so it must not be able to change
/// which host that is.
///
/// # Errors
/// It cannot; the error says what to give.
pub fn check_region(region: &str) -> Result<(), Error> {
    if region.is_empty() {
        return Err(Error::configuration("no region is set; set one such as cn-hangzhou"));
    }
    if region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        Ok(())
    } else {
        Err(Error::configuration(format!(
            "\"{region}\" is not a region ID; give one in lower case, such as cn-hangzhou"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> String {
        Endpoint::parse(text).unwrap().origin().to_owned()
    }

    #[test]
    fn a_region_has_its_endpoint_by_rule() {
        let of = |region| Endpoint::of_region(region).unwrap().origin().to_owned();
        assert_eq!(of("cn-hangzhou"), "https://cs.cn-hangzhou.aliyuncs.com");
        assert_eq!(of("ap-southeast-1"), "https://cs.ap-southeast-1.aliyuncs.com");
        assert_eq!(of("cn-wuhan"), "https://cs.aliyuncs.com");
        assert_eq!(of("cn-shanghai-internal-test-1"), "https://cs.aliyuncs.com");
    }

    #[test]
    fn a_region_cannot_name_another_host() {
        for region in ["", "evil.example/", "cn-hangzhou@evil", "CN-HANGZHOU", "cn hangzhou", "a#b"] {
            assert!(Endpoint::of_region(region).is_err(), "{region}");
        }
    }

    #[test]
    fn an_endpoint_is_a_url_or_a_host() {
        assert_eq!(origin("http://127.0.0.1:1234"), "http://127.0.0.1:1234");
        assert_eq!(origin("http://127.0.0.1:1234/"), "http://127.0.0.1:1234");
        assert_eq!(origin("cs-vpc.cn-hangzhou.aliyuncs.com"), "https://cs-vpc.cn-hangzhou.aliyuncs.com");
        assert_eq!(origin("cs.example.com:443"), "https://cs.example.com");
        assert_eq!(Endpoint::parse("https://host:443").unwrap().host(), "host");
        assert_eq!(Endpoint::parse("http://[::1]:80").unwrap().host(), "[::1]");
        assert_eq!(Endpoint::parse("http://[::1]:81").unwrap().host(), "[::1]:81");
    }

    #[test]
    fn an_endpoint_that_may_be_meant_for_http_must_say_so() {
        for text in ["127.0.0.1:8080", "127.0.0.1", "localhost:8080", "localhost", "[::1]:8080", "cs.example.com:8080"]
        {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.contains(&format!("write \"http://{text}\"")), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_with_an_example() {
        for text in ["", "ftp://host", "https://host/path", "https://host?a=b", "https://"] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.contains("cs.cn-hangzhou.aliyuncs.com"), "{text}: {error}");
        }
        for text in
            ["https://user:hunter2@host", "ftp://user:hunter2@host", "user:hunter2@host/path", "https://user:hunter2@"]
        {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.contains("must not contain") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn loopback_is_recognised_in_every_form() {
        for text in ["http://127.0.0.1:1", "http://127.9.9.9:1", "http://[::1]:1", "http://localhost:1"] {
            assert!(Endpoint::parse(text).unwrap().is_loopback(), "{text}");
        }
        assert!(!Endpoint::parse("http://192.168.0.1:1").unwrap().is_loopback());
    }
}
