//! Whatever stands for the URL of a receiver, it is taken or refused with a sentence.

#![no_main]

use hyperion_otel::config::{Endpoint, Otlp, Signal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match Endpoint::base(text) {
    Ok(endpoint) => {
        let mut otlp = Otlp::default();
        otlp.endpoint = Some(endpoint);
        let url = otlp.url(Signal::Traces);
        assert!(url.starts_with("http"), "{text:?} became {url:?}");
        assert!(
            !url.chars().any(char::is_whitespace),
            "{text:?} became {url:?}"
        );
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
