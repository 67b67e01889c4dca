//! CPU time and rate of a call. All servers stay alive and are called in turn. Figures that are
//! compared come from the same round, so that other work on the machine affects both.

use anyhow::Result;

use crate::cpus::Place;
use crate::function;
use crate::load::{Load, Until};
use crate::options::Options;
use crate::peers::{self, Linked};
use crate::program::Program;
use crate::report::{Goal, Report, Table};
use crate::server::{Log, Server};
use crate::stats::{figure, median, micros, ratios, spread};

/// The numbers of connections that call at once.
const CONNECTIONS: [usize; 3] = [1, 20, 200];

/// The number of connections if the log goes into a pipe.
const PIPED: [usize; 1] = [20];

/// The goals for the cost of a call relative to each peer, with 1, 20 and 200 connections.
const GOALS: [(&str, [Option<f64>; 3]); 6] = [
    ("axum", [None, Some(0.85), Some(0.85)]),
    ("axum, one thread", [None, Some(0.85), Some(0.85)]),
    ("epoll loop", [Some(1.25), Some(1.40), Some(1.60)]),
    ("Node", [None, Some(0.3), Some(0.3)]),
    ("gunicorn", [None, Some(0.04), Some(0.04)]),
    ("Flask's own server", [None, Some(0.025), Some(0.025)]),
];

/// A server, and its figures for each number of connections.
struct Row {
    name: &'static str,
    server: Server,
    cells: Vec<Cell>,
}

/// Figures of each round: microseconds of CPU time per call, and calls per second.
#[derive(Clone, Default)]
struct Cell {
    cpu: Vec<f64>,
    rate: Vec<f64>,
}

/// Measures the function and all available peers.
pub(crate) fn run(load: &Load, options: &Options) -> Result<Report> {
    let rust = [
        function::event()?,
        peers::hyper(Linked::Static)?,
        peers::axum(Linked::Static)?,
    ];
    let mut programs = rust.to_vec();
    programs.push(peers::on_one_thread(&rust[2]));
    programs.push(peers::epoll(Linked::Static)?);
    programs.extend(peers::node());
    programs.extend(peers::flask()?);

    let mut rows = start(&programs, Log::Null, &CONNECTIONS)?;
    let mut piped = start(&rust, Log::Pipe, &PIPED)?;
    for round in 1..=options.rounds {
        eprintln!("CPU time: round {round} of {}", options.rounds);
        measure(load, options, &mut rows, &CONNECTIONS, round)?;
        measure(load, options, &mut piped, &PIPED, round)?;
    }

    let about = |log| {
        format!(
            "User and system time of all processes of a server, which has its own CPU. The log goes \
             {log}. The median of {} rounds of {:?}, with the minimum and the maximum.",
            options.rounds, options.burst
        )
    };
    let mut report = Report::default();
    for (at, connections) in CONNECTIONS.iter().enumerate() {
        let title = format!("CPU time of a call, {connections} at once");
        report.section(&title, &about("to `/dev/null`"), &table(&rows, at));
    }
    let title = format!("CPU time of a call, {} at once, with a log", PIPED[0]);
    report.section(
        &title,
        &about("into a pipe that is read"),
        &table(&piped, 0),
    );
    report.goals = goals(&rows);
    Ok(report)
}

fn start(programs: &[Program], log: Log, connections: &[usize]) -> Result<Vec<Row>> {
    let rows = programs.iter().map(|program| {
        Ok(Row {
            name: program.name,
            server: Server::start(program, log, Place::Server)?,
            cells: vec![Cell::default(); connections.len()],
        })
    });
    rows.collect()
}

/// One round: each number of connections to each server. Each round begins with another server, so
/// that none is always the first or the last.
fn measure(
    load: &Load,
    options: &Options,
    rows: &mut [Row],
    connections: &[usize],
    round: usize,
) -> Result<()> {
    let first = round % rows.len();
    for (at, connections) in connections.iter().enumerate() {
        let (last, begin) = rows.split_at_mut(first);
        for row in begin.iter_mut().chain(last) {
            let mut open = load.connect(row.server.port, *connections)?;
            let before = row.server.cpu()?;
            let burst = load.drive(&mut open, Until::Passed(options.burst))?;
            let spent = row.server.cpu()?.saturating_sub(before);
            let cell = &mut row.cells[at];
            cell.cpu.push(micros(spent) / figure(burst.answered));
            cell.rate.push(burst.rate());
            drop(open);
            row.server.rest()?;
        }
    }
    Ok(())
}

fn table(rows: &[Row], at: usize) -> Table {
    let mut table = Table::new(&[
        "Server",
        "CPU time, µs",
        "function to it",
        "rate of the function to its",
    ]);
    let ours = &rows[0].cells[at];
    for row in rows {
        let cell = &row.cells[at];
        table.row([
            row.name.to_owned(),
            format!("{:.1}", median(&cell.cpu)),
            spread(&ratios(&ours.cpu, &cell.cpu)),
            spread(&ratios(&ours.rate, &cell.rate)),
        ]);
    }
    table
}

fn goals(rows: &[Row]) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (name, limits) in GOALS {
        let Some(peer) = rows.iter().find(|row| row.name == name) else {
            continue;
        };
        for (at, limit) in limits.into_iter().enumerate() {
            let Some(limit) = limit else { continue };
            let ratio = median(&ratios(&rows[0].cells[at].cpu, &peer.cells[at].cpu));
            let measure = format!(
                "CPU time of a call, relative to {name}, {} at once",
                CONNECTIONS[at]
            );
            goals.push(Goal::at_most(limit, ratio, measure));
        }
    }
    goals
}
