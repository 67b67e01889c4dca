//! `--remote` against a service of ours: what is sent to it, whose key signs, and what its answers mean.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread::{self, JoinHandle};

use cargo_fc3::signature::{AccessKey, Authorization, Target};
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::stage::{Ended, Stage};

/// A key of the tests. Its secret and its token are never printed.
const ID: &str = "LTAI5tExampleOfAKey";
const SECRET: &str = "hidden-secret-of-a-key";
const TOKEN: &str = "hidden-token-of-a-key";

const REPLY: &str = "HTTP/1.1 200 OK\r\nx-fc-request-id: 1-2-3\r\ncontent-length: 5\r\n\r\nreply";

/// A request as it was sent.
struct Sent {
    line: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    fn path(&self) -> &str {
        self.line.split(' ').nth(1).expect("a path")
    }

    /// Checks that a key has signed it, and returns its id.
    fn signed_by(&self, secret: &str, token: Option<&str>) -> String {
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
struct Service {
    url: String,
    served: JoinHandle<Sent>,
}

impl Service {
    fn start(answer: &str) -> Self {
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

    fn sent(self) -> Sent {
        self.served.join().expect("it served")
    }
}

/// `invoke --remote` with nothing of this machine's keys and proxies.
fn remote(stage: &Stage, args: &[&str]) -> Command {
    let mut command = stage.command(&[&["--remote"], args].concat());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let kept = [("PATH", path), ("CARGO", stage.dir().into())];
    command.env_clear().envs(kept).env("NO_COLOR", "1");
    command.env("HOME", stage.dir());
    command
}

fn end(mut command: Command) -> Ended {
    let ended = Ended::from(command.output().expect("the CLI runs"));
    assert!(!ended.stderr.contains("hidden"), "a secret: {ended:?}");
    ended
}

/// Calls a service with the key of the environment.
fn call(service: &Service, stage: &Stage, args: &[&str]) -> Ended {
    let mut command = remote(stage, args);
    command.env("FC_CLIENT_CUSTOM_ENDPOINT", &service.url);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", ID);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
    command.env("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN);
    // A service on this machine is not behind a proxy.
    command.env("ALL_PROXY", "http://127.0.0.1:1");
    end(command)
}

#[test]
fn an_event_is_signed_and_sent_as_it_is() {
    let stage = Stage::new("event");
    let service = Service::start(REPLY);
    let url = service.url.clone();
    let ended = call(
        &service,
        &stage,
        &["-e", "ä b", "--qualifier", "live-1", "-v"],
    );
    assert_eq!(ended.reply(), "reply");
    let said = format!("`hello` at {url} with the key of the environment\n");
    assert!(ended.stderr.contains(&said), "{ended:?}");
    let sent = service.sent();
    let line = "POST /2023-03-30/functions/hello/invocations?qualifier=live-1 HTTP/1.1";
    assert_eq!(sent.line, line);
    assert_eq!(sent.body, "ä b".as_bytes());
    assert_eq!(sent.signed_by(SECRET, Some(TOKEN)), ID);
    for (name, value) in [
        ("host", url.trim_start_matches("http://")),
        ("x-acs-action", "InvokeFunction"),
        ("x-acs-version", "2023-03-30"),
        ("x-acs-security-token", TOKEN),
        ("x-fc-invocation-type", "Sync"),
        ("x-fc-log-type", "Tail"),
        ("content-type", "application/octet-stream"),
    ] {
        assert_eq!(sent.header(name), value, "{name}");
    }
}

#[test]
fn a_function_elsewhere_is_called_by_its_name() {
    let stage = Stage::new("event");
    let service = Service::start(REPLY);
    let ended = call(&service, &stage, &["-e", "x", "--function", "other"]);
    assert_eq!(ended.reply(), "reply");
    let path = "/2023-03-30/functions/other/invocations?qualifier=LATEST";
    assert_eq!(service.sent().path(), path);
    let ended = end(remote(&stage, &["-e", "x", "--function", "../x"]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
}

#[test]
fn an_answer_of_the_platform_has_its_exit_code_and_its_hint() {
    let stage = Stage::new("event");
    let error = |code: &str| format!(r#"{{"Code":"{code}","Message":"why","RequestId":"1-2-3"}}"#);
    for (head, body, code, said) in [
        (
            "403 Forbidden",
            error("SignatureNotMatch"),
            1,
            "error: the call was refused: SignatureNotMatch: why (request id 1-2-3)\n\
             hint: check the secret of the access key; `-v` says whose key it is\n",
        ),
        (
            "429 Too Many Requests",
            error("ResourceExhausted"),
            1,
            "error: the call was refused: ResourceExhausted: why (request id 1-2-3)\n\
             hint: wait and run this again: there are too many calls at once\n",
        ),
        (
            "400 Bad Request",
            error("InvalidArgument"),
            1,
            "error: the call was refused: InvalidArgument: why (request id 1-2-3)\n",
        ),
        (
            "503 Service Unavailable",
            error("ServiceUnavailable"),
            3,
            "error: the service failed: ServiceUnavailable: why (request id 1-2-3)\n\
             hint: run this again; the event may have reached the function\n",
        ),
        (
            "302 Found\r\nlocation: http://127.0.0.1:1/",
            String::new(),
            1,
            "error: the call was refused: status 302, without a body (request id 1-2-3)\n",
        ),
        (
            "200 OK\r\nx-fc-error-type: OrderError",
            r#"{"errorType":"OrderError","errorMessage":"no such order"}"#.to_owned(),
            1,
            "error: the function failed: OrderError: no such order\n\
             hint: see its log where it is deployed (request id 1-2-3)\n",
        ),
    ] {
        let length = body.len();
        let service = Service::start(&format!(
            "HTTP/1.1 {head}\r\nx-fc-request-id: 1-2-3\r\ncontent-length: {length}\r\n\r\n{body}"
        ));
        let ended = call(&service, &stage, &["-e", "x"]);
        assert_eq!((ended.code, &*ended.stderr), (Some(code), said), "{head}");
    }
}

#[test]
fn a_host_elsewhere_is_not_called_without_encryption() {
    let stage = Stage::new("event");
    for (url, said) in [
        ("http://fc.example", "is not encrypted: `http://fc.example`"),
        (
            "http://127.0.0.1:hidden@fc.example",
            "is no URL with only a host",
        ),
    ] {
        let mut command = remote(&stage, &["-e", "x"]);
        command.env("FC_CLIENT_CUSTOM_ENDPOINT", url);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", ID);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
        let ended = end(command);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(said), "{ended:?}");
    }
}

/// `emulate --env=.env` writes such a file, and `s` reads it.
#[test]
fn what_serverless_devs_reads_of_a_file_counts_here() {
    let stage = Stage::new("event");
    let service = Service::start(REPLY);
    let url = &service.url;
    let file = format!(
        "FC_CLIENT_CUSTOM_ENDPOINT={url}\nAccountID=1\nAccessKeyID=of-s\nAccessKeySecret={SECRET}\n"
    );
    stage.write(".env", file);
    assert_eq!(end(remote(&stage, &["-e", "x"])).reply(), "reply");
    assert_eq!(service.sent().signed_by(SECRET, None), "of-s");
}

#[test]
fn the_profile_of_s_yaml_signs_or_else_the_default_one() {
    let stage = Stage::new("event");
    // Serverless Devs reads values that are not encrypted as they are.
    let profile = |id: &str, more: &str| {
        format!("  AccountID: 1\n  AccessKeyID: {id}\n  AccessKeySecret: {SECRET}\n{more}")
    };
    let file = format!(
        "default:\n{}work:\n{}chosen:\n{}half:\n  AccessKeyID: hidden\n",
        profile("of-default", ""),
        profile("of-work", ""),
        profile("of-chosen", "  __default: 'true'\n"),
    );
    fs::create_dir(stage.dir().join(".s")).expect("a folder");
    stage.write(".s/access.yaml", file);
    let s_yaml = fs::read_to_string(stage.dir().join("s.yaml")).expect("a file");
    for (access, args, expected) in [
        ("access: work", &["-e", "x"][..], "of-work"),
        (
            "access: ${env('WHO', 'default')}",
            &["-e", "x"],
            "of-default",
        ),
        ("access: work", &["-e", "x", "-a", "default"], "of-default"),
        ("", &["-e", "x"], "of-chosen"),
    ] {
        stage.write("s.yaml", s_yaml.replace("access: default", access));
        let service = Service::start(REPLY);
        let mut command = remote(&stage, args);
        command.env("FC_CLIENT_CUSTOM_ENDPOINT", &service.url);
        assert_eq!(end(command).reply(), "reply", "{access} {args:?}");
        assert_eq!(service.sent().signed_by(SECRET, None), expected, "{access}");
    }
    let file = stage.dir().join(".s/access.yaml");
    let file = Path::new(&file).display();
    for (access, said) in [
        (
            "access: nobody",
            format!(
                "error: there is no access key: `{file}` has no profile `nobody`\nhint: run `s config add -a nobody`"
            ),
        ),
        (
            "access: half",
            format!(
                "error: the profile `half` of `{file}` has no readable `AccessKeySecret`\nhint: run `s config add -a half -f`"
            ),
        ),
        (
            "access: ${aliyun-cli}",
            "error: only Serverless Devs knows the access key of `access: ${aliyun-cli}`\n"
                .to_owned(),
        ),
    ] {
        stage.write("s.yaml", s_yaml.replace("access: default", access));
        let ended = end(remote(&stage, &["-e", "x"]));
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.starts_with(&said), "{ended:?}");
    }
    stage.write(".s/access.yaml", format!("- {SECRET}\n"));
    let ended = end(remote(&stage, &["-e", "x", "-a", "work"]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        ended.stderr.contains("is not a file of Serverless Devs"),
        "{ended:?}"
    );
}
