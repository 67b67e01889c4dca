//! The author's log records: in the recommended form, whole, and within the platform's limit.

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{ask, at_once, cut, ended_logs, ensure, question, send, wait_line};
use super::{Rule, Target, Verdict};
use crate::contract::{LOG_ENTRY_LIMIT, env, page};
use crate::local::Stream;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "log-form",
        page::PRINT_LOGS,
        "a record without time, request id and level cannot be found again",
        form,
    )
    .probe(),
    Rule::new(
        Should,
        "log-multi-line",
        page::LOGGING,
        "a following line that begins with a date becomes a record of its own",
        multi_line,
    )
    .probe(),
    Rule::new(
        Should,
        "log-long",
        page::LIMITS,
        "the platform cuts off what is over 32 KB in one log entry",
        long,
    )
    .probe(),
    Rule::new(
        Must,
        "log-whole-writes",
        page::PRINT_LOGS,
        "a write that ends within a line lets another call's line come into it",
        whole_writes,
    )
    .probe(),
    Rule::new(
        Must,
        "log-at-once",
        page::LIFECYCLE,
        "what is not written before the answer waits in a frozen instance, or is lost",
        written_at_once,
    )
    .probe(),
];

/// Whether the text begins with `YYYY-MM-DD`, after at most two other characters, which is how
/// the platform tells a new entry.
fn begins_entry(text: &str) -> bool {
    (0..=2).any(|skip| {
        let date = text.chars().skip(skip).take(10).collect::<String>();
        matches(&date, "0000-00-00")
    })
}

/// Whether the text has digits where the form has `0`, and the form's characters elsewhere.
fn matches(text: &str, form: &str) -> bool {
    text.chars().count() == form.chars().count()
        && text
            .chars()
            .zip(form.chars())
            .all(|(have, want)| match want {
                '0' => have.is_ascii_digit(),
                _ => have == want,
            })
}

fn form(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = question(
        &instance,
        &json!({ "probe": "log", "text": "a plain record" }),
    );
    send(&instance, &request, "asked to log `a plain record`")?;
    let line = wait_line(&instance, "a plain record")?;
    let mut words = line.text.splitn(3, ' ');
    let time = words
        .next()
        .is_some_and(|time| matches(time, "0000-00-00T00:00:00.000"));
    let id = words.next() == Some(request.id());
    let rest = words.next() == Some("[INFO] a plain record");
    ensure(time && id && rest && line.stream == Stream::Stdout, || {
        format!(
            "asked to log `a plain record`; the form is `yyyy-MM-ddTHH:mm:ss.fff REQUESTID \
             [LEVEL] message` on stdout: `{}` on {:?}",
            line.text, line.stream
        )
    })
}

fn multi_line(target: &Target) -> Verdict {
    let instance = target.start()?;
    let text =
        "first\n2026-01-01 second\n [2026-01-01 third\n\n2026-01-01T00:00:00.000 1-a [INFO] 4";
    ask(&instance, &json!({ "probe": "log", "text": text }))?;
    wait_line(&instance, "[INFO] 4")?;
    let lines = instance.logs().lines();
    let start = lines
        .iter()
        .position(|line| line.text.contains("first"))
        .unwrap_or_default();
    ensure(begins_entry(&lines[start].text), || {
        format!(
            "logged a record of several lines; the first has no date: `{}`",
            lines[start].text
        )
    })?;
    for line in lines[start + 1..].iter().take(4) {
        ensure(!begins_entry(&line.text), || {
            format!(
                "logged a record of several lines; one begins another: `{}`",
                line.text
            )
        })?;
    }
    Ok(())
}

fn long(target: &Target) -> Verdict {
    const LETTERS: usize = 40_000;
    let instance = target.start()?;
    // The second text shifts the cut by one byte, so that one of the two falls into a character.
    for (text, end) in [
        ("é".repeat(LETTERS), "end-1"),
        ("a".to_owned() + &"é".repeat(LETTERS), "end-2"),
    ] {
        ask(&instance, &json!({ "probe": "log", "text": text + end }))?;
        wait_line(&instance, end)?;
    }
    let lines = instance.logs().lines();
    let letters: usize = lines
        .iter()
        .map(|line| line.text.matches('é').count())
        .sum();
    let longest = lines
        .iter()
        .map(|line| line.text.len() + 1)
        .max()
        .unwrap_or_default();
    ensure(longest <= LOG_ENTRY_LIMIT, || {
        format!(
            "logged {} bytes: a line has {longest}, with its end",
            2 * LETTERS
        )
    })?;
    ensure(letters == 2 * LETTERS, || {
        format!(
            "logged {} letters in two records: {letters} came whole",
            2 * LETTERS
        )
    })
}

fn whole_writes(target: &Target) -> Verdict {
    const CALLS: usize = 100;
    let instance = target.start_with(|settings| {
        settings.watch_writes = true;
        settings.env.push((env::LOG_MARKERS.into(), "on".into()));
    })?;
    let mut requests = Vec::new();
    for at in 0..CALLS {
        let text = format!(
            "{at} {}\nsecond {}",
            "x".repeat(at * 20),
            "é".repeat(at * 300)
        );
        requests.push(question(
            &instance,
            &json!({ "probe": "log", "text": text, "times": 3 }),
        ));
    }
    requests.push(question(
        &instance,
        &json!({ "probe": "panic", "message": "a\nb" }),
    ));
    at_once(&instance, &requests)?;
    let writes = ended_logs(instance)?.writes();
    ensure(writes.len() >= CALLS, || {
        format!("sent {CALLS} calls that log: {} writes came", writes.len())
    })?;
    for write in writes {
        ensure(write.ends_with(b"\n"), || {
            let end = cut(&String::from_utf8_lossy(
                &write[write.len().saturating_sub(80)..],
            ))
            .to_owned();
            format!(
                "a write of {} bytes ends within a line: `…{end}`",
                write.len()
            )
        })?;
    }
    Ok(())
}

fn written_at_once(target: &Target) -> Verdict {
    let instance = target.start()?;
    for probe in ["log", "print"] {
        let text = format!("before the answer: {probe}");
        ask(&instance, &json!({ "probe": probe, "text": text }))?;
        // A frozen process writes nothing, so what comes now was written before.
        if let Err(error) = instance.freeze() {
            return Err(super::Unmet::NotChecked(format!(
                "cannot freeze it: {error}"
            )));
        }
        wait_line(&instance, &text)?;
        instance.thaw()?;
    }
    Ok(())
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
