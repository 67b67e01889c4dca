//! Counts that hardly vary: the user instructions of an invocation, by valgrind, and its system calls,
//! by strace. Each is the difference between a long run and a short one, which excludes the cost of
//! the start.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::cargo::runs;
use crate::exercise::{LONG, SHORT, exercise};
use crate::load::Load;
use crate::peers::{self, Linked};
use crate::program::Program;
use crate::report::{Goal, Report, Table};
use crate::stats::figure;
use crate::{allocations, function, places};

/// The system calls that allocate or free memory.
const MEMORY: [&str; 3] = ["mmap", "munmap", "brk"];

/// The number of connections for which memory calls are counted.
const AT_ONCE: usize = 20;

/// The limits for every later version, with a little room for differences between machines.
const INSTRUCTIONS_LIMIT: f64 = 1.10;
const SYSCALLS: f64 = 5.0;
const SYSCALLS_LIMIT: f64 = 5.05;
const MEMORY_LIMIT: f64 = 0.01;

/// System calls by name.
type Calls = BTreeMap<String, f64>;

/// The counts of one program, per invocation.
struct Counted {
    instructions: f64,
    syscalls: Calls,
    memory: f64,
}

/// The tools that count, with arguments that show whether they work here. The system may forbid them to
/// trace processes.
const TOOLS: [(&str, &[&str]); 2] = [
    ("valgrind", &["-q", "true"]),
    ("strace", &["-o", "/dev/null", "true"]),
];

/// Counts the function and the peers.
pub(crate) fn run(load: &Load) -> Result<Report> {
    for (tool, args) in TOOLS {
        if !runs(tool, args) {
            eprintln!("skipped counts: `{tool}` is not installed or does not work");
            return Ok(Report::default());
        }
    }
    let axum = peers::axum(Linked::Static)?;
    let dynamic = peers::axum(Linked::Dynamic)?;
    let programs = [
        (function::event()?, function::event_dynamic()?),
        (
            peers::hyper(Linked::Static)?,
            peers::hyper(Linked::Dynamic)?,
        ),
        (
            peers::epoll(Linked::Static)?,
            peers::epoll(Linked::Dynamic)?,
        ),
        (peers::on_one_thread(&axum), peers::on_one_thread(&dynamic)),
        (axum, dynamic),
    ];
    let mut counted = Vec::new();
    for (program, dynamic) in &programs {
        let allocations = allocations::count(load, dynamic)?;
        counted.push((program.name, count(load, program)?, allocations));
    }
    let (ours, yardstick) = (&counted[0].1, &counted[1].1);

    let mut table = Table::new(&[
        "Server",
        "instructions",
        "function to it",
        "system calls",
        "of which",
        "mmap, munmap, brk at 20",
        "allocations",
        "bytes of them",
    ]);
    for (name, counted, allocations) in &counted {
        table.row([
            (*name).to_owned(),
            format!("{:.0}", counted.instructions),
            format!("{:.3}", ours.instructions / counted.instructions),
            format!("{:.2}", total(&counted.syscalls)),
            listed(&counted.syscalls),
            format!("{:.4}", counted.memory),
            format!("{:.1}", allocations.count),
            format!("{:.0}", allocations.bytes),
        ]);
    }
    let about = "Per invocation, one after another on one connection. The programs are static, except those \
         whose allocations are counted.";
    let mut report = Report::new("Instructions and system calls", about, &table);
    report.goals = goals(ours, yardstick, SYSCALLS);
    Ok(report)
}

/// The goals of the function alone, with room for system calls at the start and the end of a run.
pub(crate) fn limits(load: &Load, function: &Program) -> Result<Vec<Goal>> {
    let ours = count(load, function)?;
    let yardstick = count(load, &peers::hyper(Linked::Static)?)?;
    eprintln!(
        "instructions: {:.0}, of bare hyper {:.0}; system calls: {}",
        ours.instructions,
        yardstick.instructions,
        listed(&ours.syscalls)
    );
    Ok(goals(&ours, &yardstick, SYSCALLS_LIMIT))
}

