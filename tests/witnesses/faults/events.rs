//! Events that are read or answered wrongly, failures that nobody hears of, and calls that are
//! taken for what they are not.

use super::{Fault, Witness};

pub(super) const WITNESSES: &[Witness] = &[
    Witness::of(Fault::ReadsEventsAsText, "event-bytes")
        .then(&["event-in-chunks", "event-of-32-mib"]),
    Witness::of(Fault::ReadsNoChunks, "event-in-chunks")
        .then(&["event-over-limit-chunked", "garbage"]),
    Witness::of(Fault::ChecksTheContentType, "any-content-type"),
    Witness::of(Fault::LeavesSuccessUnmarked, "success-marked"),
    Witness::of(Fault::SendsLongHeaders, "answer-headers"),
    Witness::of(Fault::NamesItself, "answer-fields"),
    Witness::of(Fault::TakesSmallEventsOnly, "event-of-32-mib").then(&["event-in-chunks"]),
    Witness::of(Fault::TrustsAnyLength, "event-over-limit"),
    Witness::of(Fault::CountsNoChunks, "event-over-limit-chunked"),
    Witness::of(Fault::ReservesWhatIsDeclared, "declared-memory"),
    Witness::of(Fault::LeavesFailuresUnmarked, "error-marked").then(&["initialize-failure-told"]),
    Witness::of(Fault::LeavesPanicsUnmarked, "panic-marked").then(&["panic-isolated"]),
    Witness::of(Fault::TellsFailuresAsText, "error-told"),
    Witness::of(Fault::RepeatsTheEvent, "error-short"),
    Witness::of(Fault::SpoilsItsState, "panic-isolated").then(&["panic-marked"]),
    Witness::of(Fault::EndsWithAPanic, "panic-isolated").then(&[
        "answer-headers",
        "answer-fields",
        "panic-marked",
        "error-told",
        "secrets-hidden",
        "markers",
        "markers-off",
        "markers-by-default",
        "log-whole-writes",
    ]),
    Witness::of(Fault::KnowsEventsByPath, "control-path-invoke"),
    Witness::of(Fault::KnowsTheInitializerByPath, "control-path-initialize"),
    Witness::of(Fault::NeedsAControlPath, "no-control-path"),
    Witness::of(Fault::TakesClientsForEvents, "client-of-event-function"),
    Witness::of(Fault::TakesPreStopFromClients, "client-paths-are-free").web(),
];
