//! One thread or two workers: what the workers cost where calls only wait, and what they are for,
//! which is a call that computes while others are made.

use anyhow::Result;

use crate::connection::Connection;
use crate::cpus::Place;
use crate::function;
use crate::load::{Load, Until};
use crate::options::Options;
use crate::program::Program;
use crate::report::{Report, Table};
use crate::server::{Log, Server};
use crate::stats::{figure, median, micros, ratios, spread};

/// As many calls as an instance of a generated project serves at a time.
const AT_ONCE: usize = 20;

/// What the function computes for, 300 ms at a time.
const COMPUTE: &[u8] = b"compute";

/// How many such calls follow each other.
const COMPUTED: u32 = 10;

/// Measures the same function with both runtimes, on both CPUs.
pub(crate) fn run(load: &Load, options: &Options) -> Result<Report> {
    let one = function::burning()?;
    let two = one.clone().env("TOKIO_WORKER_THREADS", "2");
    let programs = [one.named("one thread"), two.named("two workers")];
    let mut servers = Vec::new();
    for program in &programs {
        servers.push(Server::start(program, Log::Null, Place::Both)?);
    }

    let mut cpu = [Vec::new(), Vec::new()];
    for round in 1..=options.rounds {
        eprintln!(
            "one thread and two workers: round {round} of {}",
            options.rounds
        );
        for (server, cpu) in servers.iter().zip(&mut cpu) {
            let mut open = load.connect(server.port, AT_ONCE)?;
            let before = server.cpu()?;
            let burst = load.drive(&mut open, Until::Passed(options.burst))?;
            let spent = server.cpu()?.saturating_sub(before);
            cpu.push(micros(spent) / figure(burst.answered));
            drop(open);
            server.rest()?;
        }
    }

    let mut table = Table::new(&[
        "Runtime",
        "CPU time, µs",
        "one thread to it",
        "median wait, ms",
        "99th of 100",
        "longest wait, ms",
    ]);
    for (at, program) in programs.iter().enumerate() {
        let (middle, late, longest) = waits(load, program, &servers[at])?;
        table.row([
            program.name.to_owned(),
            format!("{:.1}", median(&cpu[at])),
            spread(&ratios(&cpu[0], &cpu[at])),
            format!("{middle:.2}"),
            format!("{late:.2}"),
            format!("{longest:.1}"),
        ]);
    }
    let about = format!(
        "On two CPUs, which the caller shares. CPU time: {AT_ONCE} connections whose calls only echo. \
         Waits: those of {} such connections while calls that compute for 300 ms follow each other on \
         another.",
        AT_ONCE - 1
    );
    Ok(Report::new("One thread and two workers", &about, &table))
}

/// How long calls take beside those that compute, in milliseconds: the median, the 99th of 100, and
/// the longest.
fn waits(load: &Load, program: &Program, server: &Server) -> Result<(f64, f64, f64)> {
    eprintln!("calls that compute: {}", program.name);
    let mut open = load.connect(server.port, AT_ONCE - 1)?;
    let other: Option<Connection> = load.connect(server.port, 1)?.pop();
    let other = other.expect("one was opened");
    let burst = load.drive_beside(&mut open, (other, COMPUTE, COMPUTED))?;
    let mut waits: Vec<f64> = burst
        .latencies
        .iter()
        .map(|wait| micros(*wait) / 1e3)
        .collect();
    waits.sort_by(f64::total_cmp);
    let late = waits[(waits.len() * 99 / 100).min(waits.len() - 1)];
    Ok((median(&waits), late, waits[waits.len() - 1]))
}
