//! Which object of Object Storage Service a request is about.

use super::{Target, canonical, malformed};
use crate::platform::header;

/// The bucket and the name of an object, or of a bucket alone, whose name is then empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The bucket.
    pub bucket: String,
    /// The name of the object, decoded. It may have slashes.
    pub name: String,
}

impl Object {
    /// Reads which object a request is about: the bucket is the beginning of the host, as in
    /// `bucket.oss-cn-hangzhou.aliyuncs.com`, else the first segment of the path. `None` if there is
    /// no valid name of a bucket, or if the name of the object is not UTF-8.
    #[must_use]
    pub fn of(target: &Target<'_>) -> Option<Self> {
        let path = target.path.strip_prefix('/').unwrap_or(target.path);
        let (bucket, name) = match bucket_of_host(target) {
            Some(bucket) => (bucket, path),
            None => path.split_once('/').unwrap_or((path, "")),
        };
        let decoded = |text: &str| String::from_utf8(canonical::decoded(text.as_bytes())).ok();
        let (bucket, name) = (decoded(bucket)?, decoded(name)?);
        is_bucket(&bucket).then_some(Self { bucket, name })
    }
}

/// Whether a name has only characters that the name of a bucket may have.
fn is_bucket(name: &str) -> bool {
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !name.is_empty() && name.bytes().all(is_valid)
}

/// The bucket before the name of the service, or before `localhost`.
fn bucket_of_host<'a>(target: &Target<'a>) -> Option<&'a str> {
    let host = malformed::text(target.headers, header::HOST).ok()??;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let (bucket, service) = host.split_once('.')?;
    let is_service = (service.starts_with("oss-") && service.ends_with(".aliyuncs.com"))
        || service == "localhost";
    (is_service && is_bucket(bucket)).then_some(bucket)
}

/// The path of a request with its bucket at the beginning, encoded as it was sent.
pub(super) fn path(target: &Target<'_>) -> String {
    match bucket_of_host(target) {
        Some(bucket) => format!("/{bucket}{}", target.path),
        None => target.path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use hyper::header::{HOST, HeaderValue};

    use super::{Object, Target};

    #[test]
    fn the_bucket_is_in_the_host_or_in_the_path() {
        for (host, path, bucket, name) in [
            ("b.oss-cn-hangzhou.aliyuncs.com", "/1/a%20b", "b", "1/a b"),
            ("b.oss-accelerate.aliyuncs.com:80", "/", "b", ""),
            ("b.localhost:9000", "/x", "b", "x"),
            ("127.0.0.1:9000", "/b/1/x", "b", "1/x"),
            ("localhost:9000", "/b", "b", ""),
            ("oss-cn-hangzhou.aliyuncs.com", "/b/x", "b", "x"),
        ] {
            let headers = [(HOST, HeaderValue::from_static(host))]
                .into_iter()
                .collect();
            let target = Target {
                method: "GET",
                path,
                query: "",
                headers: &headers,
            };
            let expected = Object {
                bucket: bucket.into(),
                name: name.into(),
            };
            assert_eq!(Object::of(&target), Some(expected), "{host}{path}");
        }
        let headers = HeaderMap::new();
        for path in ["/", "", "/%2f/x", "/..%2f/x", "/b/%ff"] {
            let target = Target {
                method: "GET",
                path,
                query: "",
                headers: &headers,
            };
            assert_eq!(Object::of(&target), None, "{path}");
        }
    }
}
