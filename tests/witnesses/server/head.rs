//! The head of a request, and how its body is framed.

use std::time::Instant;

use cargo_fc3::platform::header;

use super::request::Request;
use super::wire::Unread;

/// The most headers that are read.
const HEADERS: usize = 256;

/// How a body is framed.
pub(super) enum Framing {
    Length(usize),
    Chunks,
}

/// A head, how long it is, and the framing of its body, if all of it has come.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<(usize, Request, Framing)>, Unread> {
    let mut fields = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut fields);
    let parsed = head.parse(bytes).map_err(|error| match error {
        httparse::Error::TooManyHeaders => Unread::Refused(431),
        _ => Unread::Refused(400),
    })?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let fields = head.headers.iter();
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: head.path.unwrap_or_default().to_owned(),
        is_old: head.version == Some(0),
        headers: fields
            .map(|field| (field.name.to_owned(), text(field.value)))
            .collect(),
        body: Vec::new(),
        came: Instant::now(),
    };
    let coding = request.header(header::TRANSFER_ENCODING);
    let framing = match (coding, request.header(header::CONTENT_LENGTH)) {
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Framing::Chunks,
        (Some(_), _) => return Err(Unread::Refused(400)),
        (None, Some(length)) => {
            let is_plain = length.bytes().all(|byte| byte.is_ascii_digit());
            let length = length.parse().ok().filter(|_| is_plain);
            Framing::Length(length.ok_or(Unread::Refused(400))?)
        }
        (None, None) => Framing::Length(0),
    };
    Ok(Some((length, request, framing)))
}
