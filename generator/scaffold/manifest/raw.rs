//! The manifest as it is written, and its conversion into the checked one.

use std::fmt::Display;

use regex::Regex;
use serde::Deserialize;

use super::{Choice, Constraint, KIND, Manifest, ManifestError, Placeholder};

/// The only hook; for `cargo fc3 new`, `render` does its work.
const HOOK: &str = "overlay.rhai";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    template: RawTemplate,
    hooks: RawHooks,
    placeholders: toml::Table,
    #[serde(default)]
    conditional: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplate {
    #[serde(rename = "cargo_generate_version")]
    _version: String,
    include: Vec<String>,
    fmt: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHooks {
    pre: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConditional {
    placeholders: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaceholder {
    r#type: String,
    prompt: String,
    default: String,
    choices: Option<Vec<RawChoice>>,
    regex: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawChoice {
    Plain(String),
    Labelled(RawLabelled),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabelled {
    value: String,
    label: String,
}

type Result<T> = std::result::Result<T, ManifestError>;

fn error(place: &str, why: &dyn Display) -> ManifestError {
    ManifestError {
        place: place.to_owned(),
        why: why.to_string(),
    }
}

fn ensure(fine: bool, place: &str, why: &str) -> Result<()> {
    if fine {
        Ok(())
    } else {
        Err(error(place, &why))
    }
}

pub(super) fn parse(toml: &str) -> Result<Manifest> {
    let raw: RawManifest = toml::from_str(toml).map_err(|why| error("the file", &why))?;
    ensure(
        !raw.template.fmt,
        "fmt",
        "`cargo fc3 new` and `cargo generate` would write different files",
    )?;
    ensure(
        raw.hooks.pre == [HOOK],
        "hooks",
        "`render` supports only the hook `overlay.rhai`",
    )?;
    let hook = HOOK.to_owned();
    let include = raw
        .template
        .include
        .iter()
        .map(|path| included(path))
        .collect::<Result<_>>()?;

    let mut placeholders = Vec::new();
    for (name, value) in raw.placeholders {
        placeholders.push(placeholder(name, value, None)?);
    }
    let at = placeholders
        .iter()
        .position(|placeholder| placeholder.name == KIND);
    let kind = placeholders.remove(at.ok_or_else(|| error("placeholders", &"`kind` is missing"))?);
    let Constraint::Choices(kinds) = &kind.constraint else {
        return Err(error(KIND, &"it has no choices"));
    };

    for (condition, value) in raw.conditional {
        let only_for = kind_of(&condition)
            .filter(|only| kinds.iter().any(|kind| kind.value == *only))
            .ok_or_else(|| {
                error(
                    &condition,
                    &"only a condition `kind == \"…\"` with an existing kind is supported",
                )
            })?;
        let block: RawConditional = value.try_into().map_err(|why| error(&condition, &why))?;
        for (name, value) in block.placeholders {
            let unconditional =
                |known: &Placeholder| known.name == name && known.only_for.is_none();
            ensure(name != KIND, KIND, "it cannot depend on itself")?;
            ensure(
                !placeholders.iter().any(unconditional),
                &name,
                "it already exists for every kind",
            )?;
            let placeholder = placeholder(name, value, Some(only_for))?;
            // A flag for several kinds would need the choices of each.
            let is_text = matches!(placeholder.constraint, Constraint::Pattern(_));
            ensure(
                is_text,
                &placeholder.name,
                "a placeholder of a kind must be a text",
            )?;
            placeholders.push(placeholder);
        }
    }
    Ok(Manifest {
        include,
        hook,
        kinds: kinds.clone(),
        kind,
        others: placeholders,
    })
}

/// A path in `include`, without the leading `/` for the project's root.
fn included(path: &str) -> Result<String> {
    let plain = path
        .strip_prefix('/')
        .filter(|rest| !rest.contains(['*', '?', '[', '!', '\\']));
    match plain {
        Some(plain) => Ok(plain.to_owned()),
        None => Err(error(
            path,
            &"a path in `include` must begin with `/` and must not be a pattern",
        )),
    }
}

fn kind_of(condition: &str) -> Option<&str> {
    condition.strip_prefix("kind == \"")?.strip_suffix('"')
}

fn placeholder(name: String, value: toml::Value, only_for: Option<&str>) -> Result<Placeholder> {
    let raw: RawPlaceholder = value.try_into().map_err(|why| error(&name, &why))?;
    let word = |char: char| char.is_ascii_lowercase() || matches!(char, '_' | '-');
    ensure(
        !name.is_empty() && name.chars().all(word),
        &name,
        "its name is not a word",
    )?;
    ensure(raw.r#type == "string", &name, "its type is not `string`")?;
    let constraint = match (raw.choices, raw.regex) {
        (Some(choices), None) => Constraint::Choices(choices.into_iter().map(choice).collect()),
        (None, Some(regex)) => {
            let anchored = regex.starts_with('^') && regex.ends_with('$');
            ensure(
                anchored,
                &name,
                "its `regex` does not begin with `^` and end with `$`",
            )?;
            Constraint::Pattern(Regex::new(&regex).map_err(|why| error(&name, &why))?)
        }
        _ => return Err(error(&name, &"it needs either `choices` or `regex`")),
    };
    constraint
        .accept(&raw.default)
        .map_err(|why| error(&name, &format!("its default {why}")))?;
    Ok(Placeholder {
        name,
        prompt: raw.prompt,
        default: raw.default,
        constraint,
        only_for: only_for.map(str::to_owned),
    })
}

fn choice(raw: RawChoice) -> Choice {
    match raw {
        RawChoice::Plain(value) => Choice {
            label: value.clone(),
            value,
        },
        RawChoice::Labelled(RawLabelled { value, label }) => Choice { value, label },
    }
}
