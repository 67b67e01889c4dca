//! The cost of a clean build of a project, its crates, and the size of its program.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, printed, succeed};
use crate::options::Options;
use crate::peers::{self, Linked};
use crate::process::spent;
use crate::program::Program;
use crate::report::{Goal, Report, Table};
use crate::stats::{figure, median, ratios, spread};
use crate::{function, places};

/// The number of builds of each project. They are built in turn.
const PAIRS: usize = 2;

const CPU: f64 = 0.85;
const SIZE: f64 = 2.3;

/// Builds the event project and the axum peer from scratch.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let rendered = function::render("event", "event", None)?;
    let folders = [rendered, places::peer("axum")];
    for folder in &folders {
        succeed(&mut cargo(&["fetch", "--locked"], folder))?;
    }
    let mut times = [Vec::new(), Vec::new()];
    let pairs = if options.quick { 1 } else { PAIRS };
    for pair in 1..=pairs {
        for (folder, times) in folders.iter().zip(&mut times) {
            eprintln!("clean build {pair} of {pairs}: {}", folder.display());
            times.push(clean(folder)?);
        }
    }
    let programs = [function::event()?, peers::axum(Linked::Static)?];
    let mut table = Table::new(&[
        "Project",
        "CPU time, s",
        "function to it",
        "crates",
        "program, MB",
    ]);
    for (at, program) in programs.iter().enumerate() {
        let size = megabytes(program)?;
        table.row([
            program.name.to_owned(),
            format!("{:.1}", median(&times[at])),
            spread(&ratios(&times[0], &times[at])),
            crates(&folders[at])?.to_string(),
            format!("{size:.2}"),
        ]);
    }
    let about = "A clean release build with two jobs, after all crates were downloaded. The program is \
         static and stripped.";
    let mut report = Report::new("Build", about, &table);
    let ratio = median(&ratios(&times[0], &times[1]));
    let measure = "CPU time of a clean release build, relative to axum with the same crates";
    report.goal(Goal::at_most(CPU, ratio, measure));
    report.goal(size(&programs[0])?);
    Ok(report)
}

/// The goal for the size of the function's program.
pub(crate) fn size(function: &Program) -> Result<Goal> {
    Ok(Goal::at_most(SIZE, megabytes(function)?, "stripped static program").of(" MB"))
}

fn megabytes(program: &Program) -> Result<f64> {
    Ok(figure(fs::metadata(program.file())?.len()) / 1e6)
}

/// The CPU time of a clean build, in seconds.
fn clean(folder: &Path) -> Result<f64> {
    let empty = places::scratch()?;
    let args = ["build", "--release", "--locked", "--offline", "-j2"];
    let mut build = cargo(&args, folder);
    build.env("CARGO_TARGET_DIR", empty.path());
    let before = spent()?;
    succeed(&mut build)?;
    Ok(spent()?.saturating_sub(before).as_secs_f64())
}

/// The number of crates that a project compiles, including itself.
fn crates(folder: &Path) -> Result<usize> {
    let args = ["tree", "--locked", "--edges=normal,build", "--prefix=none"];
    let mut tree = cargo(&args, folder);
    let tree = printed(tree.args(["--target", "x86_64-unknown-linux-gnu"]))?;
    let crates: BTreeSet<_> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    Ok(crates.len())
}
