//! Request ids in the platform's formats.

use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use super::run;

/// The id of an invocation: `1-8hex-8hex-12hex`, where the first group is the time.
pub(super) fn invocation() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let (high, low) = (random(), random());
    format!(
        "1-{:08x}-{:08x}-{:012x}",
        seconds & 0xffff_ffff,
        high >> 32,
        low >> 16
    )
}

/// The id of a hook's call: a random UUID.
pub(super) fn hook() -> String {
    uuid()
}

/// The id of a session that the platform begins: a random UUID.
pub(super) fn session() -> String {
    uuid()
}

fn uuid() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff,
    )
}

/// The id of an instance: `c-8hex-8hex-12hex`, where the second group is the number of the run.
pub(super) fn instance() -> String {
    let id = invocation();
    let (time, random) = (&id[2..10], &id[20..]);
    format!("c-{time}-{:08x}-{random}", run::number())
}

/// The number of the run in the id of an instance.
pub(super) fn run_of(instance: &str) -> Option<u32> {
    let groups: Vec<_> = instance.split('-').collect();
    let ["c", time, run, random] = groups[..] else {
        return None;
    };
    let is_ours = (time.len(), run.len(), random.len()) == (8, 8, 12);
    u32::from_str_radix(run, 16).ok().filter(|_| is_ours)
}

/// The standard library seeds every hasher differently, which is random enough for an id.
fn random() -> u64 {
    RandomState::new().hash_one(SystemTime::now())
}

#[cfg(test)]
mod tests {
    fn groups(id: &str) -> Vec<usize> {
        assert!(
            id.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit()),
            "{id}"
        );
        id.split('-').map(str::len).collect()
    }

    #[test]
    fn ids_have_the_forms_of_the_platform() {
        assert_eq!(groups(&super::invocation()), [1, 8, 8, 12]);
        assert_eq!(groups(&super::hook()), [8, 4, 4, 4, 12]);
        assert_ne!(super::invocation(), super::invocation());
        let instance = super::instance();
        assert_eq!(groups(&instance), [1, 8, 8, 12]);
        assert_eq!(super::run_of(&instance), Some(super::run::number()));
        for other in ["c-1-2-3", "1-00000000-00000000-000000000000", "c-", ""] {
            assert_eq!(super::run_of(other), None, "{other}");
        }
    }
}
