//! A deadline: one time limit for all steps of an operation.

use std::time::{Duration, Instant};

use super::error::CallError;

/// The deadline, and the limit that it was computed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    /// `None` if the limit exceeds the range of the clock.
    at: Option<Instant>,
    limit: Duration,
}

impl Deadline {
    /// A deadline this long from now.
    pub(super) fn within(limit: Duration) -> Self {
        Self {
            at: Instant::now().checked_add(limit),
            limit,
        }
    }

    /// The remaining time. It is never zero, which would mean no limit to the system.
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

    /// The error for a passed deadline.
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
