//! The backtrace of a panic, without the frames that the author of a function cannot change.

use std::env;

/// Crates between the code of a function and the server, and the machinery of a panic.
const OTHERS: [&str; 9] = [
    "std",
    "core",
    "alloc",
    "__rustc",
    "axum",
    "futures_util",
    "hyper",
    "tokio",
    "tower",
];

/// Parts of the paths of files that belong to the compiler, the system or a dependency.
const ELSEWHERE: [&str; 4] = ["/rustc/", "/registry/src/", "/git/checkouts/", "/sysdeps/"];

/// Modules of `fc3` that call the code of a function. The frame of the first one ends the trace.
const CALLERS: [&str; 4] = ["function", "server", "testing", "web"];

/// One call: its lines, and what they say about it.
struct Frame<'a> {
    lines: &'a str,
    /// The path of the function, such as `bootstrap::handler::charge`.
    path: &'a str,
    /// The file, if the program has debug information.
    file: Option<&'a str>,
}

/// The lines of a backtrace that follow the message of a panic.
///
/// With `RUST_BACKTRACE=full`, these are all of its frames.
pub(super) fn write(trace: &str) -> String {
    if env::var("RUST_BACKTRACE").is_ok_and(|value| value == "full") {
        return trace.to_owned();
    }
    let frames = frames(trace);
    let kept = trim(&frames);
    if !kept.iter().any(|frame| frame.is_own()) {
        let is_known = frames
            .iter()
            .any(|frame| frame.is_of("fc3") && frame.file.is_some());
        return if is_known {
            "note: no frame is in the code of the function; `RUST_BACKTRACE=full` shows all frames"
        } else {
            "note: this program has no debug information for a backtrace; it needs `strip = false` and \
             `debug = \"line-tables-only\"` in `[profile.release]`"
        }
        .to_owned();
    }
    let lines = kept.iter().map(|frame| frame.lines);
    let note =
        "note: only frames of the function are shown; `RUST_BACKTRACE=full` shows all frames";
    lines.chain([note]).collect()
}

/// The frames of the function, and the one that called it.
fn trim<'a>(frames: &'a [Frame<'a>]) -> Vec<&'a Frame<'a>> {
    let mut kept = Vec::new();
    for frame in frames {
        if frame.path.contains("__rust_begin_short_backtrace") {
            break;
        }
        if frame.is_own() {
            kept.push(frame);
        } else if frame.is_of("fc3") && !kept.is_empty() {
            let module = frame.names().nth(1).unwrap_or_default();
            if CALLERS.contains(&module) {
                kept.push(frame);
                break;
            }
        }
    }
    kept
}

impl Frame<'_> {
    /// Whether it is a function of the project, or of a crate that lies beside it.
    fn is_own(&self) -> bool {
        let is_elsewhere = |file: &str| ELSEWHERE.iter().any(|part| file.contains(part));
        let krate = self.names().next().unwrap_or_default();
        self.path.contains("::")
            && krate != "fc3"
            && !OTHERS.contains(&krate)
            && !self.file.is_some_and(is_elsewhere)
    }

    fn is_of(&self, krate: &str) -> bool {
        self.names().next() == Some(krate)
    }

    /// The names in the path. `<a::B as c::D>::e` is a function of `a`.
    fn names(&self) -> impl Iterator<Item = &str> {
        let path = self.path.trim_start_matches(['<', '&', '*']);
        let path = path.strip_prefix("dyn ").unwrap_or(path);
        path.split(|c: char| c != '_' && !c.is_alphanumeric())
            .filter(|name| !name.is_empty())
    }
}

/// Splits what the standard library writes: `  12: a::b`, then `             at ./src/a.rs:1:2`.
fn frames(trace: &str) -> Vec<Frame<'_>> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in trace.split_inclusive('\n') {
        if path(line).is_some() {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([trace.len()]);
    let frames = starts.iter().zip(ends).map(|(&start, end)| {
        let lines = &trace[start..end];
        let file = lines
            .lines()
            .find_map(|line| line.trim().strip_prefix("at "));
        let path = lines.lines().next().and_then(path).unwrap_or_default();
        Frame { lines, path, file }
    });
    frames.collect()
}

/// The path in the first line of a frame.
fn path(line: &str) -> Option<&str> {
    let (number, path) = line.trim().split_once(": ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(path)
}
