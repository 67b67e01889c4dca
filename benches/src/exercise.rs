//! A server that answers a number of calls under a tool that counts, and ends.

use anyhow::Result;

use crate::cpus::Place;
use crate::load::{Load, Until};
use crate::program::Program;
use crate::server::{Log, Server};

/// The calls of the two runs whose difference counts.
pub(crate) const SHORT: u64 = 500;
pub(crate) const LONG: u64 = 2500;

/// Has a program answer calls, and ends it.
pub(crate) fn exercise(
    load: &Load,
    program: &Program,
    connections: usize,
    calls: u64,
) -> Result<()> {
    let server = Server::start(program, Log::Null, Place::Server)?;
    let mut open = load.connect(server.port, connections)?;
    load.drive(&mut open, Until::Answered(calls))?;
    drop(open);
    server.end()
}
