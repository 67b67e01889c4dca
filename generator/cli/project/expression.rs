//! Evaluates the expressions of Serverless Devs that a value in `s.yaml` may contain:
//! `${env('NAME', 'default')}`, `${vars.name}` and `${this.props.name}`.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// An expression inside a text.
static EXPRESSION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$\{([^}]*)\}").expect("a valid expression"));

/// A call of `env`, with or without a default.
static ENV: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"['"]?([^'",]*)['"]?"#;
    Regex::new(&format!(r"^env\(\s*{text}\s*(?:,\s*{text}\s*)?\)$")).expect("a valid expression")
});

/// An expression may lead to the next one, but not for ever: `a: ${vars.a}`.
const DEEPEST: usize = 8;

/// What expressions refer to.
pub(super) struct Scope<'a> {
    /// The whole file.
    pub(super) document: &'a Value,
    /// The properties of the function.
    pub(super) props: &'a Value,
    /// The environment of Serverless Devs.
    pub(super) variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Scope<'_> {
    /// The text of a scalar value with its expressions evaluated. `None` if one of them has no value
    /// on this machine.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        self.text_at(value, 0)
    }

    fn text_at(&self, value: &Value, depth: usize) -> Option<String> {
        let text = match value {
            Value::String(text) => text,
            Value::Number(_) | Value::Bool(_) => return Some(value.to_string()),
            Value::Null => return Some(String::new()),
            Value::Array(_) | Value::Object(_) => return None,
        };
        let (mut evaluated, mut end) = (String::new(), 0);
        for found in EXPRESSION.captures_iter(text) {
            let whole = found.get(0).expect("a match");
            evaluated += &text[end..whole.start()];
            evaluated += &self.expression(found[1].trim(), depth)?;
            end = whole.end();
        }
        Some(evaluated + &text[end..])
    }

    fn expression(&self, expression: &str, depth: usize) -> Option<String> {
        if let Some(call) = ENV.captures(expression) {
            let default = || call.get(2).map(|default| default.as_str().to_owned());
            return (self.variable)(&call[1]).or_else(default);
        }
        let (root, path) = match expression.strip_prefix("this.props.") {
            Some(path) => (self.props, path),
            None => (&self.document["vars"], expression.strip_prefix("vars.")?),
        };
        let mut keys = path.split('.');
        let value = keys.try_fold(root, |value, key| value.get(key))?;
        if depth == DEEPEST {
            return None;
        }
        self.text_at(value, depth + 1)
    }
}
