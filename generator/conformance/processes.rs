//! Processes that a function leaves behind.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::calls::{After, fail, unsupported, works};
use super::rule::Level::Should;
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::platform::page;

pub(super) const RULES: &[Rule] = &[Rule::new(
    Should,
    "orphans-collected",
    page::PRINCIPLES,
    "as process 1 of its container, a function that starts programs fills the table of processes \
     with those whose parents have ended",
    collected,
)
.hint(
    "start the function by `tini` or by another program that collects orphans. Do not wait for any \
     child in the function itself: it would take exit statuses away from code that waits for its own \
     children",
)];

fn collected(target: &Target) -> Verdict {
    const PAUSE: Duration = Duration::from_millis(50);
    let instance = target.start_with(|settings| settings.as_process_one = true)?;
    works(target, &instance, "started the function as process 1")?;
    if let Err(error) = instance.leave_orphan() {
        return unsupported(error.to_string());
    }
    let done = "left an orphan that ends after 100 ms";
    // It is no zombie until it has ended.
    sleep(PAUSE * 10);
    let begun = Instant::now();
    while instance.zombies().after(done)? > 0 {
        if begun.elapsed() > instance.patience() {
            let seconds = instance.patience().as_secs_f32();
            return fail(
                done,
                format_args!("process 1 has not asked for its exit status in {seconds} s"),
            );
        }
        sleep(PAUSE);
    }
    Ok(())
}
