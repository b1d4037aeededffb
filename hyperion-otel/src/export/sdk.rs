//! Any exporter written against the interface of `opentelemetry_sdk`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use futures_executor::block_on;
use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::trace::SpanExporter;

use super::{ExportError, SpanBatch, SpanSink, panic_message};

/// Adapts a [`SpanExporter`] of the OpenTelemetry SDK.
///
/// Its future is driven on the calling thread, without a runtime: an exporter that needs one (tokio, for example) has to
/// bring it. A panic in the exporter loses the batch and nothing else. How long a call may take is for the exporter to
/// bound, as the SDK's interface demands.
#[derive(Debug)]
pub struct SdkSpanSink<E> {
    exporter: E,
}

impl<E: SpanExporter> SdkSpanSink<E> {
    /// Adapts `exporter` and tells it which resource the spans belong to.
    pub fn new(mut exporter: E, resource: &Resource) -> Self {
        exporter.set_resource(resource);
        Self { exporter }
    }
}

impl<E: SpanExporter> SpanSink for SdkSpanSink<E> {
    fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        let batch = batch.to_span_data();
        match catch_unwind(AssertUnwindSafe(|| block_on(self.exporter.export(batch)))) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(OTelSdkError::Timeout(after))) => Err(ExportError::retryable(format!(
                "the span exporter gave up after {after:?}"
            ))),
            Ok(Err(error)) => Err(ExportError::permanent(format!(
                "the span exporter failed: {error}"
            ))),
            Err(payload) => Err(ExportError::permanent(format!(
                "the span exporter panicked: {}",
                panic_message(&*payload)
            ))),
        }
    }

    fn shutdown(&mut self, timeout: Duration) {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        // The process is ending: there is nobody left to whom a failure or a panic here would matter.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            self.exporter.shutdown_with_timeout(timeout)
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::task::Poll;

    use opentelemetry::InstrumentationScope;
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::SpanData;

    use super::*;
    use hyperion_runtime::backend::Records;

    #[derive(Debug, Clone, Copy)]
    enum Behaviour {
        WakeFromAnotherThread,
        TimeOut,
        Panic,
    }

    #[derive(Debug)]
    struct Exporter {
        behaviour: Behaviour,
        suppressed: Arc<Mutex<Option<bool>>>,
    }

    impl SpanExporter for Exporter {
        async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
            *self.suppressed.lock().unwrap() = Some(Context::is_current_telemetry_suppressed());
            match self.behaviour {
                Behaviour::WakeFromAnotherThread => {
                    let mut woken = false;
                    std::future::poll_fn(|context| {
                        if std::mem::replace(&mut woken, true) {
                            return Poll::Ready(());
                        }
                        let waker = context.waker().clone();
                        std::thread::spawn(move || waker.wake());
                        Poll::Pending
                    })
                    .await;
                    Ok(())
                }
                Behaviour::TimeOut => Err(OTelSdkError::Timeout(Duration::from_secs(3))),
                Behaviour::Panic => panic!("out of luck"),
            }
        }

        fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
            panic!("nobody may notice")
        }
    }

    fn export(behaviour: Behaviour) -> (Result<(), ExportError>, Option<bool>) {
        let suppressed = Arc::default();
        let exporter = Exporter {
            behaviour,
            suppressed: Arc::clone(&suppressed),
        };
        let mut sink = SdkSpanSink::new(exporter, &Resource::builder_empty().build());
        let (scope, none) = (InstrumentationScope::default(), Records::default());
        let result = sink.export(SpanBatch::new(&none, &scope, &[], 128));
        sink.shutdown(Duration::from_secs(1));
        let suppressed = *suppressed.lock().unwrap();
        (result, suppressed)
    }

    #[test]
    fn a_future_that_is_woken_by_another_thread_completes() {
        assert_eq!(
            export(Behaviour::WakeFromAnotherThread),
            (Ok(()), Some(true))
        );
    }

    #[test]
    fn a_timeout_may_be_retried() {
        let error = export(Behaviour::TimeOut).0.unwrap_err();
        assert!(error.is_retryable());
        assert_eq!(error.to_string(), "the span exporter gave up after 3s");
    }

    #[test]
    fn a_panic_is_an_error_that_says_what_it_said() {
        let error = export(Behaviour::Panic).0.unwrap_err();
        assert!(!error.is_retryable());
        assert_eq!(error.to_string(), "the span exporter panicked: out of luck");
    }
}
