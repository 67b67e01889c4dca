//! Cold start: the time from the start of a process to its first answer, to the initializer.

use anyhow::Result;

use crate::cpus::Place;
use crate::function;
use crate::options::Options;
use crate::peers::{self, Linked};
use crate::program::Program;
use crate::report::{Goal, Report, Table};
use crate::server::{Log, Server};
use crate::stats::{median, micros, ratios, spread};

/// The number of starts of a program in Rust, and of one that takes a hundred times as long.
const QUICK: usize = 40;
const SLOW: usize = 5;

const GOAL: f64 = 0.75;

/// Starts the function and all available peers in turn.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let axum = peers::axum(Linked::Static)?;
    let dynamic = peers::hyper(Linked::Dynamic)?.named("bare hyper, dynamic");
    let mut programs = vec![
        (function::event()?, QUICK),
        (dynamic, QUICK),
        (
            peers::hyper(Linked::Static)?.named("bare hyper, static"),
            QUICK,
        ),
        (
            peers::epoll(Linked::Static)?.named("epoll loop, static"),
            QUICK,
        ),
        (axum.named("axum, static"), QUICK),
        (peers::axum(Linked::Dynamic)?.named("axum, dynamic"), QUICK),
    ];
    programs.extend(peers::node().map(|node| (node, SLOW)));
    programs.extend(peers::flask()?.into_iter().map(|flask| (flask, SLOW)));

    eprintln!("measuring cold starts");
    let mut times = vec![Vec::new(); programs.len()];
    // The first round only fills the page cache.
    let rounds = if options.quick { SLOW } else { QUICK };
    for round in 0..=rounds {
        for ((program, often), times) in programs.iter().zip(&mut times) {
            if round <= *often {
                let time = cold(program)?;
                if round > 0 {
                    times.push(time);
                }
            }
        }
    }

    let mut table = Table::new(&["Server", "µs", "function to it"]);
    for ((program, _), theirs) in programs.iter().zip(&times) {
        table.row([
            program.name.to_owned(),
            format!("{:.0}", median(theirs)),
            spread(&ratios(&times[0], theirs)),
        ]);
    }
    let about = format!("The median of {rounds} starts, or of {SLOW} for slow servers.");
    let mut report = Report::new("Cold start", &about, &table);
    let ratio = median(&ratios(&times[0], &times[1]));
    let measure = "cold start, relative to bare hyper linked dynamically";
    report.goal(Goal::at_most(GOAL, ratio, measure));
    Ok(report)
}

fn cold(program: &Program) -> Result<f64> {
    let server = Server::start(program, Log::Null, Place::Server)?;
    Ok(micros(server.cold))
}
