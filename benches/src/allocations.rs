//! How often an invocation asks for memory, by valgrind, which sees the calls of the C library that
//! a program is linked to.

use std::ffi::OsString;
use std::fs;

use anyhow::{Context as _, Result};

use crate::exercise::{LONG, SHORT, exercise};
use crate::load::Load;
use crate::places;
use crate::program::Program;
use crate::stats::figure;

/// What one invocation asks for.
pub(crate) struct Allocations {
    pub(crate) count: f64,
    pub(crate) bytes: f64,
}

/// Counts what an invocation of a program that is linked dynamically asks for.
pub(crate) fn count(load: &Load, program: &Program) -> Result<Allocations> {
    let short = all(load, program, SHORT)?;
    let long = all(load, program, LONG)?;
    let span = figure(LONG - SHORT);
    Ok(Allocations {
        count: (long.count - short.count) / span,
        bytes: (long.bytes - short.bytes) / span,
    })
}

/// All that a run asks for.
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
