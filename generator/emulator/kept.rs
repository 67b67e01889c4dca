//! The directory of `--data`: the account and its key, readable by their owner alone.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

use super::control::{Account, KeptAccount};

/// The file of the account.
const FILE: &str = "account.json";

/// The account of a directory, which is created if it does not exist, or a new account.
///
/// # Errors
/// The directory or the file cannot be read or written, or others may read the file.
pub(super) fn account(directory: Option<&Path>, region: &str) -> io::Result<Account> {
    let Some(directory) = directory else {
        return Account::new(region);
    };
    create(directory)?;
    let file = directory.join(FILE);
    match fs::read(&file) {
        Ok(text) => {
            ensure_private(&file)?;
            let kept: KeptAccount = serde_json::from_slice(&text).map_err(|error| {
                // The words of the parser may contain a value.
                let (line, column) = (error.line(), error.column());
                let message = format!("`{}`:{line}:{column} is not valid", file.display());
                io::Error::new(io::ErrorKind::InvalidData, message)
            })?;
            Ok(Account::of_kept(kept, region))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let account = Account::new(region)?;
            // A temporary file is readable by its owner alone.
            let mut temporary = Builder::new().prefix(".account").tempfile_in(directory)?;
            let text = serde_json::to_vec_pretty(&account.kept())?;
            temporary.write_all(&text)?;
            temporary.as_file().sync_all()?;
            temporary.persist(&file)?;
            Ok(account)
        }
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn create(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn create(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(unix)]
fn ensure_private(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS: u32 = 0o077;
    if fs::metadata(file)?.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    let shown = file.display();
    let message = format!("others may read `{shown}`, which has a key; run `chmod 600 {shown}`");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

#[cfg(not(unix))]
fn ensure_private(_file: &Path) -> io::Result<()> {
    Ok(())
}
