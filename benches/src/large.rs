//! The largest events that the platform sends, and the memory that they need.

use std::time::Instant;

use anyhow::Result;

use crate::cpus::Place;
use crate::function;
use crate::load::Load;
use crate::peers::{self, Linked};
use crate::report::{Goal, Report, Table};
use crate::server::{Log, Server};
use crate::stats::{median, mib};

/// The platform's limit.
const EVENT: usize = 32 * 1024 * 1024;

/// The number of events, sent one after another.
const CALLS: usize = 5;

const WHOLE: f64 = 1.15 * 32.0 + 4.0;
const STREAMED: f64 = 8.0;

/// Measures the function, one that streams, and the peers that hold the whole event in memory.
pub(crate) fn run(load: &Load) -> Result<Report> {
    let programs = [
        function::event()?,
        function::streaming()?,
        peers::hyper(Linked::Static)?,
        peers::axum(Linked::Static)?,
    ];
    let event: Vec<u8> = (b'a'..=b'z').cycle().take(EVENT).collect();
    let mut table = Table::new(&["Server", "most memory, MiB", "a call, ms"]);
    let mut peaks = Vec::new();
    for program in &programs {
        eprintln!("sending events of 32 MiB to {}", program.name);
        let server = Server::start(program, Log::Null, Place::Server)?;
        let mut connections = load.connect(server.port, 1)?;
        let mut times = Vec::new();
        for _ in 0..CALLS {
            let begun = Instant::now();
            load.send(&mut connections[0], &event)?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        let peak = mib(server.peak()?);
        table.row([
            program.name.to_owned(),
            format!("{peak:.1}"),
            format!("{:.0}", median(&times)),
        ]);
        peaks.push(peak);
    }
    let about = format!("{CALLS} events of 32 MiB on one connection, each sent back.");
    let mut report = Report::new("Large events", &about, &table);
    let whole = "memory for an event of 32 MiB, handled as bytes";
    report.goal(Goal::at_most(WHOLE, peaks[0], whole).of(" MiB"));
    let streamed = "memory for an event of 32 MiB, streamed by a web function";
    report.goal(Goal::at_most(STREAMED, peaks[1], streamed).of(" MiB"));
    Ok(report)
}
