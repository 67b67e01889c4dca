//! Packages: what is refused, and what cannot be started.

use cargo_fc3::emulator::Emulator;
use serde_json::json;

use crate::entries;
use crate::stage::{Client, FUNCTION, PACKAGE, code, config, package, zip};

/// The mode of a link.
const LINK: u32 = 0o120_777;

/// What deploying a package is answered with.
fn deployed(package: &[u8]) -> Result<(), (u16, String)> {
    let emulator = Emulator::start().expect("a free port");
    let deployed = emulator.deploy("hello", &config(), package);
    deployed.map_err(|failure| (failure.status, failure.to_string()))
}

#[test]
fn what_is_no_package_is_refused() {
    let cut = &PACKAGE[..PACKAGE.len() / 2];
    let mut damaged = PACKAGE.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    for (wrong, says) in [
        (&b""[..], "`code` needs `zipFile`"),
        (b"#!/bin/sh", "it is a script"),
        (cut, "cannot be read"),
        (&damaged, "cannot be unpacked"),
    ] {
        let (status, text) = deployed(wrong).expect_err("it is refused");
        assert_eq!(status, 400, "{text}");
        assert!(
            text.starts_with("InvalidArgument: ") && text.contains(says),
            "{text}"
        );
    }
}

#[test]
fn nothing_leaves_the_folder() {
    let with = |path: &str| zip(&[("bootstrap", b"#!/bin/sh", 0o755), (path, b"x", 0o644)]);
    for path in [
        "/outside",
        "../outside",
        "a/../../x",
        "C:\\outside",
        "a\0b",
        "bootstrap",
    ] {
        let (status, text) = deployed(&with(path)).expect_err("it is refused");
        assert_eq!(status, 400, "{text}");
        assert!(text.starts_with("InvalidArgument: "), "{text}");
    }
    assert_eq!(deployed(&with("a/b/c")), Ok(()));
    for target in ["/etc/passwd", "../x", "a/../../x", "/codes/x"] {
        let files: [(&str, &[u8], u32); 2] = [
            ("bootstrap", b"#!/bin/sh", 0o755),
            ("link", target.as_bytes(), LINK),
        ];
        let (status, text) = deployed(&zip(&files)).expect_err("it is refused");
        assert_eq!(status, 400);
        assert!(
            text.contains("`link` of the package is a link that leads out"),
            "{text}"
        );
    }
}

#[test]
fn a_bomb_is_refused() {
    const GIGABYTE: u64 = 1024 * 1024 * 1024;
    let bootstrap = entries::file("bootstrap", b"#!/bin/sh");
    let zeros = entries::file("zeros", &vec![0; 100_000]);
    for bomb in [
        // Its directory says what it unpacks to.
        zeros.clone().with_size(20 * GIGABYTE),
        // It unpacks to more than its directory says.
        zeros.clone().with_size(10),
        // It shares its bytes with what follows.
        zeros.overlapping(10_000),
    ] {
        let bytes = entries::zip(&[bootstrap.clone(), bomb]);
        let (status, text) = deployed(&bytes).expect_err("it is refused");
        assert_eq!(status, 400, "{text}");
    }
}

#[test]
fn a_link_inside_is_unpacked() {
    for target in ["bin/real", "/code/bin/real"] {
        let files: [(&str, &[u8], u32); 2] = [
            ("bin/real", &FUNCTION, 0o755),
            ("bootstrap", target.as_bytes(), LINK),
        ];
        let emulator = Emulator::start().expect("a free port");
        emulator
            .deploy("hello", &config(), &zip(&files))
            .expect("deployed");
        assert_eq!(emulator.invoke("hello", b"x").expect("a reply").body, b"x");
    }
}

#[test]
fn what_cannot_start_has_the_code_of_the_platform() {
    let emulator = Emulator::start().expect("a free port");
    let client = Client::of(&emulator);
    let foreign = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xb7\0\x01\0\0\0".repeat(9);
    for (package, expected) in [
        (zip(&[("other", b"x", 0o644)]), "CAFileNotFound"),
        (package(b"#!/bin/sh\nexit 0", 0o644), "CAFilePermission"),
        (package(&foreign, 0o755), "CAExited"),
        (package(b"#!/no/such/interpreter\n", 0o755), "CAExited"),
        (package(b"echo no first line", 0o755), "CAExited"),
        (
            package(b"#!/bin/sh\necho no database; exit 3", 0o755),
            "CAExited",
        ),
    ] {
        emulator
            .deploy("hello", &config(), &package)
            .expect("the platform accepts it");
        let answer = client.invoke("hello", b"");
        let body = answer.json().unwrap_or_default();
        assert_eq!((answer.status, code(&body)), (502, expected), "{body}");
    }
    // It is mended by the next deployment.
    emulator
        .deploy("hello", &config(), &PACKAGE)
        .expect("deployed");
    assert_eq!(client.invoke("hello", b"x").text(), "x");
}

#[test]
fn a_start_command_is_below_code() {
    let emulator = Emulator::start().expect("a free port");
    let script = "#!/bin/sh\nexec \"$1\"\n";
    let files: [(&str, &[u8], u32); 2] = [
        ("bin/start", script.as_bytes(), 0o755),
        ("bin/real", &FUNCTION, 0o755),
    ];
    let mut config = config();
    config["customRuntimeConfig"] =
        json!({ "command": ["/code/bin/start"], "args": ["/code/bin/real"], "port": 9000 });
    emulator
        .deploy("hello", &config, &zip(&files))
        .expect("deployed");
    let reply = emulator.invoke("hello", b"an event").expect("a reply");
    assert_eq!(reply.body, b"an event");
}
