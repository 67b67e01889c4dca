//! The program that Function Compute starts.

use std::process::ExitCode;

use axum::extract::DefaultBodyLimit;
use function::{fc, handler};

fn main() -> ExitCode {
    fc::web::run(
        |cx| {
            Box::pin(async {
                // The platform's limit in the place of axum's own, which is 2 MB.
                let limit = DefaultBodyLimit::max(fc::EVENT_LIMIT);
                Ok(handler::app(cx).await?.layer(limit))
            })
        },
        || Box::pin(handler::stop()),
    )
}
