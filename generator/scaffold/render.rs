//! Renders a project from a spec. It depends on nothing else: the same values give the same bytes.
//!
//! `cargo generate` does the same with the same template, with `overlay.rhai` and Liquid. A test
//! makes sure that no rendered file contains text that the two engines read differently.

use std::collections::BTreeMap;

use handlebars::Handlebars;
use thiserror::Error;

use super::answers::Answers;
use super::names::FunctionName;
use super::template::{KINDS, MANIFEST, PARTS, SUFFIX, Template};
use super::tree::{PathError, Tree};

/// Everything that a project is made from, except the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The name of the function.
    pub name: FunctionName,
    /// The values of the placeholders.
    pub answers: Answers,
}

/// Renders the project that `spec` describes.
///
/// # Errors
/// If the template is invalid. Tests rule this out for the embedded template.
pub fn render(template: &Template, spec: &Spec) -> Result<Tree, RenderError> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(handlebars::no_escape);
    let values = values(spec);

    let mut tree = Tree::default();
    for (path, bytes) in overlay(template, spec.answers.kind()) {
        let finished = path.strip_suffix(SUFFIX).unwrap_or(path);
        if tree.get(finished).is_some() {
            return Err(RenderError::Twice(finished.to_owned()));
        }
        if template.manifest().renders(finished) {
            let text = std::str::from_utf8(bytes)
                .map_err(|_| RenderError::NotText(finished.to_owned()))?;
            let text =
                engine
                    .render_template(text, &values)
                    .map_err(|source| RenderError::Engine {
                        path: finished.to_owned(),
                        source: Box::new(source),
                    })?;
            tree.insert(finished, text.into_bytes())?;
        } else {
            tree.insert(finished, bytes.to_vec())?;
        }
    }
    Ok(tree)
}

/// The values of all placeholders: those of the manifest, and nothing that depends on the machine.
fn values(spec: &Spec) -> BTreeMap<&str, String> {
    let answers = spec
        .answers
        .iter()
        .map(|(name, value)| (name, value.to_owned()));
    let names = [
        ("project-name", spec.name.as_str().to_owned()),
        ("crate_name", spec.name.crate_name()),
    ];
    answers.chain(names).collect()
}

/// The base files, with the files of one kind replacing or adding to them. Helper files of the
/// template are left out.
fn overlay<'a>(template: &'a Template, kind: &str) -> BTreeMap<&'a str, &'a [u8]> {
    let mut files = BTreeMap::new();
    let mut over = Vec::new();
    for (path, bytes) in template.files() {
        if let Some(inside) = path.strip_prefix(KINDS) {
            let inside = inside
                .strip_prefix(kind)
                .and_then(|rest| rest.strip_prefix('/'));
            let inside = inside.filter(|path| !path.starts_with(PARTS));
            over.extend(inside.map(|path| (path, bytes.as_slice())));
        } else if path != MANIFEST && path != template.manifest().hook() && !path.starts_with(PARTS)
        {
            files.insert(path.as_str(), bytes.as_slice());
        }
    }
    files.extend(over);
    files
}

/// A problem with a template.
#[derive(Debug, Error)]
pub enum RenderError {
    /// Two files have the same path in the project.
    #[error("the template contains `{0}` twice")]
    Twice(String),
    /// A file to render is not UTF-8.
    #[error("`{0}` in the template is not a text file")]
    NotText(String),
    /// A file contains an unknown or malformed placeholder.
    #[error("`{path}` in the template: {source}")]
    Engine {
        /// The file.
        path: String,
        /// The error of the engine.
        source: Box<handlebars::RenderError>,
    },
    /// A file has an invalid path.
    #[error(transparent)]
    Path(#[from] PathError),
}
