//! The body of a client's request on its way to an instance, and how it broke off.

use std::sync::{Arc, OnceLock};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::client::Body;
use super::failure::CallFailure;

/// Why an upload broke off, if it did, which is not the function's fault. Clones know the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Broke(Arc<OnceLock<CallFailure>>);

impl Broke {
    /// The failure of the call.
    pub(super) fn failure(&self) -> Option<CallFailure> {
        self.0.get().cloned()
    }
}

/// A body that notes how it broke off.
pub(crate) struct Upload {
    pub(super) body: Body,
    pub(super) broke: Broke,
}

impl Upload {
    /// The body of a client, of which no more than a limit is read, in bytes.
    pub(crate) fn new(body: Incoming, limit: usize) -> Self {
        let broke = Broke::default();
        let noted = broke.clone();
        let body = Limited::new(body, limit).map_err(move |error| {
            noted.0.get_or_init(|| {
                if error.is::<LengthLimitError>() {
                    CallFailure::TooLarge(limit)
                } else {
                    CallFailure::Gone
                }
            });
            error
        });
        Self {
            body: body.boxed_unsync(),
            broke,
        }
    }
}
