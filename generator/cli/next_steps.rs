//! What to type after `new`: each line works when it is pasted into a shell.

use std::path::Path;

use anstream::eprintln;

use super::style::LITERAL;
use crate::spec::without_controls;
use crate::tree::{Target, Tree};

/// The sample event that every kind of ours has.
const SAMPLE: &str = "events/invoke.json";

/// Commands below a line that says what for.
pub(super) struct NextSteps(Vec<(&'static str, Vec<String>)>);

impl NextSteps {
    /// Those for a project that is at `target`.
    pub(super) fn new(target: &Target, tree: &Tree) -> Self {
        let fixed = |commands: &[&str]| commands.iter().map(ToString::to_string).collect();
        let cd = format!("cd {}", quoted(target.path()));
        let mut steps = vec![
            ("Test it:", vec![cd, "cargo test --locked".to_owned()]),
            ("Start it, on port 9000:", fixed(&["cargo run --locked"])),
        ];
        if let Some(event) = sample(tree) {
            let curl = format!("curl --data-binary @{event} localhost:9000/invoke");
            steps.push((
                "Call it, from a second terminal in the same directory:",
                vec![curl],
            ));
        }
        steps.push(("Deploy it, with Serverless Devs:", fixed(&["s deploy"])));
        Self(steps)
    }

    /// The commands alone, in their order.
    pub(super) fn commands(&self) -> Vec<&str> {
        self.0
            .iter()
            .flat_map(|(_, commands)| commands)
            .map(String::as_str)
            .collect()
    }

    /// Tells them to a person.
    pub(super) fn tell(&self) {
        for (what_for, commands) in &self.0 {
            eprintln!("\n{what_for}");
            for command in commands {
                let command = without_controls(command);
                eprintln!("  {LITERAL}{command}{LITERAL:#}");
            }
        }
    }
}

/// The sample event that stands for a kind, else its first.
fn sample(tree: &Tree) -> Option<&str> {
    let mut samples = tree
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("events/"));
    if tree.get(SAMPLE).is_some() {
        return Some(SAMPLE);
    }
    samples.next()
}

/// A path as one word of a shell, and never a flag.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if text.starts_with('-') {
        format!("./{text}")
    } else {
        text.into_owned()
    };
    // Only a NUL cannot be quoted, and no path holds one.
    shlex::try_quote(&text).map_or_else(|_| text.clone(), std::borrow::Cow::into_owned)
}
