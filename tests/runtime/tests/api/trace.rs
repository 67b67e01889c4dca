//! Backtraces as the standard library writes them, for programs with and without debug information.
//! That of a real program is in `tests/functions` of the repository.

#[path = "../../../../template/fc3/src/log/trace.rs"]
mod shown;

const SHOWN: &str =
    "note: only frames of the function are shown; `RUST_BACKTRACE=full` shows all frames";

/// Inlined functions have short names.
const OPTIMIZED: &str = "   0: {closure#1}
             at ./fc3/src/log.rs:88:21
   1: core::option::unwrap_failed
             at /rustc/59807616e1fa/library/core/src/option.rs:2236:5
   2: unwrap<u8>
             at /rustc/59807616e1fa/library/core/src/option.rs:1016:21
   3: {async_fn#0}
             at ./src/handler.rs:60:71
   4: poll<()>
             at /home/author/.cargo/registry/src/a-registry/tower-0.5.2/src/lib.rs:1:1
   5: {async_fn#0}<bootstrap::handler::Handler>
             at ./fc3/src/batch.rs:147:44
   6: {async_fn#0}
             at ./src/handler.rs:42:55
   7: {async_fn#0}<bootstrap::handler::Handler>
             at ./fc3/src/function.rs:147:44
   8: {async_fn#0}<bootstrap::handler::Handler>
             at ./fc3/src/server/instance.rs:87:75
   9: main
             at ./src/main.rs:6:5
  10: __libc_start_main_impl
             at ./csu/../csu/libc-start.c:360:3
";

#[test]
fn inlined_frames_are_known_by_their_files() {
    let expected = "   3: {async_fn#0}
             at ./src/handler.rs:60:71
   6: {async_fn#0}
             at ./src/handler.rs:42:55
   7: {async_fn#0}<bootstrap::handler::Handler>
             at ./fc3/src/function.rs:147:44
";
    assert_eq!(shown::trim(OPTIMIZED), format!("{expected}{SHOWN}"));
}

#[test]
fn the_files_may_have_the_paths_of_windows() {
    let windows = OPTIMIZED.replace('/', "\\");
    let trimmed = shown::trim(&windows);
    assert_eq!(
        trimmed.matches("at .\\src\\handler.rs:").count(),
        2,
        "{trimmed}"
    );
    assert_eq!(trimmed.lines().count(), 7, "{trimmed}");
}

#[test]
fn frames_without_files_are_known_by_their_crates() {
    let trace = "   0: fc3::log::install::{{closure}}
   1: <alloc::boxed::Box<dyn core::ops::function::Fn<()>> as core::ops::function::Fn<()>>::call
             at /rustc/59807616e1fa/library/alloc/src/boxed.rs:2254:9
   2: <bootstrap::handler::Handler as fc3::function::Function>::handle::{{closure}}
   3: <&dyn core::ops::function::Fn<()> as core::ops::function::FnOnce<()>>::call_once
   4: <fc3::function::Events<F> as fc3::server::instance::Served>::call::{{closure}}
   5: fc3::server::run
";
    let expected =
        "   2: <bootstrap::handler::Handler as fc3::function::Function>::handle::{{closure}}
   4: <fc3::function::Events<F> as fc3::server::instance::Served>::call::{{closure}}
";
    assert_eq!(shown::trim(trace), format!("{expected}{SHOWN}"));
}

#[test]
fn a_thread_of_the_function_has_no_caller() {
    let trace = "   0: deep
             at ./src/handler.rs:61:24
   1: std::sys::backtrace::__rust_begin_short_backtrace
             at /rustc/59807616e1fa/library/std/src/sys/backtrace.rs:166:18
   2: bootstrap::main
             at ./src/main.rs:6:5
";
    let expected = "   0: deep\n             at ./src/handler.rs:61:24\n";
    assert_eq!(shown::trim(trace), format!("{expected}{SHOWN}"));
}

#[test]
fn a_trace_without_names_is_left_out() {
    let trace = "   0: <unknown>\n   1: <unknown>\n   2: __libc_start_main_impl
             at ./csu/../csu/libc-start.c:360:3\n";
    let trimmed = shown::trim(trace);
    assert!(
        trimmed.starts_with("note: this program has no debug information"),
        "{trimmed}"
    );
    assert_eq!(trimmed.lines().count(), 1, "{trimmed}");
}
