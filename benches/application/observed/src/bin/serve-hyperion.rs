//! The service observed by hyperion: every call has a span, and a duration with exemplars.

hyperion_application_bench_observed::observed_service!();
