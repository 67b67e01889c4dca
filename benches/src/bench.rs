//! Measures what the generated server costs, beside other servers that do the same job. Figures are
//! ratios to a peer that was built and measured in the same run, because absolute figures mean little
//! on a machine that also does other work.

mod allocations;
mod builds;
mod cargo;
mod children;
mod cold;
mod connection;
mod counts;
mod cpu;
mod cpus;
mod dev;
mod edits;
mod exercise;
mod function;
mod gate;
mod large;
mod load;
mod machine;
mod memory;
#[path = "../../tests/support/mirror.rs"]
mod mirror;
mod new;
mod once;
mod options;
mod peers;
mod places;
mod process;
mod program;
mod reload;
mod report;
mod request;
mod server;
mod serving;
mod stats;
mod workers;

use std::process::ExitCode;

use anyhow::Result;

use load::Load;
use options::{HELP, Options};
use report::Report;

/// The parts that need two CPUs: one for the servers, and one for the caller.
const ON_TWO: [&str; 3] = ["cpu", "cold", "workers"];

fn main() -> ExitCode {
    let done = run();
    places::clear();
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode> {
    let Some(options) = Options::read()? else {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    children::end_on_signals()?;
    let load = Load::new()?;
    if options.gate {
        gate::check(&load)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", machine::line()?);
    let mut goals = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for part in &options.parts {
        match measure(part, &load, &options) {
            Ok(report) => {
                print!("{}", report.text);
                goals.extend(report.goals);
            }
            // The other parts are still measured.
            Err(error) => {
                eprintln!("error: {part}: {error:#}");
                code = ExitCode::FAILURE;
            }
        }
    }
    if !goals.is_empty() {
        print!("{}", report::goals(&goals));
    }
    Ok(code)
}

fn measure(part: &str, load: &Load, options: &Options) -> Result<Report> {
    if ON_TWO.contains(&part) && !cpus::are_two()? {
        eprintln!("skipped {part}: it needs two CPUs");
        return Ok(Report::default());
    }
    match part {
        "counts" => counts::run(load),
        "cpu" => cpu::run(load, options),
        "cold" => cold::run(options),
        "memory" => memory::run(load, options),
        "large" => large::run(load),
        "build" => builds::run(options),
        "edits" => edits::run(options),
        "reload" => reload::run(options),
        "dev" => dev::run(load, options),
        "workers" => workers::run(load, options),
        _ => new::run(),
    }
}
