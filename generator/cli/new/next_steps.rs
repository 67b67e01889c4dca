//! The commands to run after `new`. Each line can be pasted into a shell.

use crate::cli::output::{LITERAL, message};
use crate::cli::shell::quoted;
use crate::scaffold::tree::Destination;
use crate::text::printable;

/// Sends the sample event that every kind has, like the README of a project does.
const CALL: &str = "curl --data-binary @events/invoke.json localhost:9000/invoke";

/// Calls a web function as its clients do.
const CALL_WEB: &str = "curl localhost:9000/";

/// Commands, each group below a line that says what it does.
pub(super) struct NextSteps(Vec<(&'static str, Vec<String>)>);

impl NextSteps {
    /// The steps for a project of this kind at `target`.
    pub(super) fn new(target: &Destination, kind: &str) -> Self {
        let call = if kind == "web" { CALL_WEB } else { CALL };
        let fixed = |commands: &[&str]| commands.iter().map(ToString::to_string).collect();
        let cd = format!("cd {}", quoted(target.path()));
        Self(vec![
            ("Run the tests:", vec![cd, "cargo test".to_owned()]),
            ("Start the function on port 9000:", fixed(&["cargo run"])),
            (
                "Call it from a second terminal in the same directory:",
                fixed(&[call]),
            ),
            ("Deploy it with Serverless Devs:", fixed(&["s deploy"])),
        ])
    }

    /// The commands alone, in order.
    pub(super) fn commands(&self) -> Vec<&str> {
        self.0
            .iter()
            .flat_map(|(_, commands)| commands)
            .map(String::as_str)
            .collect()
    }

    /// Prints the steps for a person.
    pub(super) fn print(&self) {
        for (what_for, commands) in &self.0 {
            message(format_args!("\n{what_for}"));
            for command in commands {
                let command = printable(command);
                message(format_args!("  {LITERAL}{command}{LITERAL:#}"));
            }
        }
    }
}
