//! What a source delivers at once: a list, a single item, or a list of JSON texts.

use serde::Serialize;
use serde_json::Value;

use super::decode::decode_json;
use super::{Bytes, EventError, FromEvent, Json};

/// One or more items that came in one event.
///
/// A source sends a list, also of one item (`event-streaming`), or the item alone
/// (`event-driven`); older ones send each item as a text that holds the JSON. The function sees one
/// shape: <https://help.aliyun.com/zh/functioncompute/fc/developer-reference/api-fc-2023-03-30-struct-runoptions>.
///
/// It is never empty: a list without items tells of no event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Batch<T>(pub Vec<T>);

/// What a [`Batch`] can be made of.
#[diagnostic::on_unimplemented(
    message = "a batch cannot be made of `{Self}`",
    label = "not an item of a batch",
    note = "take `CloudEvent`, or `Delivery<T>` where `T` implements `serde::Deserialize`"
)]
pub trait FromItem: Sized + Send {
    /// Reads one item. A text that held its JSON has been read already.
    ///
    /// # Errors
    /// A value that is no such item, with the path in it.
    fn from_item(item: Value) -> Result<Self, EventError>;
}

impl<T: FromItem> FromEvent for Batch<T> {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        let Json(value) = Json::from_event(event)?;
        match unwrap(value)? {
            Value::Array(items) if items.is_empty() => {
                Err(EventError::new("the list of events is empty"))
            }
            Value::Array(items) => {
                let items = items.into_iter().enumerate().map(|(at, item)| {
                    let item = unwrap(item).and_then(T::from_item);
                    item.map_err(|error| error.under(&format!("[{at}]")))
                });
                items.collect::<Result<_, _>>().map(Self)
            }
            item => T::from_item(item).map(|item| Self(vec![item])),
        }
    }
}

/// What a text holds, if it is one.
fn unwrap(value: Value) -> Result<Value, EventError> {
    match value {
        Value::String(text) => decode_json(text.as_bytes()),
        value => Ok(value),
    }
}

impl<T> Batch<T> {
    /// The items, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T> IntoIterator for Batch<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Batch<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fc::decode;

    impl FromItem for String {
        fn from_item(item: Value) -> Result<Self, EventError> {
            decode(&item["name"])
        }
    }

    fn names(event: &'static str) -> Result<Vec<String>, EventError> {
        Ok(Batch::from_event(event.into())?.0)
    }

    #[test]
    fn every_form_gives_the_same_items() {
        for event in [
            r#"[{"name": "a"}]"#,
            r#"{"name": "a"}"#,
            r#"["{\"name\": \"a\"}"]"#,
            r#""{\"name\": \"a\"}""#,
        ] {
            assert_eq!(names(event).unwrap(), ["a"], "{event}");
        }
    }

    #[test]
    fn an_error_tells_which_item() {
        let error = names(r#"[{"name": "a"}, {"name": 1}]"#).unwrap_err();
        assert_eq!(error.path(), Some("[1]"));
        assert_eq!(names(r#"["{"]"#).unwrap_err().path(), Some("[0]"));
    }

    #[test]
    fn an_empty_list_is_no_event() {
        names("[]").unwrap_err();
    }
}
