//! What the generated server costs, beside what others cost for the same job. A figure is a ratio to
//! a peer that was built and measured in the same run, since those of a machine that others use, too,
//! mean little by themselves.

mod allocations;
mod builds;
mod cargo;
mod children;
mod cold;
mod connection;
mod counts;
mod cpu;
mod function;
mod large;
mod load;
mod machine;
mod memory;
mod new;
mod once;
mod options;
mod peers;
mod places;
mod process;
mod program;
mod report;
mod request;
mod server;
mod stats;
mod workers;

use std::process::ExitCode;

use anyhow::Result;

use load::Load;
use options::{HELP, Options};
use report::Report;

fn main() -> ExitCode {
    let done = run();
    places::clear();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Some(options) = Options::read()? else {
        print!("{HELP}");
        return Ok(());
    };
    children::end_on_signals()?;
    let load = Load::new()?;
    if options.gate {
        return counts::gate(&load);
    }
    println!("{}", machine::line()?);
    let mut goals = Vec::new();
    for part in &options.parts {
        let report = measure(part, &load, &options)?;
        print!("{}", report.text);
        goals.extend(report.goals);
    }
    if !goals.is_empty() {
        print!("{}", report::goals(&goals));
    }
    Ok(())
}

fn measure(part: &str, load: &Load, options: &Options) -> Result<Report> {
    match part {
        "counts" => counts::run(load),
        "cpu" => cpu::run(load, options),
        "cold" => cold::run(options),
        "memory" => memory::run(load, options),
        "large" => large::run(load),
        "build" => builds::run(options),
        "workers" => workers::run(load, options),
        _ => new::run(),
    }
}
