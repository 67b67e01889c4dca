//! A run that is counted: a server starts under a tool, answers a number of calls, and ends.

use anyhow::Result;

use crate::cpus::Place;
use crate::load::{Load, Until};
use crate::program::Program;
use crate::server::{Log, Server};

/// The numbers of calls in the two runs whose difference is the result.
pub(crate) const SHORT: u64 = 500;
pub(crate) const LONG: u64 = 2500;

/// Starts a program, makes calls, and ends it.
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
