//! The allocations of an invocation. valgrind counts them, in programs that are linked dynamically to
//! the C library.

use std::ffi::OsString;
use std::fs;

use anyhow::{Context as _, Result};

use crate::exercise::{LONG, SHORT, exercise};
use crate::load::Load;
use crate::places;
use crate::program::Program;
use crate::stats::figure;

/// The allocations of one invocation.
pub(crate) struct Allocations {
    pub(crate) count: f64,
    pub(crate) bytes: f64,
}

/// Counts the allocations of an invocation. The program must be linked dynamically.
pub(crate) fn count(load: &Load, program: &Program) -> Result<Allocations> {
    let short = all(load, program, SHORT)?;
    let long = all(load, program, LONG)?;
    let span = figure(LONG - SHORT);
    Ok(Allocations {
        count: (long.count - short.count) / span,
        bytes: (long.bytes - short.bytes) / span,
    })
}

/// All allocations of a run.
fn all(load: &Load, program: &Program, calls: u64) -> Result<Allocations> {
    let scratch = places::scratch()?;
    let file = scratch.path().join("counted");
    let mut log = OsString::from("--log-file=");
    log.push(&file);
    let tool = ["valgrind", "--leak-check=no", "--undef-value-errors=no"].map(OsString::from);
    let tool = [&tool[..], &[log]].concat();
    exercise(load, &program.clone().under(&tool), 1, calls)?;
    parse(&fs::read_to_string(&file)?).context("valgrind counted no allocations")
}

/// Reads `total heap usage: 1,234 allocs, 1,200 frees, 56,789 bytes allocated`.
fn parse(log: &str) -> Option<Allocations> {
    let (_, usage) = log.split_once("total heap usage: ")?;
    let number = |words: &str| words.split(' ').next()?.replace(',', "").parse().ok();
    let mut parts = usage.lines().next()?.split(", ");
    Some(Allocations {
        count: number(parts.next()?)?,
        bytes: number(parts.nth(1)?)?,
    })
}
