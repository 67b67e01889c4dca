//! `--attach`: the function that runs in a debugger, and its port.

use std::num::NonZeroU16;
use std::str::FromStr;

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::ProjectFunctions;
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
    /// Leaves only the function that is meant, of all projects. Returns the number of its project.
    ///
    /// # Errors
    /// There are several and none is named, or there is none of this name.
    pub(super) fn choose(&self, projects: &mut [ProjectFunctions]) -> Result<usize, Failure> {
        let all = projects.iter().enumerate();
        let all = all.flat_map(|(at, functions)| functions.names().map(move |name| (at, name)));
        let all: Vec<_> = all.collect();
        let is_it = |known: &str| match &self.name {
            Some(name) => known == name,
            None => all.len() == 1,
        };
        let Some((at, chosen)) = all.iter().find(|(_, known)| is_it(known)) else {
            let names = all.iter().map(|(_, name)| format!("`{}`", printable(name)));
            let names = names.collect::<Vec<_>>().join(", ");
            let message = match &self.name {
                Some(name) => format!("no function here is named `{}`", printable(name)),
                None => "there are several functions here".to_owned(),
            };
            let hint = format!("pass one with `--attach NAME={}`: {names}", self.port);
            return Err(Failure::new(Exit::Usage, message).hint(hint));
        };
        for functions in projects {
            functions.own.retain(|own| own.config.name == *chosen);
            functions.others.clear();
        }
        Ok(*at)
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
