//! The backtrace in the log of a panic.

use crate::outside::Outside;

/// The paths of the frames in the log of a call that panics.
fn frames(outside: &Outside, wish: &str) -> (Vec<String>, Vec<String>) {
    let called = outside.call(wish);
    assert!(called.answer.failed());
    let lines = outside.lines(&called.id);
    let frames = lines.iter().filter_map(|line| {
        let (number, path) = line.trim().split_once(": ")?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| path.to_owned())
    });
    (frames.collect(), lines)
}

#[test]
fn a_backtrace_has_the_frames_of_the_author_and_the_caller() {
    let outside = Outside::start_debug(&[("RUST_BACKTRACE", "1")]);
    let (frames, lines) = frames(&outside, "panic in a batch");
    let (last, own) = frames.split_last().expect("frames");
    assert!(own.len() >= 3, "{lines:#?}");
    assert_eq!(own[0], "bootstrap::handler::find", "{lines:#?}");
    for frame in own {
        assert!(
            frame.contains("bootstrap::handler::"),
            "{frame}: {lines:#?}"
        );
    }
    let handle = own.last().expect("a frame");
    assert!(handle.contains("::handle::"), "{lines:#?}");
    assert!(last.starts_with("fc3::function::"), "{lines:#?}");
    let is_place = |line: &&String| line.trim().starts_with("at ") && line.contains("/src/");
    let places = lines.iter().filter(is_place).count();
    assert_eq!(places, frames.len(), "{lines:#?}");
}

#[test]
fn all_frames_are_shown_on_request() {
    let outside = Outside::start_debug(&[("RUST_BACKTRACE", "full")]);
    let (frames, _) = frames(&outside, "panic in a batch");
    for expected in ["bootstrap::handler::find", "bootstrap::main", "_start"] {
        assert!(frames.iter().any(|frame| frame == expected), "{frames:#?}");
    }
}

#[test]
fn a_program_without_debug_information_says_so() {
    let outside = Outside::start(&[("RUST_BACKTRACE", "1")]);
    let (frames, lines) = frames(&outside, "panic");
    assert!(frames.is_empty(), "{lines:#?}");
    let last = lines.last().expect("a line");
    assert!(last.contains("`strip = false`"), "{lines:#?}");
}
