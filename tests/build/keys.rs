//! The access key of a deployment: a build says that there is none, wherever Serverless Devs looks.

use std::fs;
use std::process::Command;

use libtest_mimic::Failed;

use crate::place::{Fresh, KEY, build};

/// What is said of the alias `default`.
const HINT: &str = "hint: `s deploy` will find no access key with the alias `default`: see the keys \
                    with `s config get`, and add one with `s config add`\n";

pub(crate) fn are_missed() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let home = fresh.beside().join("home");
    fs::create_dir_all(home.join(".s"))?;
    let without_key = || {
        let mut command = build(&fresh.dir(), &["--docker"]);
        for name in KEY {
            command.env_remove(name);
        }
        command.env("HOME", &home).env("PATH", "");
        command
    };
    is_missed(&mut without_key(), true)?;
    for name in KEY {
        is_missed(without_key().env(name, "x"), true)?;
    }
    is_missed(build(&fresh.dir(), &["--docker"]).env("PATH", ""), false)?;
    is_missed(
        without_key().env("default_serverless_devs_key", "{}"),
        false,
    )?;

    let lines = KEY.map(|name| format!("{name}=x\n"));
    fs::write(fresh.dir().join(".env"), lines.concat())?;
    is_missed(&mut without_key(), false)?;
    fs::remove_file(fresh.dir().join(".env"))?;

    fs::write(home.join(".s/access.yaml"), "other:\n  AccountID: U2Fs\n")?;
    is_missed(&mut without_key(), true)?;
    fresh.edit("s.yaml", "access: default", "access: other")?;
    is_missed(&mut without_key(), false)?;
    let elsewhere = fresh.beside();
    is_missed(
        without_key().env("serverless_devs_config_home", elsewhere),
        true,
    )?;
    fresh.edit("s.yaml", "access: other", "access: ${env('ALIAS', 'x')}")?;
    is_missed(&mut without_key(), false)
}

/// Whether a build says that there is no key. It goes on in any case.
fn is_missed(command: &mut Command, is_missed: bool) -> Result<(), Failed> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let hint = said.contains("`s deploy` will find no access key");
    assert_eq!(hint, is_missed, "{said}");
    assert!(said.contains("no Docker engine is running"), "{said}");
    if is_missed && said.contains("`default`") {
        assert!(said.starts_with(HINT), "{said}");
    }
    Ok(())
}
