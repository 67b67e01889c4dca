//! A web function of AWS Lambda with axum, like the `web` project.

mod handler;

use lambda_http::{Error, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(handler::router()).await
}
