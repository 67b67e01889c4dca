//! A JSON document as text. A field is replaced in the text itself, so that everything else stays as
//! it is: the order of the fields, large numbers, spaces.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::path::{Path, Step};

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    pub(super) fn of(value: &RawValue) -> Self {
        match value.get().as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            _ => Self::Number,
        }
    }

    /// Its name, with an article.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A path that leads nowhere: the value at which it ends, and how many of its steps lead there.
pub(super) struct Missing<'a> {
    pub(super) last: &'a RawValue,
    pub(super) steps: usize,
}

/// The whole document, without the space around it. `None` if the text is not JSON.
pub(super) fn root(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

/// The value at a path.
pub(super) fn find<'a>(root: &'a RawValue, path: &Path) -> Result<&'a RawValue, Missing<'a>> {
    let mut value = root;
    for (steps, step) in path.steps().iter().enumerate() {
        let next = match step {
            Step::Name(name) => fields(value).remove(name),
            Step::Index(index) => items(value).get(*index).copied(),
        };
        value = next.ok_or(Missing { last: value, steps })?;
    }
    Ok(value)
}

/// The same text with another value in the place of `old`, which is a part of it.
pub(super) fn replace(text: &str, old: &RawValue, new: &str) -> String {
    let old = old.get();
    let from = old.as_ptr().addr() - text.as_ptr().addr();
    [&text[..from], new, &text[from + old.len()..]].concat()
}

/// The path of each value in the document, except the whole. There is a limit, since an event may have
/// millions.
pub(super) fn paths(root: &RawValue) -> Vec<Path> {
    const MOST: usize = 10_000;
    const DEEPEST: usize = 32;
    let mut paths = Vec::new();
    let mut left = vec![(Path::default(), root)];
    while let Some((path, value)) = left.pop() {
        if !path.steps().is_empty() {
            paths.push(path.clone());
        }
        if paths.len() + left.len() >= MOST || path.steps().len() >= DEEPEST {
            continue;
        }
        let items = items(value).into_iter().enumerate();
        let items = items.map(|(index, item)| (Step::Index(index), item));
        let fields = fields(value).into_iter();
        let fields = fields.map(|(name, field)| (Step::Name(name), field));
        let below: Vec<_> = items.chain(fields).take(MOST).collect();
        left.extend(
            below
                .into_iter()
                .rev()
                .map(|(step, value)| (path.then(step), value)),
        );
    }
    paths
}

/// The fields of an object; none of any other value.
fn fields(value: &RawValue) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(value.get()).unwrap_or_default()
}

/// The items of an array; none of any other value.
fn items(value: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(value.get()).unwrap_or_default()
}
