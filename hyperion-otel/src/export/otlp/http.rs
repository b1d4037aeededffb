//! OTLP/HTTP with binary protobuf.

use std::io::{self, Write as _};
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use flate2::write::GzEncoder;
use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT,
};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use prost::Message;
use prost::bytes::Bytes;
use rustls::ClientConfig;

use super::connector::Connector;
use super::endpoint::Endpoint;
use super::retry::Failure;
use super::signal::Signal;
use super::{Compression, tls};
use crate::export::SetupError;

/// How long a connection waits for the next request.
const IDLE: Duration = Duration::from_secs(60);

/// The most that is read of an answer; a real one is a few bytes.
const MAX_RESPONSE: usize = 64 * 1024;

pub(super) struct HttpTransport<S> {
    client: Client<Connector, Full<Bytes>>,
    endpoint: Endpoint,
    headers: HeaderMap,
    compression: Compression,
    signal: PhantomData<fn() -> S>,
}

impl<S: Signal> HttpTransport<S> {
    pub(super) fn new(
        endpoint: Endpoint,
        mut headers: HeaderMap,
        compression: Compression,
        tls: Option<ClientConfig>,
        proxy: Option<&Intercept>,
    ) -> Result<Self, SetupError> {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-protobuf"),
        );
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("hyperion/", env!("CARGO_PKG_VERSION"))),
        );
        if compression == Compression::Gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let connector = Connector::http1(endpoint.uri().clone(), tls, proxy)?;
        headers.extend(connector.authorization());
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self {
            client,
            endpoint,
            headers,
            compression,
            signal: PhantomData,
        })
    }

    pub(super) fn encode(&self, request: &S::Request) -> Result<Bytes, Failure> {
        let body = request.encode_to_vec();
        let body = match self.compression {
            Compression::None => Ok(body),
            Compression::Gzip => gzip(&body),
        };
        body.map(Bytes::from).map_err(|error| {
            Failure::Permanent(format!("the request could not be compressed: {error}"))
        })
    }

    pub(super) async fn send(&self, body: Bytes) -> Result<S::Response, Failure> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.uri().clone();
        *request.headers_mut() = self.headers.clone();
        // A redirection is not followed: the headers hold secrets, which must not get to another host.
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| Failure::Unreachable(with_sources(&error)))?;
        let status = response.status();
        let content_type = header(&response, CONTENT_TYPE.as_str());
        let after = header(&response, RETRY_AFTER.as_str())
            .and_then(|text| parse_retry_after(&text, SystemTime::now()));
        if status.is_success() {
            let body = read(response).await?;
            if content_type.is_some_and(|kind| kind.starts_with("text/html")) {
                return Err(Failure::Permanent(format!(
                    "the server answered with a web page; expected an OTLP server at this URL, whose path usually ends \
                     with {}",
                    S::HTTP_PATH
                )));
            }
            // The request is accepted already: an answer that cannot be read does not undo that.
            return Ok(S::Response::decode(body.as_slice()).unwrap_or_default());
        }
        let reason = explain::<S>(
            status,
            content_type.as_deref(),
            &read(response).await.unwrap_or_default(),
        );
        Err(match status.as_u16() {
            429 | 502 | 503 | 504 => Failure::Busy { reason, after },
            _ => Failure::Permanent(reason),
        })
    }
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

fn header(response: &Response<Incoming>, name: &str) -> Option<String> {
    response
        .headers()
        .get(name)?
        .to_str()
        .ok()
        .map(str::to_owned)
}

async fn read(response: Response<Incoming>) -> Result<Vec<u8>, Failure> {
    let mut response = response.into_body();
    let mut body = Vec::new();
    while let Some(frame) = response.frame().await {
        let frame = frame.map_err(|error| Failure::Unreachable(with_sources(&error)))?;
        let chunk = frame.into_data().unwrap_or_default();
        let room = MAX_RESPONSE - body.len();
        body.extend(chunk.iter().take(room));
        if chunk.len() > room {
            break;
        }
    }
    Ok(body)
}

/// An error and its causes, since the outermost one rarely says what happened.
pub(super) fn with_sources(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(reason) = tls::explain(error) {
        return reason;
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        source = error.source();
    }
    tls::explain_text(&text).unwrap_or(text)
}

fn explain<S: Signal>(status: StatusCode, content_type: Option<&str>, body: &[u8]) -> String {
    let said = match content_type {
        Some(kind) if kind.starts_with("application/x-protobuf") => {
            tonic_types::Status::decode(body)
                .map(|status| status.message)
                .unwrap_or_default()
        }
        Some(kind) if kind.starts_with("text/html") => String::new(),
        _ => String::from_utf8_lossy(body).trim().to_owned(),
    };
    let mut reason = format!("the server answered {status}");
    if !said.is_empty() {
        reason.push_str(": ");
        reason.push_str(&said);
    }
    if status == StatusCode::NOT_FOUND {
        reason.push_str("; the path of an OTLP/HTTP endpoint usually ends with ");
        reason.push_str(S::HTTP_PATH);
    }
    reason
}

/// `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).
fn parse_retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(
            parse_retry_after(" 120 ", now),
            Some(Duration::from_secs(120))
        );
        assert_eq!(
            parse_retry_after("Sun, 06 Nov 1994 08:49:40 GMT", now),
            Some(Duration::from_secs(3))
        );
        assert_eq!(
            parse_retry_after("Sun, 06 Nov 1994 08:49:30 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(parse_retry_after("soon", now), None);
        assert_eq!(parse_retry_after("-1", now), None);
    }
}
