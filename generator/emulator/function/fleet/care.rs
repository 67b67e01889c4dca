//! Instances between calls: those that are idle are stopped, and their health is checked.

use std::sync::Arc;
use std::time::Duration;

use super::Fleet;
use crate::emulator::function::definition::Definition;
use crate::emulator::function::health;
use crate::emulator::function::journal::{End, Event};
use crate::emulator::function::member::{Member, Running};

/// Whether an instance can be checked.
enum Due {
    /// It is there, and has been frozen this many times.
    Now(Arc<Running>, u64),
    /// It is frozen.
    Later,
    /// It is gone, or never takes a call again.
    Never,
}

impl Fleet {
    /// Takes care of an instance until its end.
    pub(super) fn care_for(&self, id: u64, definition: &Definition, member: Member) {
        if let Some(idle) = definition.rest.idle {
            tokio::spawn(self.clone().stop_when_idle(id, idle));
        }
        if definition.health.is_some() {
            tokio::spawn(self.clone().check_health(id, member));
        }
    }

    /// Stops an instance that has had no call for a while.
    async fn stop_when_idle(self, id: u64, idle: Duration) {
        let mut left = idle;
        loop {
            tokio::time::sleep(left).await;
            let Some(rested) = self.rested(id) else {
                return;
            };
            left = idle.saturating_sub(rested);
            if left.is_zero() {
                self.retire(id, End::Idle);
                return;
            }
        }
    }

    /// For how long a seat has had neither a call nor a session. `None` if it is gone.
    fn rested(&self, id: u64) -> Option<Duration> {
        let mut state = self.state();
        let affinity = state.definition.affinity.clone();
        let has_session = state.sessions.has(id, affinity.as_ref());
        let seat = state.seat(id)?;
        Some(if seat.calls == 0 && !has_session {
            seat.since.elapsed()
        } else {
            Duration::ZERO
        })
    }

    /// Checks the health of an instance again and again, once it has started.
    async fn check_health(self, id: u64, member: Member) {
        let check = match member.ready().await {
            Ok(running) => running.definition().health.clone(),
            Err(_) => None,
        };
        // Its process ends with the last value that refers to it.
        drop(member);
        let Some(check) = check else {
            return;
        };
        let mut is_healthy = true;
        let mut others = 0;
        loop {
            tokio::time::sleep(check.period).await;
            let (running, freezes) = match self.due(id) {
                Due::Now(running, freezes) => (running, freezes),
                Due::Later => continue,
                Due::Never => return,
            };
            let checked = health::check(&running, &check).await;
            // One that was frozen meanwhile could not answer.
            if !matches!(self.due(id), Due::Now(_, now) if now == freezes) {
                continue;
            }
            others = if checked.is_ok() == is_healthy {
                0
            } else {
                others + 1
            };
            let threshold = if is_healthy {
                check.failures
            } else {
                check.successes
            };
            if others >= threshold {
                others = 0;
                is_healthy = !is_healthy;
                self.set_health(
                    id,
                    &running,
                    checked.map_err(|reason| health::told(&check, &reason)),
                );
            }
        }
    }

    fn due(&self, id: u64) -> Due {
        let mut state = self.state();
        let freezes = state.definition.rest.freezes;
        let Some(seat) = state.seat(id) else {
            return Due::Never;
        };
        if seat.retired.is_some() || seat.member.is_over() {
            return Due::Never;
        }
        match seat.member.running() {
            Some(_) if freezes && seat.calls == 0 => Due::Later,
            Some(running) => Due::Now(running, seat.freezes),
            None => Due::Later,
        }
    }

    /// From here on, an instance takes calls or takes none.
    fn set_health(&self, id: u64, running: &Running, checked: Result<(), String>) {
        if let Some(seat) = self.state().seat(id) {
            seat.is_healthy = checked.is_ok();
        }
        let function = running.definition().name().to_owned();
        let instance = running.instance.instance_id().to_owned();
        self.0.journal.tell(&match checked {
            Ok(()) => Event::Healthy { function, instance },
            Err(reason) => Event::Unhealthy {
                function,
                instance,
                reason,
            },
        });
    }

    /// Stops unhealthy instances, since another one takes the calls.
    pub(super) fn replace_unhealthy(&self) {
        let retired = self.state().retire(End::Unhealthy, |seat| !seat.is_healthy);
        self.end(retired, End::Unhealthy);
    }
}
