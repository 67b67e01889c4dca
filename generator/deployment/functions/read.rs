//! Values of a type and within limits; anything else is missing.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::deployment::document::{Node, Value};
use crate::platform::NAME_LIMIT;

/// A text that is not empty.
pub(super) fn text(node: &Node, key: &str) -> Option<String> {
    let text = node.get(key)?.text()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// The texts of a list.
pub(super) fn texts(node: &Node, key: &str) -> Vec<String> {
    let items = node.get(key).map_or(&[][..], Node::items);
    items.iter().filter_map(plain).collect()
}

pub(super) fn flag(node: &Node, key: &str) -> Option<bool> {
    match node.get(key)?.value {
        Value::Flag(flag) => Some(flag),
        _ => None,
    }
}

/// A whole number within limits.
pub(super) fn whole<T>(node: &Node, key: &str, limits: RangeInclusive<T>) -> Option<T>
where
    T: TryFrom<i64> + PartialOrd,
{
    let Value::Integer(number) = node.get(key)?.value else {
        return None;
    };
    let number = T::try_from(number).ok()?;
    limits.contains(&number).then_some(number)
}

/// A number of whole seconds, from `least` to a limit.
pub(super) fn seconds(node: &Node, key: &str, least: u64, most: Duration) -> Option<Duration> {
    whole(node, key, least..=most.as_secs()).map(Duration::from_secs)
}

/// A scalar as the text that a variable has.
pub(super) fn plain(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null => Some(String::new()),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::List(_) | Value::Map(_) | Value::Unknown => None,
    }
}

/// Whether the platform accepts the name of a function, which is a part of its address.
#[must_use]
pub fn is_function_name(name: &str) -> bool {
    let is_first = |char: char| char.is_ascii_alphabetic() || char == '_';
    let is_other = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
    name.starts_with(is_first) && name.chars().all(is_other) && name.len() <= NAME_LIMIT
}
