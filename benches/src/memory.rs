//! Resident memory: of an instance that has answered one call and waits, and of one that 200 calls
//! keep busy.

use anyhow::Result;

use crate::cpus::Place;
use crate::function;
use crate::load::{Load, Until};
use crate::options::Options;
use crate::peers::{self, Linked};
use crate::report::{Goal, Report, Table};
use crate::server::{Log, Server};
use crate::stats::mib;

/// The most calls that the platform makes of one instance at a time.
const AT_ONCE: usize = 200;

/// How many calls make an instance as large as it gets.
const CALLS: u64 = 20_000;

const IDLE: f64 = 2.5;
const BUSY: f64 = 7.0;

/// Measures all peers that are here.
pub(crate) fn run(load: &Load, options: &Options) -> Result<Report> {
    let axum = peers::axum(Linked::Static)?;
    let mut programs = vec![
        function::event()?,
        peers::hyper(Linked::Static)?,
        peers::epoll(Linked::Static)?,
        peers::on_one_thread(&axum),
        axum,
    ];
    programs.extend(peers::node());
    programs.extend(peers::flask()?);
    let calls = if options.quick { CALLS / 10 } else { CALLS };

    let mut table = Table::new(&["Server", "idle, MiB", "200 connections", "at most"]);
    let mut goals = Vec::new();
    for program in &programs {
        eprintln!("memory of {}", program.name);
        let server = Server::start(program, Log::Null, Place::Server)?;
        drop(load.connect(server.port, 1)?);
        let idle = mib(server.memory()?);
        let mut open = load.connect(server.port, AT_ONCE)?;
        load.drive(&mut open, Until::Answered(calls))?;
        let busy = mib(server.memory()?);
        let most = mib(server.peak()?);
        table.row([
            program.name.to_owned(),
            format!("{idle:.1}"),
            format!("{busy:.1}"),
            format!("{most:.1}"),
        ]);
        if goals.is_empty() {
            goals.push(Goal::at_most(IDLE, idle, "resident memory, idle").of(" MiB"));
            let measure = format!("resident memory, {AT_ONCE} connections");
            goals.push(Goal::at_most(BUSY, busy, measure).of(" MiB"));
        }
    }
    let about = format!(
        "Resident memory of a server, after one call and after {calls}. Where it is of several \
         processes, which gunicorn's is, what they share is divided among them (Pss), but counts for \
         each in the sum of what they held at most."
    );
    let mut report = Report::new("Memory", &about, &table);
    report.goals = goals;
    Ok(report)
}
