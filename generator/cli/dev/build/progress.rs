//! The lines that cargo writes to stderr while it builds: its progress, and its own words.

use std::sync::LazyLock;

use regex::Regex;

use crate::cli::talk::Progress;

/// Cargo's progress bar, as in `Building [=====>    ] 3/61: serde, tokio`.
static BAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^ *Building \[[=> ]*\] (\d+)/(\d+)(?:: (.*))?$").expect("a valid expression")
});

/// Cargo's summary of the warnings of a crate, which were shown one by one.
static SUMMARY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^warning: `[^`]*` \(.*\) generated \d+ warnings?\b").expect("a valid expression")
});

/// The width of the verb with which a status line begins.
const VERB: usize = 12;

impl Progress {
    /// Reads a line that the next one replaces.
    pub(super) fn of_bar(line: &str) -> Option<Self> {
        let bar = BAR.captures(line.trim_end())?;
        Some(Self::Compiling {
            done: bar[1].parse().ok()?,
            total: bar[2].parse().ok()?,
            crates: bar
                .get(3)
                .map_or_else(String::new, |crates| crates.as_str().to_owned()),
        })
    }

    /// Reads a status line.
    fn of_status(verb: &str, rest: &str) -> Option<Self> {
        match verb {
            "Blocking" => {
                let lock = rest
                    .strip_prefix("waiting for file lock on ")
                    .unwrap_or(rest);
                let lock = lock.to_owned();
                Some(Self::Waiting { lock })
            }
            "Compiling" => Some(Self::Started),
            "Updating" | "Downloading" | "Downloaded" | "Locking" => {
                Some(Self::Fetching(format!("{verb} {rest}")))
            }
            _ => None,
        }
    }
}

/// What a line of stderr is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// A status line, which may be about progress.
    Status(Option<Progress>),
    /// A summary of what the compiler said itself.
    Summary,
    /// A warning or an error.
    Text,
}

impl Words {
    pub(super) fn of(line: &str) -> Self {
        if SUMMARY.is_match(line) {
            return Self::Summary;
        }
        let status = line.split_at_checked(VERB);
        let status =
            status.and_then(|(verb, rest)| Some((verb.trim_start(), rest.strip_prefix(' ')?)));
        let is_verb = |verb: &str| {
            verb.starts_with(|first: char| first.is_ascii_uppercase())
                && verb.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        match status {
            Some((verb, rest)) if is_verb(verb) => Self::Status(Progress::of_status(verb, rest)),
            _ => Self::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Progress, Words};

    #[test]
    fn cargo_counts_what_it_compiles() {
        let bar = "    Building [======>                      ] 1/4: hello(build.rs)        ";
        let expected = Progress::Compiling {
            done: 1,
            total: 4,
            crates: "hello(build.rs)".to_owned(),
        };
        assert_eq!(Progress::of_bar(bar), Some(expected));
        assert_eq!(Progress::of_bar("    Building"), None);
    }

    #[test]
    fn status_lines_are_no_words_of_the_compiler() {
        let blocking = "    Blocking waiting for file lock on build directory";
        let lock = "build directory".to_owned();
        assert_eq!(
            Words::of(blocking),
            Words::Status(Some(Progress::Waiting { lock }))
        );
        let compiling = "   Compiling hello v0.1.0 (/p)";
        assert_eq!(Words::of(compiling), Words::Status(Some(Progress::Started)));
        let finished = "    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.01s";
        assert_eq!(Words::of(finished), Words::Status(None));
        let summary = "warning: `hello` (bin \"bootstrap\") generated 2 warnings (run `cargo fix`)";
        assert_eq!(Words::of(summary), Words::Summary);
        for text in [
            "error: could not compile `hello` (bin \"bootstrap\") due to 1 previous error",
            "warning: hello@0.1.0: said by a build script",
            "Caused by:",
            "  process didn't exit successfully",
            "",
        ] {
            assert_eq!(Words::of(text), Words::Text, "{text}");
        }
    }
}
