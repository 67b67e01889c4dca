//! The function: this program, started again.

use std::env;
use std::process::ExitCode;

use cargo_fc3::emulator::Launch;

use crate::program;

/// The argument that makes this program a function; the next one says which.
const SERVE: &str = "serve";

/// The function that does what its event says, and answers `which` with this name.
pub(crate) fn launch(which: &str) -> Launch {
    let program = env::current_exe().expect("this program has a path");
    Launch::new(program).arg(SERVE).arg(which)
}

/// Which function this process is, if it is one.
pub(crate) fn mode() -> Option<String> {
    let mut arguments = env::args().skip(1);
    (arguments.next()? == SERVE).then(|| arguments.next())?
}

pub(crate) fn serve(which: &str) -> ExitCode {
    program::serve(which, which)
}
