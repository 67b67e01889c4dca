//! A request to a web function, as `curl` has it.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::content::Content;
use crate::cli::failure::{Exit, Failure};
use crate::emulator::Request;
use crate::platform::{EVENT_LIMIT, METHODS, header};
use crate::text::excerpt;

/// The media type of a body that has none, as `curl` sends it.
const FORM: &str = "application/x-www-form-urlencoded";

/// The flags of requests to web functions.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for web functions")]
pub(super) struct HttpArgs {
    /// Send a GET request
    #[arg(long, value_name = "PATH", value_parser = target, conflicts_with_all = ["request", "data", "file"])]
    get: Option<Target>,

    /// Send a request with another method
    #[arg(long, short = 'X', num_args = 2, value_names = ["METHOD", "PATH"])]
    request: Option<Vec<String>>,

    /// Add a header, for example `-H 'Accept: text/html'`; may be repeated
    #[arg(long = "header", short = 'H', value_name = "HEADER")]
    headers: Vec<Header>,

    /// Send TEXT as the body; `-f FILE` sends a file
    #[arg(long, short = 'd', value_name = "TEXT", conflicts_with = "file", value_parser = data)]
    data: Option<String>,
}

/// A path and a query, as clients send them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target(String);

/// A header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

/// A request of an HTTP client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HttpRequest {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<Header>,
    pub(super) body: Option<Content>,
}

impl HttpArgs {
    /// The first of these flags that is used.
    pub(super) fn used(&self) -> Option<&'static str> {
        let used = [
            ("--get", self.get.is_some()),
            ("--request", self.request.is_some()),
            ("--header", !self.headers.is_empty()),
            ("--data", self.data.is_some()),
        ];
        used.into_iter()
            .find_map(|(flag, is_used)| is_used.then_some(flag))
    }

    /// The request. `file` is the body, if `--data` is not.
    pub(super) fn into_request(self, file: Option<PathBuf>) -> Result<HttpRequest, Failure> {
        let body = match (self.data, file) {
            (Some(text), _) => Some(Content::text(text)),
            (None, Some(file)) => Some(Content::file(&file)?.within(EVENT_LIMIT)?),
            (None, None) => None,
        };
        let without = if body.is_some() { "POST" } else { "GET" };
        let (method, target) = match (self.get, self.request.as_deref()) {
            (None, Some([wanted, path])) => (method(wanted)?, requested(path)?),
            (path, _) => (without.to_owned(), path.unwrap_or(Target("/".to_owned()))),
        };
        Ok(HttpRequest {
            method,
            target: target.0,
            headers: self.headers,
            body,
        })
    }
}

impl HttpRequest {
    /// Adds its headers and its body to a request with the same method and target.
    pub(super) fn complete(&self, mut request: Request) -> Request {
        request = self
            .defaults()
            .into_iter()
            .fold(request, |request, (name, value)| request.with(name, value));
        for Header { name, .. } in &self.headers {
            request.headers.remove(name);
        }
        for Header { name, value } in &self.headers {
            request.headers.add(name, value);
        }
        match &self.body {
            Some(body) => request.body(body.bytes.clone()),
            None => request,
        }
    }

    /// The values of a header that the user passes.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.headers.iter();
        let named = headers.filter(move |header| header.name.eq_ignore_ascii_case(name));
        named.map(|header| &*header.value)
    }

    /// What `curl` sends by itself.
    fn defaults(&self) -> Vec<(&'static str, &'static str)> {
        const USER_AGENT: &str = concat!("cargo-fc3/", env!("CARGO_PKG_VERSION"));
        let mut defaults = vec![("accept", "*/*"), ("user-agent", USER_AGENT)];
        if self.body.is_some() {
            defaults.push((header::CONTENT_TYPE, FORM));
        }
        defaults
    }
}

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form =
            || "pass a name, `:` and a value, for example `-H 'Accept: text/html'`".to_owned();
        let (name, value) = text.split_once(':').ok_or_else(form)?;
        let value = value.trim();
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) || value.is_empty() {
            return Err(form());
        }
        if value.chars().any(|char| char.is_control() && char != '\t') {
            return Err("remove the control characters from the value".to_owned());
        }
        let framing = [
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::CONNECTION,
        ];
        if framing.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return Err(format!("leave out `{name}`: `invoke` sets it"));
        }
        let (name, value) = (name.to_owned(), value.to_owned());
        Ok(Self { name, value })
    }
}

fn target(text: &str) -> Result<Target, String> {
    if text.starts_with('/')
        && text
            .chars()
            .all(|char| char.is_ascii_graphic() && char != '#')
    {
        Ok(Target(text.to_owned()))
    } else {
        Err(
            "pass a path that begins with `/`, and encode spaces and other characters: `%20`"
                .to_owned(),
        )
    }
}

/// `curl` reads a file if its data begins with `@`. To send the name of the file instead would
/// surprise whoever knows that.
fn data(text: &str) -> Result<String, String> {
    match text.strip_prefix('@') {
        Some(file) => Err(format!("send the file with `-f {file}`")),
        None => Ok(text.to_owned()),
    }
}

fn requested(path: &str) -> Result<Target, Failure> {
    target(path).map_err(|hint| {
        let message = format!("invalid path `{}` for `--request`", excerpt(path));
        Failure::new(Exit::Usage, message).hint(hint)
    })
}

fn method(text: &str) -> Result<String, Failure> {
    let method = text.to_ascii_uppercase();
    if METHODS.contains(&&*method) {
        return Ok(method);
    }
    let message = format!("invalid method `{}` for `--request`", excerpt(text));
    let hint = format!("choose one of `{}`", METHODS.join("`, `"));
    Err(Failure::new(Exit::Usage, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_curl_and_those_of_the_user() {
        let header = |text: &str| text.parse::<Header>().expect("a header");
        let request = HttpRequest {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: vec![
                header("Accept: a/b"),
                header("X-A: 1"),
                header("x-a:2"),
                header("Host: h"),
            ],
            body: Some(Content::text("x")),
        };
        let sent = request.complete(Request::new("POST", "/").with("Host", "127.0.0.1"));
        let all: Vec<_> = sent.headers.iter().collect();
        let agent = concat!("cargo-fc3/", env!("CARGO_PKG_VERSION"));
        let expected = [
            ("user-agent", agent),
            ("content-type", "application/x-www-form-urlencoded"),
            ("Accept", "a/b"),
            ("X-A", "1"),
            ("x-a", "2"),
            ("Host", "h"),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_would_break_a_request_is_refused() {
        for text in [
            "",
            "a",
            ":a",
            "a:",
            "a b: c",
            "é: c",
            "a: b\nc: d",
            "Content-Length: 5",
        ] {
            assert!(text.parse::<Header>().is_err(), "{text}");
        }
        for text in ["", "a", "/a b", "/é", "/#a", "/\n"] {
            assert!(target(text).is_err(), "{text}");
        }
        assert!(target("/a?b=[c]&d=%20").is_ok());
    }
}
