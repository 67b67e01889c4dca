//! `--memory-limit`: how this machine limits the memory of instances.

use serde_json::json;

use crate::cli::failure::{Exit, Failure};
use crate::cli::talk::Talk;
use crate::emulator::MemoryLimiter;

/// Finds the way of this machine, and says which one it is.
///
/// # Errors
/// This system cannot limit memory.
pub(super) fn limiter(talk: &Talk) -> Result<MemoryLimiter, Failure> {
    let limiter = MemoryLimiter::find().ok_or_else(|| {
        Failure::new(Exit::Machine, "memory cannot be limited on this system")
            .hint("run without `--memory-limit`")
    })?;
    let (way, rest) = if limiter.counts_use() {
        (
            "control_group",
            "the memory of each instance to its `memorySize`, with a control group",
        )
    } else {
        (
            "resource_limit",
            "the memory of each process to `memorySize`, with a resource limit, because control \
             groups are not writable here; reserved memory counts too",
        )
    };
    talk.did("memory_limit", json!({ "way": way }), "Limiting", rest);
    Ok(limiter)
}
