//! What a web function does to its clients.

use super::{Fault, Witness};

pub(super) const WITNESSES: &[Witness] = &[
    Witness::of(Fault::DecodesPaths, "web-requests").web(),
    Witness::of(Fault::HasItsOwnErrorPages, "web-answers").web(),
    Witness::of(Fault::MarksAnswersToClients, "web-answer-headers").web(),
    Witness::of(Fault::SendsABodyWithNotModified, "web-no-body").web(),
    Witness::of(Fault::SendsABodyToHead, "web-no-body")
        .then(&["web-requests"])
        .web(),
    Witness::of(Fault::LeavesPanicsUnanswered, "web-panic").web(),
    Witness::of(Fault::ShowsPanicsToClients, "web-panic-told").web(),
    Witness::of(Fault::TellsRoutersNoContext, "web-context").web(),
    Witness::of(Fault::SendsAStreamAtItsEnd, "web-stream")
        .then(&["web-stream-breaks"])
        .web(),
    Witness::of(Fault::EndsABrokenStreamInOrder, "web-stream-breaks").web(),
    Witness::of(Fault::TakesUpgradedBytesForText, "web-upgrade").web(),
    Witness::of(Fault::OnlyClaimsHttpTwo, "web-h2c").web(),
];
