//! What an author changes in a project, as its README says.

use libtest_mimic::Failed;

use crate::place::{Place, Project};
use crate::support::project::{self, CLI};

/// A handler of two triggers.
const OF_TWO: &str = "\
use fc3::events::{oss, timer};
use fc3::{Context, Either, Function, Result};

pub struct Handler;

impl Function for Handler {
    type Event = fc3::Either<oss::Event, timer::Event>;
    type Reply = ();

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    async fn handle(&self, event: Self::Event, _cx: &Context) -> Result<()> {
        match event {
            Either::Left(change) => tracing::info!(\"{} changes\", change.events.len()),
            Either::Right(run) => tracing::info!(\"due at {:?}\", run.trigger_time),
        }
        Ok(())
    }
}
";

/// A test beside the handler.
const OWN_TEST: &str = "\
use fc3::testing::{Instance, sample};
use hello::handler::Handler;

#[tokio::test]
async fn the_sample_comes_back() -> fc3::Result<()> {
    let function = Instance::<Handler>::start().await?;
    let event = sample(\"invoke.json\")?;
    assert_eq!(function.invoke(event.clone()).await?, event);
    Ok(())
}
";

/// The lock file is then behind, and what it names may be too new: for what the manifest says, or for
/// the Rust that it states. Everyday commands bring it up to date; a release refuses it.
pub(crate) fn dependency_by_hand() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    // The newest `kstring` needs a newer Rust than a project states.
    depends_on(&project, "kstring = \"2\"")?;
    let refused = project.shell(&format!("'{CLI}' build"))?.output()?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains("`Cargo.lock` is behind `Cargo.toml`"),
        "{said}"
    );
    assert!(said.contains("`cargo check`"), "{said}");

    let built = project.types("cargo bootstrap")?;
    let locked = version_of(&project, "kstring")?;
    assert!(built.contains(&format!("kstring v{locked}")), "{built}");
    project.types(&format!("'{CLI}' build"))?;

    // What is locked is now too new for the manifest.
    assert_ne!(locked, "2.0.0");
    project.replace("Cargo.toml", "kstring = \"2\"", "kstring = \"=2.0.0\"")?;
    project.types("cargo test")?;
    assert_eq!(version_of(&project, "kstring")?, "2.0.0");
    project.types("cargo bootstrap")?;
    Ok(())
}

pub(crate) fn dependency_by_cargo() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    project.types("cargo add fastrand")?;
    project.replace(
        "src/handler.rs",
        "        Ok(event)",
        "        let _ = fastrand::u8(..);\n        Ok(event)",
    )?;
    project.types("cargo bootstrap")?;
    project.types("cargo test")?;
    project.types("cargo build")?;
    project.types("cargo bootstrap --locked --offline")?;
    Ok(())
}

pub(crate) fn second_trigger() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "oss")?;
    project.replace(
        "Cargo.toml",
        "features = [\"oss\"]",
        "features = [\"oss\", \"timer\"]",
    )?;
    let page = project.read("README.md")?;
    let told = "`type Event = fc3::Either<oss::Event, timer::Event>;`";
    assert!(page.contains(told), "the README says something else");
    assert!(OF_TWO.contains(told.trim_matches('`')));
    project.write("src/handler.rs", OF_TWO)?;
    project.types("cargo check")?;
    Ok(())
}

pub(crate) fn own_tests() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    let page = project.read("README.md")?;
    for told in [
        "`pub mod handler;`",
        "`mod handler;`",
        "`use hello::handler;`",
    ] {
        assert!(page.contains(told), "the README does not say {told}");
    }
    project.write("src/lib.rs", "pub mod handler;\n")?;
    project.replace("src/main.rs", "mod handler;", "use hello::handler;")?;
    project.write("tests/own.rs", OWN_TEST)?;
    let said = project.types("cargo test")?;
    assert!(said.contains("test the_sample_comes_back ... ok"), "{said}");
    let unit = said.matches("test handler::tests::the_event_comes_back ... ok");
    assert_eq!(unit.count(), 1, "{said}");
    project.types("cargo build")?;
    Ok(())
}

fn depends_on(project: &Project, line: &str) -> Result<(), Failed> {
    let table = "[dependencies]\n";
    Ok(project.replace(
        "Cargo.toml",
        &format!("\n{table}"),
        &format!("\n{table}{line}\n"),
    )?)
}

fn version_of(project: &Project, name: &str) -> Result<String, Failed> {
    let lock: toml::Table = project.read("Cargo.lock")?.parse()?;
    let packages = lock["package"].as_array().ok_or("no packages")?;
    let package = packages
        .iter()
        .find(|package| package["name"].as_str() == Some(name));
    let version = package.and_then(|package| package["version"].as_str());
    Ok(version
        .ok_or_else(|| format!("{name} is not locked"))?
        .to_owned())
}
