//! What is asked for, and where the answers go.

use cargo_fc3::scaffold::template::{PARTS, Template};
use regex::Regex;

use super::{finished, kinds, manifest, project};

/// Liquid and Handlebars read no more than this alike.
#[test]
fn rendered_files_hold_known_placeholders_and_nothing_else_that_an_engine_reads() {
    let placeholder = Regex::new(r"^\{\{ ?([a-z_-]+) ?\}\}").expect("a pattern");
    for (path, bytes) in Template::embedded().files() {
        let (kind, finished) = finished(path);
        if !manifest().renders(finished) {
            continue;
        }
        let text = std::str::from_utf8(bytes).expect("text");
        for forbidden in ["\\{{", "{{{", "{%"] {
            assert!(!text.contains(forbidden), "{path} holds {forbidden}");
        }
        let known = manifest().placeholders().filter(|placeholder| match kind {
            Some(kind) => placeholder.is_asked_for(kind),
            None => placeholder.only_for.is_none(),
        });
        let known: Vec<_> = known.map(|placeholder| placeholder.name.as_str()).collect();
        for (at, _) in text.match_indices("{{") {
            let rest: String = text[at..].chars().take(40).collect();
            let name = placeholder.captures(&rest).map(|found| found[1].to_owned());
            let name = name.unwrap_or_else(|| panic!("{path} holds {rest:?}"));
            let fixed = name == "project-name" || name == "crate_name";
            assert!(
                fixed || known.contains(&&*name),
                "{path} holds the unknown `{name}`"
            );
        }
    }
}

/// A placeholder in a file that is copied would reach the user as it is.
#[test]
fn copied_files_hold_no_placeholder() {
    let names = manifest()
        .placeholders()
        .map(|placeholder| placeholder.name.as_str());
    let names: Vec<_> = names.chain(["project-name", "crate_name"]).collect();
    let placeholder = Regex::new(&format!(r"\{{\{{ ?({}) ?\}}\}}", names.join("|")));
    let placeholder = placeholder.expect("a pattern");
    for (path, bytes) in Template::embedded().files() {
        let finished = finished(path).1;
        if !manifest().renders(finished) && !finished.starts_with(PARTS) {
            let text = String::from_utf8_lossy(bytes);
            assert!(!placeholder.is_match(&text), "{path} holds a placeholder");
        }
    }
}

#[test]
fn every_rendered_file_is_in_every_kind() {
    for kind in kinds() {
        let project = project(&kind);
        for path in manifest().include() {
            assert!(project.get(path).is_some(), "{kind} has no {path}");
        }
    }
}

/// A terminal has 80 columns, of which the frame of a question takes three.
#[test]
fn a_question_fits_into_a_line() {
    for placeholder in manifest().placeholders() {
        let prompt = &placeholder.prompt;
        assert!(prompt.chars().count() <= 77, "too long to ask: {prompt}");
    }
}
