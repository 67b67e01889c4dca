//! The package as a file.

use std::fs;
use std::process::Command;

use libtest_mimic::Failed;

use crate::place::{Fresh, build, build_of, says, shared};
use crate::support::project::succeed;

/// The same bytes for the same program, and what is in it is that program.
pub(crate) fn is_the_same_each_time() -> Result<(), Failed> {
    let project = shared()?;
    let program = fs::read(project.build()?.program)?;
    let scratch = tempfile::tempdir()?;
    let file = scratch.path().join("package.zip");
    let mut packages = Vec::new();
    for _ in 0..2 {
        let args = ["--zip", file.to_str().ok_or("a path")?];
        let output = build_of(&project, &project.dir, &args)?;
        assert_eq!(String::from_utf8(output.stdout)?.trim_end(), args[1]);
        packages.push(fs::read(&file)?);
    }
    assert!(packages[0] == packages[1], "it differs from run to run");

    let archive = rawzip::ZipArchive::from_slice(&packages[0])?;
    let mut entries = archive.entries();
    let entry = entries.next_entry()?.ok_or("it is empty")?;
    assert_eq!(entry.file_path().as_bytes(), b"bootstrap");
    assert_eq!(entry.mode().value(), 0o100_755);
    assert_eq!(entry.last_modified().year(), 1980);
    assert_eq!(entry.uncompressed_size_hint(), program.len() as u64);
    assert!(entries.next_entry()?.is_none(), "it holds more");
    Ok(())
}

/// As whoever unpacks it has it: one file, with its bytes and its mode.
pub(crate) fn is_read_by_unzip() -> Result<(), Failed> {
    let project = shared()?;
    let scratch = tempfile::tempdir()?;
    let file = scratch.path().join("package.zip");
    let args = ["--zip", file.to_str().ok_or("a path")?];
    build_of(&project, &project.dir, &args)?;
    let unpacked = scratch.path().join("code");
    succeed(Command::new("unzip").arg(&file).arg("-d").arg(&unpacked))?;
    let program = unpacked.join("bootstrap");
    assert_eq!(fs::read(&program)?, fs::read(project.build()?.program)?);
    assert_eq!(fs::read_dir(&unpacked)?.count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&program)?.permissions().mode() & 0o777, 0o755);
    }
    Ok(())
}

/// It is said before anything is built.
pub(crate) fn replaces_no_other_file() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let before = fs::read(fresh.dir().join("src/handler.rs"))?;
    fs::create_dir_all(fresh.dir().join("target/fc/bin"))?;
    for (file, name) in [
        ("src/handler.rs", "zip-file"),
        ("src", "zip-directory"),
        ("no/such/place.zip", "zip-nowhere"),
        ("target/fc/bin/package.zip", "zip-inside"),
        ("src/../target/fc/bin/package.zip", "zip-inside-too"),
        ("-", "zip-stdout"),
    ] {
        let output = build(&fresh.dir(), &["--zip", file]).output()?;
        says(&output, 2, name, fresh.beside())?;
    }
    assert_eq!(fs::read(fresh.dir().join("src/handler.rs"))?, before);
    assert!(!fresh.dir().join("target/fc/bin/bootstrap").exists());
    Ok(())
}
