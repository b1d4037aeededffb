//! Whatever stands for a `traceparent` or a `tracestate`, it is taken or refused, and what was taken is written the same.

#![no_main]

use hyperion_runtime::context::SpanContext;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (traceparent, tracestate) = texts;
    match traceparent.parse::<SpanContext>() {
        Ok(span) => {
            assert!(span.is_valid());
            assert_eq!(span.to_string().parse(), Ok(span));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let span = SpanContext::new(1, 2, true).with_trace_state(tracestate);
    let taken = span.trace_state();
    assert!(taken.len() <= 512 && taken.split(',').count() <= 32);
    assert_eq!(span.clone().with_trace_state(taken), span);
});
