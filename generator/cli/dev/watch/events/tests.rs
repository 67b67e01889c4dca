//! Events that are lost.

use std::fs;
use std::time::Instant;

use super::*;

const LIMIT: Duration = Duration::from_secs(60);

fn wait_for(events: &mut Events, is_it: impl Fn(&Event) -> bool) {
    let due = Instant::now() + LIMIT;
    while Instant::now() < due {
        if events
            .next(Duration::from_millis(100))
            .is_some_and(|event| is_it(&event))
        {
            return;
        }
    }
    panic!("the event has not come");
}

#[test]
fn more_events_than_wait_become_one_loss() {
    let mut events = Events::none();
    for number in 0..=WAITING {
        events
            .sender
            .send(Event::Touched(number.to_string().into()));
    }
    assert_eq!(events.next(Duration::ZERO), Some(Event::Lost));
    assert_eq!(events.next(Duration::ZERO), None);
    events.sender.send(Event::Touched("a".into()));
    let next = events.next(Duration::ZERO);
    assert_eq!(next, Some(Event::Touched("a".into())));
}

/// The event that a directory has gone may be among those that were lost.
#[test]
fn a_directory_that_came_back_is_watched_after_a_loss() {
    let place = tempfile::tempdir().expect("a directory");
    let place = place.path().canonicalize().expect("it is there");
    let folder = place.join("folder");
    fs::create_dir(&folder).expect("a directory");
    let mut events = Events::new().expect("events");
    let folders: BTreeSet<_> = [place, folder.clone()].into();
    assert_eq!(events.watch(folders.clone()), Ok(true));
    for number in 0..=WAITING {
        events
            .sender
            .send(Event::Touched(number.to_string().into()));
    }
    fs::remove_dir(&folder).expect("it is there");
    fs::create_dir(&folder).expect("a directory");
    wait_for(&mut events, |event| *event == Event::Lost);
    assert_eq!(events.watch(folders), Ok(true));
    let file = folder.join("file");
    fs::write(&file, "").expect("a file");
    wait_for(&mut events, |event| *event == Event::Touched(file.clone()));
}
