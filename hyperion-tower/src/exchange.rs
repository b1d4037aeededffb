//! One request and its response, from the start of the one to the end of the other.

use crate::attributes::{error_type, header};
use crate::settings::Settings;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, response};
use hyperion::Span;
use std::borrow::Cow;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

/// False in a build without the feature `otel` of hyperion, where a span takes no room. Layers are pass-through there.
pub(crate) const IS_RECORDED: bool = size_of::<Span>() > 0;

/// A request, as the conventions of its protocol describe it.
pub(crate) trait Request: Send + Sync {
    /// Returns true if it is a call by the conventions for RPC, which know metadata and no headers, and messages and no bodies.
    fn is_rpc(&self) -> bool {
        false
    }

    /// Takes the head of the response.
    fn answered(&mut self, head: &response::Parts, span: &mut Span);

    /// Takes what comes after the body of the response.
    fn trailers(&mut self, _trailers: &HeaderMap) {}

    /// Returns true if a body that is dropped before its end is a response that was cut off.
    fn is_cut_off_by_drop(&self) -> bool;

    /// Writes the last attributes, and returns `error.type` of an end that failed or was cancelled.
    fn end(&mut self, end: &End, span: &mut Span) -> Option<Cow<'static, str>>;

    /// Records the metrics.
    fn record(&self, ended: &Ended<'_>);
}

/// The end of an exchange.
#[derive(Debug)]
pub(crate) enum End {
    /// All of the response came, with this status.
    Complete(StatusCode),
    /// An error of this type took its place, or that of the rest of its body.
    Failed {
        error_type: &'static str,
        message: String,
    },
    /// The request was dropped before it was answered, or the body before it was sent.
    Cancelled,
    /// Code that answered it panicked.
    Panicked,
}

impl End {
    /// The value of `error.type`, where HTTP counts a status as an error if `is_error` says so.
    pub(crate) fn error_type(
        &self,
        is_error: impl FnOnce(&StatusCode) -> bool,
    ) -> Option<Cow<'static, str>> {
        match self {
            Self::Complete(status) if is_error(status) => Some(status.as_str().to_owned().into()),
            Self::Complete(_) => None,
            Self::Failed { error_type, .. } => Some((*error_type).into()),
            Self::Cancelled => Some("cancelled".into()),
            Self::Panicked => Some("panic".into()),
        }
    }
}

/// The facts that metrics are about.
#[derive(Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) seconds: f64,
    pub(crate) status: Option<StatusCode>,
    pub(crate) error_type: Option<&'a str>,
    /// Sizes of the bodies, if they are to be recorded, and as far as they are known.
    pub(crate) request_size: Option<u64>,
    pub(crate) response_size: Option<u64>,
    pub(crate) settings: &'a Settings,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a distribution has no use for the last of 53 bits"
)]
impl Ended<'_> {
    pub(crate) fn request_size(&self) -> Option<f64> {
        self.request_size.map(|size| size as f64)
    }

    pub(crate) fn response_size(&self) -> Option<f64> {
        self.response_size.map(|size| size as f64)
    }
}

/// What follows the head of a response.
#[derive(Clone, Copy, Debug)]
enum Awaited {
    Body,
    /// Nothing: the request asks for the head.
    Nothing,
    /// Another protocol, if the response is a success.
    Tunnel,
}

impl Awaited {
    fn of(method: &Method) -> Self {
        match *method {
            Method::HEAD => Self::Nothing,
            Method::CONNECT => Self::Tunnel,
            _ => Self::Body,
        }
    }

    /// Returns true if a body follows the head of a response ([RFC 9112, section 6.3]).
    ///
    /// [RFC 9112, section 6.3]: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
    fn follows(self, status: StatusCode) -> bool {
        let is_bare = status.is_informational()
            || status == StatusCode::NO_CONTENT
            || status == StatusCode::NOT_MODIFIED;
        match self {
            Self::Body => !is_bare,
            Self::Nothing => false,
            Self::Tunnel => !is_bare && !status.is_success(),
        }
    }
}

/// One request and its response, while they go on. Dropped before its end it is cancelled.
pub(crate) struct Exchange<R: Request + ?Sized = dyn Request> {
    /// Taken when it ends.
    span: Option<Span>,
    started: Instant,
    settings: Arc<Settings>,
    awaited: Awaited,
    status: Option<StatusCode>,
    request_size: Option<u64>,
    response_size: u64,
    /// The bytes of the body that the response announced.
    announced: Option<u64>,
    request: R,
}

