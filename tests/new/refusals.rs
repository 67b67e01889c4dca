//! What is refused, why, and the way out that is named.

use snapbox::{Data, file};

use crate::support::scratch::Scratch;

#[test]
fn refusals_name_the_reason_and_a_way_out() {
    let scratch = Scratch::new();
    let new = |rest: &[&'static str]| [&["new"], rest].concat();
    scratch.refuses(&new(&[]), 2, file!["../snapshots/no-name.txt"]);
    scratch.refuses(&new(&["MyFn"]), 2, file!["../snapshots/name-changed.txt"]);
    scratch.refuses(
        &new(&["x", "--kind", "nosuch"]),
        2,
        file!["../snapshots/no-such-kind.txt"],
    );
    scratch.refuses(
        &new(&["x", "--nosuch"]),
        2,
        file!["../snapshots/no-such-flag.txt"],
    );
    for (args, text) in [
        (
            new(&["x", "--description", "say \"hi\""]),
            "error: invalid description `say \"hi\"`: it contains characters that are not allowed: `\"`\n\
             hint: remove this character\n",
        ),
        (
            new(&["x", "--description", "{a}\""]),
            "error: invalid description `{a}\"`: it contains characters that are not allowed: `\"`, `{`, `}`\n\
             hint: remove these characters\n",
        ),
        (
            new(&["x", "--region", "cn-hangzou"]),
            "error: invalid region `cn-hangzou`: it is not one of the choices\n\
             hint: choose one of `cn-hangzhou`, `cn-shanghai`, [..]\n",
        ),
        (
            new(&["x", "--vcs", "svn"]),
            "error: invalid value `svn` for `--vcs`\nhint: choose one of `git`, `none`\n",
        ),
        (
            vec!["try", "nosuch"],
            "error: invalid kind `nosuch`: it is not one of the choices\n\
             hint: choose one of `event`, `json`, `web`, [..]\n",
        ),
        (
            new(&["x", "--kind", "mns-topic", "--topic", "1st"]),
            "error: invalid topic `1st`: it must not begin with `1`\n\
             hint: use a different first character\n",
        ),
        (
            new(&["x", "--kind", "timer", "--cron", "0 8 * * *"]),
            "error: invalid cron `0 8 * * *`: it does not have the required format\n\
             hint: use a value such as `0 0 8 * * *`\n",
        ),
        (
            vec!["try", "--kind", "oss"],
            "error: `try` has no flag `--kind`\n\
             hint: pass the kind without a flag, for example `cargo fc3 try oss`\n",
        ),
        (
            new(&["x", "oss"]),
            "error: `new` takes the kind as a flag\n\
             hint: pass it with `--kind oss`\n",
        ),
        (
            new(&["x", "--kind", "oss", "--bucket", "ab"]),
            "error: invalid bucket `ab`: it is too short (2 characters)\n\
             hint: use at least 3 characters\n",
        ),
        (
            vec!["try", "--kind=oss"],
            "error: `try` has no flag `--kind`\n\
             hint: pass the kind without a flag, for example `cargo fc3 try oss`\n",
        ),
        (
            new(&["x", "--kind", "oss", "--topic", "my-topic"]),
            "error: `--topic` applies to the kinds `mns-topic`, `kafka`, `rocketmq`, not to the kind `oss`\n\
             hint: leave out `--topic`, or use `--kind mns-topic`\n",
        ),
        (
            new(&["--path", "."]),
            "error: `.` does not name a new directory\n\
             hint: pass a path that ends with the name of a new directory to `--path`\n",
        ),
        (
            new(&["9x"]),
            "error: invalid function name `9x`: it must begin with a letter, not with `9`\n\
             hint: use `fn-9x`\n",
        ),
        (
            new(&["x", "--bucket", "my-bucket"]),
            "error: `--bucket` applies to the kind `oss`, not to the kind `event`\n\
             hint: leave out `--bucket`, or use `--kind oss`\n",
        ),
    ] {
        scratch.refuses(&args, 2, Data::text(text));
    }
}

/// No character that it has is the reason.
#[test]
fn a_description_that_is_too_long_is_told_that_it_is() {
    let long = "x".repeat(257);
    let text = format!(
        "error: invalid description `{}…`: it is too long (257 characters)\n\
         hint: use at most 256 characters\n",
        "x".repeat(80)
    );
    Scratch::new().refuses(&["new", "x", "--description", &long], 2, Data::text(text));
}

#[test]
fn what_was_typed_is_shown_without_acting_on_the_terminal() {
    let scratch = Scratch::new();
    // Our own colours may be there, and nothing else that acts.
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("an expression");
    for (args, shown) in [
        (
            &["new", "\u{1b}[1J"][..],
            "invalid function name `\\u{1b}[1J`",
        ),
        (
            &["new", "x", "--kind", "\u{1b}]0;x\u{7}"],
            "invalid kind `\\u{1b}]0;x\\u{7}`",
        ),
        (
            &["new", "x", "--description", "\u{1b}"],
            "not allowed: `\\u{1b}`",
        ),
        (
            &["new", "x", "--vcs", "\u{1b}"],
            "invalid value `\\u{1b}` for `--vcs`",
        ),
        (&["new", "x", "--\u{1b}"], "'--\\u{1b}'"),
        (
            &["new", "x", "--path", "\u{1b}/x"],
            "the directory `\\u{1b}` does not exist\nhint: create it first\n",
        ),
        (&["\u{1b}"], "there is no command `cargo fc3 \\u{1b}`"),
    ] {
        // With colours, since without them escapes are dropped, whoever wrote them.
        let run = scratch
            .command(args)
            .env_remove("NO_COLOR")
            .env("CLICOLOR_FORCE", "1");
        let output = run.assert().code(2).get_output().clone();
        let said = String::from_utf8(output.stderr).expect("text");
        let plain = colours.replace_all(&said, "");
        assert!(plain.contains(shown), "{args:?}: {plain:?}");
        let acts = |char: char| char.is_control() && char != '\n';
        assert!(!plain.contains(acts), "{args:?}: {plain:?}");
    }
}

#[test]
fn paths_that_cannot_be_are_refused() {
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join("here")).expect("a directory");
    std::fs::write(scratch.path().join("file"), "mine").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", scratch.path().join("link")).expect("a link");
    #[cfg(unix)]
    scratch.refuses(
        &["new", "x", "--path", "link"],
        2,
        file!["../snapshots/exists.txt"],
    );
    for (path, text) in [
        (
            "here",
            "error: `here` already exists\nhint: choose a different path with `--path`\n",
        ),
        (
            "file",
            "error: `file` already exists\nhint: choose a different path with `--path`\n",
        ),
        (
            "file/x",
            "error: `file` is not a directory\nhint: choose a path inside a directory with `--path`\n",
        ),
        (
            "file/x/y",
            "error: `file` is not a directory\nhint: choose a path inside a directory with `--path`\n",
        ),
        (
            ".",
            "error: `.` does not name a new directory\nhint: pass a path that ends with the name of a new directory to `--path`\n",
        ),
        (
            "here/..",
            "error: `here/..` does not name a new directory\nhint: pass a path that ends with the name of a new directory to `--path`\n",
        ),
        (
            "/",
            "error: `/` does not name a new directory\nhint: pass a path that ends with the name of a new directory to `--path`\n",
        ),
        (
            "",
            "error: `--path` needs a value\nhint: pass a value: `--path <DIR>`\n",
        ),
    ] {
        scratch.refuses(&["new", "x", "--path", path], 2, Data::text(text));
    }
    scratch.refuses(
        &["new", "x", "--path", ".."],
        2,
        file!["../snapshots/nameless.txt"],
    );
    scratch.refuses(
        &["new", "x", "--path", "no such/x"],
        2,
        file!["../snapshots/no-parent.txt"],
    );
}
