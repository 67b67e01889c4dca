//! Replaces expressions such as `${vars.region}` with their values, as far as they are known.

use super::Mistake;
use super::document::{Node, Place, Value};
use super::words::nearest;
use crate::text::excerpt;

/// The account id that stands for `${config('AccountID')}` when a file is checked.
const ACCOUNT: &str = "1234567890123456";
/// How often a value may refer to another one: `a: ${vars.a}` has no end.
const DEPTH: usize = 8;
/// How many expressions are evaluated: lists of variables that each name such a list have no end
/// that anybody waits for.
const MOST: usize = 10_000;

/// Replaces all expressions of a document, and returns those that name a missing variable. What only
/// Serverless Devs knows becomes [`Value::Unknown`].
pub(super) fn evaluate(document: &mut Node, outside: Outside) -> Vec<Mistake> {
    let mut scope = Scope {
        outside,
        variables: document.get("vars").cloned().unwrap_or_default(),
        props: Node::default(),
        mistakes: Vec::new(),
        left: MOST,
    };
    scope.node(document, DEPTH);
    scope.mistakes
}

/// What is known outside of the file.
pub(super) struct Outside<'a> {
    /// The environment of Serverless Devs.
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    /// The id of the account.
    pub(super) account: Option<&'a str>,
}

impl Outside<'static> {
    /// Nothing of this machine, so that the result of a check does not depend on it:
    /// `${env('NAME', 'default')}` counts as its default.
    pub(super) fn of_a_check() -> Self {
        Self {
            env: &|_| None,
            account: Some(ACCOUNT),
        }
    }
}

/// What expressions refer to.
struct Scope<'a> {
    outside: Outside<'a>,
    variables: Node,
    /// The properties of the function that the expression is in.
    props: Node,
    mistakes: Vec<Mistake>,
    /// How many expressions may still be evaluated.
    left: usize,
}

impl Scope<'_> {
    fn within(&mut self, props: Node, work: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.props, props);
        work(self);
        self.props = outer;
    }

    fn node(&mut self, node: &mut Node, depth: usize) {
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item, depth)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    if key.name == "props" {
                        self.within(value.clone(), |scope| scope.node(value, depth));
                    } else {
                        self.node(value, depth);
                    }
                }
            }
            Value::Text(text) if text.contains("${") => {
                let text = std::mem::take(text);
                node.value = self.text(&text, node.place, depth);
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
        let Some(left) = self.left.checked_sub(1) else {
            return Value::Unknown;
        };
        self.left = left;
        if let Some(path) = expression.strip_prefix("vars.") {
            let found = self.variable(path, place);
            return self.followed(found, place, depth);
        }
        if let Some(path) = expression.strip_prefix("this.props.") {
            let names: Vec<_> = path.split('.').collect();
            let found = self.props.at(&names).map(|node| node.value.clone());
            return self.followed(found, place, depth);
        }
        let known = match call(expression) {
            Some(("env", name, default)) => {
                (self.outside.env)(name).or_else(|| default.map(str::to_owned))
            }
            Some(("config", "AccountID", None)) => self.outside.account.map(str::to_owned),
            _ => None,
        };
        known.map_or(Value::Unknown, Value::Text)
    }

    /// A variable of the file. One that is missing is a mistake.
    fn variable(&mut self, path: &str, place: Place) -> Option<Value> {
        let mut node = &self.variables;
        for name in path.split('.') {
            if matches!(node.value, Value::Unknown) {
                return None;
            }
            let Some(inner) = node.get(name) else {
                let known: Vec<_> = node.entries().map(|(key, _)| &*key.name).collect();
                let near = nearest(name, &known).map(|near| format!("; did you mean `{near}`?"));
                let (path, near) = (excerpt(path), near.unwrap_or_default());
                let message = format!("`vars` does not define `{path}`{near}");
                self.mistakes.push(Mistake::new(place, path, message));
                return None;
            };
            node = inner;
        }
        Some(node.value.clone())
    }

    /// A value that an expression leads to, in which there may be others.
    fn followed(&mut self, value: Option<Value>, place: Place, depth: usize) -> Value {
        let (Some(value), Some(depth)) = (value, depth.checked_sub(1)) else {
            return Value::Unknown;
        };
        let mut node = Node { value, place };
        self.node(&mut node, depth);
        node.value
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

/// A call with one or two arguments, in quotes or not: its name, the first, and the second.
fn call(expression: &str) -> Option<(&str, &str, Option<&str>)> {
    let (name, arguments) = expression.split_once('(')?;
    let arguments = arguments.strip_suffix(')')?.trim();
    let (first, rest) = argument(arguments)?;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some((name, first, None));
    }
    let (second, rest) = argument(rest.strip_prefix(',')?.trim_start())?;
    rest.trim()
        .is_empty()
        .then_some((name, first, Some(second)))
}

/// An argument and what follows it.
fn argument(text: &str) -> Option<(&str, &str)> {
    if let Some(quote @ ('\'' | '"')) = text.chars().next() {
        return text[1..].split_once(quote);
    }
    let (argument, rest) = text.split_at(text.find(',').unwrap_or(text.len()));
    Some((argument.trim(), rest))
}
