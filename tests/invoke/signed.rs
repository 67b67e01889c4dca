//! `--remote`: what is sent to the platform, and what its answers mean.

use crate::service::{ID, REPLY, SECRET, Service, TOKEN, call, end, remote};
use crate::stage::Stage;

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
