//! The settings that both layers have.

use http::request::Parts;
use http::{HeaderMap, HeaderName};
use hyperion::{Level, Span};
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A choice among requests.
type Filter = Arc<dyn Fn(&Parts) -> bool + Send + Sync>;

/// The settings of a layer, as far as servers and clients have them alike.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) level: Level,
    pub(crate) filter: Option<Filter>,
    /// The duration is a metric.
    pub(crate) duration: bool,
    /// The sizes of bodies are attributes and metrics.
    pub(crate) body_sizes: bool,
    pub(crate) request_headers: Captured,
    pub(crate) response_headers: Captured,
}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {
            level: Level::Info,
            filter: None,
            duration: true,
            body_sizes: false,
            request_headers: Captured::default(),
            response_headers: Captured::default(),
        }
    }

    /// Returns true if a request is instrumented: also where the filter, which is the user's, panics.
    pub(crate) fn admits(&self, head: &Parts) -> bool {
        self.filter.as_ref().is_none_or(|filter| {
            let answer = catch_unwind(AssertUnwindSafe(|| filter(head)));
            answer.unwrap_or(true)
        })
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("level", &self.level)
            .field("duration", &self.duration)
            .field("body_sizes", &self.body_sizes)
            .field("request_headers", &self.request_headers)
            .field("response_headers", &self.response_headers)
            .finish_non_exhaustive()
    }
}

/// Headers whose values become attributes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured(Vec<CapturedHeader>);

#[derive(Clone, Debug)]
struct CapturedHeader {
    name: HeaderName,
    /// The key of its attribute by the conventions for HTTP, and by those for RPC.
    http_key: Cow<'static, str>,
    rpc_key: Cow<'static, str>,
}

impl Captured {
    /// These headers of a `request` or a `response`.
    pub(crate) fn of(message: &str, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let captured = |name: HeaderName| CapturedHeader {
            http_key: format!("http.{message}.header.{name}").into(),
            rpc_key: format!("rpc.{message}.metadata.{name}").into(),
            name,
        };
        Self(names.into_iter().map(captured).collect())
    }

    /// Writes the headers that are there to the span, each as the list of its values.
    pub(crate) fn write(&self, headers: &HeaderMap, is_rpc: bool, span: &mut Span) {
        if !span.is_recording() {
            return;
        }
        for header in &self.0 {
            let values = headers.get_all(&header.name).iter();
            let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
            if texts.is_empty() {
                continue;
            }
            let key = if is_rpc {
                &header.rpc_key
            } else {
                &header.http_key
            };
            span.set(key.clone(), texts);
        }
    }
}

/// The methods by which both layers are set.
macro_rules! shared_settings {
    ($request:literal, $span:literal) => {
        #[doc = concat!("Chooses the requests that are instrumented, by their heads. The others are ", $request, " as without the layer.")]
        #[must_use]
        pub fn filter(
            mut self,
            filter: impl Fn(&http::request::Parts) -> bool + Send + Sync + 'static,
        ) -> Self {
            self.settings.filter = Some(std::sync::Arc::new(filter));
            self
        }

        #[doc = concat!("Sets how much detail the spans are; `info` by default. Their component is `", $span, "`.")]
        #[must_use]
        pub fn level(mut self, level: hyperion::Level) -> Self {
            self.settings.level = level;
            self
        }

        /// Says if durations are a metric, which they are by default.
        #[must_use]
        pub fn duration_metric(mut self, recorded: bool) -> Self {
            self.settings.duration = recorded;
            self
        }

        /// Says if the sizes of bodies are attributes, and metrics as well, which they are not by default.
        ///
        /// A request has the size that it announces, a response the bytes that came by.
        #[must_use]
        pub fn body_sizes(mut self, recorded: bool) -> Self {
            self.settings.body_sizes = recorded;
            self
        }

        /// Makes the values of these headers of requests attributes, `http.request.header.<name>`, and
        /// `rpc.request.metadata.<name>` for calls of gRPC. None are by default, for a header may hold credentials.
        #[must_use]
        pub fn capture_request_headers(
            mut self,
            names: impl IntoIterator<Item = http::HeaderName>,
        ) -> Self {
            self.settings.request_headers = Captured::of("request", names);
            self
        }

        /// Makes the values of these headers of responses attributes, `http.response.header.<name>`, and
        /// `rpc.response.metadata.<name>` for calls of gRPC.
        #[must_use]
        pub fn capture_response_headers(
            mut self,
            names: impl IntoIterator<Item = http::HeaderName>,
        ) -> Self {
            self.settings.response_headers = Captured::of("response", names);
            self
        }
    };
}

/// Starts a span of the level that is known at run time.
macro_rules! span_at {
    ($level:expr, $name:literal, $($argument:tt)*) => {
        match $level {
            hyperion::Level::Error => hyperion::span!($name, level = error, $($argument)*),
            hyperion::Level::Warn => hyperion::span!($name, level = warn, $($argument)*),
            hyperion::Level::Info => hyperion::span!($name, level = info, $($argument)*),
            hyperion::Level::Debug => hyperion::span!($name, level = debug, $($argument)*),
            hyperion::Level::Trace => hyperion::span!($name, level = trace, $($argument)*),
        }
    };
}

pub(crate) use {shared_settings, span_at};
