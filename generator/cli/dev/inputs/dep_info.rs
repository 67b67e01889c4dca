//! Dep-info: the file beside a program in which cargo lists what the program was made of, in the
//! syntax of a makefile.

use std::path::{Path, PathBuf};

/// The dep-info of a program.
pub(super) fn beside(program: &Path) -> PathBuf {
    program.with_extension("d")
}

/// The dependencies in a dep-info, as they are written there. A space in a path has a backslash.
pub(super) fn parse(text: &str) -> Vec<PathBuf> {
    let rules = text.lines().filter_map(|line| line.split_once(": "));
    let mut files = Vec::new();
    for (_, dependencies) in rules {
        let mut path = String::new();
        for part in dependencies.split(' ') {
            path.push_str(part);
            if path.ends_with('\\') {
                path.pop();
                path.push(' ');
            } else if !path.is_empty() {
                files.push(PathBuf::from(std::mem::take(&mut path)));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{beside, parse};

    #[test]
    fn a_path_may_have_spaces() {
        let text = "/my\\ project/target/debug/bootstrap: /my\\ project/src/main.rs \
                    /my\\ project/two\\ \\ spaces.txt /plain.rs\n";
        let expected = [
            "/my project/src/main.rs",
            "/my project/two  spaces.txt",
            "/plain.rs",
        ];
        assert_eq!(parse(text), expected.map(Path::new));
    }

    #[test]
    fn windows_has_backslashes_and_drives() {
        let text = "C:\\p\\bootstrap.exe: C:\\p\\src\\main.rs C:\\p\\a\\ b.rs\n";
        assert_eq!(
            parse(text),
            ["C:\\p\\src\\main.rs", "C:\\p\\a b.rs"].map(Path::new)
        );
        assert_eq!(parse("/a/bootstrap:\n"), Vec::<&Path>::new());
        let program = Path::new("/p/target/debug/bootstrap.exe");
        assert_eq!(beside(program), Path::new("/p/target/debug/bootstrap.d"));
    }
}
