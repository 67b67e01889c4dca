//! Errors in the arguments, as clap finds them. An invalid value or verb gets our own message,
//! everything else clap's. Neither lets the user's text control the terminal.

mod unknown_verb;

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::Cli;
use super::failure::{self, Exit, Failure};
use super::output;
use crate::scaffold::template::Template;
use crate::text::{excerpt, printable};

/// Prints the error and returns the exit code. Help and version come here too, although they are
/// not errors.
pub(super) fn report(error: Error, arguments: &[OsString]) -> ExitCode {
    let failure = kind_as_flag(&error, arguments)
        .or_else(|| kind_as_argument(&error, arguments))
        .or_else(|| invalid_value(&error))
        .or_else(|| unknown_verb::failure(&error));
    if let Some(failure) = failure {
        return failure::report(&failure.into());
    }
    let error = if error.use_stderr() {
        without_controls(error, arguments)
    } else {
        error
    };
    match output::written(error.print()) {
        // If stderr cannot be written, nobody can see this error either.
        Err(failure) if !error.use_stderr() => return failure::report(&failure.into()),
        Ok(()) | Err(_) => {}
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The same error with escaped arguments. Clap mixes arguments with its own colours, so they cannot
/// be escaped afterwards.
fn without_controls(error: Error, arguments: &[OsString]) -> Error {
    let printable_arguments = arguments
        .iter()
        .map(|argument| printable(&argument.to_string_lossy()));
    let printable_arguments: Vec<_> = printable_arguments.map(OsString::from).collect();
    if printable_arguments == arguments {
        return error;
    }
    Cli::try_parse_from(printable_arguments)
        .err()
        .unwrap_or(error)
}

/// The error for `--kind`, which `new` has, in a command that takes the kind as an argument.
fn kind_as_flag(error: &Error, arguments: &[OsString]) -> Option<Failure> {
    let flag = Some(&ContextValue::String("--kind".to_owned()));
    let is_kind = error.kind() == ErrorKind::UnknownArgument
        && error.get(ContextKind::InvalidArg) == flag
        && arguments.get(1).is_some_and(|verb| verb == "try");
    is_kind.then(|| {
        Failure::new(Exit::Usage, "`try` has no flag `--kind`")
            .hint("pass the kind without a flag, for example `cargo fc3 try oss`")
    })
}

/// The error for a kind without its flag in `new`, which takes only the name as an argument.
fn kind_as_argument(error: &Error, arguments: &[OsString]) -> Option<Failure> {
    let Some(ContextValue::String(kind)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let is_kind = error.kind() == ErrorKind::UnknownArgument
        && arguments.get(1).is_some_and(|verb| verb == "new")
        && Template::embedded()
            .manifest()
            .kinds()
            .iter()
            .any(|known| known.value == *kind);
    is_kind.then(|| {
        Failure::new(Exit::Usage, "`new` takes the kind as a flag")
            .hint(format!("pass it with `--kind {kind}`"))
    })
}

/// The error for an invalid value of a flag that does not come from the template.
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
        // The parser that rejects a value provides the hint.
        _ => error.source().map_or_else(
            || format!("pass a value: `{argument}`"),
            ToString::to_string,
        ),
    };
    let message = if value.is_empty() {
        format!("`{flag}` needs a value")
    } else {
        format!("invalid value `{}` for `{flag}`", excerpt(value))
    };
    Some(Failure::new(Exit::Usage, message).hint(hint))
}
