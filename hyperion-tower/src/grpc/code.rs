//! The status codes of gRPC.

use http::{HeaderMap, StatusCode};
use hyperion::Label;

/// A [status code].
///
/// [status code]: https://grpc.io/docs/guides/status-codes/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
#[label(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Code {
    Ok,
    Cancelled,
    Unknown,
    InvalidArgument,
    DeadlineExceeded,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    OutOfRange,
    Unimplemented,
    Internal,
    Unavailable,
    DataLoss,
    Unauthenticated,
}

/// All of them, each at the place of its number.
const CODES: [Code; 17] = [
    Code::Ok,
    Code::Cancelled,
    Code::Unknown,
    Code::InvalidArgument,
    Code::DeadlineExceeded,
    Code::NotFound,
    Code::AlreadyExists,
    Code::PermissionDenied,
    Code::ResourceExhausted,
    Code::FailedPrecondition,
    Code::Aborted,
    Code::OutOfRange,
    Code::Unimplemented,
    Code::Internal,
    Code::Unavailable,
    Code::DataLoss,
    Code::Unauthenticated,
];

impl Code {
    /// The code in headers or trailers; one that is not in the list is `UNKNOWN`.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let number = headers.get("grpc-status")?.to_str().ok();
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let code = number.and_then(|number| CODES.get(number));
        Some(code.copied().unwrap_or(Self::Unknown))
    }

    /// The code that a client sees where the server gave none ([mapping]).
    ///
    /// [mapping]: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
    pub(crate) fn of_http(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502..=504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }

    /// The text of it.
    pub(crate) fn as_str(self) -> &'static str {
        Self::value(self.index())
    }

    /// Returns true if it is an error of the server, and not of who asks.
    pub(crate) fn is_server_error(self) -> bool {
        matches!(
            self,
            Self::Unknown
                | Self::DeadlineExceeded
                | Self::Unimplemented
                | Self::Internal
                | Self::Unavailable
                | Self::DataLoss
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status: &'static str) -> Option<Code> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-status", http::HeaderValue::from_static(status));
        Code::of(&headers)
    }

    #[test]
    fn a_code_is_its_number() {
        assert_eq!(code("0"), Some(Code::Ok));
        assert_eq!(code("4").map(Code::as_str), Some("DEADLINE_EXCEEDED"));
        assert_eq!(code("16"), Some(Code::Unauthenticated));
        for hostile in ["17", "-1", "", "OK", "99999999999999999999"] {
            assert_eq!(code(hostile), Some(Code::Unknown), "{hostile:?}");
        }
        assert_eq!(Code::of(&HeaderMap::new()), None);
        assert_eq!(Code::of_http(StatusCode::BAD_GATEWAY), Code::Unavailable);
        assert_eq!(Code::of_http(StatusCode::OK), Code::Unknown);
    }
}
