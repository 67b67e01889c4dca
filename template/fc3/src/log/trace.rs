//! The backtrace of a panic, without the frames that the author of a function cannot change.

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

/// Parts of the paths of files that belong to the compiler or to a dependency.
const ELSEWHERE: [&str; 3] = ["/rustc/", "/registry/src/", "/git/checkouts/"];

/// The part of the path of a file of this crate.
const OURS: &str = "/fc3/src/";

/// Modules of this crate that call the code of a function. The frame of the first one ends the trace.
const CALLERS: [&str; 4] = ["function", "server", "testing", "web"];

/// The code that a frame is in.
enum Code<'a> {
    /// A function of the project, or of a crate beside it.
    Own,
    /// A module of this crate.
    Ours(&'a str),
    Other,
}

/// One frame: its lines, and what they say about it.
struct Frame<'a> {
    lines: &'a str,
    /// The name of the function, such as `bootstrap::handler::charge`. An inlined function may have its
    /// last part alone.
    name: &'a str,
    /// The file and the line, if the program has debug information.
    place: Option<String>,
}

/// The lines of a backtrace with the frames of the function and the one that called it, and a note.
pub(super) fn trim(trace: &str) -> String {
    let frames = frames(trace);
    let mut kept = String::new();
    for frame in &frames {
        if frame.name.contains("__rust_begin_short_backtrace") {
            break;
        }
        match frame.code() {
            Code::Own => kept.push_str(frame.lines),
            Code::Ours(module) if !kept.is_empty() && CALLERS.contains(&module) => {
                kept.push_str(frame.lines);
                break;
            }
            Code::Ours(_) | Code::Other => {}
        }
    }
    let has_places =
        |frame: &Frame<'_>| matches!(frame.code(), Code::Ours(_)) && frame.place.is_some();
    let note = if !kept.is_empty() {
        "note: only frames of the function are shown; `RUST_BACKTRACE=full` shows all frames"
    } else if frames.iter().any(has_places) {
        "note: no frame is in the code of the function; `RUST_BACKTRACE=full` shows all frames"
    } else {
        "note: this program has no debug information for a backtrace; it needs `strip = false` and \
         `debug = \"line-tables-only\"` in `[profile.release]`"
    };
    kept + note
}

impl Frame<'_> {
    fn code(&self) -> Code<'_> {
        let Some(place) = &self.place else {
            return self.code_by_name();
        };
        let is_elsewhere = ELSEWHERE.iter().any(|part| place.contains(part));
        match place.split_once(OURS) {
            _ if is_elsewhere || !place.contains(".rs:") => Code::Other,
            Some((_, file)) => Code::Ours(file.split(['/', '.']).next().unwrap_or_default()),
            None => Code::Own,
        }
    }

    /// `<a::B as c::D>::e` is a function of `a`. A name without a crate is not one of Rust.
    fn code_by_name(&self) -> Code<'_> {
        let name = self.name.trim_start_matches(['<', '&', '*']);
        let mut parts = name.strip_prefix("dyn ").unwrap_or(name).split("::");
        match (parts.next(), parts.next()) {
            (Some("fc3"), Some(module)) => Code::Ours(module),
            (Some(krate), Some(_)) if !OTHERS.contains(&krate) => Code::Own,
            _ => Code::Other,
        }
    }
}

/// Splits what the standard library writes: `  12: a::b`, then `             at ./src/a.rs:1:2`.
fn frames(trace: &str) -> Vec<Frame<'_>> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in trace.split_inclusive('\n') {
        if name(line).is_some() {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([trace.len()]);
    let frames = starts.iter().zip(ends).map(|(&start, end)| {
        let lines = &trace[start..end];
        let mut all = lines.lines();
        Frame {
            lines,
            name: all.next().and_then(name).unwrap_or_default(),
            place: all.find_map(|line| Some(line.trim().strip_prefix("at ")?.replace('\\', "/"))),
        }
    });
    frames.collect()
}

/// The name in the first line of a frame.
fn name(line: &str) -> Option<&str> {
    let (number, name) = line.trim().split_once(": ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(name)
}
