//! `--remote`: whose key signs.

use std::fs;

use crate::service::{REPLY, SECRET, Service, end, remote};
use crate::stage::Stage;

/// `emulate --env=.env` writes such a file, and `s` reads it.
#[test]
fn what_serverless_devs_reads_of_a_file_counts_here() {
    let stage = Stage::new("event");
    let service = Service::start(REPLY);
    let url = &service.url;
    let file = format!(
        "FC_CLIENT_CUSTOM_ENDPOINT={url}\nAccountID=1\nAccessKeyID=of-s\nAccessKeySecret={SECRET}\n"
    );
    stage.write(".env", file);
    assert_eq!(end(remote(&stage, &["-e", "x"])).reply(), "reply");
    assert_eq!(service.sent().signed_by(SECRET, None), "of-s");
}

#[test]
fn the_profile_of_s_yaml_signs_or_else_the_default_one() {
    let stage = Stage::new("event");
    // Serverless Devs reads values that are not encrypted as they are.
    let profile = |id: &str, more: &str| {
        format!("  AccountID: 1\n  AccessKeyID: {id}\n  AccessKeySecret: {SECRET}\n{more}")
    };
    let file = format!(
        "default:\n{}work:\n{}chosen:\n{}half:\n  AccessKeyID: hidden\n",
        profile("of-default", ""),
        profile("of-work", ""),
        profile("of-chosen", "  __default: 'true'\n"),
    );
    fs::create_dir(stage.dir().join(".s")).expect("a folder");
    stage.write(".s/access.yaml", file);
    let s_yaml = fs::read_to_string(stage.dir().join("s.yaml")).expect("a file");
    for (access, args, expected) in [
        ("access: work", &["-e", "x"][..], "of-work"),
        (
            "access: ${env('WHO', 'default')}",
            &["-e", "x"],
            "of-default",
        ),
        ("access: work", &["-e", "x", "-a", "default"], "of-default"),
        ("", &["-e", "x"], "of-chosen"),
    ] {
        stage.write("s.yaml", s_yaml.replace("access: default", access));
        let service = Service::start(REPLY);
        let mut command = remote(&stage, args);
        command.env("FC_CLIENT_CUSTOM_ENDPOINT", &service.url);
        assert_eq!(end(command).reply(), "reply", "{access} {args:?}");
        assert_eq!(service.sent().signed_by(SECRET, None), expected, "{access}");
    }
    let file = stage.dir().join(".s/access.yaml");
    let file = file.display();
    for (access, said) in [
        (
            "access: nobody",
            format!(
                "error: there is no access key: `{file}` has no profile `nobody`\nhint: run `s config add -a nobody`"
            ),
        ),
        (
            "access: half",
            format!(
                "error: the profile `half` of `{file}` has no readable `AccessKeySecret`\nhint: run `s config add -a half -f`"
            ),
        ),
        (
            "access: ${aliyun-cli}",
            "error: only Serverless Devs knows the access key of `access: ${aliyun-cli}`\n"
                .to_owned(),
        ),
    ] {
        stage.write("s.yaml", s_yaml.replace("access: default", access));
        let ended = end(remote(&stage, &["-e", "x"]));
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.starts_with(&said), "{ended:?}");
    }
    stage.write(".s/access.yaml", format!("- {SECRET}\n"));
    let ended = end(remote(&stage, &["-e", "x", "-a", "work"]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        ended.stderr.contains("is not a file of Serverless Devs"),
        "{ended:?}"
    );
}
