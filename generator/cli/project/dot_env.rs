//! Reads a file `.env` as Serverless Devs does: `NAME=value` lines, with quotes, comments and
//! references to other variables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A line that sets a variable. A quoted value may have several lines.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let value = r#"'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*"#;
    let line =
        format!(r"(?m)^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*({value})[ \t]*(?:#.*)?\r?$");
    Regex::new(&line).expect("a valid expression")
});

/// A reference to another variable, with or without braces and a default.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\\)?\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))").expect("a valid expression")
});

/// The variables of a file. `outside` has the variables of this process, which come first.
pub(super) fn read(
    text: &str,
    outside: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for line in LINE.captures_iter(text) {
        let (name, value) = (&line[1], line[2].trim());
        let inner = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
        let value = if let Some(literal) = inner('\'') {
            literal.to_owned()
        } else {
            let value = match inner('"') {
                Some(quoted) => quoted.replace("\\n", "\n").replace("\\r", "\r"),
                None => inner('`').unwrap_or(value).to_owned(),
            };
            expand(&value, |name| {
                outside(name).or_else(|| variables.get(name).cloned())
            })
        };
        variables.insert(name.to_owned(), value);
    }
    variables
}

/// Replaces references to variables. One that is not set is empty, and `\$` is a plain `$`.
fn expand(value: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    let replaced = REFERENCE.replace_all(value, |found: &Captures<'_>| {
        if found.get(1).is_some() {
            return found[0][1..].to_owned();
        }
        let name = found.get(2).or_else(|| found.get(4));
        let value = name.and_then(|name| variable(name.as_str()));
        let default = found.get(3).map(|default| default.as_str().to_owned());
        value.or(default).unwrap_or_default()
    });
    replaced.into_owned()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn every_form_that_serverless_devs_reads() {
        let text = "# a comment\nA=1\n export B = two words # and a comment\nC='$A' \n\
                    D=\"x\\ny#${A}\"\nE=\nF=${HOME}/$A/${NONE:-none}\\$A\r\nG=\"two\nlines\"\n\
                    no variable\nBUILD=docker build --output type=local,dest=x .\n";
        let outside = |name: &str| (name == "HOME").then(|| "/home".to_owned());
        let read = read(text, outside);
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("BUILD", "docker build --output type=local,dest=x ."),
            ("C", "$A"),
            ("D", "x\ny#1"),
            ("E", ""),
            ("F", "/home/1/none$A"),
            ("G", "two\nlines"),
        ];
        let read: Vec<_> = read.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(read, expected);
    }
}
