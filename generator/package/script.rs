//! What the first line of a script says, as Linux reads it: `execve(2)`.

/// A script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Whether the mark of UTF-8 comes before `#!`.
    pub marked: bool,
    /// The first line that does not end as on UNIX, counted from 1.
    pub foreign_line: Option<usize>,
    /// The program that reads the script.
    pub interpreter: String,
    /// The rest of the line, which is one argument.
    pub argument: String,
}

impl Script {
    /// Reads a script: none if there is no `#!` at its beginning, or behind the mark of UTF-8.
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

/// The first line that ends in CR LF, or in CR alone where no line ends in LF.
fn foreign_line(text: &[u8]) -> Option<usize> {
    // What follows a NUL is an archive that the script carries.
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    if !text.contains(&b'\n') {
        return text.contains(&b'\r').then_some(1);
    }
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let at = lines.position(|line| line.ends_with(b"\r\n"))?;
    Some(at + 1)
}
