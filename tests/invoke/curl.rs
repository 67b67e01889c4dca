//! The `curl` command of `-v`, as a shell runs it.

use std::process::{Command, Stdio};

use cargo_fc3::emulator::{Instance, Launch, Settings};

use crate::stage::{Ended, Stage, text};

/// The command that is printed, with the port of the function that is running. With `--json`, the log
/// does not follow it.
fn printed(ended: &Ended, port: u16) -> String {
    let said = "Calling it, as this command does while `cargo run` runs:\n  curl ";
    let (_, line) = ended
        .stderr
        .split_once(said)
        .unwrap_or_else(|| panic!("{ended:?}"));
    let line = line.strip_suffix('\n').expect("a line");
    let own = format!("127.0.0.1:{port}");
    format!(
        "curl --silent --show-error --noproxy '*' {}",
        line.replacen("127.0.0.1:9000", &own, 1)
    )
}

#[test]
fn the_printed_command_makes_the_same_call() {
    if Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        return;
    }
    for (kind, calls) in [
        (
            "oss",
            &[
                &[][..],
                &["-e", "it's \"$HOME\" `x` @"],
                &["-e", "@events/invoke.json"],
                &["-f", "my 'event'"],
                &["--set", "events[0].oss.object.key=it's.png"],
                &["-e", "header content-type"],
            ][..],
        ),
        (
            "web",
            &[
                &["--get", "/a?b=c&d=[e]{f}"],
                &["--get", "/a/../b"],
                &["-X", "DELETE", "/"],
                &["-X", "PUT", "/", "-H", "X-A: it's", "-d", "a=b c"],
                &["-d", ""],
            ],
        ),
    ] {
        let stage = Stage::new(kind);
        stage.write("my 'event'", b"\xff\0 binary");
        let function = Stage::function();
        let instance = Instance::start(&Launch::new(function), &Settings::default());
        let instance = instance.expect("it starts");
        for call in calls {
            let ended = stage.run(&[*call, &["-v", "--json"]].concat());
            let line = printed(&ended, instance.address().port());
            let pasted = Command::new("sh")
                .args(["-c", &line])
                .current_dir(stage.dir())
                .output();
            let pasted = pasted.expect("sh runs");
            assert!(pasted.status.success(), "{line}: {}", text(&pasted.stderr));
            let own = |reply: &[u8]| {
                let reply = text(reply);
                let differs = |line: &&str| {
                    let line = line.to_lowercase();
                    ["host:", "user-agent:", "accept:", "x-forwarded-"]
                        .iter()
                        .all(|name| !line.starts_with(name))
                };
                let mut lines: Vec<_> = reply
                    .lines()
                    .filter(differs)
                    .map(str::to_lowercase)
                    .collect();
                lines.sort();
                lines
            };
            let invoked = stage.run(call);
            assert_eq!(own(&pasted.stdout), own(&invoked.stdout), "{line}");
        }
    }
}

/// What a pipe has sent is gone when the command is pasted.
#[test]
fn a_text_of_standard_input_is_in_the_command() {
    let stage = Stage::new("event");
    for (input, end) in [
        (&b"it's\n\"so\""[..], "--data-raw \"it's\n\\\"so\\\"\""),
        (b"", "--data-raw ''"),
        (b"\xff\0", "--data-binary @-"),
    ] {
        let ended = stage.pipe(&["-f", "-", "-v", "--json"], input);
        let line = printed(&ended, 9000);
        assert!(line.ends_with(end), "{line}");
    }
}
