//! Packages as the usual tools make them, rightly and with the usual mistakes.

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::packages::broken;
use crate::packages::elf::fixed;

type Result<T> = std::result::Result<T, Failed>;

/// A folder `function` with a `bootstrap` in it.
fn folder() -> Result<tempfile::TempDir> {
    let scratch = tempfile::tempdir()?;
    let function = scratch.path().join("function");
    fs::create_dir(&function)?;
    fs::write(function.join("bootstrap"), fixed())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(function.join("bootstrap"), mode)?;
    }
    Ok(scratch)
}

/// The rules that a command's package breaks.
fn breaks(program: &str, args: &[&str], place: &Path) -> Result<Vec<&'static str>> {
    let output = Command::new(program)
        .args(args)
        .current_dir(place)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    let package = fs::read(place.join("package.zip"))?;
    Ok(broken(&package).into_iter().map(|(id, _)| id).collect())
}

pub(crate) fn zip_in_the_folder() -> Result<()> {
    let scratch = folder()?;
    let place = scratch.path().join("function");
    assert_eq!(breaks("zip", &["-r", "package.zip", "."], &place)?, [""; 0]);
    Ok(())
}

pub(crate) fn zip_of_the_folder() -> Result<()> {
    let scratch = folder()?;
    let args = ["-r", "package.zip", "function"];
    assert_eq!(breaks("zip", &args, scratch.path())?, ["package-bootstrap"]);
    Ok(())
}

/// As Python does on Windows.
pub(crate) fn python_without_modes() -> Result<()> {
    let scratch = folder()?;
    let script = "import zipfile\n\
                  entry = zipfile.ZipInfo('bootstrap')\n\
                  entry.create_system = 0\n\
                  with zipfile.ZipFile('package.zip', 'w') as package:\n\
                  \x20   package.writestr(entry, open('function/bootstrap', 'rb').read())\n";
    let broken = breaks("python3", &["-c", script], scratch.path())?;
    assert_eq!(broken, ["package-mode"]);
    Ok(())
}

pub(crate) fn python_with_a_text() -> Result<()> {
    let scratch = folder()?;
    let script = "import zipfile\n\
                  with zipfile.ZipFile('package.zip', 'w') as package:\n\
                  \x20   package.writestr('bootstrap', '#!/bin/sh\\r\\n')\n";
    let broken = breaks("python3", &["-c", script], scratch.path())?;
    assert_eq!(broken, ["package-mode", "package-line-ends"]);
    Ok(())
}
