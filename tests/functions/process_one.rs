//! As the first process of a container: orphans are collected, and a handler's own children are not.

use std::collections::HashMap;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::{Settings, can_start_as_process_one};

use crate::outside::Outside;

const LIMIT: Duration = Duration::from_secs(60);

/// The processes below `root`, by their states and their names.
fn below(root: u32) -> Vec<(String, String)> {
    let mut processes = HashMap::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        // `PID (NAME) STATE PARENT …`, where the name may contain anything.
        let (head, rest) = stat.rsplit_once(") ").expect("a name");
        let (id, name) = head.split_once(" (").expect("a name");
        let mut rest = rest.split(' ');
        let (state, parent) = (rest.next(), rest.next());
        let numbers = (id.parse::<u32>(), parent.map(str::parse::<u32>));
        let (Ok(id), Some(Ok(parent))) = numbers else {
            continue;
        };
        let state = state.unwrap_or_default().to_owned();
        processes.insert(id, (parent, state, name.to_owned()));
    }
    let is_below = |mut id: u32| {
        while let Some((parent, ..)) = processes.get(&id) {
            if *parent == root {
                return true;
            }
            id = *parent;
        }
        false
    };
    let found = processes.iter().filter(|(id, _)| is_below(**id));
    let found = found.map(|(_, (_, state, name))| (state.clone(), name.clone()));
    found.collect()
}

#[test]
fn orphans_are_collected_and_own_children_are_left() {
    if !can_start_as_process_one() {
        eprintln!("skipped: this machine cannot start a program as process 1");
        return;
    }
    let outside = Outside::start_with(&Settings {
        as_process_one: true,
        ..Settings::default()
    });
    for _ in 0..3 {
        let answer = outside.call("leave an orphan").answer;
        assert!(!answer.failed(), "{}", answer.text());
    }
    let begun = Instant::now();
    let is_left = |(_, name): &(String, String)| name == "sleep";
    while below(outside.0.id()).iter().any(is_left) {
        let processes = below(outside.0.id());
        assert!(begun.elapsed() < LIMIT, "{processes:?}");
        sleep(Duration::from_millis(50));
    }
    assert_eq!(outside.call("wait for a child").answer.text(), "7");
    let logs = outside.0.logs().clone();
    assert!(outside.0.terminate(LIMIT).is_some());
    assert!(logs.wait_end(LIMIT), "{}", logs.text());
    assert!(logs.count("stop 1") > 0, "{}", logs.text());
}
