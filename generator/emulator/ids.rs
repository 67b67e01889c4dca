//! Request ids in the platform's formats.

use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

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

/// The id of an instance.
pub(super) fn instance() -> String {
    format!("c{}", &invocation()[1..])
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
    }
}
