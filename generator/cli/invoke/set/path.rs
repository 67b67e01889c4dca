//! The path of a field in a JSON document, such as `events[0].oss.object.key`.

use std::fmt;

/// What a path looks like, for a user whose path is wrong.
const FORM: &str = "pass a path, `=` and a value, for example `--set 'events[0].oss.object.key=a.png'`. \
                    Put a name with `.`, `[` or `=` in brackets and quotes: `[\"a.b\"]`";

/// One step down from a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a field of an object.
    Name(String),
    /// Into an item of an array.
    Index(usize),
}

/// The steps from the whole document to a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Path(Vec<Step>);

impl Path {
    /// Splits `PATH=VALUE`. The value begins after the first `=` that is not part of a name.
    pub(super) fn split(text: &str) -> Result<(Self, &str), String> {
        let mut path = Self::default();
        let mut rest = text;
        loop {
            let step;
            (step, rest) = match (rest.chars().next(), path.0.is_empty()) {
                (Some('='), false) => return Ok((path, &rest[1..])),
                (Some('['), _) => bracket(&rest[1..])?,
                (Some('.'), false) => name(&rest[1..])?,
                (_, true) => name(rest)?,
                (_, false) => return Err(FORM.to_owned()),
            };
            path.0.push(step);
        }
    }

    /// The steps, from the whole document down.
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The first steps of this path.
    pub(super) fn first(&self, count: usize) -> Self {
        Self(self.0[..count].to_vec())
    }

    /// This path and one more step.
    pub(super) fn then(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.0.push(step);
        path
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if name.is_empty() || name.contains(['.', '[', '=']) => {
                    write!(f, "[{}]", serde_json::Value::from(name.as_str()))?;
                }
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// Reads a plain name, and returns what follows it.
fn name(text: &str) -> Result<(Step, &str), String> {
    let end = text.find(['.', '[', '=']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return Err(FORM.to_owned());
    }
    Ok((Step::Name(name.to_owned()), rest))
}

/// Reads what is in brackets, an index or a quoted name, and returns what follows them.
fn bracket(text: &str) -> Result<(Step, &str), String> {
    let wrong = || FORM.to_owned();
    let (step, rest) = if text.starts_with('"') {
        let mut names = serde_json::Deserializer::from_str(text).into_iter();
        let name = names.next().and_then(Result::ok).ok_or_else(wrong)?;
        (Step::Name(name), &text[names.byte_offset()..])
    } else {
        let end = text.find(|char: char| !char.is_ascii_digit());
        let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
        (Step::Index(digits.parse().map_err(|_| wrong())?), rest)
    };
    Ok((step, rest.strip_prefix(']').ok_or_else(wrong)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(name: &str) -> Step {
        Step::Name(name.to_owned())
    }

    #[test]
    fn paths_are_read_up_to_their_value() {
        let read = |text| Path::split(text).map(|(path, value)| (path.0, value));
        for (text, steps, value) in [
            ("a=1", vec![named("a")], "1"),
            ("a.b=c=d", vec![named("a"), named("b")], "c=d"),
            ("[0].a=", vec![Step::Index(0), named("a")], ""),
            (
                "a[12][3]=x",
                vec![named("a"), Step::Index(12), Step::Index(3)],
                "x",
            ),
            (
                r#"a["b.c=\"d"].e=x"#,
                vec![named("a"), named("b.c=\"d"), named("e")],
                "x",
            ),
            ("x-oss-meta =1", vec![named("x-oss-meta ")], "1"),
        ] {
            assert_eq!(read(text), Ok((steps, value)), "{text}");
        }
        for text in [
            "",
            "=",
            "=1",
            "a",
            "a.",
            "a.=1",
            ".a=1",
            "a[=1",
            "a[]=1",
            "a[1=1",
            "a[-1]=1",
            "a[+1]=1",
            "a[x]=1",
            "a[\"x]=1",
            "a[\"x\"=1",
            "a[0]b=1",
            "a[99999999999999999999]=1",
            "a[0].[0]=1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            any::<usize>().prop_map(Step::Index),
            ".*".prop_map(Step::Name)
        ];
        prop::collection::vec(step, 1..6)
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = Path::split(&text);
        }

        #[test]
        fn any_text_of_these_characters_is_read_or_refused(text in r#"[\[\]\."=0a\\]*"#) {
            let _ = Path::split(&text);
        }

        #[test]
        fn a_path_that_is_written_is_read_again(steps in steps(), value in ".*") {
            let path = Path(steps);
            let text = format!("{path}={value}");
            prop_assert_eq!(Path::split(&text), Ok((path, value.as_str())));
        }
    }
}
