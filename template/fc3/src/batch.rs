//! The items that a source delivers at once: a list, a single item, or a list of JSON texts.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::decode::{decode, decode_json, decode_text};
use crate::error::Chain;
use crate::excerpt::ends;
use crate::failure::LOG_LIMIT;
use crate::{Bytes, Context, EventError, FromEvent, Json, Result};

/// The time that [`Batch::each`] keeps in reserve before the deadline. With less left, the platform
/// could end the call in the middle of an item.
const RESERVE: Duration = Duration::from_secs(1);

/// The characters that may be before JSON: a byte order mark and blanks.
const BEFORE_JSON: [char; 5] = ['\u{feff}', ' ', '\t', '\r', '\n'];

/// One or more items that came in one event.
///
/// ```
/// use fc3::{Batch, CloudEvent, Context, Result};
///
/// async fn handle(events: Batch<CloudEvent>, cx: &Context) -> Result<()> {
///     events.each(cx, async |event| process(&event)).await
/// }
///
/// fn process(event: &CloudEvent) -> Result<()> {
///     println!("{}", event.envelope.id);
///     Ok(())
/// }
/// ```
///
/// A source sends a list, which may have one item (`event-streaming`), or the item alone
/// (`event-driven`): see the [run options]. Older sources send each item as a text that contains JSON.
/// The function always receives a batch.
///
/// A batch is never empty: an event with an empty list is rejected.
///
/// [run options]: https://help.aliyun.com/zh/functioncompute/fc/developer-reference/api-fc-2023-03-30-struct-runoptions
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Batch<T>(pub Vec<T>);

/// An item of a [`Batch`].
///
/// ```
/// use fc3::{Batch, EventError, FromEvent, FromItem};
/// use serde_json::Value;
///
/// struct Order {
///     number: u64,
/// }
///
/// impl FromItem for Order {
///     fn from_item(item: Value) -> Result<Self, EventError> {
///         let number = item["number"].as_u64();
///         let number = number.ok_or_else(|| EventError::new("expected a number").at("number"))?;
///         Ok(Self { number })
///     }
/// }
///
/// let orders: Batch<Order> = Batch::from_event(r#"[{"number": 1}, {"number": 2}]"#.into())?;
/// assert_eq!(orders.0[1].number, 2);
/// # Ok::<(), EventError>(())
/// ```
///
/// Most functions need no item of their own: [`CloudEvent`](crate::CloudEvent) and
/// [`Delivery`](crate::Delivery) are items, and [`Json`] is one for everything else, such as events that
/// a rule of `EventBridge` transforms.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an item of a batch",
    label = "not an item of a batch",
    note = "use `CloudEvent`, `Json<T>` where `T` implements `serde::Deserialize`, or `Delivery<T>` where `T` implements `fc3::Payload`"
)]
pub trait FromItem: Sized + Send {
    /// Reads one item. If the item came as a text that contains JSON, `item` is that JSON.
    ///
    /// # Errors
    /// `item` does not have this type. The error has the path in the item.
    fn from_item(item: Value) -> Result<Self, EventError>;

    /// The unique id of the item, for the log. It is the same at each delivery.
    fn id(&self) -> Option<Cow<'_, str>> {
        None
    }
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

/// Any JSON: the part of an event, the constant or the template that a rule of `EventBridge` sends.
impl<T: DeserializeOwned + Send> FromItem for Json<T> {
    fn from_item(item: Value) -> Result<Self, EventError> {
        match item {
            text @ Value::String(_) => decode_text(&text),
            item => decode(item),
        }
        .map(Self)
    }
}

/// The object or list in a text, or any other value as it is.
fn unwrap(value: Value) -> Result<Value, EventError> {
    match value {
        Value::String(text) if text.trim_start_matches(BEFORE_JSON).starts_with(['{', '[']) => {
            decode_json(text.as_bytes())
        }
        value => Ok(value),
    }
}

impl<T: FromItem> Batch<T> {
    /// Handles the items one after another.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use fc3::{Batch, CloudEvent, Context, FromEvent};
    ///
    /// let event = r#"[
    ///     {"id": "1", "source": "acs.shop", "type": "shop:Order", "data": {"number": 42}},
    ///     {"id": "2", "source": "acs.shop", "type": "shop:Order", "data": null}
    /// ]"#;
    /// let events: Batch<CloudEvent> = Batch::from_event(event.into()).unwrap();
    /// let cx = Context::default();
    /// let result = events.each(&cx, async |event| match event.data["number"].as_u64() {
    ///     Some(number) => Ok(println!("order {number}")),
    ///     None => Err("an order needs a number".into()),
    /// });
    /// assert_eq!(result.await.unwrap_err().to_string(), "1 of 2 items failed");
    /// # });
    /// ```
    ///
    /// An item that fails does not stop the others: its error is logged with the item's id, and the
    /// next item follows. When less than a second is left before the deadline, the remaining items
    /// are not started and count as failed. A panic ends the call at once.
    ///
    /// # Errors
    /// At least one item failed, so that the source delivers the batch again. The error says how
    /// many failed.
    pub async fn each(self, cx: &Context, handle: impl AsyncFn(T) -> Result<()>) -> Result<()> {
        let (count, mut failed) = (self.0.len(), 0);
        for (at, item) in self.0.into_iter().enumerate() {
            if cx.remaining().is_some_and(|left| left < RESERVE) {
                let left = count - at;
                tracing::error!("no time left for {left} of {count} items");
                failed += left;
                break;
            }
            let id = item.id().map(Cow::into_owned);
            if let Err(error) = handle(item).await {
                let error = Chain(&*error).to_string();
                tracing::error!(at, id, "{}", ends(&error, LOG_LIMIT));
                failed += 1;
            }
        }
        if failed > 0 {
            return Err(format!("{failed} of {count} items failed").into());
        }
        Ok(())
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
