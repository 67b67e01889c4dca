//! Resident memory of an idle instance that has answered one call, and of one that is busy with 200
//! concurrent calls.

use anyhow::Result;

use crate::cpus::Place;
use crate::function;
use crate::load::{Load, Until};
use crate::options::Options;
use crate::peers::{self, Linked};
use crate::program::Program;
use crate::report::{Goal, Report, Table};
use crate::server::{Log, Server};
use crate::stats::mib;

/// The platform's limit for concurrent calls of one instance.
const AT_ONCE: usize = 200;

/// The number of calls after which an instance no longer grows.
const CALLS: u64 = 20_000;

const IDLE: f64 = 2.5;
const BUSY: f64 = 7.0;

/// The memory of one server, in MiB.
struct Held {
    idle: f64,
    busy: f64,
    most: f64,
}

/// Measures the function and all available peers.
pub(crate) fn run(load: &Load, options: &Options) -> Result<Report> {
    let function = function::event()?;
    let axum = peers::axum(Linked::Static)?;
    let mut programs = vec![
        peers::hyper(Linked::Static)?,
        peers::epoll(Linked::Static)?,
        peers::on_one_thread(&axum),
        axum,
    ];
    programs.extend(peers::node());
    programs.extend(peers::flask()?);
    let calls = if options.quick { CALLS / 10 } else { CALLS };

    let mut table = Table::new(&["Server", "idle, MiB", "200 connections", "at most"]);
    let ours = measure(load, &function, calls)?;
    table.row(ours.row(function.name));
    for program in &programs {
        table.row(measure(load, program, calls)?.row(program.name));
    }
    let about = format!(
        "Resident memory of a server, after one call and after {calls}. Several processes, as gunicorn \
         has them, share memory: it is divided among them (Pss), except in the last column, which adds \
         up the most that each of them held."
    );
    let mut report = Report::new("Memory", &about, &table);
    report.goals = ours.goals();
    Ok(report)
}

/// The goals of the function alone.
pub(crate) fn goals(load: &Load, function: &Program) -> Result<Vec<Goal>> {
    Ok(measure(load, function, CALLS)?.goals())
}

fn measure(load: &Load, program: &Program, calls: u64) -> Result<Held> {
    eprintln!("measuring the memory of {}", program.name);
    let server = Server::start(program, Log::Null, Place::Server)?;
    drop(load.connect(server.port, 1)?);
    let idle = mib(server.memory()?);
    let mut open = load.connect(server.port, AT_ONCE)?;
    load.drive(&mut open, Until::Answered(calls))?;
    Ok(Held {
        idle,
        busy: mib(server.memory()?),
        most: mib(server.peak()?),
    })
}

impl Held {
    fn row(&self, name: &str) -> [String; 4] {
        let [idle, busy, most] = [self.idle, self.busy, self.most].map(|mib| format!("{mib:.1}"));
        [name.to_owned(), idle, busy, most]
    }

    fn goals(&self) -> Vec<Goal> {
        let at_once = format!("resident memory, {AT_ONCE} connections");
        vec![
            Goal::at_most(IDLE, self.idle, "resident memory, idle").of(" MiB"),
            Goal::at_most(BUSY, self.busy, at_once).of(" MiB"),
        ]
    }
}
