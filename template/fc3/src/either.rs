//! One of two events, for a function with two triggers.

use crate::{Bytes, EventError, FromEvent};

/// One of two types of event.
///
/// ```
/// # #[cfg(all(feature = "oss", feature = "timer"))] {
/// use fc3::events::{oss, timer};
/// use fc3::{Either, FromEvent};
///
/// type Event = Either<oss::Event, timer::Event>;
///
/// let event = br#"{"triggerTime": "2026-06-01T02:00:00Z", "triggerName": "daily"}"#;
/// match Event::from_event(event.as_slice().into()) {
///     Ok(Either::Left(change)) => panic!("an object changed: {change:?}"),
///     Ok(Either::Right(run)) => assert_eq!(run.trigger_name, "daily"),
///     Err(error) => panic!("{error}"),
/// }
/// # }
/// ```
///
/// `A` is tried first. An event that is neither is rejected, and the error gives both reasons. For
/// three triggers, write `Either<A, Either<B, C>>`.
///
/// A type that accepts everything, such as [`Bytes`] or `String`, belongs on the right. So does
/// `events::mns_topic::Event`, which accepts any text as a message, and `events::eventbridge::Event`,
/// which accepts the envelope of every other source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first type.
    Left(A),
    /// The second type.
    Right(B),
}

impl<A: FromEvent, B: FromEvent> FromEvent for Either<A, B> {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        let left = match A::from_event(event.clone()) {
            Ok(event) => return Ok(Self::Left(event)),
            Err(error) => error,
        };
        B::from_event(event)
            .map(Self::Right)
            .map_err(|right| EventError::neither(&left, &right))
    }
}
