//! The machine on which the figures were measured.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::Result;

use crate::cargo::{cargo, printed};
use crate::places;

/// One line about the machine, its software and the date.
pub(crate) fn line() -> Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown CPU", |name| name.trim_matches([' ', '\t', ':']));
    let kernel = printed(Command::new("uname").args(["-s", "-r", "-m"]))?;
    let rustc = printed(Command::new("rustc").arg("--version"))?;
    let cargo = printed(&mut cargo(&["--version"], &places::root()))?;
    let date = printed(Command::new("date").arg("+%Y-%m-%d"))?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').nth(1).unwrap_or_default();
    Ok(format!(
        "{model}, {} CPUs, {}, {}, {}, {}; load over five minutes {load}, the bench's own included",
        available_parallelism()?,
        kernel.trim(),
        rustc.trim(),
        cargo.trim(),
        date.trim(),
    ))
}
