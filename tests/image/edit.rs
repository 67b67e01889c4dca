//! Copies of a project that are built one after another, with one cache.

use std::path::Path;
use std::process::{self, Command};
use std::time::SystemTime;

use libtest_mimic::Failed;

use crate::KIND;
use crate::engine::{self, Engine};
use crate::image::Image;
use crate::support::copy;
use crate::support::project::{self, CLI};

const NAME: &str = "localhost/cargo-fc3-test-edited:1";

/// Each image has its own program, though the cache has those of other copies, and all files of a
/// later copy are older. Nothing but the crates inside the project is compiled again.
pub(crate) fn compiles_its_own_crates(engine: &dyn Engine) -> Result<(), Failed> {
    let _removed = Removed(engine);
    let folder = tempfile::tempdir()?;
    // No build before had these.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let unique = format!("{} at {}", process::id(), now.as_nanos());

    let first = folder.path().join("first");
    render(&first, &format!("kind-{KIND}"))?;
    copy::mark(&first, &format!("first copy, {unique}"))?;
    engine::build(engine, &["--target", "bootstrap", "--tag", NAME], &first)?;
    engine.remove(NAME);

    let second = folder.path().join("second");
    render(&second, &format!("kind-{KIND}"))?;
    let reply = copy::mark(&second, &format!("second copy, {unique}"))?;
    copy::make_old(&second)?;
    let said = engine::build(engine, &["--tag", NAME], &second)?;
    let own = ["fc3", "inner", &format!("kind-{KIND}")];
    assert_eq!(copy::compiled(&said), own, "{said}");
    let crates = said.lines().filter(|line| line.contains("Compiling "));
    assert_eq!(crates.count(), own.len(), "{said}");
    answers(engine, &reply)?;

    // Another function, by a template of another version, whose crates have other names.
    let other = folder.path().join("other");
    render(&other, "another-name")?;
    let manifest = other.join("fc3/Cargo.toml");
    let version = std::fs::read_to_string(&manifest)?;
    let version = version.replacen("\nversion = \"", "\nversion = \"7.", 1);
    std::fs::write(manifest, version.replacen(".0\"\n", "\"\n", 1))?;
    let reply = copy::mark(&other, &format!("other function, {unique}"))?;
    copy::make_old(&other)?;
    engine::build(engine, &["--tag", NAME], &other)?;
    answers(engine, &reply)
}

fn render(folder: &Path, name: &str) -> Result<(), Failed> {
    let mut new = Command::new(CLI);
    new.args(["new", name, "--kind", KIND, "--vcs", "none", "--yes"]);
    project::succeed(new.arg("--path").arg(folder))?;
    Ok(())
}

/// Starts the image and calls it, and forgets it then.
fn answers(engine: &dyn Engine, reply: &str) -> Result<(), Failed> {
    let image = Image::read(engine, NAME)?;
    let running = engine.start(&image)?;
    let answer = running.invoke(b"an event");
    let ended = running.terminate()?;
    assert_eq!(answer?.text(), reply);
    assert_eq!(ended, Some(0));
    engine.remove(NAME);
    Ok(())
}

/// Removes the image, whatever comes of the check.
struct Removed<'a>(&'a dyn Engine);

impl Drop for Removed<'_> {
    fn drop(&mut self) {
        self.0.remove(NAME);
    }
}