impl Exchange {
    /// Starts the exchange of a request that has this head.
    pub(crate) fn new(
        mut span: Span,
        settings: &Arc<Settings>,
        head: &Parts,
        request_size: Option<u64>,
        request: impl Request + 'static,
    ) -> Box<Self> {
        let captured = &settings.request_headers;
        captured.write(&head.headers, request.is_rpc(), &mut span);
        Box::new(Exchange {
            span: Some(span),
            started: Instant::now(),
            awaited: Awaited::of(&head.method),
            settings: Arc::clone(settings),
            status: None,
            request_size,
            response_size: 0,
            announced: None,
            request,
        })
    }

    /// Calls `work` inside the span. A panic ends the exchange and goes on.
    pub(crate) fn within<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let unwinding = Unwinding(self);
        let result = match &mut unwinding.0.span {
            Some(span) => span.within(work),
            None => work(),
        };
        std::mem::forget(unwinding);
        result
    }

    /// Takes the head of the response, with the size of its body where that is known. Returns true if it is the end.
    pub(crate) fn answered(&mut self, head: &response::Parts, size: Option<u64>) -> bool {
        self.status = Some(head.status);
        self.announced = size.or_else(|| content_length(&head.headers));
        if let Some(span) = &mut self.span {
            let captured = &self.settings.response_headers;
            captured.write(&head.headers, self.request.is_rpc(), span);
            self.request.answered(head, span);
        }
        let has_body = self.awaited.follows(head.status) && self.announced != Some(0);
        if !has_body {
            self.complete();
        }
        !has_body
    }

    /// Takes a piece of the body. Returns true if it is the last that was announced.
    pub(crate) fn received(&mut self, bytes: usize) -> bool {
        self.response_size += bytes as u64;
        // Servers do not ask for more.
        self.announced
            .is_some_and(|announced| self.response_size >= announced)
    }

    /// Takes what comes after the body.
    pub(crate) fn trailers(&mut self, trailers: &HeaderMap) {
        self.request.trailers(trailers);
    }

    /// Ends the exchange: all of the response came.
    pub(crate) fn complete(&mut self) {
        match self.status {
            Some(status) => self.end(&End::Complete(status)),
            None => self.end(&End::Cancelled),
        }
    }

    /// Ends the exchange by an error.
    pub(crate) fn fail<E: Display>(&mut self, error: &E) {
        // A `Display` that panics costs its message, and not the response that others wait for.
        let text = || catch_unwind(AssertUnwindSafe(|| error.to_string())).ok();
        let message = self.is_recording().then(text).flatten().unwrap_or_default();
        self.end(&End::Failed {
            error_type: error_type::<E>(),
            message,
        });
    }

    /// Ends the exchange: nobody wants the rest of it.
    pub(crate) fn abandon(&mut self) {
        if self.status.is_some() && !self.request.is_cut_off_by_drop() {
            self.complete();
        } else {
            self.end(&End::Cancelled);
        }
    }

    fn is_recording(&self) -> bool {
        self.span.as_ref().is_some_and(Span::is_recording)
    }

    fn end(&mut self, end: &End) {
        let Some(mut span) = self.span.take() else {
            return;
        };
        let seconds = self.started.elapsed().as_secs_f64();
        let error_type = self.request.end(end, &mut span);
        match end {
            End::Complete(_) if error_type.is_none() => {}
            End::Complete(_) => drop(span.set_status_error("")),
            End::Failed { message, .. } => drop(span.set_status_error(message.clone())),
            End::Cancelled => drop(span.set("outcome", "cancelled")),
            // The span says so itself.
            End::Panicked => {}
        }
        span.set("error.type", error_type.as_deref());
        let sizes = self.settings.body_sizes && !self.request.is_rpc();
        let ended = Ended {
            seconds,
            status: self.status,
            error_type: error_type.as_deref(),
            request_size: self.request_size.filter(|_| sizes),
            response_size: self.status.map(|_| self.response_size).filter(|_| sizes),
            settings: &self.settings,
        };
        span.set("http.request.body.size", ended.request_size)
            .set("http.response.body.size", ended.response_size);
        // Inside, for the sake of exemplars.
        span.within(|| self.request.record(&ended));
    }
}

impl<R: Request + ?Sized> std::fmt::Debug for Exchange<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("span", &self.span)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The number of bytes that follow a head.
fn content_length(headers: &HeaderMap) -> Option<u64> {
    header(headers, CONTENT_LENGTH)?.parse().ok()
}

/// Ends an exchange whose code panics.
struct Unwinding<'a>(&'a mut Exchange);

impl Drop for Unwinding<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.end(&End::Panicked);
    }
}
