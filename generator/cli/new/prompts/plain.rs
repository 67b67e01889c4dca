//! Prompts for a terminal that only prints lines, such as that of an editor with `TERM=dumb`.

use std::io::{self, BufRead, ErrorKind};

use anstream::{eprint, eprintln};

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
        eprint!("{question}{shown}: ");
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            // Ctrl-D ends the input. The error begins on a line of its own.
            eprintln!();
            return Err(ErrorKind::Interrupted.into());
        }
        let line = line.trim_end_matches(['\n', '\r']);
        let answer = match default {
            Some(default) if line.is_empty() => default,
            _ => line,
        };
        match check(answer) {
            Ok(()) => return Ok(answer.to_owned()),
            Err(why) => eprintln!("{why}"),
        }
    }
}

/// Asks for one of several values, by itself or by its number in the list.
pub(super) fn choice(question: &str, choices: &[Choice], default: &str) -> io::Result<String> {
    eprintln!("{question}:");
    for (number, choice) in (1..).zip(choices) {
        eprintln!("{number:4}  {}", choice.label);
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
