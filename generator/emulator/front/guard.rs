//! Who may call. Every web page that the user has open can send requests to this machine, and a page
//! can give its own host name the address of this machine (DNS rebinding). Both are refused here,
//! without asking for a key.

use std::net::IpAddr;

use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY};

/// The relation between the page that sends a request and the host that receives it, as browsers tell
/// it: <https://www.w3.org/TR/fetch-metadata/>.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The hosts and the pages that are served.
#[derive(Debug, Clone, Default)]
pub(in crate::emulator) struct Guard {
    /// Whether it listens for other machines, which call it by any address that it has.
    pub(in crate::emulator) is_public: bool,
    /// More host names, without ports.
    pub(in crate::emulator) hosts: Vec<String>,
    /// Origins of pages that may call, such as `http://localhost:5173`.
    pub(in crate::emulator) origins: Vec<String>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::emulator) enum Refusal {
    /// The host is none of this server's.
    #[error("the host `{0}` is not served here; allow it with `--allow-host`")]
    Host(String),
    /// A page of another origin sends it.
    #[error("a page of `{0}` may not call functions here; allow it with `--allow-origin`")]
    Origin(String),
    /// A page of another site sends it, without its origin.
    #[error("a page of another site may not call functions here")]
    Site,
}

impl Guard {
    /// Refuses a request of a page that may not call.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_with(headers, |origin| self.allows(origin))
    }

    /// Refuses a request of every page but those of this server, whatever else may call.
    pub(super) fn check_own(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_with(headers, |_| false)
    }

    fn check_with(
        &self,
        headers: &HeaderMap,
        allows: impl Fn(&str) -> bool,
    ) -> Result<(), Refusal> {
        let host = only(headers, &HOST);
        if !host.is_some_and(|host| self.serves(host)) {
            return Err(Refusal::Host(shown(headers, &HOST)));
        }
        if headers.contains_key(ORIGIN) {
            let origin = only(headers, &ORIGIN).unwrap_or_default();
            let is_same = host.is_some_and(|host| origin.strip_prefix("http://") == Some(host));
            if is_same || allows(origin) {
                return Ok(());
            }
            return Err(Refusal::Origin(shown(headers, &ORIGIN)));
        }
        let is_own = |site: &HeaderValue| site == "none" || site == "same-origin";
        if headers.get_all(&SITE).iter().all(is_own) {
            Ok(())
        } else {
            Err(Refusal::Site)
        }
    }

    fn serves(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        if name == "localhost" || name.ends_with(".localhost") || self.hosts.contains(&name) {
            return true;
        }
        // No page can make an address its own, so it is safe where it is reachable at all.
        let address = name.trim_start_matches('[').trim_end_matches(']');
        let address = address.parse::<IpAddr>();
        address.is_ok_and(|address| self.is_public || address.is_loopback())
    }

    fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
    }

    /// The origin of a request, if its pages may read the response.
    pub(super) fn reader<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        self.allows(origin.to_str().ok()?).then_some(origin)
    }

    /// Says that responses differ by origin, where they do.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        if !self.origins.is_empty() {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
    }
}

/// The value of a header that comes exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn shown(headers: &HeaderMap, name: &HeaderName) -> String {
    let value = headers.get(name).map(HeaderValue::as_bytes);
    let value = String::from_utf8_lossy(value.unwrap_or_default());
    value.chars().take(100).collect()
}

/// A host as a client names it, without its port.
pub(in crate::emulator) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, headers: &[(&'static str, &str)]) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a value"));
        }
        guard.check(&map)
    }

    #[test]
    fn a_foreign_host_is_refused() {
        let guard = Guard::default();
        for host in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:9",
            "[::1]:9",
            "a.localhost:1",
        ] {
            assert_eq!(check(&guard, &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "192.168.1.2:80",
            "",
            "0.0.0.0",
            "[::]",
        ] {
            let refused = check(&guard, &[("host", host)]);
            assert_eq!(refused, Err(Refusal::Host(host.to_owned())), "{host}");
        }
        assert_eq!(check(&guard, &[]), Err(Refusal::Host(String::new())));
        let two = [("host", "localhost"), ("host", "evil.example")];
        assert!(check(&guard, &two).is_err());
        let guard = Guard {
            is_public: true,
            hosts: vec!["box.example".into()],
            ..guard
        };
        for host in ["192.168.1.2:80", "box.example:80", "[fe80::1]"] {
            assert_eq!(check(&guard, &[("host", host)]), Ok(()), "{host}");
        }
        assert!(check(&guard, &[("host", "evil.example")]).is_err());
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        let host = ("host", "localhost:8080");
        let guard = Guard {
            origins: vec!["http://localhost:5173".into()],
            ..Guard::default()
        };
        for origin in ["http://localhost:8080", "http://localhost:5173"] {
            let both = [host, ("origin", origin), ("sec-fetch-site", "same-site")];
            assert_eq!(check(&guard, &both), Ok(()), "{origin}");
        }
        for origin in [
            "null",
            "https://localhost:8080",
            "http://localhost:5174",
            "http://evil.example",
            "",
        ] {
            let refused = check(&guard, &[host, ("origin", origin)]);
            assert_eq!(refused, Err(Refusal::Origin(origin.to_owned())), "{origin}");
        }
        let own = |origin: &'static str| {
            let headers = [(HOST, host.1), (ORIGIN, origin)];
            let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
            guard.check_own(&headers.into_iter().collect())
        };
        assert_eq!(own("http://localhost:8080"), Ok(()));
        assert!(own("http://localhost:5173").is_err());
        let two = [
            host,
            ("origin", "http://localhost:5173"),
            ("origin", "null"),
        ];
        assert!(check(&guard, &two).is_err());
        for site in ["none", "same-origin"] {
            assert_eq!(check(&guard, &[host, ("sec-fetch-site", site)]), Ok(()));
        }
        for site in ["cross-site", "same-site", "", "something"] {
            let refused = check(&guard, &[host, ("sec-fetch-site", site)]);
            assert_eq!(refused, Err(Refusal::Site), "{site}");
        }
    }
}
