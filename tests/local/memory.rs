//! The memory limit of an instance.

use cargo_fc3::emulator::{Definition, End, Event, MemoryLimiter, Settings};
use walkdir::WalkDir;

use crate::client::{Local, code, get, web};

/// Each way that this machine has, of which there may be none.
fn limiters() -> impl Iterator<Item = MemoryLimiter> {
    let all = [MemoryLimiter::find(), MemoryLimiter::of_processes()];
    all.into_iter().flatten()
}

fn limited(which: &str, limiter: MemoryLimiter) -> Definition {
    let plain = web(which);
    Definition {
        settings: Settings {
            memory_mb: 256,
            memory_limiter: Some(limiter),
            ..plain.settings.clone()
        },
        ..plain
    }
}

pub(crate) fn is_enforced() {
    const MESSAGE: &str = "Process exited unexpectedly before completing request (out of memory: \
                           the limit is 256 MB;";
    for limiter in limiters() {
        let local = Local::start(limited("one", limiter));
        let first = local.told("pid");
        assert_eq!(local.told("allocate 100"), "104857600");
        for _ in 0..2 {
            let answer = local.call("allocate 1000");
            let error_type = answer.headers.get("x-fc-error-type");
            assert_eq!(
                (answer.status, error_type),
                (200, Some("UnhandledInvocationError"))
            );
            let body = answer.json().expect("JSON");
            let message = body["errorMessage"].as_str().expect("a text");
            assert!(message.starts_with(MESSAGE), "{message}");
            assert_ne!(local.told("pid"), first);
        }
        let is_end = |event: &Event| {
            matches!(
                event,
                Event::Stopped {
                    why: End::OutOfMemory { limit_mb: 256 },
                    ..
                }
            )
        };
        local.wait_for("its end", is_end);
        let answer = local.send(&get("/greedy"));
        assert_eq!(answer.status, 502);
        assert!(answer.text().contains(MESSAGE), "{answer}");
    }
}

pub(crate) fn is_enforced_at_the_start() {
    for limiter in limiters() {
        let local = Local::start(limited("greedy", limiter));
        let answer = local.call("echo");
        assert_eq!((answer.status, &*code(&answer)), (502, "CAExited"));
        let message = "out of memory: the limit is 256 MB";
        assert!(answer.text().contains(message), "{answer}");
    }
}

/// No control group of an instance that is gone.
pub(crate) fn leaves_nothing() {
    let Some(limiter) = MemoryLimiter::find() else {
        return;
    };
    let counts_use = limiter.counts_use();
    let local = Local::start(limited("one", limiter));
    local.told("echo");
    let started = local.wait_for("the start", |event| matches!(event, Event::Started { .. }));
    let Event::Started { instance, .. } = started else {
        unreachable!("it is one");
    };
    let groups = || {
        let all = WalkDir::new("/sys/fs/cgroup").into_iter().flatten();
        let ours = all.filter(|entry| entry.file_name().to_string_lossy().contains(&instance));
        ours.count()
    };
    assert_eq!(groups(), usize::from(counts_use));
    drop(local);
    assert_eq!(groups(), 0);
}
