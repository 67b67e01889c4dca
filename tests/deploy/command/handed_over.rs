//! What reaches the component.

use std::fs;
use std::time::Duration;

use cargo_fc3::emulator::{Instance, Settings};
use libtest_mimic::Failed;
use serde_json::json;

use super::build::{TOUCHES, copies, is_touched};
use super::deployed::Packed;
use super::newcomer::{NAME, Newcomer, OTHER_KEY, Project};
use crate::support::serverless::ACCOUNT;

/// `s deploy` alone builds the program and hands over that one file, which does what a function does.
pub(crate) fn one_program_that_runs(newcomer: &Newcomer) -> Result<(), Failed> {
    let deployed = newcomer.deployed()?;
    let bootstrap = Packed {
        name: "bootstrap".to_owned(),
        is_executable: true,
        is_file: true,
    };
    assert_eq!(deployed.packed()?, [bootstrap]);
    assert_eq!(
        &deployed.bytes()?[..5],
        b"\x7fELF\x02",
        "it is no 64-bit ELF file"
    );

    let instance = Instance::start(&deployed.program(), &Settings::default())?;
    assert_eq!(instance.initialize()?.status, 200);
    let answer = instance.invoke(b"an event")?;
    assert_eq!((answer.status, answer.text().as_ref()), (200, "an event"));
    assert_eq!(instance.pre_stop()?.status, 200);
    let ended = instance.terminate(Duration::from_secs(20));
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
    Ok(())
}

/// The program is started from where the platform unpacks the package, and the port is the one it
/// takes without being told.
pub(crate) fn what_the_file_says(newcomer: &Newcomer) -> Result<(), Failed> {
    let deployed = newcomer.deployed()?;
    let props = &deployed.props;
    assert_eq!(props["functionName"], NAME);
    assert_eq!(props["region"], "cn-hangzhou");
    assert_eq!(props["runtime"], "custom.debian11");
    assert_eq!(props["code"], "./target/fc/bin");
    let started = json!({"command": ["/code/bootstrap"], "port": 9000});
    assert_eq!(props["customRuntimeConfig"], started);
    let hooks = json!({
        "initializer": {"handler": "initialize", "timeout": 60},
        "preStop": {"handler": "pre-stop", "timeout": 10},
    });
    assert_eq!(props["instanceLifecycleConfig"], hooks);
    assert_eq!(props.get("customContainerConfig"), None);
    assert_eq!(deployed.account, ACCOUNT);
    Ok(())
}

/// As the pages of a project say: a variable, and a flag. All else stays as it was.
pub(crate) fn another_region_and_another_key(newcomer: &Newcomer) -> Result<(), Failed> {
    let project = Project::render(NAME)?;
    let build = copies(&newcomer.deployed()?)?;
    let region = ("FUNCTION_REGION", "ap-southeast-1".as_ref());
    let variables = [region, ("BUILD", build.as_ref())];
    let run = newcomer.deploys(&project, &["-a", OTHER_KEY.0], &variables)?;
    let deployed = run.deployed()?;
    assert_eq!(deployed.account, OTHER_KEY.1);
    let mut expected = newcomer.deployed()?.props;
    expected["region"] = "ap-southeast-1".into();
    assert_eq!(deployed.props, expected);
    Ok(())
}

/// What is pushed by hand is deployed by its name, which a variable says, or `.env` as its page has
/// it.
pub(crate) fn an_image_and_builds_nothing(newcomer: &Newcomer) -> Result<(), Failed> {
    let project = Project::render(NAME)?;
    let image = "registry.cn-hangzhou.aliyuncs.com/someone/hello:2";
    let by_variable = [("FUNCTION_IMAGE", image.as_ref())];
    let in_dot_env = "registry.cn-hangzhou.aliyuncs.com/others/kind-event:1";
    for (variables, image) in [(&[][..], in_dot_env), (&by_variable, image)] {
        let lines = project.lines_for_dot_env("FUNCTION_IMAGE=")?.join("\n");
        // The place that is to be filled in, without which it is what the file has anyway.
        fs::write(
            project.file(".env"),
            lines.replace("my-namespace", "others"),
        )?;
        let build = ("BUILD", TOUCHES.as_ref());
        let variables = [variables, &[build]].concat();
        let arguments = ["-t", "s.container.yaml", "--skip-push"];
        let run = newcomer.deploys(&project, &arguments, &variables)?;
        let deployed = run.deployed()?;
        let container = json!({"image": image, "port": 9000});
        assert_eq!(deployed.props["customContainerConfig"], container);
        assert_eq!(deployed.props["runtime"], "custom-container");
        assert_eq!(deployed.props.get("customRuntimeConfig"), None);
        assert_eq!(deployed.props.get("code"), None);
        assert!(!is_touched(&project), "it ran a build");
    }
    Ok(())
}
