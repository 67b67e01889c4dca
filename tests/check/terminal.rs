//! What a person sees on a terminal.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use regex::Regex;
use rustix::pty::OpenptFlags;

use crate::function::{self, CLOSES, ENDS};
use crate::run::{command, scratch};

/// All that a terminal gets of a run, as a person has it who says nothing about colours.
fn shown(arguments: &[&str]) -> String {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let terminal = rustix::pty::openpt(flags).expect("a terminal");
    rustix::pty::grantpt(&terminal).expect("a terminal of ours");
    rustix::pty::unlockpt(&terminal).expect("a terminal that opens");
    let name = rustix::pty::ptsname(&terminal, Vec::new()).expect("a name");
    let name = name.into_string().expect("a name in ASCII");
    let inner = File::options().read(true).write(true).open(name);
    let inner = inner.expect("its inner end");
    let end = || OwnedFd::from(inner.try_clone().expect("a copy"));
    let dir = scratch();
    let mut command = command(dir.path(), arguments);
    for variable in ["NO_COLOR", "CI"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm");
    command.stdin(end()).stdout(end()).stderr(end());
    let mut running = command.spawn().expect("the CLI runs");
    // As long as anybody holds the inner end, there is no end of what is shown.
    drop((command, inner));
    let mut shown = Vec::new();
    // Where the inner end is closed, a terminal gives an error.
    let _ = File::from(terminal).read_to_end(&mut shown);
    running.wait().expect("it ends");
    String::from_utf8(shown).expect("text")
}

/// What is left without our own colours, and without what clears the line of our progress bar.
fn plain(shown: &str) -> String {
    let colours = Regex::new("\u{1b}\\[[0-9;]*m").expect("an expression");
    assert!(colours.is_match(shown), "no colours: {shown:?}");
    colours.replace_all(shown, "").replace(CLEAR, "")
}

/// Clears a line of the terminal.
const CLEAR: &str = "\r\u{1b}[2K";

/// Whether a character does something instead of being seen.
pub(crate) fn acts(char: char) -> bool {
    let is_hidden = matches!(char, '\u{2028}'..='\u{202e}');
    is_hidden || char.is_control() && !matches!(char, '\n' | '\r')
}

/// What is given, what is logged, and what is answered is read, and does nothing.
pub(crate) fn nothing_acts() {
    let (ends, closes) = (function::command(ENDS), function::command(CLOSES));
    let odd = format!("{closes} \u{1b}[2J");
    for (arguments, told) in [
        (&["--cmd", &ends][..], "\\u{1b}[2J\\u{7}\\0"),
        (
            &["--cmd", &closes, "--rule", "keep-alive"],
            "<done>\\u{1b}[2J",
        ),
        (
            &["--cmd", &odd, "--rule", "keep-alive"],
            "\\u{1b}[2J`: an event function",
        ),
        (&["--cmd", "./\u{1b}[2J"], "cannot run `./\\u{1b}[2J`"),
        (&["--cmd", "\u{1b}[2J\""], "invalid value `\\u{1b}[2J\"`"),
        (&["--rule", "\u{1b}[2J"], "invalid value `\\u{1b}[2J`"),
        (&["--env", "\u{1b}[2J"], "invalid value `\\u{1b}[2J`"),
        (
            &["--cmd", "x", "--event", "\u{1b}[2J"],
            "cannot read `\\u{1b}[2J`",
        ),
        (&["--zip", "\u{1b}[2J"], "cannot read `\\u{1b}[2J`"),
        (
            &["--cmd", "x", "--junit", "\u{1b}[2J/x"],
            "cannot write `\\u{1b}[2J/x`",
        ),
    ] {
        let said = plain(&shown(arguments));
        assert!(said.contains(told), "{arguments:?}: {said:?}");
        assert!(!said.contains(acts), "{arguments:?}: {said:?}");
    }
}

/// It is seen while there is something to wait for, and gone before the report comes.
pub(crate) fn sees_progress() {
    let function = function::command(CLOSES);
    let rules = ["--rule", "keep-alive", "--rule", "bare-connects"];
    let said = plain(&shown(&[&["--cmd", &function], &rules[..]].concat()));
    let report = said.find(": an event function").expect("a report");
    let (before, after) = said.split_at(report);
    assert!(before.contains("1 of 2 rules"), "{said:?}");
    assert!(before.contains("2 of 2 rules"), "{said:?}");
    assert!(!after.contains("of 2 rules"), "{said:?}");
}
