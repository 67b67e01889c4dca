//! The command line.

use std::time::Duration;

use anyhow::{Result, bail};
use lexopt::prelude::{Long, Short, Value, ValueExt as _};

/// The output of `--help`.
pub(crate) const HELP: &str = "\
Measures what the generated server costs, beside other servers that do the same job

Usage: benches/run [PART]... [OPTIONS]

Runs all parts by default, which takes minutes. Prints tables in Markdown to stdout.

Parts:
  counts   User instructions and system calls of an invocation (needs valgrind and strace)
  cpu      CPU time and rate of a call with 1, 20 and 200 connections
  cold     Time from the start of a process to its first answer
  memory   Memory of an idle instance, and of one with 200 connections
  large    Events of 32 MiB
  build    CPU time of a clean release build, number of crates, and size of the program
  edits    Time of a build after an edit, now and before the runtime was a crate (needs git history)
  reload   Time from an edit to the first new answer in `cargo fc3 dev`, beside `cargo lambda watch`
  dev      Calls through `cargo fc3 dev`, its memory, and `invoke` beside `cargo lambda invoke`
  workers  One thread and two workers, beside a call that computes
  new      `cargo fc3 new` beside `cargo generate`, if that is installed

Options:
      --rounds N  Number of measurements of each figure that varies [default: 7]
      --quick     Use short bursts and few rounds, to try the program out
      --gate      With `counts`: check the limits of instructions, system calls, memory and size
  -h, --help      Print help

FLASK_PYTHON names a Python that has Flask installed, and gunicorn beside it. CARGO_LAMBDA names the
program `cargo-lambda`, which `pip install cargo-lambda` installs
";

/// The parts, in the order of their output.
pub(crate) const PARTS: [&str; 11] = [
    "counts", "cpu", "cold", "memory", "large", "build", "edits", "reload", "dev", "workers", "new",
];

/// The options of a run.
pub(crate) struct Options {
    /// The parts to measure.
    pub(crate) parts: Vec<&'static str>,
    /// Whether to check limits only.
    pub(crate) gate: bool,
    /// Whether to save time, because the figures do not matter.
    pub(crate) quick: bool,
    /// The number of measurements of each figure that varies.
    pub(crate) rounds: usize,
    /// The duration of a burst of calls.
    pub(crate) burst: Duration,
}

impl Options {
    /// Reads the command line. Returns `None` if it asks for help.
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
                        None => bail!("unknown part `{part}`; the parts are {}", PARTS.join(", ")),
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
            bail!("`--gate` works with `counts` alone");
        }
        if rounds == Some(0) {
            bail!("`--rounds` must be at least 1");
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
