//! The line of `DEPLOY.md` with which a script calls a deployed function. A program of our own
//! stands for `s`: it prints what the real one prints, and exits with 0 for a failed function too.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use libtest_mimic::Failed;

use crate::place::{Place, Project, shell_lines};

/// What `s invoke` prints of a function that failed, and of one that did not, with its colours.
const FAILED: &str = "\u{1b}[1mRequestId:\u{1b}[22m 1\n\u{1b}[1mError Type:\u{1b}[22m HandledError\n\n\
                      \u{1b}[1mInvoke Result:\u{1b}[22m\n{}\n";
const ANSWERED: &str = "\u{1b}[1mRequestId:\u{1b}[22m 1\n\n\u{1b}[1mInvoke Result:\u{1b}[22m\n{}\n";

pub(crate) fn in_a_script() -> Result<(), Failed> {
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    let mut of_both = Vec::new();
    for page in ["DEPLOY.md", "DEPLOY.zh-CN.md"] {
        let mut lines = shell_lines(&project.read(page)?).into_iter();
        of_both.push(lines.find(|line| line.contains(" | ")).ok_or("no line")?);
    }
    let [line, other] = &of_both[..] else {
        return Err("not two pages".into());
    };
    assert_eq!(line, other);
    for (printed, status, expected) in [
        (ANSWERED, 0, 0),
        (FAILED, 0, 1),
        ("Error: FunctionNotFound\n", 101, 1),
        ("", 0, 1),
    ] {
        stand_in(&project, printed, status)?;
        let mut shell = project.shell(&format!("PATH=\"$PWD/bin:$PATH\"; {line}"))?;
        let output = shell.output()?;
        assert_eq!(output.status.code(), Some(expected), "{printed}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), printed);
    }
    Ok(())
}

/// Writes an `s` that prints this and exits so, if it is called as the page says.
fn stand_in(project: &Project, printed: &str, status: i32) -> Result<(), Failed> {
    project.write("printed", printed)?;
    let called =
        "[ \"$*\" = 'invoke -f events/invoke.json' ] && [ -f events/invoke.json ] || exit 2";
    let script = format!("#!/bin/sh\n{called}\ncat printed\nexit {status}\n");
    project.write("bin/s", &script)?;
    Ok(fs::set_permissions(
        project.dir.join("bin/s"),
        fs::Permissions::from_mode(0o755),
    )?)
}
