//! What a handler is told wrongly, and what its calls leave in the log.

use super::{Fault, Witness};

pub(super) const WITNESSES: &[Witness] = &[
    Witness::of(Fault::TellsMemoryInBytes, "context-values").then(&["context-case"]),
    Witness::of(Fault::LooksForTwoSpellings, "context-case"),
    Witness::of(Fault::TakesEmptyForAValue, "context-absent"),
    Witness::of(Fault::FailsOnWhatIsNoNumber, "context-garbage"),
    Witness::of(Fault::CountsTimeInSeconds, "context-deadline"),
    Witness::of(Fault::LosesTheTrace, "context-trace"),
    Witness::of(
        Fault::TakesKeysFromVariablesOnly,
        "credentials-from-headers",
    )
    .then(&["contexts-apart"]),
    Witness::of(
        Fault::TakesKeysWithoutAToken,
        "credentials-from-environment",
    ),
    Witness::of(Fault::ShowsKeys, "secrets-hidden"),
    Witness::of(Fault::LogsAnyRequestId, "request-id-is-one-word"),
    Witness::of(Fault::TakesFewCallsAtATime, "calls-at-once").hides(&["contexts-apart"]),
    Witness::of(Fault::KeepsTheContextInAGlobal, "contexts-apart"),
    Witness::of(Fault::LogsWithTheIdOfTheLastCall, "logs-apart").then(&["contexts-apart"]),
    Witness::of(Fault::ShedsHealthChecks, "health-under-load").web(),
    Witness::of(Fault::MarksNoFailure, "markers"),
    Witness::of(Fault::MarkersThatCannotBeOff, "markers-off"),
    Witness::of(Fault::OtherMarkersByDefault, "markers-by-default"),
    Witness::of(Fault::LogsNoMillis, "log-form"),
    Witness::of(Fault::LogsLinesUnindented, "log-multi-line"),
    Witness::of(Fault::LogsLongRecordsWhole, "log-long"),
    Witness::of(Fault::WritesLineEndsApart, "log-whole-writes"),
    Witness::of(Fault::LogsInTheBackground, "log-at-once"),
];