fn goals(ours: &Counted, yardstick: &Counted, syscalls: f64) -> Vec<Goal> {
    let ratio = ours.instructions / yardstick.instructions;
    vec![
        Goal::at_most(
            INSTRUCTIONS_LIMIT,
            ratio,
            "user instructions, relative to bare hyper",
        ),
        Goal::at_most(
            syscalls,
            total(&ours.syscalls),
            "system calls of an invocation",
        ),
        Goal::at_most(
            MEMORY_LIMIT,
            ours.memory,
            "mmap, munmap and brk of an invocation, 20 connections",
        ),
    ]
}

fn count(load: &Load, program: &Program) -> Result<Counted> {
    eprintln!("counting {}", program.name);
    let instructions = |calls| instructions(load, program, calls);
    let span = figure(LONG - SHORT);
    let instructions = (instructions(LONG)? - instructions(SHORT)?) / span;
    let alone = difference(load, program, 1)?;
    let at_once = difference(load, program, AT_ONCE)?;
    let memory = MEMORY.iter().filter_map(|name| at_once.get(*name));
    let memory = memory.sum::<f64>().max(0.0);
    Ok(Counted {
        instructions,
        syscalls: alone,
        memory,
    })
}

/// All user instructions of a run.
fn instructions(load: &Load, program: &Program, calls: u64) -> Result<f64> {
    let scratch = places::scratch()?;
    let file = scratch.path().join("counted");
    let mut out = OsString::from("--cachegrind-out-file=");
    out.push(&file);
    let tool = ["valgrind", "-q", "--tool=cachegrind", "--cache-sim=no"].map(OsString::from);
    let tool = [&tool[..], &[out]].concat();
    exercise(load, &program.clone().under(&tool), 1, calls)?;
    let counted = fs::read_to_string(&file).context("valgrind counted nothing")?;
    let summary = counted
        .lines()
        .find_map(|line| line.strip_prefix("summary:"));
    let total = summary.context("valgrind wrote no summary")?;
    Ok(total.trim().parse()?)
}

/// The system calls of an invocation.
fn difference(load: &Load, program: &Program, connections: usize) -> Result<Calls> {
    let short = syscalls(load, program, connections, SHORT)?;
    let long = syscalls(load, program, connections, LONG)?;
    let span = figure(LONG - SHORT);
    let calls = long.into_iter().map(|(name, count)| {
        let before = short.get(&name).copied().unwrap_or(0.0);
        (name, (count - before) / span)
    });
    Ok(calls.collect())
}

/// All system calls of a run.
fn syscalls(load: &Load, program: &Program, connections: usize, calls: u64) -> Result<Calls> {
    let scratch = places::scratch()?;
    let file = scratch.path().join("counted");
    let tool = ["strace", "-f", "-qq", "-c", "-o"].map(OsString::from);
    let tool = [&tool[..], &[file.clone().into_os_string()]].concat();
    exercise(load, &program.clone().under(&tool), connections, calls)?;
    summary(&file)
}

/// Reads the output of `strace -c`: a table with the count in its fourth column, and the name in its
/// last.
fn summary(file: &Path) -> Result<Calls> {
    let mut calls = Calls::new();
    for line in fs::read_to_string(file)?.lines() {
        let columns: Vec<_> = line.split_whitespace().collect();
        if let [_, _, _, count, .., name] = &columns[..]
            && let Ok(count) = count.parse()
            && *name != "total"
        {
            calls.insert((*name).to_owned(), count);
        }
    }
    ensure!(!calls.is_empty(), "strace counted nothing");
    Ok(calls)
}

/// Rounded to two digits, since one call in a thousand belongs to the start.
fn total(calls: &Calls) -> f64 {
    (calls.values().sum::<f64>() * 100.0).round() / 100.0
}

/// The calls that are made regularly, the most frequent first.
fn listed(calls: &Calls) -> String {
    let mut listed: Vec<_> = calls.iter().filter(|(_, count)| **count >= 0.005).collect();
    listed.sort_by(|a, b| b.1.total_cmp(a.1));
    let listed = listed
        .into_iter()
        .map(|(name, count)| format!("{name} {count:.2}"));
    listed.collect::<Vec<_>>().join(", ")
}
