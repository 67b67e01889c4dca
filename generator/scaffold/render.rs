//! From a spec to a project, without a look at the world: the same answers give the same bytes.
//!
//! `cargo generate` does the same with the same template, by `overlay.rhai` and Liquid. What the two
//! engines read differently, no rendered file may hold; a test sees to that.

use std::collections::BTreeMap;

use handlebars::Handlebars;
use thiserror::Error;

use super::answers::Answers;
use super::names::FunctionName;
use super::template::{KINDS, MANIFEST, PARTS, SUFFIX, Template};
use super::tree::{PathError, Tree};

/// All that a project is made from, besides the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The function's name.
    pub name: FunctionName,
    /// What else was asked.
    pub answers: Answers,
}

/// Renders the project that `spec` describes.
///
/// # Errors
/// The template is wrong, which its tests rule out for the embedded one.
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

/// What placeholders stand for: nothing that differs by machine, and the manifest's own.
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

/// The base with one kind laid over it, file by file, and no trace of how that is done.
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

/// What is wrong with a template.
#[derive(Debug, Error)]
pub enum RenderError {
    /// Two of its files become one.
    #[error("the template has `{0}` twice")]
    Twice(String),
    /// A file that is to be rendered is no UTF-8.
    #[error("`{0}` in the template is not a text")]
    NotText(String),
    /// A file holds a placeholder that is not known, or none at all.
    #[error("`{path}` in the template: {source}")]
    Engine {
        /// The file.
        path: String,
        /// What the engine says.
        source: Box<handlebars::RenderError>,
    },
    /// A file has a path that is none.
    #[error(transparent)]
    Path(#[from] PathError),
}
