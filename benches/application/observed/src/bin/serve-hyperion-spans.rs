//! The service observed by hyperion as by the others: every call has a span, and the request alone has a duration.

hyperion_application_bench_observed::observed_service!(only(trace));
