//! Prompts for a terminal that moves its cursor. Esc, Ctrl-C and Ctrl-D cancel each of them.

use std::io::{self, ErrorKind};

use console::{Key, StyledObject, Term, measure_text_width, truncate_str};

use crate::scaffold::manifest::Choice;

/// The number of choices that are shown at the same time. Typing filters them.
const ROWS: usize = 10;
/// Ctrl-D, which ends the input in a shell.
const END_OF_INPUT: Key = Key::Char('\u{4}');

/// Asks until the answer is valid. An empty line means the default, if there is one; otherwise,
/// `example` shows what to type.
pub(super) fn line(
    question: &str,
    default: Option<&str>,
    example: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> io::Result<String> {
    let mut screen = Screen::new()?;
    let (mut text, mut error) = (Text::default(), String::new());
    loop {
        let shown = if text.is_empty() {
            format!("▏{}", style(default.unwrap_or(example)).dim())
        } else {
            text.with_cursor(screen.width())
        };
        screen.draw(State::Open, question, &[shown], &error)?;
        match screen.key()? {
            Key::Enter => {
                let typed = text.to_string();
                let answer = match default {
                    Some(default) if typed.is_empty() => default.to_owned(),
                    _ => typed,
                };
                match check(&answer) {
                    Ok(()) => {
                        screen.draw(
                            State::Answered,
                            question,
                            std::slice::from_ref(&answer),
                            "",
                        )?;
                        return Ok(answer);
                    }
                    Err(why) => error = why,
                }
            }
            Key::Escape | Key::CtrlC | END_OF_INPUT => {
                return screen.cancel(question, text.to_string());
            }
            key => {
                text.edit(&key);
                error.clear();
            }
        }
    }
}

/// Asks for one of several values, which typing filters.
pub(super) fn choice(question: &str, choices: &[Choice], default: &str) -> io::Result<String> {
    let mut screen = Screen::new()?;
    let mut filter = Text::default();
    let mut at = choices.iter().position(|choice| choice.value == default);
    loop {
        let wanted = filter.to_string().to_lowercase();
        let fits = |choice: &&Choice| choice.label.to_lowercase().contains(&wanted);
        let found: Vec<_> = choices.iter().filter(fits).collect();
        let current = at.unwrap_or(0).min(found.len().saturating_sub(1));
        let first = (current + 1).saturating_sub(ROWS);
        let rows = found.iter().enumerate().skip(first).take(ROWS);
        let rows = rows.map(|(row, choice)| {
            if row == current {
                format!("● {}", choice.label)
            } else {
                format!("○ {}", style(&choice.label).dim())
            }
        });
        let typed = (!filter.is_empty()).then(|| filter.with_cursor(screen.width()));
        let lines: Vec<_> = typed.into_iter().chain(rows).collect();
        let error = if found.is_empty() {
            "no such choice"
        } else {
            ""
        };
        screen.draw(State::Open, question, &lines, error)?;
        match screen.key()? {
            Key::Enter => {
                if let Some(choice) = found.get(current) {
                    screen.draw(
                        State::Answered,
                        question,
                        std::slice::from_ref(&choice.label),
                        "",
                    )?;
                    return Ok(choice.value.clone());
                }
            }
            Key::Escape | Key::CtrlC | END_OF_INPUT => {
                return screen.cancel(question, filter.to_string());
            }
            Key::ArrowUp => at = Some(current.saturating_sub(1)),
            Key::ArrowDown => at = Some(current + 1),
            key => {
                filter.edit(&key);
                at = None;
            }
        }
    }
}

/// The text that is typed, with the cursor in it.
#[derive(Default)]
struct Text {
    chars: Vec<char>,
    at: usize,
}

impl Text {
    fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    fn edit(&mut self, key: &Key) {
        match key {
            Key::Char('\u{15}') => *self = Self::default(),
            Key::Char(char) if !char.is_control() => {
                self.chars.insert(self.at, *char);
                self.at += 1;
            }
            Key::Backspace if self.at > 0 => {
                self.at -= 1;
                self.chars.remove(self.at);
            }
            Key::Del if self.at < self.chars.len() => {
                self.chars.remove(self.at);
            }
            Key::ArrowLeft => self.at = self.at.saturating_sub(1),
            Key::ArrowRight => self.at = self.chars.len().min(self.at + 1),
            Key::Home => self.at = 0,
            Key::End => self.at = self.chars.len(),
            _ => {}
        }
    }

    /// The part of the text around the cursor that fits into so many columns.
    fn with_cursor(&self, width: usize) -> String {
        let (mut before, after) = self.chars.split_at(self.at);
        let columns = |chars: &[char]| measure_text_width(&String::from_iter(chars));
        while columns(before) + 1 >= width
            && let [_, rest @ ..] = before
        {
            before = rest;
        }
        before.iter().chain(&['▏']).chain(after).collect()
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.chars.iter().try_for_each(|char| write!(f, "{char}"))
    }
}

/// What has become of a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Answered,
    Cancelled,
}

/// The lines of one prompt. The cursor is shown again at the end, however the prompt ends.
struct Screen {
    term: Term,
    drawn: usize,
}

impl Screen {
    fn new() -> io::Result<Self> {
        let term = Term::buffered_stderr();
        term.hide_cursor()?;
        Ok(Self { term, drawn: 0 })
    }

    /// Replaces what was drawn before.
    fn draw(
        &mut self,
        state: State,
        question: &str,
        lines: &[String],
        error: &str,
    ) -> io::Result<()> {
        let width = self.width();
        let mark = match state {
            State::Open => style("◆").cyan(),
            State::Answered => style("◇").green(),
            State::Cancelled => style("■").red(),
        };
        let bar = style("│").dim();
        let mut all = vec![format!("{mark}  {question}")];
        let shown = lines.iter().map(|line| truncate_str(line, width, "…"));
        all.extend(shown.map(|line| format!("{bar}  {line}")));
        let error = wrap(error, width).into_iter();
        all.extend(error.map(|line| format!("{bar}  {}", style(line).yellow())));
        if state == State::Open {
            all.push(style("└").dim().to_string());
        }
        self.term.clear_last_lines(self.drawn)?;
        for line in &all {
            self.term.write_line(line)?;
        }
        self.drawn = all.len();
        self.term.flush()
    }

    /// The number of columns beside the bar.
    fn width(&self) -> usize {
        let (_, columns) = self.term.size();
        usize::from(columns).saturating_sub(4).max(20)
    }

    fn key(&self) -> io::Result<Key> {
        self.term.read_key_raw()
    }

    fn cancel(&mut self, question: &str, typed: String) -> io::Result<String> {
        self.draw(State::Cancelled, question, &[typed], "")?;
        Err(ErrorKind::Interrupted.into())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone has no cursor.
        let _ = self.term.show_cursor().and_then(|()| self.term.flush());
    }
}

/// Breaks a text into lines between words.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if measure_text_width(line) + word.len() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text whose style follows what stderr can show, not stdout.
fn style<T>(text: T) -> StyledObject<T> {
    console::style(text).for_stderr()
}
