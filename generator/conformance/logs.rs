//! The author's log records: in the recommended format, complete, and within the platform's limit.

mod entry;

use entry::{begins_entry, matches};
use serde_json::json;

use super::calls::{
    After, ask, at_once, ended_logs, ensure, fail, not_checked, question, send, tail, wait_line,
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
        "a log record without time, request id and level is hard to find",
        form,
    )
    .hint(
        "log lines in the format `yyyy-MM-ddTHH:mm:ss.fff REQUESTID [LEVEL] message`, with the \
         time in UTC and the id from `x-fc-request-id`",
    )
    .probe(),
    Rule::new(
        Should,
        "log-multi-line",
        page::LOGGING,
        "a continuation line that begins with a date becomes a separate record",
        multi_line,
    )
    .hint(
        "begin each record with its date, and indent each continuation line by at least three \
         spaces",
    )
    .probe(),
    Rule::new(
        Should,
        "log-long",
        page::LIMITS,
        "the platform truncates a log entry after 32 KB",
        long,
    )
    .hint(
        "split a record into lines of at most 32,768 bytes including the newline, between \
         characters",
    )
    .probe(),
    Rule::new(
        Should,
        "log-whole-writes",
        page::PRINT_LOGS,
        "a write that ends inside a line lets output of another call split that line",
        whole_writes,
    )
    .hint(
        "write each line with its newline in one unbuffered write: `os.write` in Python, \
         `os.Stdout.Write` in Go, `fs.writeSync` in Node",
    )
    .probe(),
    Rule::new(
        Should,
        "log-at-once",
        page::LIFECYCLE,
        "output that is not written before the response waits in a frozen instance or is lost",
        written_at_once,
    )
    .hint(
        "flush all output before you send the response: set `PYTHONUNBUFFERED=1` for Python's \
         `print`, and do not use a logger that writes on its own thread",
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
            "the line does not have the format `TIME REQUESTID [INFO] a plain record`: `{}`",
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
            format_args!(
                "the log does not contain `first`:\n{}",
                tail(&instance.logs().text())
            ),
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
            format_args!("a continuation line begins a new record: `{line}`"),
        )?;
    }
    Ok(())
}

fn long(target: &Target) -> Verdict {
    const LETTERS: usize = 40_000;
    let instance = target.start()?;
    // The second text shifts the cut by one byte, so that one of the two cuts falls inside a
    // character.
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
        format_args!(
            "a line has {longest} bytes including its newline; the limit is {LOG_ENTRY_LIMIT}",
        ),
    )?;
    ensure(
        letters == 2 * LETTERS,
        &done,
        format_args!(
            "only {letters} of the {} letters are intact in the log",
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
    let done = format!("sent {CALLS} concurrent calls that log 3 records of two lines each");
    let to = |stream| {
        logs.lines()
            .iter()
            .filter(|line| line.stream == stream)
            .count()
    };
    let (out, err) = (to(Stream::Stdout), to(Stream::Stderr));
    if out < CALLS && err >= CALLS {
        return not_checked(
            "the function logs to stderr, and the check sees only writes to stdout",
        );
    }
    ensure(out >= CALLS, &done, format_args!("the log has {out} lines"))?;
    for write in logs.writes() {
        let end = write[write.len().saturating_sub(80)..].escape_ascii();
        ensure(
            write.ends_with(b"\n"),
            &done,
            format_args!(
                "a write of {} bytes ends inside a line: `…{end}`",
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
        // A frozen process writes nothing, so output that arrives now was written before.
        if let Err(error) = instance.freeze() {
            return not_checked(format!("cannot freeze the function: {error}"));
        }
        let logs = instance.logs();
        let line = logs.wait_for(instance.patience(), |line| line.text.contains(&text));
        ensure(
            line.is_some(),
            &format!("sent {asked} and froze the instance when the response arrived"),
            format_args!("the log has no such line:\n{}", tail(&logs.text())),
        )?;
        instance.thaw().after("thawed the instance")?;
    }
    Ok(())
}
