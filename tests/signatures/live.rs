//! Requests of the official SDK for Node.js, as it sends them now.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use libtest_mimic::Trial;

use crate::recorded::Request;
use crate::support::tool;

/// The version that `.ci/run` installs.
const SDK: &str = "fc-sdk-node-4.7.6";
/// What each call is answered with.
const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n\
    content-length: 2\r\nconnection: close\r\n\r\n{}";

/// The calls of `calls.js`, if the SDK is here.
pub(crate) fn trial() -> Trial {
    let name = "live";
    let Some(folder) = sdk() else {
        println!("ignored: what the SDK for Node.js sends now, since {SDK} is not here");
        let missing = format!("it needs {SDK}");
        let trial = Trial::test(format!("{name} [{missing}]"), || Err(missing.into()));
        return trial.with_ignored_flag(true);
    };
    Trial::test(name, move || {
        are_right(&folder);
        Ok(())
    })
}

fn are_right(folder: &Path) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signatures/calls.js");
    let mut calls = Command::new("node");
    let calls = calls
        .arg(script)
        .arg(folder)
        .arg(&address)
        .stdout(Stdio::null());
    let mut calls = calls.spawn().expect("Node.js runs");
    let server = thread::spawn(move || {
        let mut requests = Vec::new();
        for connection in listener.incoming() {
            match answer(&mut connection.expect("a connection")) {
                Some(request) => requests.push(request),
                // The test's own connection, after the last call.
                None => break,
            }
        }
        requests
    });
    let ended = calls.wait().expect("an end");
    drop(TcpStream::connect(address).expect("a connection"));
    let requests = server.join().expect("requests");
    assert!(ended.success(), "{ended}");
    assert_eq!(requests.len(), 10);
    for request in requests {
        request.is_verified();
    }
}

/// The folder that has the SDK in its `node_modules`.
fn sdk() -> Option<PathBuf> {
    let package = "node_modules/@alicloud/fc20230330/package.json";
    if let Some(named) = std::env::var_os("FC_SDK_NODE").map(PathBuf::from) {
        assert!(
            named.join(package).is_file(),
            "{} has no SDK",
            named.display()
        );
        return Some(named);
    }
    let installed = tool::folder()?.join(SDK);
    installed.join(package).is_file().then_some(installed)
}

/// Reads one request and answers it. `None` if nothing comes.
fn answer(stream: &mut TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("text");
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines.first()?.split(' ');
    let (method, sent) = (first.next()?.to_owned(), first.next()?);
    let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
    let headers = lines[1..].iter().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let mut request = Request {
        client: SDK.to_owned(),
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.collect(),
        body: String::new(),
    };
    if request.headers.contains_key("transfer-encoding") {
        request.body = chunks(&mut reader);
    }
    stream.write_all(ANSWER).expect("an answer");
    Some(request)
}

/// A body that comes in chunks.
fn chunks(reader: &mut impl BufRead) -> String {
    let mut body = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a length");
        let length = u64::from_str_radix(line.trim_end(), 16).expect("a length");
        let read = reader.take(length).read_to_string(&mut body);
        read.expect("a chunk");
        reader.read_line(&mut line).expect("the end of a chunk");
        if length == 0 {
            return body;
        }
    }
}
