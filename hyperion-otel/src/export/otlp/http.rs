//! OTLP/HTTP with binary protobuf.

use std::error::Error;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, PROXY_AUTHORIZATION, RETRY_AFTER,
    USER_AGENT,
};
use http::{HeaderName, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyperion_runtime::backend::lock;
use prost::Message;
use prost::bytes::Bytes;

use super::connector::Connector;
use super::retry::Failure;
use super::service::OtlpService;
use super::tls;
use crate::config::Compression;
use crate::export::gzip;
use crate::text::WithSources;

/// The time that a connection waits for the next request.
const IDLE: Duration = Duration::from_secs(60);

/// The most that is read of an answer; a real one is a few bytes.
const MAX_RESPONSE: usize = 64 * 1024;

pub(super) struct HttpTransport {
    connector: Connector,
    /// The endpoint as requests name it: whole for a proxy that sends them on, else its path.
    uri: Uri,
    headers: HeaderMap,
    compression: Compression,
    /// The connection of the last request, and when that was answered.
    kept: Mutex<Option<(SendRequest<Full<Bytes>>, Instant)>>,
}

impl HttpTransport {
    pub(super) fn new(
        endpoint: Uri,
        mut headers: HeaderMap,
        compression: Compression,
        connector: Connector,
    ) -> Self {
        let host = endpoint.authority().map(|host| host.as_str().parse());
        if let Some(Ok(host)) = host {
            headers.entry(HOST).or_insert(host);
        }
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-protobuf"),
        );
        headers.insert(USER_AGENT, HeaderValue::from_static(super::USER_AGENT));
        if compression == Compression::Gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let proxy = connector.forwarding_proxy();
        let authorization = proxy.and_then(|proxy| proxy.basic_auth()).cloned();
        headers.extend(authorization.map(|value| (PROXY_AUTHORIZATION, value)));
        let uri = match endpoint.path_and_query() {
            Some(path) if proxy.is_none() => path.clone().into(),
            _ => endpoint,
        };
        Self {
            connector,
            uri,
            headers,
            compression,
            kept: Mutex::new(None),
        }
    }

    /// The body of a request, compressed if it is to be.
    pub(super) fn body(&self, request: Vec<u8>) -> Result<Bytes, Failure> {
        let body = match self.compression {
            Compression::None => Ok(request),
            Compression::Gzip => gzip(&request, flate2::Compression::default()),
        };
        body.map(Bytes::from).map_err(|error| {
            Failure::Permanent(format!("the request could not be compressed: {error}"))
        })
    }

    pub(super) async fn send<S: OtlpService>(&self, body: Bytes) -> Result<S::Response, Failure> {
        // A redirection is not followed: the headers hold secrets, which must not get to another host.
        let (connection, response) = self.exchange(body).await?;
        let status = response.status();
        let content_type = header(&response, &CONTENT_TYPE);
        let after = header(&response, &RETRY_AFTER)
            .and_then(|text| parse_retry_after(&text, SystemTime::now()));
        let body = read(response).await;
        if body.is_ok() {
            *lock(&self.kept) = Some((connection, Instant::now()));
        }
        if status.is_success() {
            let body = body?;
            if content_type.is_some_and(|kind| kind.starts_with("text/html")) {
                return Err(Failure::Permanent(format!(
                    "the server answered with a web page; expected an OTLP server at this URL, whose path usually ends \
                     with {}",
                    S::SIGNAL.path()
                )));
            }
            // The request is accepted already: an answer that cannot be read does not undo that.
            return Ok(S::Response::decode(body.as_slice()).unwrap_or_default());
        }
        let body = body.unwrap_or_default();
        let reason = explain::<S>(status, content_type.as_deref(), &body);
        Err(match status.as_u16() {
            429 | 502 | 503 | 504 => Failure::Busy { reason, after },
            _ => Failure::Permanent(reason),
        })
    }

    /// Sends a request, on the connection of the one before if the server has not closed it.
    async fn exchange(
        &self,
        body: Bytes,
    ) -> Result<(SendRequest<Full<Bytes>>, Response<Incoming>), Failure> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let kept = lock(&self.kept).take();
        if let Some((mut connection, since)) = kept
            && since.elapsed() < IDLE
            && connection.ready().await.is_ok()
        {
            match connection.try_send_request(request).await {
                Ok(response) => return Ok((connection, response)),
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(unreachable(&failed.into_error())),
                },
            }
        }
        let stream = self.connector.connect().await;
        let stream = stream.map_err(|error| unreachable(&*error))?;
        let (mut connection, driver) = http1::handshake(stream)
            .await
            .map_err(|error| unreachable(&error))?;
        // What breaks the connection is told to the request that is on it.
        tokio::spawn(driver);
        let response = connection.send_request(request).await;
        Ok((connection, response.map_err(|error| unreachable(&error))?))
    }
}

/// The failure of an exchange that broke: in the words of TLS, else with all its causes, since the outermost one rarely says
/// what happened.
pub(super) fn unreachable(error: &(dyn Error + 'static)) -> Failure {
    let reason = tls::explain(error).unwrap_or_else(|| {
        let text = WithSources(error).to_string();
        tls::explain_text(&text).unwrap_or(text)
    });
    Failure::Unreachable(reason)
}

fn header(response: &Response<Incoming>, name: &HeaderName) -> Option<String> {
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
        let frame = frame.map_err(|error| unreachable(&error))?;
        let chunk = frame.into_data().unwrap_or_default();
        let room = MAX_RESPONSE - body.len();
        body.extend(chunk.iter().take(room));
        if chunk.len() > room {
            break;
        }
    }
    Ok(body)
}

/// The part of `google.rpc.Status` that is for people.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(string, tag = "2")]
    message: String,
}

fn explain<S: OtlpService>(status: StatusCode, content_type: Option<&str>, body: &[u8]) -> String {
    let said = match content_type {
        Some(kind) if kind.starts_with("application/x-protobuf") => {
            RpcStatus::decode(body).unwrap_or_default().message
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
        reason.push_str(S::SIGNAL.path());
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
