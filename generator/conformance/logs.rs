//! The author's log records: in the recommended form, whole, and within the platform's limit.

mod entry;

use entry::{begins_entry, matches};
use serde_json::json;

use super::calls::{
    After, ask, at_once, cut, ended_logs, ensure, fail, not_checked, question, send, wait_line,
};
use super::rule::Level::Should;
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::emulator::Stream;
use crate::platform::{LOG_ENTRY_LIMIT, env, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "log-form",
        page::PRINT_LOGS,
        "a record without time, request id and level cannot be found again",
        form,
    )
    .hint(
        "log lines as `yyyy-MM-ddTHH:mm:ss.fff REQUESTID [LEVEL] message`, the time in UTC and the \
         id from `x-fc-request-id`",
    )
    .probe(),
    Rule::new(
        Should,
        "log-multi-line",
        page::LOGGING,
        "a following line that begins with a date becomes a record of its own",
        multi_line,
    )
    .hint("begin each record with its date, and indent each following line by three spaces or more")
    .probe(),
    Rule::new(
        Should,
        "log-long",
        page::LIMITS,
        "the platform cuts off what is over 32 KB in one log entry",
        long,
    )
    .hint("break a record into lines of at most 32,768 bytes with their ends, between characters")
    .probe(),
    Rule::new(
        Should,
        "log-whole-writes",
        page::PRINT_LOGS,
        "a write that ends within a line lets another call's line come into it",
        whole_writes,
    )
    .hint(
        "write each line and its end at once and unbuffered: one `os.write` in Python, one \
         `os.Stdout.Write` in Go, one `fs.writeSync` in Node",
    )
    .probe(),
    Rule::new(
        Should,
        "log-at-once",
        page::LIFECYCLE,
        "what is not written before the answer waits in a frozen instance, or is lost",
        written_at_once,
    )
    .hint(
        "flush what was logged and printed before the answer is sent: `PYTHONUNBUFFERED=1` for \
         Python's `print`, no logger that writes on a thread of its own",
    )
    .probe(),
];

fn form(target: &Target) -> Verdict {
    let instance = target.start()?;
    let asked = json!({ "probe": "log", "text": "a plain record" });
    let request = question(&instance, &asked);
    let done = format!("sent {asked} with the request id {}", request.id());
    send(&instance, &request, &done)?;
    let line = wait_line(&instance, "a plain record")?;
    let mut words = line.text.splitn(3, ' ');
    let time = words
        .next()
        .is_some_and(|time| matches(time, "0000-00-00T00:00:00.000"));
    let id = words.next() == Some(request.id());
    let rest = words.next() == Some("[INFO] a plain record");
    ensure(
        time && id && rest,
        &done,
        format_args!(
            "the line is not of the form `TIME REQUESTID [INFO] a plain record`: `{}`",
            line.text
        ),
    )
}

fn multi_line(target: &Target) -> Verdict {
    let instance = target.start()?;
    let text =
        "first\n2026-01-01 second\n [2026-01-01 third\n\n2026-01-01T00:00:00.000 1-a [INFO] 4";
    ask(&instance, &json!({ "probe": "log", "text": text }))?;
    wait_line(&instance, "[INFO] 4")?;
    let done = "sent an event that logs a record of five lines, some of which begin with a date";
    let lines = instance.logs().lines();
    let mut record = lines
        .iter()
        .map(|line| &line.text)
        .skip_while(|text| !text.contains("first"));
    let Some(first) = record.next() else {
        return fail(
            done,
            format_args!("its log has no `first`:\n{}", cut(&instance.logs().text())),
        );
    };
    ensure(
        begins_entry(first),
        done,
        format_args!("the first line does not begin with a date: `{first}`"),
    )?;
    for line in record.take(4) {
        ensure(
            !begins_entry(line),
            done,
            format_args!("a following line begins a record of its own: `{line}`"),
        )?;
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
        let request = question(&instance, &json!({ "probe": "log", "text": text + end }));
        send(
            &instance,
            &request,
            "sent an event that logs a record of 80,000 bytes",
        )?;
        wait_line(&instance, end)?;
    }
    let lines = instance.logs().lines();
    let letters = lines.iter().map(|line| line.text.matches('é').count());
    let letters = letters.sum::<usize>();
    let longest = lines.iter().map(|line| line.text.len() + 1).max();
    let longest = longest.unwrap_or_default();
    let done = format!("sent two events, each of which logs a record of {LETTERS} letters `é`");
    ensure(
        longest <= LOG_ENTRY_LIMIT,
        &done,
        format_args!("a line has {longest} bytes with its end, and an entry {LOG_ENTRY_LIMIT}"),
    )?;
    ensure(
        letters == 2 * LETTERS,
        &done,
        format_args!(
            "{letters} of the {} letters are whole in its log",
            2 * LETTERS
        ),
    )
}

fn whole_writes(target: &Target) -> Verdict {
    const CALLS: usize = 100;
    let instance = target.start_with(|settings| {
        settings.watch_writes = true;
        settings.env.push((env::LOG_MARKERS.into(), "on".into()));
    })?;
    let mut requests = Vec::new();
    for at in 0..CALLS {
        let (ascii, wide) = ("x".repeat(at * 20), "é".repeat(at * 300));
        let text = format!("{at} {ascii}\nsecond {wide}");
        let asked = json!({ "probe": "log", "text": text, "times": 3 });
        requests.push(question(&instance, &asked));
    }
    let asked = json!({ "probe": "panic", "message": "a\nb" });
    requests.push(question(&instance, &asked));
    at_once(&instance, &requests)?;
    let logs = ended_logs(instance)?;
    let done = format!("sent {CALLS} calls at a time that log 3 records of two lines each");
    let to = |stream| {
        logs.lines()
            .iter()
            .filter(|line| line.stream == stream)
            .count()
    };
    let (out, err) = (to(Stream::Stdout), to(Stream::Stderr));
    if out < CALLS && err >= CALLS {
        return not_checked("it logs to stderr, and only the writes to stdout are seen");
    }
    ensure(out >= CALLS, &done, format_args!("its log has {out} lines"))?;
    for write in logs.writes() {
        let end = write[write.len().saturating_sub(80)..].escape_ascii();
        ensure(
            write.ends_with(b"\n"),
            &done,
            format_args!(
                "a write of {} bytes ends within a line: `…{end}`",
                write.len()
            ),
        )?;
    }
    Ok(())
}

fn written_at_once(target: &Target) -> Verdict {
    let instance = target.start()?;
    for probe in ["log", "print"] {
        let text = format!("before the answer: {probe}");
        let asked = json!({ "probe": probe, "text": text });
        ask(&instance, &asked)?;
        // A frozen process writes nothing, so what comes now was written before.
        if let Err(error) = instance.freeze() {
            return not_checked(format!("cannot freeze it: {error}"));
        }
        let logs = instance.logs();
        let line = logs.wait_for(instance.patience(), |line| line.text.contains(&text));
        ensure(
            line.is_some(),
            &format!("sent {asked}, and froze the instance when the answer was there"),
            format_args!("its log has no such line:\n{}", cut(&logs.text())),
        )?;
        instance.thaw().after("let the frozen instance run again")?;
    }
    Ok(())
}
