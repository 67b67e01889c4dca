//! What `cargo fc3 dev` costs while it serves: calls from the command line beside `cargo lambda invoke`,
//! calls through its port beside calls of the function itself, memory, and rest.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::cargo::succeed;
use crate::connection::Connection;
use crate::cpus::{self, Place};
use crate::function;
use crate::load::{Load, Until};
use crate::options::Options;
use crate::process;
use crate::program::Program;
use crate::report::{Goal, Report, Table};
use crate::server::{Log, Server};
use crate::serving::{self, Serving, Tool};
use crate::stats::{median, mib, ratios, spread};

/// The number of connections that call at once.
const AT_ONCE: usize = 20;
/// The calls after which memory has to be flat, and those before it is looked at first.
const CALLS: u64 = 100_000;
const FIRST: u64 = 20_000;
/// The time of rest in which CPU time is measured.
const REST: Duration = Duration::from_secs(10);

/// The goals: the share of the time of `cargo lambda invoke`, the share of the function's own rate, MiB
/// that calls may add, MiB at rest, and the share of one CPU at rest.
const INVOKE: f64 = 0.5;
const RATE: f64 = 0.3;
const GROWTH: f64 = 1.0;
const IDLE: f64 = 25.0;
const BUSY_AT_REST: f64 = 0.001;

const EVENT: &str = "{\"order\":1}";

/// Measures all of it with the `event` project.
pub(crate) fn run(load: &Load, options: &Options) -> Result<Report> {
    cpus::unpin()?;
    let cli = serving::cli()?;
    let project = function::render("served", "event", None)?;
    eprintln!("starting `cargo fc3 dev`");
    let dev = Serving::start(&Tool::Dev(&cli), "event", &project, &["--release"])?;
    let mut report = Report::default();
    at_rest(&dev, &mut report)?;
    invoke(&cli, &project, options, &mut report)?;
    calls(load, &dev, &project, options, &mut report)?;
    memory(load, &dev, options, &mut report)?;
    dev.end()?;
    Ok(report)
}

/// Memory and CPU time while nobody calls.
fn at_rest(dev: &Serving, report: &mut Report) -> Result<()> {
    eprintln!("measuring `dev` at rest");
    // What the last build has left to do ends first.
    thread::sleep(Duration::from_secs(2));
    let begun = process::cpu(dev.pid())?;
    thread::sleep(REST);
    let busy = (process::cpu(dev.pid())?.checked_sub(begun)).context("CPU time went backwards")?;
    let share = busy.as_secs_f64() / REST.as_secs_f64();
    let memory = mib(process::memory(dev.pid())?);
    report.goal(Goal::at_most(IDLE, memory, "resident memory of `dev` at rest").of(" MiB"));
    report.goal(Goal::at_most(
        BUSY_AT_REST,
        share,
        "`dev` at rest, share of one CPU",
    ));
    Ok(())
}

/// The time of a whole process that calls once.
fn invoke(cli: &Path, project: &Path, options: &Options, report: &mut Report) -> Result<()> {
    let Some(lambda) = serving::lambda() else {
        return Ok(());
    };
    let peer = serving::peer("lambda")?;
    eprintln!("starting `cargo lambda watch`");
    let watch = Serving::start(&Tool::Watch(&lambda), "event", &peer, &["--release"])?;
    let port = format!("--invoke-port={}", watch.port);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first pair is not counted.
    for round in 0..=options.rounds * 3 {
        let own = time(cli, project, &["invoke", "-e", EVENT])?;
        let name = "peer-lambda";
        let args = [
            "lambda",
            "invoke",
            "--invoke-address=127.0.0.1",
            &port,
            "--data-ascii",
            EVENT,
            name,
        ];
        let other = time(&lambda, &peer, &args)?;
        if round > 0 {
            ours.push(own);
            theirs.push(other);
        }
    }
    watch.end()?;
    let share = ratios(&ours, &theirs);
    let mut table = Table::new(&["Command", "ms", "invoke to it"]);
    table.row([
        "`cargo fc3 invoke` to a running `dev`".to_owned(),
        format!("{:.1}", median(&ours) * 1e3),
        "1".to_owned(),
    ]);
    table.row([
        "`cargo lambda invoke` to a running `watch`".to_owned(),
        format!("{:.1}", median(&theirs) * 1e3),
        spread(&share),
    ]);
    let about = format!(
        "Wall time of the whole process, in {} pairs, in turn.",
        ours.len()
    );
    report.section("A call from the command line", &about, &table);
    report.goal(Goal::at_most(
        INVOKE,
        median(&share),
        "`cargo fc3 invoke` to `cargo lambda invoke`",
    ));
    Ok(())
}

/// The seconds of a process.
fn time(program: &Path, project: &Path, args: &[&str]) -> Result<f64> {
    let mut command = serving::command(program, project, args);
    let begun = Instant::now();
    succeed(&mut command)?;
    Ok(begun.elapsed().as_secs_f64())
}

/// The rate of calls through the port of `dev`, beside that of the same program when it is called
/// directly.
fn calls(
    load: &Load,
    dev: &Serving,
    project: &Path,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    eprintln!("calling through `dev`");
    let program = Program::new("function", project.join("target/release/bootstrap"));
    let server = Server::start(&program, Log::Pipe, Place::Both)?;
    cpus::unpin()?;
    let mut direct = load.connect(server.port, AT_ONCE)?;
    let mut through = connect(load, dev, AT_ONCE)?;
    let (mut rates, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let until = Until::Passed(options.burst);
        rates.push(load.drive(&mut direct, until)?.rate());
        ours.push(load.drive(&mut through, until)?.rate());
    }
    server.end()?;
    let share = ratios(&ours, &rates);
    let mut table = Table::new(&["Called", "calls per second", "share"]);
    table.row([
        "the function itself".to_owned(),
        format!("{:.0}", median(&rates)),
        "1".to_owned(),
    ]);
    table.row([
        "through `dev`".to_owned(),
        format!("{:.0}", median(&ours)),
        spread(&share),
    ]);
    let about = format!(
        "{AT_ONCE} connections in one thread; it, the function and `dev` share the CPUs. `dev` prints the \
         log and a line for each call to `/dev/null`."
    );
    report.section("Calls through `dev`", &about, &table);
    report.goal(Goal::at_least(
        RATE,
        median(&share),
        "rate of calls through `dev`, to the function itself",
    ));
    Ok(())
}

/// Memory before and after many calls.
fn memory(load: &Load, dev: &Serving, options: &Options, report: &mut Report) -> Result<()> {
    let calls = if options.quick { CALLS / 10 } else { CALLS };
    eprintln!("calling {calls} times");
    let mut open = connect(load, dev, AT_ONCE)?;
    load.drive(&mut open, Until::Answered(FIRST))?;
    let before = mib(process::memory(dev.pid())?);
    load.drive(&mut open, Until::Answered(calls))?;
    let after = mib(process::memory(dev.pid())?);
    report.goal(
        Goal::at_most(
            GROWTH,
            after - before,
            format!("memory of `dev` that {calls} calls add to {before:.1} MiB"),
        )
        .of(" MiB"),
    );
    Ok(())
}

fn connect(load: &Load, dev: &Serving, count: usize) -> Result<Vec<Connection>> {
    load.connect_to(dev.port, &dev.path, count)
}
