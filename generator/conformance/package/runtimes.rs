//! The runtimes on which an instance can start the package.

use super::bootstrap::script;
use super::{bootstrap_bytes, contents};
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::conformance::verdict::{fail, not_checked};
use crate::package::UnmetRequirement;
use crate::package::{Contents, EntryKind, Interpreter, NotKnown, Package, Program, Script};
use crate::platform::{RUNTIMES, Runtime};
use crate::text::printable;

const READ: &str = "read the libraries that it needs";
const READ_LINE: &str = "read its first line";

pub(super) fn interpreter(package: &Package) -> Verdict {
    let interpreter = match script(package)?.read_by() {
        Ok(interpreter) => interpreter,
        Err(error) => return fail(READ_LINE, printable(&error.to_string())),
    };
    if let Interpreter::Packed(path) = &interpreter {
        return packed(contents(package)?, path);
    }
    on_any(RUNTIMES.iter().map(|runtime| has(&interpreter, runtime)))
}

/// Whether the package contains an executable interpreter at this path.
fn packed(contents: &Contents, path: &str) -> Verdict {
    let shown = printable(path);
    match contents.entries.iter().rfind(|entry| entry.is_at(path)) {
        None => fail(READ_LINE, format_args!("`{shown}` is not in the package")),
        Some(entry) if entry.kind == EntryKind::Link || entry.is_executable() => Ok(()),
        Some(_) => fail(
            READ_LINE,
            format_args!("`{shown}` is in the package, but its mode is not 0755"),
        ),
    }
}

fn has(interpreter: &Interpreter, runtime: &Runtime) -> Verdict {
    match interpreter.fits(runtime) {
        Ok(()) => Ok(()),
        Err(error @ NotKnown::Missing { .. }) => fail(READ_LINE, printable(&error.to_string())),
        Err(error) => not_checked(printable(&error.to_string())),
    }
}

/// One suitable runtime is enough. If one may be suitable, the failures of the others do not count.
fn on_any(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let (mut failed, mut unknown) = (None, None);
    for verdict in verdicts {
        match verdict {
            Ok(()) => return Ok(()),
            Err(NotPassed::NotChecked(_) | NotPassed::Unsupported(_)) => unknown = Some(verdict),
            // The newest runtime comes last and has the most libraries.
            Err(NotPassed::Failed(_)) => failed = Some(verdict),
        }
    }
    unknown.or(failed).unwrap_or(Ok(()))
}

pub(super) fn any(package: &Package) -> Verdict {
    let program = program(package)?;
    on_any(
        RUNTIMES
            .iter()
            .map(|runtime| loads(package, &program, runtime)),
    )
}

fn program(package: &Package) -> Result<Program, NotPassed> {
    let bytes = bootstrap_bytes(package)?;
    if Script::read(bytes).is_some() {
        return not_checked("`bootstrap` is a script");
    }
    Program::read(bytes).or_else(|_| not_checked("`bootstrap` is not a program for any runtime"))
}

fn loads(package: &Package, program: &Program, runtime: &Runtime) -> Verdict {
    let contents = contents(package)?;
    let mut brought = None;
    for unmet in program.unmet(runtime) {
        match &unmet {
            UnmetRequirement::Library { library, .. } if brings(contents, library) => {
                brought = Some(unmet);
            }
            _ => return fail(READ, printable(&unmet.to_string())),
        }
    }
    match brought {
        Some(UnmetRequirement::Library { library, .. }) => not_checked(format!(
            "`{}` is in the package, and the check cannot tell whether the program finds it there",
            printable(&library)
        )),
        _ => Ok(()),
    }
}

fn brings(contents: &Contents, library: &str) -> bool {
    let mut entries = contents.entries.iter();
    entries.any(|entry| entry.parts().last() == Some(library.as_bytes()))
}

/// Checks that it starts on the runtime at this index of [`RUNTIMES`].
pub(super) fn fits<const AT: usize>(package: &Package) -> Verdict {
    let runtime = &RUNTIMES[AT];
    let Some(script) = Script::read(bootstrap_bytes(package)?) else {
        return loads(package, &program(package)?, runtime);
    };
    let nowhere = "`bootstrap` has no interpreter on any runtime";
    match script.read_by() {
        Ok(Interpreter::Packed(path)) if packed(contents(package)?, &path).is_err() => {
            not_checked(nowhere)
        }
        Ok(interpreter) => has(&interpreter, runtime),
        Err(_) => not_checked(nowhere),
    }
}
