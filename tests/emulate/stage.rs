//! A function in a package, and a client that signs its requests.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use cargo_fc3::emulator::{Answer, Connection, Emulator, Request};
use cargo_fc3::signature::{AccessKey, Signer};
use hyper::HeaderMap;
use serde_json::{Value, json};

use crate::entries;

/// The program of the function, compiled once: see there for what its events mean.
pub(crate) static FUNCTION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = place.join("emulate-function.rs");
    let program = place.join(format!("emulate-function-{}", std::process::id()));
    fs::write(&source, include_str!("../invoke/function.rs")).expect("a program");
    let compiled = Command::new("rustc")
        .args(["--edition", "2024", "-C", "strip=symbols", "-o"])
        .args([&program, &source])
        .output()
        .expect("rustc runs");
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let bytes = fs::read(&program).expect("a program");
    fs::remove_file(program).expect("removed");
    bytes
});

/// The package of the function.
pub(crate) static PACKAGE: LazyLock<Vec<u8>> = LazyLock::new(|| package(&FUNCTION, 0o755));

/// A package with one program as `bootstrap`.
pub(crate) fn package(bootstrap: &[u8], mode: u32) -> Vec<u8> {
    zip(&[("bootstrap", bootstrap, mode)])
}

/// A package with files, each with its mode, which may also be that of a link.
pub(crate) fn zip(files: &[(&str, &[u8], u32)]) -> Vec<u8> {
    let entries = files.iter();
    let entries = entries.map(|(path, bytes, mode)| entries::file(path, bytes).mode(*mode));
    entries::zip(&entries.collect::<Vec<_>>())
}

/// The configuration of the function.
pub(crate) fn config() -> Value {
    json!({ "runtime": "custom.debian12", "timeout": 10 })
}

/// A client with a key.
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) key: AccessKey,
}

/// The longest time for a response.
const LIMIT: Duration = Duration::from_secs(30);

impl Client {
    /// A client with the right key.
    pub(crate) fn of(emulator: &Emulator) -> Self {
        Self {
            address: emulator.address(),
            key: emulator.account().key.clone(),
        }
    }

    /// Sends a request with a document, and returns the status and the document of the response.
    pub(crate) fn call(&self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let body = match body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        let answer = self.send(&self.signed(method, &format!("/2023-03-30/{target}"), body));
        (answer.status, answer.json().unwrap_or_default())
    }

    /// Calls a function.
    pub(crate) fn invoke(&self, function: &str, event: &[u8]) -> Answer {
        let target = format!("/2023-03-30/functions/{function}/invocations");
        self.send(&self.signed("POST", &target, event.to_vec()))
    }

    /// A request that is signed.
    pub(crate) fn signed(&self, method: &str, target: &str, body: Vec<u8>) -> Request {
        self.signed_at(method, target, body, SystemTime::now(), &nonce())
    }

    /// A request that is signed at a time, with a nonce.
    pub(crate) fn signed_at(
        &self,
        method: &str,
        target: &str,
        body: Vec<u8>,
        at: SystemTime,
        nonce: &str,
    ) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HeaderMap::new();
        let host = self.address.to_string();
        headers.insert("host", host.parse().expect("a host"));
        let signer = Signer {
            key: &self.key,
            action: "Any",
            at,
            nonce,
        };
        let done = signer.sign(method, path, query, &mut headers, &body);
        done.expect("a request that can be signed");
        let request = headers
            .iter()
            .fold(Request::new(method, target), |request, (name, value)| {
                request.with(name.as_str(), value.to_str().expect("text"))
            });
        request.body(body)
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let mut connection = Connection::open(self.address).expect("a connection");
        connection.call(request, LIMIT).expect("a response")
    }
}

/// A nonce that no other request has.
pub(crate) fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("nonce-{}-{next}", std::process::id())
}

/// The code of an error of the API.
pub(crate) fn code(body: &Value) -> &str {
    body["Code"].as_str().unwrap_or_default()
}

/// The program of the command line.
pub(crate) fn cli() -> PathBuf {
    env!("CARGO_BIN_EXE_cargo-fc3").into()
}
