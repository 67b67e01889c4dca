//! One request to the API of the platform, over HTTPS.

use std::env::var_os;
use std::fs;
use std::path::Path;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::endpoint::Endpoint;
use crate::cli::failure::{Exit, Failure};
use crate::emulator::{Answer, Headers};
use crate::platform::{LONGEST_CALL, header};
use crate::text::{printable, printable_path};

/// The longest time for a connection, and for the address of the host.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The most that is read of a response, in bytes.
const RESPONSE_LIMIT: u64 = 256 * 1024 * 1024;
/// The variable with a file of certificates to trust, as OpenSSL reads it.
const CERTIFICATES: &str = "SSL_CERT_FILE";

/// Sends a request, and reads the whole response.
///
/// # Errors
/// There is no response.
pub(super) fn send(endpoint: &Endpoint, request: Request<Vec<u8>>) -> Result<Answer, Failure> {
    let agent = agent(endpoint)?;
    let answered = agent.run(request).map_err(Box::new).and_then(whole);
    answered.map_err(|error| {
        let base = printable(&endpoint.base);
        let message = format!("`{base}` gave no response: {error}");
        // The TLS library tells it as an error of the connection.
        let hint = if error.to_string().contains("certificate") {
            "name the certificates to trust with `SSL_CERT_FILE`, if the server or a proxy has its own"
        } else if endpoint.is_loopback {
            "start `cargo fc3 emulate`, or see whether it still listens there"
        } else {
            "check the network, the proxy, the region and the id of the account"
        };
        Failure::new(Exit::Machine, message).hint(hint)
    })
}

fn agent(endpoint: &Endpoint) -> Result<Agent, Failure> {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_resolve(Some(CONNECT_LIMIT))
        .timeout_connect(Some(CONNECT_LIMIT))
        .timeout_recv_response(Some(LONGEST_CALL))
        .timeout_recv_body(Some(LONGEST_CALL));
    if endpoint.is_loopback {
        // A proxy would look for the host on its own machine.
        config = config.proxy(None);
    }
    if let Some(file) = var_os(CERTIFICATES).filter(|file| !file.is_empty()) {
        let roots = RootCerts::from(certificates(Path::new(&file))?);
        config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
    }
    Ok(config.build().into())
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let shown = printable_path(file);
    let usage = |message: String| {
        let hint = format!("let `{CERTIFICATES}` name a file of certificates in PEM, or unset it");
        Failure::new(Exit::Usage, message).hint(hint)
    };
    let pem = fs::read(file).map_err(|error| usage(format!("cannot read `{shown}`: {error}")))?;
    let items = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let items: Vec<_> = items.collect();
    if items.is_empty() {
        return Err(usage(format!("`{shown}` has no certificate")));
    }
    Ok(items)
}

/// A response, as those of a local Function Compute are.
fn whole(mut response: Response<ureq::Body>) -> Result<Answer, Box<ureq::Error>> {
    let body = response.body_mut().with_config().limit(RESPONSE_LIMIT);
    let body = body.read_to_vec()?;
    let mut headers = Headers::default();
    for (name, value) in response.headers() {
        headers.add(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let request_id = headers.get(header::REQUEST_ID).unwrap_or_default();
    Ok(Answer {
        status: response.status().as_u16(),
        request_id: request_id.to_owned(),
        headers,
        body,
        closes: false,
    })
}

#[cfg(test)]
mod tests {
    use super::certificates;

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("certificates.pem");
        let error = || certificates(&file).expect_err("none").to_string();
        assert!(error().starts_with("cannot read `"), "{}", error());
        std::fs::write(&file, "no PEM").expect("a file");
        assert!(error().ends_with("has no certificate"), "{}", error());
    }
}
