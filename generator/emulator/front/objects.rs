//! Objects: packages that clients upload before they create a function, as they do to Object Storage
//! Service, and packages that they download.

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::api;
use super::emulated::{Emulated, signed_part};
use super::response::set;
use crate::emulator::api_error::ApiError;
use crate::emulator::control::DOWNLOADS;
use crate::emulator::function::{Body, whole};
use crate::platform::{CODE_LIMIT, header};

/// The bucket that a request is for, by its host: `BUCKET.oss-REGION.aliyuncs.com`. Clients send this host
/// to whatever address they are told to.
pub(super) fn bucket(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (bucket, service) = host.split_once('.')?;
    let is_oss = service.starts_with("oss-") && service.contains(".aliyuncs.com");
    is_oss.then(|| bucket.to_owned())
}

/// Keeps an object, if the request is signed with the key that was given out for it.
pub(super) async fn store(
    emulated: &Emulated,
    bucket: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, ApiError> {
    if request.method() != Method::PUT {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        let message = "objects are only uploaded here";
        return Err(ApiError::new(status, "MethodNotAllowed", message));
    }
    let object = emulated.access.check_upload(&signed_part(&request), bucket);
    let body = request.into_body();
    let object = match object {
        Ok(object) => object,
        Err(error) => {
            api::discard(body, CODE_LIMIT).await;
            return Err(error);
        }
    };
    let bytes = api::read(body, CODE_LIMIT).await?;
    let bucket = bucket.to_owned();
    let kept = emulated.blocking(move |control| {
        let kept = control.upload(&bucket, &object, &bytes);
        kept.map_err(|error| ApiError::internal(format!("the object cannot be kept: {error}")))
    });
    kept.await?;
    Ok(Response::new(whole("")))
}

/// A refusal in the form of Object Storage Service.
pub(super) fn refused(error: &ApiError, id: &str) -> Response<Body> {
    let escaped = error.message.replace('&', "&amp;").replace('<', "&lt;");
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>{}</Code>\n  \
         <Message>{escaped}</Message>\n  <RequestId>{id}</RequestId>\n</Error>\n",
        error.code
    );
    let mut response = Response::new(whole(body));
    *response.status_mut() = error.status;
    let xml = HeaderValue::from_static("application/xml");
    response.headers_mut().insert(CONTENT_TYPE, xml);
    set(&mut response, header::OSS_REQUEST_ID, id);
    response
}

/// Whether a path is that of a package.
pub(super) fn is_download(path: &str) -> bool {
    let bucket = path.split('/').nth(1);
    bucket == Some(DOWNLOADS)
}

/// A package, if the URL is signed and has not expired.
pub(super) async fn download(
    emulated: &Emulated,
    request: &Request<Incoming>,
) -> Result<Response<Body>, ApiError> {
    let path = request.uri().path().trim_start_matches('/');
    let name = path.strip_prefix(DOWNLOADS).unwrap_or_default();
    let hash = name
        .trim_start_matches('/')
        .trim_end_matches(".zip")
        .to_owned();
    emulated.access.check_download(&signed_part(request))?;
    let bytes = emulated
        .blocking(move |control| control.package(&hash))
        .await?;
    let mut response = Response::new(whole(bytes));
    let zip = HeaderValue::from_static("application/zip");
    response.headers_mut().insert(CONTENT_TYPE, zip);
    Ok(response)
}
