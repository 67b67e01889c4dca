//! Compares a value with the schema and collects every mistake.

use super::Mistake;
use super::document::{Key, Node, Value};
use super::schema::{Rules, Schema, holds, reason};
use super::words::{not_one_of, shown, unknown_key, wrong_type};

/// What is known about the value that is checked.
#[derive(Clone, Copy)]
struct Here<'a> {
    /// Its key, or that of the list it is in.
    name: &'a str,
    /// The place of its key, where a missing inner key is reported.
    key: Option<&'a Key>,
    /// The value elsewhere that the rules depend on.
    reason: Option<&'a str>,
}

pub(super) struct Check {
    mistakes: Vec<Mistake>,
    /// Whether keys may be missing, since another file or a template has them.
    is_partial: bool,
}

impl Check {
    /// All mistakes in the value of a key.
    pub(super) fn of(rules: &Rules, key: &Key, node: &Node, is_partial: bool) -> Vec<Mistake> {
        let mut check = Self {
            mistakes: Vec::new(),
            is_partial,
        };
        let here = Here {
            name: &key.name,
            key: Some(key),
            reason: None,
        };
        check.rules(rules, node, here);
        check.mistakes
    }

    fn add(&mut self, node: &Node, here: Here, message: String) {
        self.mistakes
            .push(Mistake::new(node.place, here.name, message));
    }

    fn schema(&mut self, schema: &Schema, node: &Node, here: Here) {
        match schema {
            Schema::Any(true) => {}
            Schema::Any(false) => {
                let place = here.key.map_or(node.place, |key| key.place);
                let name = here.name;
                let with = here.reason.map(|reason| format!(" with `{reason}`"));
                let message = format!("`{name}` does not apply{}", with.unwrap_or_default());
                let mistake = Mistake::new(place, name, message);
                self.mistakes.push(mistake.because(here.reason));
            }
            Schema::Rules(rules) => self.rules(rules, node, here),
        }
    }

    fn rules(&mut self, rules: &Rules, node: &Node, here: Here) {
        if matches!(node.value, Value::Unknown) {
            return;
        }
        if let Some(wanted) = rules.r#type
            && !wanted.is_of(&node.value)
        {
            // No other rule can hold either.
            return self.add(node, here, wrong_type(here.name, &node.value, wanted));
        }
        if let Some(definition) = rules.referenced() {
            self.schema(definition, node, here);
        }
        self.scalar(rules, node, here);
        self.list(rules, node, here);
        self.map(rules, node, here);
        for schema in &rules.all_of {
            self.schema(schema, node, here);
        }
        if let Some(condition) = &rules.r#if {
            let branch = match holds(condition, node) {
                Some(true) => rules.then.as_ref(),
                Some(false) => rules.r#else.as_ref(),
                None => None,
            };
            if let Some(branch) = branch {
                let reason = reason(condition, node);
                self.schema(
                    branch,
                    node,
                    Here {
                        reason: reason.as_deref(),
                        ..here
                    },
                );
            }
        }
    }

    fn scalar(&mut self, rules: &Rules, node: &Node, here: Here) {
        let (name, value) = (here.name, shown(&node.value));
        if !rules.allows(&node.value) {
            let allowed = rules.r#const.iter().chain(&rules.r#enum).cloned();
            let allowed: Vec<_> = allowed.collect();
            return self.add(node, here, not_one_of(name, &node.value, &allowed));
        }
        let expected = match (node.text(), node.number()) {
            (Some(text), _) => rules.expected_text(text),
            (None, Some(number)) => rules.expected_number(number),
            (None, None) => None,
        };
        if let Some(expected) = expected {
            self.add(
                node,
                here,
                format!("`{name}` is {value}; expected {expected}"),
            );
        }
    }

    fn list(&mut self, rules: &Rules, node: &Node, here: Here) {
        let Value::List(items) = &node.value else {
            return;
        };
        let name = here.name;
        if items.len() < rules.min_items {
            self.add(
                node,
                here,
                format!("`{name}` is an empty list; add an item or remove the key"),
            );
        }
        if let Some(most) = rules.max_items.filter(|most| items.len() > *most) {
            let count = items.len();
            self.add(
                node,
                here,
                format!("`{name}` has {count} items; the maximum is {most}"),
            );
        }
        for (at, item) in items.iter().enumerate() {
            let is_same = |other: &Node| item.text().is_some() && item.text() == other.text();
            if rules.unique_items && items[..at].iter().any(is_same) {
                self.add(
                    item,
                    here,
                    format!("`{name}` lists {} twice", shown(&item.value)),
                );
            }
            if let Some(schema) = &rules.items {
                self.schema(schema, item, Here { key: None, ..here });
            }
        }
    }

    fn map(&mut self, rules: &Rules, node: &Node, here: Here) {
        let Value::Map(entries) = &node.value else {
            return;
        };
        for missing in rules.required.iter().filter(|_| !self.is_partial) {
            if node.get(missing).is_none() {
                let place = here.key.map_or(node.place, |key| key.place);
                let with = here
                    .reason
                    .map(|reason| format!(" (needed with `{reason}`)"));
                let inside = here.name;
                let with = with.unwrap_or_default();
                let message = format!("`{missing}` is missing in `{inside}`{with}");
                let mistake = Mistake::new(place, missing, message);
                self.mistakes.push(mistake.because(here.reason));
            }
        }
        if let Some(most) = rules.max_properties.filter(|most| entries.len() > *most) {
            let name = here.name;
            self.add(
                node,
                here,
                format!("`{name}` has {} keys; the maximum is {most}", entries.len()),
            );
        }
        for (key, value) in entries {
            let inner = Here {
                name: &key.name,
                key: Some(key),
                reason: here.reason,
            };
            self.key(rules, key, here);
            if let Some(schema) = rules.properties.get(&key.name) {
                self.schema(schema, value, inner);
                continue;
            }
            match &rules.additional_properties {
                Some(Schema::Any(false)) => {
                    let message =
                        unknown_key(&key.name, rules.properties.keys().map(String::as_str));
                    self.mistakes
                        .push(Mistake::new(key.place, &key.name, message));
                }
                Some(schema) => self.schema(schema, value, inner),
                None => {}
            }
        }
    }

    /// The name of a key that its author chose.
    fn key(&mut self, rules: &Rules, key: &Key, here: Here) {
        let Some(names) = &rules.property_names else {
            return;
        };
        let name = Node {
            value: Value::Text(key.name.clone()),
            place: key.place,
        };
        if holds(names, &name) == Some(false) {
            let (name, inside) = (shown(&name.value), here.name);
            let expected = names.description().unwrap_or("another name");
            let message = format!("{name} is not a valid name in `{inside}`; expected {expected}");
            self.mistakes
                .push(Mistake::new(key.place, &key.name, message));
        }
    }
}
