//! Reads the first line of a script like Linux does: `execve(2)`.

/// A script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Whether a byte order mark precedes `#!`.
    pub marked: bool,
    /// The first line without a UNIX line ending, counted from 1.
    pub foreign_line: Option<usize>,
    /// The interpreter of the script.
    pub interpreter: String,
    /// The rest of the line, which is a single argument.
    pub argument: String,
}

impl Script {
    /// Reads a script. Returns `None` unless it begins with `#!`, possibly after a byte order mark.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let unmarked = bytes.strip_prefix(MARK);
        let text = unmarked.unwrap_or(bytes).strip_prefix(b"#!")?;
        let first = text.split(|byte| matches!(byte, b'\n' | b'\r')).next();
        let first = String::from_utf8_lossy(first.unwrap_or_default());
        let first = first.trim_matches([' ', '\t']);
        let (interpreter, argument) = first.split_once([' ', '\t']).unwrap_or((first, ""));
        Some(Self {
            marked: unmarked.is_some(),
            foreign_line: foreign_line(text),
            interpreter: interpreter.to_owned(),
            argument: argument.trim_start_matches([' ', '\t']).to_owned(),
        })
    }
}

/// The first line that ends with CR LF, or with CR alone if no line ends with LF.
fn foreign_line(text: &[u8]) -> Option<usize> {
    // Anything after a NUL is an archive inside the script.
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    if !text.contains(&b'\n') {
        return text.contains(&b'\r').then_some(1);
    }
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let at = lines.position(|line| line.ends_with(b"\r\n"))?;
    Some(at + 1)
}
