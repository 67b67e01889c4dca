//! Files with one mistake each, by which the check is proved to find mistakes.

use serde_json::{Value, json};

use super::serverless::Finding;

/// A changed copy, and what must be told about it.
pub(crate) struct Mutation {
    /// What was done, for a person.
    pub(crate) what: String,
    pub(crate) props: Value,
    /// Where the mistake is, as `/triggers/0`.
    pub(crate) place: String,
    /// The rules, one of which must be named; any, if there is none.
    pub(crate) keywords: &'static [&'static str],
    /// The key that must be named with the rule.
    pub(crate) key: Option<String>,
}

impl Mutation {
    /// Whether the validator names the mistake, where it was made.
    pub(crate) fn is_told(&self, props: &str, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| {
            let Some(place) = finding.place.strip_prefix(props) else {
                return false;
            };
            if self.keywords.is_empty() {
                return place.starts_with(&self.place);
            }
            let key = self.key.as_ref().is_none_or(|key| {
                let mut named = finding.params.as_object().into_iter().flatten();
                named.any(|(_, named)| named == key)
            });
            place == self.place && key && self.keywords.contains(&&*finding.keyword)
        })
    }
}

/// What may be an empty text.
const MAY_BE_EMPTY: [&str; 4] = ["description", "prefix", "suffix", "payload"];
/// What has any keys, with texts.
const MAPS: [&str; 2] = ["environmentVariables", "functionParameter"];
/// Wrong values of the right type, which are wrong wherever such a key is.
const WRONG: [(&str, &str, &str); 12] = [
    ("region", "\"mars\"", "enum"),
    ("runtime", "\"rust1\"", "enum"),
    ("functionName", "\"1st\"", "pattern"),
    ("cpu", "0.36", "enum"),
    ("memorySize", "500", "multipleOf"),
    ("diskSize", "1024", "enum"),
    ("cronExpression", "\"0 8 * * *\"", "pattern"),
    (
        "sourceArn",
        "\"acs:ecs:cn-hangzhou:1234567890123456:x\"",
        "pattern",
    ),
    ("eventRuleFilterPattern", "\"acs.oss\"", "pattern"),
    ("TimeBasedWindow", "16", "maximum"),
    ("triggerInterval", "2", "minimum"),
    ("maxRetryTime", "101", "maximum"),
];
/// Every mutation of what is at `place` in `props`, and below it.
pub(crate) fn below(props: &Value, place: &str) -> Vec<Mutation> {
    let mut all = Vec::new();
    walk(props, place, &mut all);
    all
}

fn walk(props: &Value, place: &str, all: &mut Vec<Mutation>) {
    let changed = |new: Value, keywords, what: &str| Mutation {
        what: format!("{what} at {place}"),
        props: with(props, place, new),
        place: place.to_owned(),
        keywords,
        key: None,
    };
    let key = place.rsplit('/').next().unwrap_or_default();
    for (wrong, value, keyword) in &WRONG {
        if *wrong == key {
            let value = serde_json::from_str(value).expect("JSON");
            all.push(changed(
                value,
                std::slice::from_ref(keyword),
                "a wrong value",
            ));
        }
    }
    match &props.pointer(place).expect("it is there") {
        Value::Object(object) => {
            all.push(unknown_key(props, place, MAPS.contains(&key)));
            if !place.is_empty() {
                all.push(changed(json!("text"), &["type"], "a text for an object"));
            }
            for (inner, _) in object.iter().filter(|_| !MAPS.contains(&key)) {
                if inner != "triggers" {
                    all.push(missing_key(props, place, inner));
                }
                walk(props, &format!("{place}/{inner}"), all);
            }
        }
        Value::Array(list) => {
            all.push(changed(json!([]), &["minItems"], "an empty list"));
            all.push(changed(json!({}), &["type"], "an object for a list"));
            for at in 0..list.len() {
                walk(props, &format!("{place}/{at}"), all);
            }
        }
        Value::Number(number) => {
            all.push(changed(
                json!(number.to_string()),
                &["type"],
                "a text for a number",
            ));
            all.push(changed(
                json!(-1),
                &["minimum", "enum"],
                "too small a number",
            ));
            all.push(changed(
                json!(1_000_000_000_000_i64),
                &["maximum", "enum"],
                "too great a number",
            ));
            if number.is_i64() {
                all.push(changed(
                    json!(1.5),
                    &["type"],
                    "a fraction for a whole number",
                ));
            }
        }
        Value::String(_) => {
            all.push(changed(json!(7), &["type"], "a number for a text"));
            if !MAY_BE_EMPTY.contains(&key) {
                let rules = &["minLength", "pattern", "enum"];
                all.push(changed(json!(""), rules, "an empty text"));
            }
        }
        Value::Bool(_) => all.push(changed(json!("true"), &["type"], "a text for a truth")),
        Value::Null => panic!("nothing at {place}"),
    }
}

/// A map has any keys, but texts alone; else no other key than those that are known may be there.
fn unknown_key(props: &Value, place: &str, map: bool) -> Mutation {
    let new = format!("{place}/unknown");
    let mutation = Mutation {
        what: format!("an unknown key at {place}"),
        props: with(props, &new, json!(1)),
        place: place.to_owned(),
        keywords: &["additionalProperties"],
        key: Some("unknown".to_owned()),
    };
    if map {
        return Mutation {
            what: format!("a number for a text at {new}"),
            place: new,
            keywords: &["type"],
            key: None,
            ..mutation
        };
    }
    mutation
}

fn missing_key(props: &Value, place: &str, key: &str) -> Mutation {
    let mut changed = props.clone();
    let object = changed.pointer_mut(place).and_then(Value::as_object_mut);
    object.expect("an object").remove(key);
    Mutation {
        what: format!("{key} is missing at {place}"),
        props: changed,
        place: place.to_owned(),
        keywords: &["required"],
        key: Some(key.to_owned()),
    }
}

/// A copy with a new value at a place, whose last key may be a new one.
pub(crate) fn with(props: &Value, place: &str, new: Value) -> Value {
    let mut changed = props.clone();
    if let Some(old) = changed.pointer_mut(place) {
        *old = new;
        return changed;
    }
    let (holder, key) = place.rsplit_once('/').expect("a place below the top");
    let holder = changed.pointer_mut(holder).and_then(Value::as_object_mut);
    holder.expect("an object").insert(key.to_owned(), new);
    changed
}
