//! Every function in docs/sources.md works as its reader makes it: by the commands there, in a project of
//! the kind named there. It is formatted, linted, tested, built, started as the platform starts it, and
//! called with its sample. Its trigger is checked in tests/deploy.

use std::error::Error;
use std::fs;
use std::time::Duration;

use crate::support::project::Project;
use crate::support::sources::{self, Source};
use cargo_fc3::emulator::{Instance, Settings};
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[test]
fn dts() -> Result<()> {
    works("DTS")
}

#[test]
fn mqtt() -> Result<()> {
    works("MQTT")
}

#[test]
fn datahub() -> Result<()> {
    works("DataHub")
}

#[test]
fn iot_platform() -> Result<()> {
    works("IoT Platform")
}

#[test]
fn each_source_has_its_test_above() {
    let names: Vec<_> = sources::all().iter().map(|source| source.name).collect();
    assert_eq!(names, ["DTS", "MQTT", "DataHub", "IoT Platform"]);
}

#[test]
fn no_secret_is_written_down() {
    let passwords = sources::lines().filter(|line| line.contains("Password:"));
    let passwords: Vec<&str> = passwords.map(str::trim).collect();
    assert_eq!(passwords, ["Password: ${env('DTS_PASSWORD')}"]);
}

fn works(name: &str) -> Result<()> {
    let mut all = sources::all().into_iter();
    let source = all.find(|source| source.name == name);
    let source = source.ok_or("there is no such section")?;
    let name = format!("source-{}", name.to_lowercase().replace(' ', "-"));
    let project = source.render(&name)?;
    project.cargo(&["fmt", "--check"])?;
    let lints = ["--", "-D", "warnings", "-W", "clippy::pedantic"];
    project.cargo(&[&["clippy", "--locked", "--all-targets"][..], &lints].concat())?;
    let tested = String::from_utf8(project.cargo(&["test", "--locked"])?.stdout)?;
    let ran = "handler::tests::the_sample_is_handled ... ok";
    assert!(tested.contains(ran), "{tested}");
    trigger_fits_into(&project, &source)?;

    let instance = Instance::start(&project.build()?, &Settings::default())?;
    let answer = instance.invoke(source.sample().as_bytes())?;
    assert!(!answer.failed(), "{}", answer.text());
    assert_eq!((answer.status, answer.text().as_ref()), (200, ""));
    for said in source.log.lines() {
        let limit = Duration::from_secs(20);
        let line = instance
            .logs()
            .wait_for(limit, |line| line.text.contains(said));
        assert!(line.is_some(), "{said}: {}", instance.logs().text());
    }
    for other in ["{}", "[]", "[{}]", r#"{"name": "Ferris"}"#] {
        let answer = instance.invoke(other.as_bytes())?;
        assert!(answer.failed(), "{other}");
        let error: Value = serde_json::from_slice(&answer.body)?;
        assert_eq!(error["errorType"], "EventError", "{other}: {error}");
    }
    Ok(())
}

/// Pasted as the document says, it is the one trigger of a file that is still YAML.
fn trigger_fits_into(project: &Project, source: &Source) -> Result<()> {
    let file = fs::read_to_string(project.dir.join("s.yaml"))?;
    let Some(file) = source.pasted(&file) else {
        return Ok(());
    };
    let file: Value = serde_saphyr::from_str(&file)?;
    let props = &file["resources"]["function"]["props"];
    assert_eq!(props["functionName"], project.name.as_str());
    let triggers = props["triggers"].as_array().ok_or("no triggers")?;
    assert_eq!(triggers.len(), 1, "{triggers:?}");
    assert_eq!(triggers[0]["triggerType"], "eventbridge");
    Ok(())
}
