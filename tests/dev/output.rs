//! What a person reads, where it is not a terminal.

use crate::Check;
use crate::dev::Dev;
use crate::stage::Stage;

pub(crate) const CHECKS: &[Check] = &[("a_build_and_the_end_have_a_line_each", builds_and_the_end)];

fn builds_and_the_end() {
    let stage = Stage::new();
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    dev.line("Building the program");
    dev.line("Built the program in ");
    dev.line("Serving `hello` at http://127.0.0.1:");
    stage.edit("two");
    dev.line("Changed `src/handler.rs`");
    dev.line("Building the program");
    dev.line("Built the program in ");
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{:?}", ended.lines);
    let last = ended.lines.last().map(String::as_str);
    assert_eq!(last, Some("Stopped all functions"), "{:?}", ended.lines);

    // Nothing is to be built the next time.
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    dev.line("Built the program in ");
    let lines = dev.lines();
    assert!(
        !lines.iter().any(|line| line.starts_with("Building")),
        "{lines:?}"
    );

    let mut dev = {
        drop(dev);
        stage.serve(&[])
    };
    stage.edit("three");
    dev.event("building");
    dev.event("built");
    let last = dev.end("TERM").events.pop();
    assert_eq!(last, Some(serde_json::json!({ "event": "ended" })));
}
