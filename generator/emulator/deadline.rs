//! When something is due: one limit in time for all the steps that it takes.

use std::time::{Duration, Instant};

use super::error::CallError;

/// A moment, and the limit that it was made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    /// Nothing, where the limit is more than the clock can hold.
    at: Option<Instant>,
    limit: Duration,
}

impl Deadline {
    /// So long from now.
    pub(super) fn within(limit: Duration) -> Self {
        Self {
            at: Instant::now().checked_add(limit),
            limit,
        }
    }

    /// The time that is left, never zero, which the system takes for no limit.
    ///
    /// # Errors
    /// [`CallError::TimedOut`].
    pub(super) fn left(self) -> Result<Duration, CallError> {
        let Some(at) = self.at else {
            return Ok(self.limit);
        };
        let left = at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            Err(self.passed())
        } else {
            Ok(left)
        }
    }

    /// The error that says that it has passed.
    pub(super) fn passed(self) -> CallError {
        CallError::TimedOut { limit: self.limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_passes_once_and_any_limit_can_be_set() {
        let none = Deadline::within(Duration::ZERO).left();
        assert!(matches!(none, Err(CallError::TimedOut { limit }) if limit.is_zero()));
        assert!(Deadline::within(Duration::MAX).left().is_ok());
    }
}
