//! A request of the control API, parsed, and its reply.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::emulator::api_error::ApiError;
use crate::platform::LATEST;

/// A request for an operation.
pub(crate) struct Request {
    /// The parts of the path that the operation names, decoded.
    pub(super) params: Vec<(&'static str, String)>,
    /// The fields of the query, decoded.
    pub(super) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// What an operation replies.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The JSON of the body, if there is one.
    pub(crate) body: Option<Value>,
}

impl Reply {
    /// Success with a document.
    pub(super) fn json(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
        }
    }

    /// Success without a body.
    pub(super) fn empty() -> Self {
        Self {
            status: 204,
            body: None,
        }
    }
}

/// Which part of a list is asked for.
pub(super) struct Page {
    pub(super) prefix: String,
    /// The first name of the page.
    pub(super) from: String,
    /// The most names of the page.
    pub(super) limit: usize,
}

impl Request {
    /// A part of the path.
    pub(super) fn param(&self, name: &str) -> &str {
        let mut params = self.params.iter();
        let found = params.find(|(other, _)| *other == name);
        found.map_or("", |(_, value)| value)
    }

    /// The name of the function in the path.
    pub(crate) fn function(&self) -> &str {
        self.param("functionName")
    }

    /// A field of the query that is not empty.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let mut fields = self.query.iter();
        let found = fields.find(|(other, value)| other == name && !value.is_empty());
        found.map(|(_, value)| &**value)
    }

    /// All values of a field that may be repeated as `NAME.1`, `NAME.2`, or is a JSON list.
    pub(super) fn queries(&self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        for (field, value) in &self.query {
            let is_item = field
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
            if is_item {
                values.push(value.clone());
            } else if field == name {
                match serde_json::from_str::<Vec<String>>(value) {
                    Ok(list) => values.extend(list),
                    Err(_) => values.push(value.clone()),
                }
            }
        }
        values
    }

    /// The qualifier of the query, or `LATEST`.
    pub(super) fn qualifier(&self) -> &str {
        self.query("qualifier").unwrap_or(LATEST)
    }

    /// The object in the body. No body is an empty object.
    ///
    /// # Errors
    /// The body is no JSON object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, ApiError> {
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| ApiError::invalid(format!("the body is not a JSON object: {error}")))
    }

    /// The page of a list.
    ///
    /// # Errors
    /// The limit is no number from 1 to 100.
    pub(super) fn page(&self) -> Result<Page, ApiError> {
        /// What the platform lists if nobody asks for more, and the most that it lists.
        const USUAL: usize = 20;
        const MOST: usize = 100;
        let limit = self.query("limit").or_else(|| self.query("Limit"));
        let limit = match limit.map(str::parse) {
            None => USUAL,
            Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
            Some(_) => {
                let message = format!("`limit` must be a number from 1 to {MOST}");
                return Err(ApiError::invalid(message));
            }
        };
        let from = self.query("nextToken").or_else(|| self.query("NextToken"));
        Ok(Page {
            prefix: self.query("prefix").unwrap_or_default().to_owned(),
            from: from.unwrap_or_default().to_owned(),
            limit,
        })
    }
}

/// The fields of a query, decoded. What is not UTF-8 is replaced.
pub(super) fn fields(query: &str) -> Vec<(String, String)> {
    let fields = query.split('&').filter(|field| !field.is_empty());
    let fields = fields.map(|field| {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        (
            decoded(&name.replace('+', " ")),
            decoded(&value.replace('+', " ")),
        )
    });
    fields.collect()
}

/// A text without its percent signs. What is not UTF-8 is replaced.
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3);
        let byte = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if bytes[at] == b'%' => {
                decoded.push(byte);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded() {
        let fields = fields("a=%7B%22+%E4%BD%A0&b&c=1=2&%zz=%");
        let expected = [("a", "{\" 你"), ("b", ""), ("c", "1=2"), ("%zz", "%")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields, expected);
    }

    #[test]
    fn repeated_fields_are_lists() {
        let query = fields("A.1=x&A.2=y&B=%5B%22z%22%5D&C=w&AB.1=no");
        let request = Request {
            params: Vec::new(),
            query,
            body: Bytes::new(),
        };
        assert_eq!(request.queries("A"), ["x", "y"]);
        assert_eq!(request.queries("B"), ["z"]);
        assert_eq!(request.queries("C"), ["w"]);
    }
}
