//! `--set PATH=VALUE`: another value for one field of a JSON event.

mod document;
mod path;

use std::str::FromStr;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::cli::failure::{Exit, Failure};
use crate::text::{excerpt, printable};
use document::{Kind, Missing};
use path::Path;

/// A field and its new value, as the user wrote it.
#[derive(Debug, Clone)]
pub(super) struct Override {
    path: Path,
    value: String,
}

impl FromStr for Override {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, value) = Path::split(text)?;
        let value = value.to_owned();
        Ok(Self { path, value })
    }
}

/// The same event with other values. `name` is how the user knows the event.
pub(super) fn apply(
    event: Vec<u8>,
    overrides: &[Override],
    name: &str,
) -> Result<Vec<u8>, Failure> {
    if overrides.is_empty() {
        return Ok(event);
    }
    let text = String::from_utf8(event).ok();
    let text = text.filter(|text| document::root(text).is_some());
    let mut text = text.ok_or_else(|| {
        let message = format!("{name} is not JSON, so `--set` cannot change a field of it");
        Failure::new(Exit::Usage, message).hint("send another event with `-f FILE`")
    })?;
    for change in overrides {
        text = change.apply(&text)?;
    }
    Ok(text.into_bytes())
}

impl Override {
    fn apply(&self, text: &str) -> Result<String, Failure> {
        let root = document::root(text).unwrap_or(RawValue::NULL);
        let old =
            document::find(root, &self.path).map_err(|missing| self.missing(root, &missing))?;
        let new = self.value_instead_of(old)?;
        Ok(document::replace(text, old, &new))
    }

    /// The new value as JSON. It has the type of the old one, so that a number in a string stays a
    /// string. Null says nothing about the type.
    fn value_instead_of(&self, old: &RawValue) -> Result<String, Failure> {
        let kind = Kind::of(old);
        let given = document::root(&self.value);
        match (kind, given) {
            (Kind::String, _) => {
                let text = serde_json::from_str::<String>(&self.value);
                let text = text.unwrap_or_else(|_| self.value.clone());
                let is_same =
                    serde_json::from_str::<String>(old.get()).is_ok_and(|old| old == text);
                // The same text may be written in several ways.
                Ok(if is_same {
                    old.get().to_owned()
                } else {
                    Value::from(text).to_string()
                })
            }
            (Kind::Null, Some(given)) => Ok(given.get().to_owned()),
            (Kind::Null, None) => Ok(Value::from(&*self.value).to_string()),
            (kind, Some(given)) if Kind::of(given) == kind => Ok(given.get().to_owned()),
            (kind, _) => {
                let path = printable(&self.path.to_string());
                let kind = kind.name();
                let message = format!("`{path}` is {kind}, but `{}` is not", excerpt(&self.value));
                Err(Failure::new(Exit::Usage, message).hint(format!(
                    "pass {kind}, for example `--set '{path}={}'`",
                    excerpt(old.get())
                )))
            }
        }
    }

    fn missing(&self, root: &RawValue, missing: &Missing) -> Failure {
        let path = printable(&self.path.to_string());
        let failure = Failure::new(Exit::Usage, format!("the event has no field `{path}`"));
        let last = printable(&self.path.first(missing.steps).to_string());
        if missing.steps > 0 && Kind::of(missing.last) == Kind::String {
            return failure.hint(format!(
                "`{last}` is a string: replace all of it with `--set '{last}=TEXT'`"
            ));
        }
        match self.nearest(root) {
            Some(near) => failure.hint(format!("did you mean `{}`?", printable(&near))),
            None => failure.hint("the event has no fields: send another one with `-f FILE`"),
        }
    }

    /// The path in the event that is most like this one.
    fn nearest(&self, root: &RawValue) -> Option<String> {
        let given = self.path.to_string().to_lowercase();
        let paths = document::paths(root)
            .into_iter()
            .map(|path| path.to_string());
        let similar = paths.map(|path| (similarity(&given, &path.to_lowercase()), path));
        // Of equally similar ones, the first counts.
        let best = similar.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map(|(_, path)| path)
    }
}

/// How similar two paths are, up to 1. The end of a path, such as `object.key`, is enough.
fn similarity(given: &str, path: &str) -> f64 {
    let before = path.strip_suffix(given);
    if before.is_some_and(|before| before.ends_with('.') || given.starts_with('[')) {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(given, path)
}

#[cfg(test)]
mod tests;
