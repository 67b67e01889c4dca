//! Where the API of the platform is: at the host of an account and a region, or where a variable says.

use std::net::IpAddr;

use ureq::http::Uri;

use crate::cli::failure::{Exit, Failure};
use crate::platform::env;
use crate::text::printable;

/// The origin of the API.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// The URL without a path.
    pub(super) base: String,
    /// What is sent, and signed, as the host.
    pub(super) host: String,
    /// Whether it is this machine.
    pub(super) is_loopback: bool,
}

impl Endpoint {
    /// The endpoint of an account in a region.
    ///
    /// # Errors
    /// One of them is missing, or cannot be part of a host.
    pub(super) fn of(region: Option<&str>, account: Option<&str>) -> Result<Self, Failure> {
        let usage = |message: &str, hint: &str| Failure::new(Exit::Usage, message).hint(hint);
        let region = region.ok_or_else(|| {
            let message = "the region of the deployed function is not known";
            usage(message, "pass it with `--region REGION`")
        })?;
        let account = account.ok_or_else(|| {
            let message = "the id of the account is not known";
            usage(message, "set `AccountID` or `ALIBABA_CLOUD_ACCOUNT_ID`")
        })?;
        let is_part = |text: &str| {
            let mut bytes = text.bytes();
            !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if !is_part(region) {
            let message = format!("`{}` is no region", printable(region));
            return Err(usage(&message, "pass a region such as `cn-hangzhou`"));
        }
        if !is_part(account) {
            let message = "the id of the account has a character that no host can have";
            return Err(usage(message, "set it again: it has only digits"));
        }
        let host = format!("{account}.{region}.fc.aliyuncs.com");
        Ok(Self {
            base: format!("https://{host}"),
            host,
            is_loopback: false,
        })
    }

    /// An endpoint that a person gives. Without a scheme, it is one of HTTPS.
    ///
    /// # Errors
    /// It is more than a scheme, a host and a port, or would be asked without encryption elsewhere than
    /// on this machine.
    pub(super) fn custom(text: &str) -> Result<Self, Failure> {
        // What it contains may be a password, so that it is not printed.
        let invalid = || {
            let message = format!("`{}` is no URL with only a host and a port", env::ENDPOINT);
            let hint = "set it to a URL such as `http://127.0.0.1:9000`, or unset it";
            Failure::new(Exit::Usage, message).hint(hint)
        };
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let url: Uri = url.parse().map_err(|_| invalid())?;
        let parts = (url.scheme_str(), url.authority());
        let (Some(scheme @ ("http" | "https")), Some(authority)) = parts else {
            return Err(invalid());
        };
        let is_origin = matches!(url.path(), "" | "/") && url.query().is_none();
        // A name before the host could look like the host.
        if !is_origin || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(invalid());
        }
        let endpoint = Self {
            base: format!("{scheme}://{authority}"),
            host: authority.to_string(),
            is_loopback: is_loopback(authority.host()),
        };
        if scheme == "http" && !endpoint.is_loopback {
            let (name, base) = (env::ENDPOINT, printable(&endpoint.base));
            let message = format!("`{name}` is not encrypted: `{base}`");
            let hint =
                "let it begin with `https://`; only this machine is called without encryption";
            return Err(Failure::new(Exit::Usage, message).hint(hint));
        }
        Ok(endpoint)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let address = address.unwrap_or(host).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn only_this_machine_is_called_without_encryption() {
        for (text, base, is_loopback) in [
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000", true),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000", true),
            ("http://[::1]", "http://[::1]", true),
            ("http://[::1]:9000", "http://[::1]:9000", true),
            ("HTTP://LOCALHOST:1", "http://LOCALHOST:1", true),
            ("https://127.0.0.1", "https://127.0.0.1", true),
            ("https://fc.example", "https://fc.example", false),
            ("fc.example:8443", "https://fc.example:8443", false),
            ("127.0.0.1:9000", "https://127.0.0.1:9000", true),
        ] {
            let endpoint = Endpoint::custom(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(endpoint.base, base, "{text}");
            assert_eq!(endpoint.is_loopback, is_loopback, "{text}");
        }
        for open in [
            "http://fc.example",
            "http://10.0.0.1:80",
            "http://127.0.0.1.example",
        ] {
            let error = Endpoint::custom(open).expect_err(open).to_string();
            assert!(error.contains("is not encrypted"), "{open}: {error}");
        }
    }

    #[test]
    fn what_is_more_than_an_origin_is_refused() {
        for wrong in [
            "http://127.0.0.1:hidden@fc.example",
            "http://127.0.0.1@fc.example",
            "https://user:hidden@fc.example",
            "https://fc.example/hidden",
            "https://fc.example?a=hidden",
            "ftp://127.0.0.1",
            "https://",
            "://",
            " ",
        ] {
            let error = Endpoint::custom(wrong).expect_err(wrong).to_string();
            assert!(error.contains("is no URL"), "{wrong}: {error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn an_account_and_a_region_have_a_host() {
        let found = Endpoint::of(Some("cn-hangzhou"), Some("1234567890123456"));
        let found = found.expect("both are there");
        assert_eq!(
            found.base,
            "https://1234567890123456.cn-hangzhou.fc.aliyuncs.com"
        );
        for (region, account) in [
            (None, Some("1")),
            (Some("cn-hangzhou"), None),
            (Some("a.b"), Some("1")),
            (Some("x"), Some("a/b")),
            (Some(""), Some("1")),
        ] {
            assert!(
                Endpoint::of(region, account).is_err(),
                "{region:?} {account:?}"
            );
        }
    }
}
