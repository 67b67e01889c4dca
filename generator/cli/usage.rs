//! What clap finds wrong with the arguments: told as all else is, where a value is wrong, and in
//! clap's words otherwise. What the user typed moves no cursor in either.

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::Cli;
use super::failure::{self, Exit, Failure};
use crate::text::{excerpt, printable};

/// Tells the user, and gives the exit code; help and the version are no errors, but come here too.
pub(super) fn report(error: Error, arguments: &[OsString]) -> ExitCode {
    if let Some(failure) = kind_as_flag(&error, arguments).or_else(|| invalid_value(&error)) {
        return failure::report(&failure.into());
    }
    let error = if error.use_stderr() {
        without_controls(error, arguments)
    } else {
        error
    };
    // Nobody is left to be told that nothing can be told.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The same error, made from the same arguments in the form in which they can be shown: clap
/// puts them among its own colours, where nothing tells them apart.
fn without_controls(error: Error, arguments: &[OsString]) -> Error {
    let shown = arguments
        .iter()
        .map(|argument| printable(&argument.to_string_lossy()));
    let shown: Vec<_> = shown.map(OsString::from).collect();
    if shown == arguments {
        return error;
    }
    Cli::try_parse_from(shown).err().unwrap_or(error)
}

/// The kind as a flag, as `new` has it, where it is an argument by itself.
fn kind_as_flag(error: &Error, arguments: &[OsString]) -> Option<Failure> {
    let flag = Some(&ContextValue::String("--kind".to_owned()));
    let is_kind = error.kind() == ErrorKind::UnknownArgument
        && error.get(ContextKind::InvalidArg) == flag
        && arguments.get(1).is_some_and(|verb| verb == "try");
    is_kind.then(|| {
        Failure::new(Exit::Usage, "`try` has no flag `--kind`")
            .hint("name the kind by itself, as in `cargo fc3 try oss`")
    })
}

/// A wrong value of a flag that no question of the template makes.
fn invalid_value(error: &Error) -> Option<Failure> {
    if !matches!(
        error.kind(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
    ) {
        return None;
    }
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let argument = text(ContextKind::InvalidArg);
    let (flag, value) = (argument.split(' ').next()?, text(ContextKind::InvalidValue));
    let hint = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            format!("choose one of `{}`", values.join("`, `"))
        }
        // What refuses a value knows what to give in its place.
        _ => error.source().map_or_else(
            || format!("give it one, as in `{argument}`"),
            ToString::to_string,
        ),
    };
    let message = if value.is_empty() {
        format!("`{flag}` needs a value")
    } else {
        format!("`{flag}` cannot be `{}`", excerpt(value))
    };
    Some(Failure::new(Exit::Usage, message).hint(hint))
}
