//! A service in the place of the platform: it gives one answer, and keeps what was sent to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::thread::{self, JoinHandle};

use cargo_fc3::signature::{AccessKey, Authorization, Target};
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::stage::{Ended, Stage};

/// A key of the tests. Its secret and its token are never printed.
pub(crate) const ID: &str = "LTAI5tExampleOfAKey";
pub(crate) const SECRET: &str = "hidden-secret-of-a-key";
pub(crate) const TOKEN: &str = "hidden-token-of-a-key";

pub(crate) const REPLY: &str =
    "HTTP/1.1 200 OK\r\nx-fc-request-id: 1-2-3\r\ncontent-length: 5\r\n\r\nreply";

/// A request as it was sent.
pub(crate) struct Sent {
    pub(crate) line: String,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).expect("a path")
    }

    /// Checks that a key has signed it, and returns its id.
    pub(crate) fn signed_by(&self, secret: &str, token: Option<&str>) -> String {
        let (path, query) = self.path().split_once('?').expect("a query");
        let target = Target {
            method: "POST",
            path,
            query,
            headers: &self.headers,
        };
        let read = Authorization::read(&target).expect("a signature");
        let authorization = read.expect("a signature");
        let key = AccessKey {
            id: authorization.key_id().to_owned(),
            secret: secret.to_owned(),
            token: token.map(str::to_owned),
        };
        let verified = authorization.verify(&target, &key);
        assert!(verified.is_ok(), "{}: {:?}", self.line, self.headers);
        key.id
    }
}

/// A service that gives one answer, and returns the request.
pub(crate) struct Service {
    pub(crate) url: String,
    served: JoinHandle<Sent>,
}

impl Service {
    pub(crate) fn start(answer: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = answer.to_owned();
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let mut reader = BufReader::new(stream.try_clone().expect("the same"));
            let mut read = || {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a line");
                line.trim_end().to_owned()
            };
            let line = read();
            let mut headers = HeaderMap::new();
            loop {
                let field = read();
                let Some((name, value)) = field.split_once(':') else {
                    break;
                };
                let name: HeaderName = name.parse().expect("a name");
                headers.append(name, HeaderValue::from_str(value.trim()).expect("a value"));
            }
            let length = headers
                .get("content-length")
                .map_or("0", |it| it.to_str().expect("text"));
            let mut body = vec![0; length.parse().expect("a number")];
            reader.read_exact(&mut body).expect("a body");
            stream.write_all(answer.as_bytes()).expect("it reads");
            Sent {
                line,
                headers,
                body,
            }
        });
        Self { url, served }
    }

    pub(crate) fn sent(self) -> Sent {
        self.served.join().expect("it served")
    }
}

/// `invoke --remote` with nothing of this machine's keys and proxies.
pub(crate) fn remote(stage: &Stage, args: &[&str]) -> Command {
    let mut command = stage.command(&[&["--remote"], args].concat());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let kept = [("PATH", path), ("CARGO", stage.dir().into())];
    command.env_clear().envs(kept).env("NO_COLOR", "1");
    command.env("HOME", stage.dir());
    command
}

pub(crate) fn end(mut command: Command) -> Ended {
    let ended = Ended::from(command.output().expect("the CLI runs"));
    assert!(!ended.stderr.contains("hidden"), "a secret: {ended:?}");
    ended
}

/// Calls a service with the key of the environment.
pub(crate) fn call(service: &Service, stage: &Stage, args: &[&str]) -> Ended {
    let mut command = remote(stage, args);
    command.env("FC_CLIENT_CUSTOM_ENDPOINT", &service.url);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", ID);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
    command.env("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN);
    // A service on this machine is not behind a proxy.
    command.env("ALL_PROXY", "http://127.0.0.1:1");
    end(command)
}
