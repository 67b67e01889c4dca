//! Paths, queries and headers in the one form that is signed.

use hyper::HeaderMap;

use super::base::byte_of_hex;

/// The parameters of a query in the order in which they were sent, decoded.
pub(super) fn parameters(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded_parameter(name), decoded_parameter(value))
        })
        .collect()
}

/// The only value of a parameter, decoded. An empty one is there.
pub(super) fn parameter(query: &str, name: &str) -> Option<Vec<u8>> {
    let mut all = parameters(query).into_iter();
    all.find(|(found, _)| found == name.as_bytes())
        .map(|(_, value)| value)
}

/// A query, sorted by name and then by value, each encoded again. A name without a value ends with
/// `=`, or not.
pub(super) fn query(query: &str, empty_ends_with_equals: bool) -> String {
    let mut parameters = parameters(query);
    parameters.sort();
    let parts = parameters.into_iter().map(|(name, value)| {
        let equals = if value.is_empty() && !empty_ends_with_equals {
            ""
        } else {
            "="
        };
        format!("{}{equals}{}", encoded(&name), encoded(&value))
    });
    parts.collect::<Vec<_>>().join("&")
}

/// A path, each of its segments encoded once, whether it was sent so or not.
pub(super) fn path(path: &str) -> String {
    let segments = path
        .split('/')
        .map(|segment| encoded(&decoded(segment.as_bytes())));
    let path = segments.collect::<Vec<_>>().join("/");
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}

/// Bytes as RFC 3986 encodes them: what is unreserved stays.
pub(super) fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(digit(byte >> 4));
            text.push(digit(byte & 15));
        }
    }
    text
}

fn digit(value: u8) -> char {
    let digit = char::from_digit(u32::from(value), 16).expect("four bits are one digit");
    digit.to_ascii_uppercase()
}

/// The bytes of a text in which some are encoded. A `%` without two digits stands for itself.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let byte = match after {
            [high, low, ..] if first == b'%' => byte_of_hex(*high, *low),
            _ => None,
        };
        bytes.push(byte.unwrap_or(first));
        rest = &after[if byte.is_some() { 2 } else { 0 }..];
    }
    bytes
}

/// In a query, `+` is a space: the SDK for Python signs `%20` and sends `+`.
fn decoded_parameter(text: &str) -> Vec<u8> {
    decoded(text.replace('+', " ").as_bytes())
}

/// All values of a header in one: trimmed, sorted, and separated by commas. `None` without one.
pub(super) fn value(headers: &HeaderMap, name: &str) -> Option<Vec<u8>> {
    let values = headers.get_all(name).into_iter();
    let mut values: Vec<_> = values.map(|value| value.as_bytes().trim_ascii()).collect();
    values.sort_unstable();
    (!values.is_empty()).then(|| values.join(&b','))
}

/// A header's values as [`value`] reads them, or nothing.
pub(super) fn value_or_empty(headers: &HeaderMap, name: &str) -> Vec<u8> {
    value(headers, name).unwrap_or_default()
}

/// The names of the headers that begin with a prefix, sorted.
pub(super) fn names<'a>(headers: &'a HeaderMap, prefix: &str) -> Vec<&'a str> {
    let names = headers.keys().map(hyper::header::HeaderName::as_str);
    let mut names: Vec<_> = names.filter(|name| name.starts_with(prefix)).collect();
    names.sort_unstable();
    names
}

/// Lines with the name and the value of each header.
pub(super) fn lines<'a>(headers: &HeaderMap, names: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut lines = Vec::new();
    for name in names {
        lines.extend_from_slice(name.as_bytes());
        lines.push(b':');
        lines.extend(value_or_empty(headers, name));
        lines.push(b'\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{decoded, parameters, path, query};

    #[test]
    fn a_query_has_one_form() {
        for sent in [
            "b=2&a=%2f+x&a=%2F",
            "a=/&a=/%20x&&b=2",
            "a=%2F&b=2&a=%2F%20x",
        ] {
            assert_eq!(query(sent, true), "a=%2F&a=%2F%20x&b=2", "{sent}");
        }
        assert_eq!(query("acl&x=", true), "acl=&x=");
        assert_eq!(query("acl&x=", false), "acl&x");
        assert_eq!(query("", true), "");
        assert_eq!(
            parameters("=&==="),
            [(vec![], vec![]), (vec![], b"==".to_vec())]
        );
    }

    #[test]
    fn a_path_is_encoded_once() {
        assert_eq!(path("/a b/%7Ec/*/d%2fe+f"), "/a%20b/~c/%2A/d%2Fe%2Bf");
        assert_eq!(path(""), "/");
        assert_eq!(path("/"), "/");
        assert_eq!(path("/é/"), "/%C3%A9/");
    }

    #[test]
    fn a_percent_sign_without_digits_stays() {
        for (text, bytes) in [("%", "%"), ("%4", "%4"), ("%zz%41", "%zzA"), ("%%41", "%A")] {
            assert_eq!(decoded(text.as_bytes()), bytes.as_bytes(), "{text}");
        }
    }
}
