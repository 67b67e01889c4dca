//! Prompts for a terminal that only prints lines, such as that of an editor with `TERM=dumb`.

use std::io::{self, BufRead, ErrorKind, Write};

use crate::cli::output::message;
use crate::scaffold::manifest::Choice;

/// Whether the terminal can do no more than print lines.
pub(super) fn is_needed() -> bool {
    let term = std::env::var_os("TERM").unwrap_or_default();
    term == "dumb" || cfg!(unix) && term.is_empty()
}

/// Asks until the answer is valid. An empty line means the default, if there is one.
pub(super) fn line(
    question: &str,
    default: Option<&str>,
    check: impl Fn(&str) -> Result<(), String>,
) -> io::Result<String> {
    let shown = default.map_or_else(String::new, |default| format!(" [{default}]"));
    loop {
        write!(io::stderr(), "{question}{shown}: ")?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            // Ctrl-D ends the input. The error begins on a line of its own.
            message("");
            return Err(ErrorKind::Interrupted.into());
        }
        let line = line.trim_end_matches(['\n', '\r']);
        let answer = match default {
            Some(default) if line.is_empty() => default,
            _ => line,
        };
        match check(answer) {
            Ok(()) => return Ok(answer.to_owned()),
            Err(why) => message(why),
        }
    }
}

/// Asks for one of several values, by itself or by its number in the list.
pub(super) fn choice(question: &str, choices: &[Choice], default: &str) -> io::Result<String> {
    message(format_args!("{question}:"));
    for (number, choice) in (1..).zip(choices) {
        message(format_args!("{number:4}  {}", choice.label));
    }
    let find = |answer: &str| {
        let number = answer.parse::<usize>().ok();
        let by_number = number.and_then(|number| choices.get(number.checked_sub(1)?));
        by_number.or_else(|| choices.iter().find(|choice| choice.value == answer))
    };
    let answer = line("Value or number", Some(default), |answer| {
        match find(answer) {
            Some(_) => Ok(()),
            None => Err(format!("Choose a number from 1 to {}", choices.len())),
        }
    })?;
    let chosen = find(&answer).map(|choice| choice.value.clone());
    Ok(chosen.unwrap_or(answer))
}
