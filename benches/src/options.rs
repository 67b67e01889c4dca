//! What the command line says.

use std::time::Duration;

use anyhow::{Result, bail};
use lexopt::prelude::{Long, Short, Value, ValueExt as _};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
What the generated server costs, beside what others cost for the same job

Usage: benches/run [PART]... [OPTIONS]

Without a part, all are run, which takes minutes. Tables go to stdout, in Markdown.

Parts:
  counts   user instructions and system calls of an invocation (valgrind, strace)
  cpu      CPU time and rate of a call with 1, 20 and 200 connections
  cold     from the start of a process to its first answer
  memory   idle, and with 200 connections
  large    events of 32 MiB
  build    CPU time of a clean release build, crates, and the size of the program
  workers  one thread, two workers, and a call that computes
  new      `cargo fc3 new` beside `cargo generate`, where that is installed

Options:
      --rounds N  How often what varies is measured [default: 7]
      --quick     Short bursts, few rounds: to see that it works, not for figures
      --gate      With `counts`: only the function and bare hyper; fails over the limits
  -h, --help      Print help

FLASK_PYTHON names a Python with Flask, and with gunicorn beside it
";

/// The parts, in the order of their output.
pub(crate) const PARTS: [&str; 8] = [
    "counts", "cpu", "cold", "memory", "large", "build", "workers", "new",
];

/// What is measured, and how.
pub(crate) struct Options {
    /// The parts that were asked for.
    pub(crate) parts: Vec<&'static str>,
    /// Whether only limits are checked.
    pub(crate) gate: bool,
    /// Whether figures do not matter.
    pub(crate) quick: bool,
    /// How often what varies is measured.
    pub(crate) rounds: usize,
    /// How long a server is called without a pause.
    pub(crate) burst: Duration,
}

impl Options {
    /// Reads the command line; nothing if it asks for help.
    pub(crate) fn read() -> Result<Option<Self>> {
        let mut parts = Vec::new();
        let (mut gate, mut quick, mut rounds) = (false, false, None);
        let mut line = lexopt::Parser::from_env();
        while let Some(arg) = line.next()? {
            match arg {
                Value(value) => {
                    let part = value.string()?;
                    match PARTS.iter().find(|known| **known == part) {
                        Some(part) => parts.push(*part),
                        None => bail!("there is no part `{part}`, but {}", PARTS.join(", ")),
                    }
                }
                Long("rounds") => rounds = Some(line.value()?.parse()?),
                Long("quick") => quick = true,
                Long("gate") => gate = true,
                Short('h') | Long("help") => return Ok(None),
                _ => return Err(arg.unexpected().into()),
            }
        }
        if gate && parts != ["counts"] {
            bail!("only `counts` has a gate");
        }
        if rounds == Some(0) {
            bail!("nothing is measured in 0 rounds");
        }
        if parts.is_empty() {
            parts = PARTS.to_vec();
        }
        Ok(Some(Self {
            parts,
            gate,
            quick,
            rounds: rounds.unwrap_or(if quick { 2 } else { 7 }),
            burst: Duration::from_millis(if quick { 200 } else { 1000 }),
        }))
    }
}
