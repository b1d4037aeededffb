//! The header `traceparent`, to the letter of [W3C Trace Context].
//!
//! [W3C Trace Context]: https://www.w3.org/TR/trace-context/#traceparent-header

use super::span_context::SpanContext;
use std::fmt;
use std::str::FromStr;

/// The length of `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`, and of what every later version begins with.
const LENGTH: usize = 55;
/// The only flag that version 00 defines.
const SAMPLED: u8 = 1;

/// A text that is not a `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseSpanContextError(Problem);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Length(usize),
    Separators,
    Version,
    ForbiddenVersion,
    TraceId,
    ZeroTraceId,
    SpanId,
    ZeroSpanId,
    Flags,
    TooLong,
}

impl fmt::Display for ParseSpanContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a `traceparent`: ")?;
        f.write_str(match self.0 {
            Problem::Length(length) => {
                return write!(
                    f,
                    "expected {LENGTH} characters, as in `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`, \
                     found {length}"
                );
            }
            Problem::Separators => {
                "expected `-` between version, trace id, span id and flags, as in \
                 `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`"
            }
            Problem::Version => "the version is not two digits of lower-case hex",
            Problem::ForbiddenVersion => "there is no version `ff`",
            Problem::TraceId => "the trace id is not 32 digits of lower-case hex",
            Problem::ZeroTraceId => "the trace id is zero, which names no trace",
            Problem::SpanId => "the span id is not 16 digits of lower-case hex",
            Problem::ZeroSpanId => "the span id is zero, which names no span",
            Problem::Flags => "the flags are not two digits of lower-case hex",
            Problem::TooLong => "version `00` ends after the flags",
        })
    }
}

impl std::error::Error for ParseSpanContextError {}

/// Reads a `traceparent` header. The span is [remote](SpanContext::is_remote).
///
/// Of a later version, what version 00 defines is read and the rest is ignored, as the recommendation asks for. Flags
/// other than `sampled` are ignored.
impl FromStr for SpanContext {
    type Err = ParseSpanContextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.as_bytes()).map_err(ParseSpanContextError)
    }
}

fn parse(text: &[u8]) -> Result<SpanContext, Problem> {
    let Some((fixed, rest)) = text.split_at_checked(LENGTH) else {
        return Err(Problem::Length(text.len()));
    };
    let mut parts = fixed.split(|byte| *byte == b'-');
    let mut part = |length| {
        parts
            .next()
            .filter(|part| part.len() == length)
            .ok_or(Problem::Separators)
    };
    let (version, trace_id, span_id, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
    let version = hex(version).ok_or(Problem::Version)?;
    let trace_id = hex(trace_id).ok_or(Problem::TraceId)?;
    let span_id = hex(span_id).ok_or(Problem::SpanId)?;
    let flags = hex(flags).ok_or(Problem::Flags)?;
    match (version, rest.first()) {
        (0xff, _) => return Err(Problem::ForbiddenVersion),
        (0, Some(_)) => return Err(Problem::TooLong),
        (_, Some(byte)) if *byte != b'-' => return Err(Problem::Separators),
        _ => {}
    }
    if trace_id == 0 {
        return Err(Problem::ZeroTraceId);
    }
    if span_id == 0 {
        return Err(Problem::ZeroSpanId);
    }
    // Sixteen digits fit.
    let span_id = u64::try_from(span_id).map_err(|_| Problem::SpanId)?;
    let is_sampled = flags & u128::from(SAMPLED) != 0;
    Ok(SpanContext::new(trace_id, span_id, is_sampled))
}

/// At most 32 digits of lower-case hex: the recommendation allows no others, unlike the standard library.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn wrong(text: &str) -> String {
        match text.parse::<SpanContext>() {
            Ok(read) => format!("no mistake: {read}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_header_is_read() {
        let read: SpanContext = HEADER.parse().expect("it is one of the recommendation's");
        assert_eq!(
            read,
            SpanContext::new(
                0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736,
                0x00f0_67aa_0ba9_02b7,
                true
            )
        );
        assert!(read.is_valid() && read.is_remote());
        assert_eq!(read.span_id_hex(), "00f067aa0ba902b7");
        let unsampled: SpanContext = HEADER.replace("-01", "-00").parse().expect("not sampled");
        assert!(!unsampled.is_sampled());
    }

    #[test]
    fn flags_that_nobody_knows_are_ignored() {
        for (flags, sampled) in [("02", false), ("03", true), ("fe", false), ("ff", true)] {
            let read = HEADER
                .replace("-01", &format!("-{flags}"))
                .parse::<SpanContext>();
            assert_eq!(read.map(SpanContext::is_sampled), Ok(sampled), "{flags}");
        }
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        let expected = HEADER.parse::<SpanContext>();
        for later in ["01", "cc", "fe"] {
            let header = HEADER.replacen("00", later, 1);
            for rest in ["", "-", "-what-the-future-will-be", "-\u{1f980}"] {
                assert_eq!(
                    format!("{header}{rest}").parse(),
                    expected,
                    "{header}{rest}"
                );
            }
            for rest in ["0", ".what", " "] {
                assert!(
                    wrong(&format!("{header}{rest}")).contains("expected `-`"),
                    "{header}{rest}"
                );
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert!(wrong("").contains("found 0"));
        assert!(wrong(&HEADER[..54]).contains("expected 55 characters"));
        assert!(wrong(&HEADER.replace("-00f0", "000f0")).contains("expected `-`"));
        assert!(wrong(&HEADER.replacen("00", "0A", 1)).contains("version"));
        assert!(wrong(&HEADER.replacen("00", "ff", 1)).contains("`ff`"));
        assert!(wrong(&HEADER.to_uppercase()).contains("trace id is not 32 digits of lower-case"));
        assert!(wrong(&HEADER.replace("4bf9", "4bg9")).contains("trace id is not"));
        assert!(wrong(&HEADER.replace("00f0", "+0f0")).contains("span id is not"));
        assert!(wrong(&HEADER.replace("-01", "-0A")).contains("flags"));
        assert!(wrong(&format!("{HEADER}-more")).contains("ends after the flags"));
        let zero_trace = HEADER.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32));
        assert!(wrong(&zero_trace).contains("trace id is zero"));
        let zero_span = HEADER.replace("00f067aa0ba902b7", &"0".repeat(16));
        assert!(wrong(&zero_span).contains("span id is zero"));
    }

    #[test]
    fn no_span_is_written_as_zeros() {
        assert!(!SpanContext::default().is_valid());
        assert!(wrong(&SpanContext::INVALID.to_string()).contains("zero"));
        assert!(
            !SpanContext::new(1, 0, true).is_valid() && !SpanContext::new(0, 1, true).is_valid()
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(trace_id in 1u128.., span_id in 1u64.., sampled in any::<bool>()) {
            let context = SpanContext::new(trace_id, span_id, sampled);
            prop_assert_eq!(context.to_string().parse(), Ok(context));
            prop_assert_eq!(context.to_string(), format!("00-{}-{}-0{}", context.trace_id_hex(), context.span_id_hex(), u8::from(sampled)));
        }

        #[test]
        fn no_text_panics(text in "[0-9a-fA-F-]{0,3}-?[0-9a-f]{30,33}-[0-9a-f]{15,17}-[0-9a-f]{1,3}\\PC{0,3}") {
            if let Ok(context) = text.parse::<SpanContext>() {
                prop_assert!(context.is_valid());
            }
        }
    }
}
