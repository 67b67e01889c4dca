//! The way in which the platform recognizes the start of a log entry.

/// Whether the text begins with `YYYY-MM-DD` after at most two other characters. That is how the
/// platform recognizes a new entry.
pub(super) fn begins_entry(text: &str) -> bool {
    (0..=2).any(|skip| {
        let date = text.chars().skip(skip).take(10).collect::<String>();
        matches(&date, "0000-00-00")
    })
}

/// Whether the text has digits where `form` has `0`, and the characters of `form` elsewhere.
pub(super) fn matches(text: &str, form: &str) -> bool {
    text.chars().count() == form.chars().count()
        && text
            .chars()
            .zip(form.chars())
            .all(|(have, want)| match want {
                '0' => have.is_ascii_digit(),
                _ => have == want,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_at_the_start_begins_an_entry() {
        assert!(begins_entry("2026-01-01T00:00:00.000 x"));
        assert!(begins_entry(" [2026-01-01"));
        assert!(!begins_entry("    2026-01-01"));
        assert!(!begins_entry("2026-1-01"));
    }
}
