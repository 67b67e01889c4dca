//! Text from the user inside our messages. It must not control the terminal.

use std::path::Path;

/// Text from the user for use in a message: escaped and truncated.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 80;
    let escaped = |char: char| match char {
        '"' | '\'' | '\\' => char.to_string(),
        char => char.escape_debug().to_string(),
    };
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(SHOWN).map(escaped).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// A path for use in a message: escaped but not truncated, since the user may need it.
pub(crate) fn printable_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// The same text, with an escape for each character that would control a terminal.
pub(crate) fn printable(text: &str) -> String {
    let escaped = |char: char| match char {
        char if char.is_control() => char.escape_debug().to_string(),
        char => char.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_what_is_long_ends() {
        assert_eq!(excerpt("it's \"x\" \\ 日本"), "it's \"x\" \\ 日本");
        assert_eq!(
            excerpt("\u{1b}[1m\u{7}\u{202e}\n"),
            "\\u{1b}[1m\\u{7}\\u{202e}\\n"
        );
        assert_eq!(excerpt(&"日".repeat(80)), "日".repeat(80));
        assert_eq!(excerpt(&"日".repeat(81)), format!("{}…", "日".repeat(80)));
        let long = "x".repeat(4096);
        assert_eq!(printable_path(Path::new(&long)), long);
        assert_eq!(printable("a\tb\u{9b}"), "a\\tb\\u{9b}");
    }
}
