//! The load: one thread with any number of connections, each with one call at a time. Every answer is
//! checked, and a wrong one ends the bench.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use crate::connection::Connection;
use crate::request::Head;

/// The condition that ends a burst.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// This time has passed.
    Passed(Duration),
    /// This number of calls was answered.
    Answered(u64),
}

/// The results of a burst.
pub(crate) struct Burst {
    /// The number of answered calls.
    pub(crate) answered: u64,
    /// The duration of the whole burst.
    pub(crate) took: Duration,
    /// The duration of each call, in no particular order.
    pub(crate) latencies: Vec<Duration>,
}

impl Burst {
    /// Calls per second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }
}

/// The thread that makes the calls.
pub(crate) struct Load(Runtime);

impl Load {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Builder::new_current_thread().enable_all().build()?))
    }

    /// Opens connections, and makes one call on each to warm it up.
    pub(crate) fn connect(&self, port: u16, count: usize) -> Result<Vec<Connection>> {
        self.open(port, &Head::of_platform(), count)
    }

    /// The same as a client of the API on this machine.
    pub(crate) fn connect_to(
        &self,
        port: u16,
        path: &str,
        count: usize,
    ) -> Result<Vec<Connection>> {
        self.open(port, &Head::of_client(port, path), count)
    }

    fn open(&self, port: u16, head: &Head, count: usize) -> Result<Vec<Connection>> {
        self.0.block_on(async {
            let mut connections = Vec::with_capacity(count);
            for _ in 0..count {
                let mut connection = Connection::open(port, head.clone()).await?;
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

    /// Calls on all connections at once while `times` calls with another event are made on a separate
    /// connection.
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

    /// Sends one event on a connection. The answer must equal it.
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
