//! The load: one thread, any number of connections, each with one call at a time, and every answer
//! looked at. A wrong one ends the bench.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use crate::connection::Connection;

/// When a burst ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// After a time.
    Passed(Duration),
    /// After as many calls.
    Answered(u64),
}

/// What a burst was.
pub(crate) struct Burst {
    /// How many calls were answered.
    pub(crate) answered: u64,
    /// How long all of it took.
    pub(crate) took: Duration,
    /// How long each call took, in no order.
    pub(crate) latencies: Vec<Duration>,
}

impl Burst {
    /// Calls in a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }
}

/// The thread that calls.
pub(crate) struct Load(Runtime);

impl Load {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Builder::new_current_thread().enable_all().build()?))
    }

    /// Opens connections, and has one call answered on each, so that what they need is there.
    pub(crate) fn connect(&self, port: u16, count: usize) -> Result<Vec<Connection>> {
        self.0.block_on(async {
            let mut connections = Vec::with_capacity(count);
            for _ in 0..count {
                let mut connection = Connection::open(port).await?;
                connection.invoke().await?;
                connections.push(connection);
            }
            Ok(connections)
        })
    }

    /// Calls on all connections at once.
    pub(crate) fn drive(&self, connections: &mut Vec<Connection>, until: Until) -> Result<Burst> {
        match until {
            Until::Passed(time) => {
                let end = Instant::now() + time;
                self.run(connections, u64::MAX, Some(end), async |_| Ok(()))
            }
            Until::Answered(count) => self.run(connections, count, None, async |_| Ok(())),
        }
    }

    /// Calls on all connections at once, for as long as `times` calls of another event take on a
    /// connection of their own.
    pub(crate) fn drive_beside(
        &self,
        connections: &mut Vec<Connection>,
        (mut other, event, times): (Connection, &[u8], u32),
    ) -> Result<Burst> {
        self.run(connections, u64::MAX, None, async |left| {
            for _ in 0..times {
                other.send(event).await?;
            }
            left.set(0);
            Ok(())
        })
    }

    fn run(
        &self,
        connections: &mut Vec<Connection>,
        count: u64,
        end: Option<Instant>,
        beside: impl AsyncFnOnce(&Cell<u64>) -> Result<()>,
    ) -> Result<Burst> {
        let tasks = LocalSet::new();
        let begun = Instant::now();
        let left = Rc::new(Cell::new(count));
        let running: Vec<_> = connections
            .drain(..)
            .map(|connection| tasks.spawn_local(calls(connection, Rc::clone(&left), end)))
            .collect();
        let mut latencies = Vec::new();
        tasks.block_on(&self.0, async {
            beside(&left).await?;
            for task in running {
                let (connection, took) = task.await??;
                connections.push(connection);
                latencies.extend(took);
            }
            anyhow::Ok(())
        })?;
        Ok(Burst {
            answered: latencies.len() as u64,
            took: begun.elapsed(),
            latencies,
        })
    }

    /// Sends one event on a connection, whose answer must be the same.
    pub(crate) fn send(&self, connection: &mut Connection, event: &[u8]) -> Result<()> {
        self.0.block_on(connection.send(event))
    }
}

async fn calls(
    mut connection: Connection,
    left: Rc<Cell<u64>>,
    end: Option<Instant>,
) -> Result<(Connection, Vec<Duration>)> {
    let mut took = Vec::new();
    let mut begun = Instant::now();
    while left.get() > 0 && end.is_none_or(|end| begun < end) {
        left.set(left.get() - 1);
        connection.invoke().await?;
        let ended = Instant::now();
        took.push(ended - begun);
        begun = ended;
    }
    Ok((connection, took))
}
