//! The words of a mistake: what the file says, what is expected, and what its author may have meant.

use serde_json::Value as Json;

use super::document::Value;
use super::schema::Type;
use crate::text::excerpt;

/// How many values or keys a message lists.
const LISTED: usize = 8;

/// A value as a message shows it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Flag(flag) => format!("`{flag}`"),
        Value::Integer(number) => format!("`{number}`"),
        Value::Number(number) => format!("`{number}`"),
        Value::Text(text) if text.is_empty() => "empty text".to_owned(),
        Value::Text(text) => format!("`{}`", excerpt(text)),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Unknown => "unknown".to_owned(),
    }
}

/// A value of the wrong type.
pub(super) fn wrong_type(name: &str, value: &Value, wanted: Type) -> String {
    let expected = match wanted {
        Type::Object => "a map, such as `key: value`",
        Type::Array => "a list, such as `[a, b]`",
        Type::String => "text",
        Type::Integer => "a whole number",
        Type::Number => "a number",
        Type::Boolean => "`true` or `false`",
    };
    let is_number = matches!(wanted, Type::Integer | Type::Number);
    let (kind, remedy) = match value {
        Value::Text(text) if is_number && text.parse::<f64>().is_ok() => {
            ("the text ", " without quotes")
        }
        Value::Text(text) if wanted == Type::Boolean && matches!(&**text, "true" | "false") => {
            ("the text ", " without quotes")
        }
        Value::Integer(_) | Value::Number(_) if wanted == Type::String => {
            ("the number ", ": put it in quotes")
        }
        Value::Flag(_) if wanted == Type::String => ("the boolean ", ": put it in quotes"),
        _ => ("", ""),
    };
    format!(
        "`{name}` is {kind}{}; expected {expected}{remedy}",
        shown(value)
    )
}

/// A key that does not exist.
pub(super) fn unknown_key<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    let name = excerpt(name);
    match nearest(&name, &known) {
        Some(near) => format!("unknown key `{name}`; did you mean `{near}`?"),
        None if known.is_empty() => format!("unknown key `{name}`; no key is expected here"),
        None if known.len() <= LISTED => {
            format!(
                "unknown key `{name}`; expected one of `{}`",
                known.join("`, `")
            )
        }
        None => format!("unknown key `{name}`"),
    }
}

/// A value that is not one of those that are allowed.
pub(super) fn not_one_of(name: &str, value: &Value, allowed: &[Json]) -> String {
    let texts: Vec<_> = allowed.iter().map(plain).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let near = match value {
        Value::Text(text) => nearest(text, &texts),
        _ => None,
    };
    let value = shown(value);
    match (near, &*texts) {
        (Some(near), _) => format!("`{name}` is {value}; did you mean `{near}`?"),
        (None, [only]) => format!("`{name}` is {value}; expected `{only}`"),
        (None, texts) => {
            let more = if texts.len() > LISTED {
                ", and others"
            } else {
                ""
            };
            let listed = texts[..texts.len().min(LISTED)].join("`, `");
            format!("`{name}` is {value}; expected one of `{listed}`{more}")
        }
    }
}

fn plain(json: &Json) -> String {
    json.as_str()
        .map_or_else(|| json.to_string(), str::to_owned)
}

/// The candidate that was probably meant.
pub(super) fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let near = candidates.iter().map(|candidate| {
        let candidate_lower = candidate.to_lowercase();
        let similarity = match candidate_lower.strip_suffix(&lower) {
            // Such as `oss:ObjectCreated:PutObject` without its `oss:`.
            Some(prefix) if prefix.ends_with(':') => 1.0,
            _ => strsim::jaro_winkler(&lower, &candidate_lower),
        };
        (similarity, *candidate)
    });
    let best = near.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(similarity, _)| *similarity > 0.9)
        .map(|(_, name)| name)
}
