//! Two functions in one workspace, put together as `DEPLOY.md` says.

use std::fs;

use cargo_fc3::emulator::{Instance, Launch, Settings};
use libtest_mimic::Failed;

use crate::place::{Place, Project};
use crate::support::project::{self, CLI, succeed};

/// Each is built and deployed in its own folder, also when one target directory is set for both.
pub(crate) fn two_functions() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let (first, second) = (place.make("first", "json")?, place.make("second", "event")?);
    let page = first.read("DEPLOY.md")?;
    let manifest = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let manifest = manifest.ok_or("DEPLOY.md has no manifest")?;
    let manifest: Vec<_> = manifest.lines().map(str::trim_start).collect();
    fs::write(place.path().join("Cargo.toml"), manifest.join("\n"))?;
    fs::rename(first.dir.join("fc3"), place.path().join("fc3"))?;
    fs::remove_dir_all(second.dir.join("fc3"))?;
    for project in [&first, &second] {
        fs::remove_file(project.dir.join("Cargo.lock"))?;
        let mut manifest: toml::Table = project.read("Cargo.toml")?.parse()?;
        for (table, inner) in [("workspace", None), ("profile", Some("release"))] {
            let removed = manifest.remove(table).ok_or("no such table")?;
            let count = inner.map(|inner| {
                (
                    removed.get(inner).is_some(),
                    removed.as_table().map(toml::Table::len),
                )
            });
            assert!(
                count.is_none_or(|count| count == (true, Some(1))),
                "{removed}"
            );
        }
        manifest["dependencies"]["fc3"]["path"] = "../fc3".into();
        project.write("Cargo.toml", &manifest.to_string())?;
    }

    for project in [&first, &second] {
        builds_in_its_own_folder(project, &place)?;
    }
    let reply = call(&first, br#"{"name": "Ferris"}"#)?;
    assert!(reply.contains("Hello, Ferris!"), "{reply}");
    assert_eq!(call(&second, b"an event")?, "an event");
    Ok(())
}

fn builds_in_its_own_folder(project: &Project, place: &Place) -> Result<(), Failed> {
    for line in ["cargo test", "cargo bootstrap"] {
        let mut shell = project.shell(line)?;
        let said = succeed(shell.env("CARGO_TARGET_DIR", place.path().join("target")))?;
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(!said.contains("warning"), "{said}");
    }
    Ok(())
}

fn call(project: &Project, event: &[u8]) -> Result<String, Failed> {
    let program = project.dir.join("target/fc/bin/bootstrap");
    let instance = Instance::start(&Launch::new(program), &Settings::default())?;
    Ok(instance.invoke(event)?.text())
}

/// A function below a workspace of the author's is left out of it, or becomes a member, as the page
/// says. Cargo then has nothing to warn of.
pub(crate) fn in_an_existing_one() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let root = place.path().join("Cargo.toml");
    fs::create_dir(place.path().join("crates"))?;
    let function = place.make_at("hello", "event", "crates/hello")?;
    let page = function.read("DEPLOY.md")?;
    let (_, page) = page
        .split_once("## Inside an existing workspace")
        .ok_or("no such section")?;
    let block = page.split("```").nth(1).ok_or("no block")?;
    let excluding = block.strip_prefix("toml\n").ok_or("no manifest")?;
    fs::write(&root, format!("{excluding}resolver = \"3\"\n"))?;
    place.types("cargo metadata --no-deps --format-version=1")?;
    let said = function.types("cargo check")?;
    assert!(!said.contains("warning"), "{said}");

    let only_the_runtime = "exclude = [\"crates/hello/fc3\"]";
    assert!(page.contains(&format!("`{only_the_runtime}`")), "{page}");
    let mut manifest: toml::Table = function.read("Cargo.toml")?.parse()?;
    let profile = manifest.remove("profile").ok_or("no profile")?;
    manifest.remove("workspace").ok_or("no workspace")?;
    function.write("Cargo.toml", &manifest.to_string())?;
    let mut workspace: toml::Table = excluding
        .replace("exclude = [\"crates/hello\"]", only_the_runtime)
        .parse()?;
    workspace.insert("profile".to_owned(), profile);
    workspace["workspace"]
        .as_table_mut()
        .ok_or("no table")?
        .insert("resolver".to_owned(), "3".into());
    fs::write(&root, workspace.to_string())?;
    fs::remove_file(function.dir.join("Cargo.lock"))?;
    let said = function.types("cargo check")?;
    assert!(!said.contains("warning"), "{said}");
    assert!(place.path().join("Cargo.lock").is_file(), "{said}");
    assert!(!function.dir.join("Cargo.lock").exists(), "{said}");
    let said = function.runs(CLI, &["build", "--dry-run"])?;
    assert!(!said.contains("hint"), "{said}");
    Ok(())
}
