//! The schema of a function's properties, and what it means for one value.
//!
//! It is JSON Schema, so that the tests can give it to Serverless Devs, whose validator must find
//! the same mistakes. Only the keywords below are understood; any other one does not load.
//!
//! The crate `jsonschema` knows all keywords, but neither places in a file, nor values that are not
//! known yet, nor the words that an author needs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::document::{Node, Value};

const FILES: [&str; 3] = [
    include_str!("schema/function.json"),
    include_str!("schema/triggers.json"),
    include_str!("schema/sources.json"),
];

/// The whole schema as JSON.
///
/// # Panics
/// A file of the schema is not valid, which a test excludes.
#[must_use]
pub fn json() -> Json {
    let files = FILES.map(|text| serde_json::from_str::<Json>(text).expect("the schema is JSON"));
    let [mut whole, others @ ..] = files;
    for mut other in others {
        let definitions = other["definitions"].as_object_mut().map(std::mem::take);
        for (name, definition) in definitions.into_iter().flatten() {
            let there = &mut whole["definitions"][&name];
            assert!(there.is_null(), "two definitions of {name}");
            *there = definition;
        }
    }
    whole
}

/// The schema, loaded once.
pub(super) static FUNCTION: LazyLock<Rules> =
    LazyLock::new(|| serde_json::from_value(json()).expect("the schema is understood"));

/// What a value must be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Schema {
    /// Anything, or nothing at all.
    Any(bool),
    Rules(Box<Rules>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Rules {
    #[serde(rename = "$ref")]
    pub(super) reference: Option<String>,
    pub(super) r#type: Option<Type>,
    pub(super) r#enum: Vec<Json>,
    pub(super) r#const: Option<Json>,
    pub(super) pattern: Option<Pattern>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) multiple_of: Option<f64>,
    pub(super) items: Option<Schema>,
    pub(super) min_items: usize,
    pub(super) max_items: Option<usize>,
    pub(super) unique_items: bool,
    pub(super) required: Vec<String>,
    pub(super) properties: BTreeMap<String, Schema>,
    pub(super) additional_properties: Option<Schema>,
    pub(super) property_names: Option<Schema>,
    pub(super) max_properties: Option<usize>,
    pub(super) not: Option<Schema>,
    pub(super) all_of: Vec<Schema>,
    pub(super) r#if: Option<Schema>,
    pub(super) then: Option<Schema>,
    pub(super) r#else: Option<Schema>,
    /// Beside a pattern: what it accepts, in words.
    pub(super) description: Option<String>,
    pub(super) definitions: BTreeMap<String, Schema>,
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Type {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(text: String) -> Result<Self, regex::Error> {
        Regex::new(&text).map(Self)
    }
}

impl Pattern {
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl Schema {
    /// What its pattern accepts, in words.
    pub(super) fn description(&self) -> Option<&str> {
        match self {
            Self::Any(_) => None,
            Self::Rules(rules) => rules.description.as_deref(),
        }
    }
}

impl Rules {
    /// The definition that `$ref` names.
    pub(super) fn referenced(&self) -> Option<&'static Schema> {
        let name = self.reference.as_deref()?;
        let name = name.strip_prefix("#/definitions/")?;
        FUNCTION.definitions.get(name)
    }

    pub(super) fn allows(&self, value: &Value) -> bool {
        let is = |wanted: &Json| equals(value, wanted);
        (self.r#enum.is_empty() || self.r#enum.iter().any(is)) && self.r#const.iter().all(is)
    }

    /// What a text should be, if it is something else.
    pub(super) fn expected_text(&self, text: &str) -> Option<String> {
        let length = text.chars().count();
        if self
            .pattern
            .as_ref()
            .is_some_and(|pattern| !pattern.matches(text))
        {
            let words = self.description.clone();
            return Some(words.unwrap_or_else(|| "another form".to_owned()));
        }
        if self.min_length.is_some_and(|least| length < least) {
            return Some("some text".to_owned());
        }
        let most = self.max_length.filter(|most| length > *most)?;
        Some(format!("at most {most} characters, not {length}"))
    }

    /// What a number should be, if it is something else.
    pub(super) fn expected_number(&self, number: f64) -> Option<String> {
        if let Some(least) = self.minimum.filter(|least| number < *least) {
            return Some(format!("at least {least}"));
        }
        if let Some(most) = self.maximum.filter(|most| number > *most) {
            return Some(format!("at most {most}"));
        }
        let step = self.multiple_of.filter(|step| number % step != 0.0)?;
        Some(format!("a multiple of {step}"))
    }
}

impl Type {
    pub(super) fn is_of(self, value: &Value) -> bool {
        match value {
            Value::Map(_) => self == Self::Object,
            Value::List(_) => self == Self::Array,
            Value::Text(_) => self == Self::String,
            Value::Flag(_) => self == Self::Boolean,
            Value::Integer(_) => matches!(self, Self::Integer | Self::Number),
            Value::Number(_) => self == Self::Number,
            Value::Null => false,
            Value::Unknown => true,
        }
    }
}

/// Whether a condition (`if`) holds; nobody knows if the value it asks for is missing or unknown.
pub(super) fn holds(condition: &Schema, node: &Node) -> Option<bool> {
    let rules = match condition {
        Schema::Any(any) => return Some(*any),
        Schema::Rules(rules) => rules,
    };
    if matches!(node.value, Value::Unknown) {
        return None;
    }
    let mut all = rules.r#type.is_none_or(|wanted| wanted.is_of(&node.value));
    all &= rules.allows(&node.value);
    if let (Some(pattern), Some(text)) = (&rules.pattern, node.text()) {
        all &= pattern.matches(text);
    }
    if let Some(not) = &rules.not {
        all &= !holds(not, node)?;
    }
    for (name, property) in &rules.properties {
        all &= holds(property, node.get(name)?)?;
    }
    Some(all)
}

/// The value that decided a condition, as the file has it: `runtime: custom`.
pub(super) fn reason(condition: &Schema, node: &Node) -> Option<String> {
    let Schema::Rules(rules) = condition else {
        return None;
    };
    let (name, property) = rules.properties.iter().next()?;
    let value = node.get(name)?;
    match value.text() {
        Some(text) => Some(format!("{name}: {text}")),
        None => reason(property, value),
    }
}

fn equals(value: &Value, wanted: &Json) -> bool {
    match value {
        Value::Text(text) => wanted == text,
        Value::Integer(number) => *wanted == json!(number),
        Value::Number(number) => wanted.as_f64() == Some(*number),
        Value::Flag(flag) => wanted == flag,
        Value::Unknown => true,
        Value::Null | Value::List(_) | Value::Map(_) => false,
    }
}
