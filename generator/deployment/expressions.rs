//! Replaces expressions such as `${vars.region}` with their values, as far as the file alone says.
//!
//! `${env('NAME', 'default')}` counts as its default, so that the result does not depend on this
//! machine. What only Serverless Devs knows becomes [`Value::Unknown`].

use super::Mistake;
use super::document::{Node, Place, Value};
use super::words::nearest;
use crate::text::excerpt;

/// The account id that stands for `${config('AccountID')}`.
const ACCOUNT: &str = "1234567890123456";
/// How often variables may refer to other variables.
const DEPTH: usize = 8;

/// Replaces all expressions of a document, and returns those that name a missing variable.
pub(super) fn evaluate(document: &mut Node) -> Vec<Mistake> {
    let mut scope = Scope {
        variables: document.get("vars").cloned(),
        mistakes: Vec::new(),
    };
    scope.node(document);
    scope.mistakes
}

struct Scope {
    variables: Option<Node>,
    mistakes: Vec<Mistake>,
}

impl Scope {
    fn node(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| self.node(value)),
            Value::Text(text) if text.contains("${") => {
                let text = std::mem::take(text);
                node.value = self.text(&text, node.place, DEPTH);
            }
            _ => {}
        }
    }

    /// A text with expressions. One that is a single expression keeps the type of its value.
    fn text(&mut self, text: &str, place: Place, depth: usize) -> Value {
        let mut whole = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((expression, after)) = split_at_end(after) else {
                return Value::Unknown;
            };
            let value = self.expression(expression.trim(), place, depth);
            if before.is_empty() && after.is_empty() && whole.is_empty() {
                return value;
            }
            whole.push_str(before);
            match value {
                Value::Text(value) => whole.push_str(&value),
                Value::Integer(number) => whole.push_str(&number.to_string()),
                _ => return Value::Unknown,
            }
            rest = after;
        }
        Value::Text(whole + rest)
    }

    fn expression(&mut self, expression: &str, place: Place, depth: usize) -> Value {
        if let Some(path) = expression.strip_prefix("vars.") {
            return self.variable(path, place, depth);
        }
        match call(expression) {
            Some(("env", _, Some(default))) => Value::Text(default.to_owned()),
            Some(("config", "AccountID", None)) => Value::Text(ACCOUNT.to_owned()),
            _ => Value::Unknown,
        }
    }

    fn variable(&mut self, path: &str, place: Place, depth: usize) -> Value {
        let mut node = self.variables.clone().unwrap_or_default();
        for name in path.split('.') {
            if matches!(node.value, Value::Unknown) {
                return Value::Unknown;
            }
            let Some(inner) = node.get(name).cloned() else {
                let known: Vec<_> = node.entries().map(|(key, _)| &*key.name).collect();
                let near = nearest(name, &known).map(|near| format!("; did you mean `{near}`?"));
                let (path, near) = (excerpt(path), near.unwrap_or_default());
                let message = format!("`vars` does not define `{path}`{near}");
                self.mistakes.push(Mistake::new(place, path, message));
                return Value::Unknown;
            };
            node = inner;
        }
        match node.value {
            Value::Text(text) if text.contains("${") => match depth.checked_sub(1) {
                Some(depth) => self.text(&text, place, depth),
                None => Value::Unknown,
            },
            value => value,
        }
    }
}

/// Splits behind an expression: at the first brace outside quotes.
fn split_at_end(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (None, '}') => return Some((&text[..at], &text[at + 1..])),
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            _ => {}
        }
    }
    None
}

/// A call with one or two quoted arguments: its name, the first, and the second.
fn call(expression: &str) -> Option<(&str, &str, Option<&str>)> {
    let (name, arguments) = expression.split_once('(')?;
    let arguments = arguments.strip_suffix(')')?.trim();
    let (first, rest) = quoted(arguments)?;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some((name, first, None));
    }
    let (second, rest) = quoted(rest.strip_prefix(',')?.trim_start())?;
    rest.trim()
        .is_empty()
        .then_some((name, first, Some(second)))
}

/// A quoted text and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|char| matches!(char, '\'' | '"'))?;
    text[1..].split_once(quote)
}
