//! One thread and two workers: the cost of the workers if calls only wait, and their benefit if one
//! call computes during other calls.

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

/// The concurrent calls of an instance in a generated project.
const AT_ONCE: usize = 20;

/// The event that makes the function compute for 300 ms.
const COMPUTE: &[u8] = b"compute";

/// The number of such calls, one after another.
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
         Waits: those of {} such connections while another connection makes calls that compute for \
         300 ms.",
        AT_ONCE - 1
    );
    Ok(Report::new("One thread and two workers", &about, &table))
}

/// The durations of calls beside those that compute, in milliseconds: the median, the 99th percentile,
/// and the maximum.
fn waits(load: &Load, program: &Program, server: &Server) -> Result<(f64, f64, f64)> {
    eprintln!(
        "measuring waits beside calls that compute: {}",
        program.name
    );
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
