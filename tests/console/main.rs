//! The console of `cargo fc3 dev`: its requests as any program can make them, and the page in a real
//! browser.

#[cfg(unix)]
mod browser;
#[cfg(unix)]
#[path = "../dev/dev.rs"]
#[allow(dead_code, reason = "shared with the tests of `dev`")]
mod dev;
#[cfg(unix)]
mod requests;
#[cfg(unix)]
mod site;
#[cfg(unix)]
#[path = "../dev/stage.rs"]
#[allow(dead_code, reason = "shared with the tests of `dev`")]
mod stage;
#[cfg(unix)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    use libtest_mimic::{Arguments, Trial};

    let browser = browser::Browser::find();
    if let Err(missing) = &browser {
        println!("ignored: the page of the console, since {missing}");
    }
    let requests = requests::CHECKS.iter().map(|(name, check)| {
        Trial::test(format!("requests::{name}"), || {
            check();
            Ok(())
        })
    });
    let pages = browser::SCENARIOS.iter().map(|scenario| {
        let found = browser.clone();
        let trial = Trial::test(format!("browser::{}", scenario.name), move || {
            scenario.play(&found?);
            Ok(())
        });
        trial.with_ignored_flag(browser.is_err())
    });
    let trials = requests.chain(pages).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Other systems have no signals to end `dev` with.
#[cfg(not(unix))]
fn main() {}

/// A test: its name, and what panics if it fails.
#[cfg(unix)]
type Check = (&'static str, fn());
