//! The limits that `.ci/run` enforces: instructions, system calls, memory and size of the function.
//! Other work on the machine hardly changes these figures.

use anyhow::{Result, bail};

use crate::load::Load;
use crate::report::Goal;
use crate::{builds, counts, function, memory};

/// Prints all figures, and fails if one exceeds its limit.
pub(crate) fn check(load: &Load) -> Result<()> {
    let function = function::event()?;
    let mut goals = counts::limits(load, &function)?;
    goals.extend(memory::goals(load, &function)?);
    goals.push(builds::size(&function)?);
    for goal in &goals {
        println!("{}", goal.to_line());
    }
    let missed: Vec<_> = goals.iter().filter(|goal| !goal.is_met()).collect();
    if missed.is_empty() {
        return Ok(());
    }
    let missed: Vec<_> = missed.into_iter().map(Goal::to_line).collect();
    bail!("the function exceeds a limit:\n{}", missed.join("\n"))
}
