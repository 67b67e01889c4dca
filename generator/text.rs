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

/// The same text, with an escape for each character that would control a terminal or hide a part of
/// the text.
pub(crate) fn printable(text: &str) -> String {
    let escaped = |char: char| match char {
        char if is_unseen(char) => char.escape_debug().to_string(),
        char => char.to_string(),
    };
    text.chars().map(escaped).collect()
}

/// The same JSON, with the escapes of JSON for these characters. They occur only in its strings.
pub(crate) fn printable_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        if char != '\n' && is_unseen(char) {
            let units = &mut [0; 2];
            let units = char.encode_utf16(units).iter();
            escaped.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            escaped.push(char);
        }
    }
    escaped
}

/// Whether a character acts instead of being seen: controls, marks of the direction of text,
/// separators of lines, and characters without a width. The joiners of emoji and of some scripts are
/// not among them.
pub(crate) fn is_unseen(char: char) -> bool {
    let has_no_shape = |char| {
        matches!(char, '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    char.is_control() || has_no_shape(char)
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

    #[test]
    fn what_hides_a_part_of_a_text_is_escaped_and_what_joins_is_kept() {
        let text = "a\u{202e}b\u{2028}c\u{feff}d\u{e0041}e";
        let expected = "a\\u{202e}b\\u{2028}c\\u{feff}d\\u{e0041}e";
        assert_eq!(printable(text), expected);
        let joined = "\u{1f468}\u{200d}\u{1f469} \u{628}\u{200c}";
        assert_eq!(printable(joined), joined);
        let json = serde_json::to_string_pretty(&[text, "\u{1b}\u{9b}\n"]).expect("JSON");
        let printable = printable_json(&json);
        assert!(
            printable.contains(r"a\u202eb\u2028c\ufeffd\udb40\udc41e"),
            "{printable}"
        );
        assert!(printable.contains(r"\u001b\u009b\n"), "{printable}");
        let read: [String; 2] = serde_json::from_str(&printable).expect("JSON");
        assert_eq!(read[0], text);
    }
}
