//! `--attach`: the function that runs in a debugger, and its port.

use std::num::NonZeroU16;
use std::str::FromStr;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{ProjectFunction, ProjectFunctions};
use crate::text::printable;

/// A port, and the name of the function behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attach {
    name: Option<String>,
    pub(super) port: u16,
}

impl FromStr for Attach {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, port) = match text.rsplit_once('=') {
            Some((name, port)) => (Some(name.to_owned()), port),
            None => (None, text),
        };
        let port: NonZeroU16 = port
            .parse()
            .map_err(|_| "pass a port, such as `9000`, or `NAME=9000`".to_owned())?;
        Ok(Self {
            name,
            port: port.get(),
        })
    }
}

impl Attach {
    /// The function of a project that is meant.
    ///
    /// # Errors
    /// There are several and none is named, or there is none of this name.
    pub(super) fn function(&self, functions: ProjectFunctions) -> Result<ProjectFunction, Failure> {
        let names = functions.own.iter();
        let names = names.map(|function| format!("`{}`", printable(&function.config.name)));
        let names = names.collect::<Vec<_>>().join(", ");
        let is_only = functions.own.len() == 1;
        let is_it = |function: &ProjectFunction| match &self.name {
            Some(name) => function.config.name == *name,
            None => is_only,
        };
        functions.own.into_iter().find(is_it).ok_or_else(|| {
            let message = match &self.name {
                Some(name) => format!("the project has no function `{}`", printable(name)),
                None => "the project has several functions".to_owned(),
            };
            let hint = format!("pass one with `--attach NAME={}`: {names}", self.port);
            Failure::new(Exit::Usage, message).hint(hint)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Attach;

    #[test]
    fn a_port_may_have_a_name() {
        let read = |text: &str| text.parse::<Attach>().ok();
        let attach = |name: Option<&str>, port| {
            let name = name.map(str::to_owned);
            Some(Attach { name, port })
        };
        assert_eq!(read("9000"), attach(None, 9000));
        assert_eq!(read("hello=9000"), attach(Some("hello"), 9000));
        for wrong in ["", "0", "hello", "hello=", "65536", "9000=hello"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
