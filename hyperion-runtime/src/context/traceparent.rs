//! The header `traceparent`, to the letter of [W3C Trace Context, level 2, section 3.2].
//!
//! [W3C Trace Context, level 2, section 3.2]: https://www.w3.org/TR/trace-context-2/#traceparent-header

use super::span_context::SpanContext;
use std::fmt;
use std::str::FromStr;

/// The length of `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`, and of what every later version begins with.
const LENGTH: usize = 55;

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
/// Of a later version, what version 00 defines is read and the rest is ignored, as the recommendation asks for
/// ([versioning of traceparent]). Flags other than `sampled` and the one of a random trace id are ignored.
///
/// [versioning of traceparent]: https://www.w3.org/TR/trace-context-2/#versioning-of-traceparent
impl FromStr for SpanContext {
    type Err = ParseSpanContextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.as_bytes()).map_err(ParseSpanContextError)
    }
}

fn parse(text: &[u8]) -> Result<SpanContext, Problem> {
    let Some((fixed, rest)) = text.split_first_chunk::<LENGTH>() else {
        return Err(Problem::Length(text.len()));
    };
    let [v1, v2, b'-', ids @ .., b'-', f1, f2] = fixed else {
        return Err(Problem::Separators);
    };
    let Some((trace_id, [b'-', span_id @ ..])) = ids.split_at_checked(32) else {
        return Err(Problem::Separators);
    };
    let version = hex([v1, v2]).ok_or(Problem::Version)?;
    let (high, low) = trace_id.split_at(16);
    let trace_id = hex(high).zip(hex(low)).ok_or(Problem::TraceId)?;
    let span_id = hex(span_id).ok_or(Problem::SpanId)?;
    let [flags, ..] = hex([f1, f2]).ok_or(Problem::Flags)?.to_le_bytes();
    match (version, rest.first()) {
        (0xff, _) => return Err(Problem::ForbiddenVersion),
        (0, Some(_)) => return Err(Problem::TooLong),
        (_, Some(byte)) if *byte != b'-' => return Err(Problem::Separators),
        _ => {}
    }
    if trace_id == (0, 0) {
        return Err(Problem::ZeroTraceId);
    }
    if span_id == 0 {
        return Err(Problem::ZeroSpanId);
    }
    let trace_id = u128::from(trace_id.0) << 64 | u128::from(trace_id.1);
    Ok(SpanContext::new(trace_id, span_id, false).with_trace_flags(flags))
}

/// At most 16 digits of lower-case hex: the recommendation allows no others, unlike the standard library.
pub(crate) fn hex<'a>(digits: impl IntoIterator<Item = &'a u8>) -> Option<u64> {
    let (mut number, mut seen) = (0, 0);
    for digit in digits {
        let value = VALUES[usize::from(*digit)];
        number = number << 4 | u64::from(value & 0xf);
        seen |= value;
    }
    (seen <= 0xf).then_some(number)
}

/// The value of each digit, and [`NO_DIGIT`] for other bytes.
static VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 16")]
        let of_digit = value as u8;
        values[DIGITS[value] as usize] = of_digit;
        value += 1;
    }
    values
};

const DIGITS: &[u8; 16] = b"0123456789abcdef";
const NO_DIGIT: u8 = 0xff;

/// A `traceparent` header of version 00.
impl fmt::Display for SpanContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.to_traceparent()).unwrap_or_default())
    }
}

impl SpanContext {
    /// The header as it is written, in ASCII.
    pub(crate) fn to_traceparent(&self) -> [u8; LENGTH] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        let [_, _, _, rest @ ..] = &mut text;
        let (trace_id, rest) = rest.split_at_mut(32);
        write_hex(trace_id, &self.trace_id().to_be_bytes());
        let (span_id, flags) = rest[1..].split_at_mut(16);
        write_hex(span_id, &self.span_id().to_be_bytes());
        write_hex(&mut flags[1..], &[self.trace_flags()]);
        text
    }
}

pub(crate) fn write_hex(text: &mut [u8], bytes: &[u8]) {
    for (digits, byte) in text.chunks_exact_mut(2).zip(bytes) {
        digits[0] = DIGITS[usize::from(byte >> 4)];
        digits[1] = DIGITS[usize::from(byte & 0xf)];
    }
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
        for (flags, known) in [
            ("00", 0),
            ("02", 2),
            ("03", 3),
            ("04", 0),
            ("fc", 0),
            ("fd", 1),
            ("fe", 2),
            ("ff", 3),
        ] {
            for version in ["00", "cc"] {
                let header = HEADER.replace("-01", &format!("-{flags}"));
                let read = header.replacen("00", version, 1).parse::<SpanContext>();
                let read = read.expect("flags are no mistake");
                assert_eq!(read.trace_flags(), known, "{flags}");
                assert_eq!(read.is_sampled(), known & 1 != 0, "{flags}");
                assert_eq!(read.has_random_trace_id(), known & 2 != 0, "{flags}");
                assert!(read.to_string().ends_with(&format!("-0{known}")), "{read}");
            }
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
        fn what_is_written_is_read(trace_id in 1u128.., span_id in 1u64.., flags in any::<u8>()) {
            let context = SpanContext::new(trace_id, span_id, false).with_trace_flags(flags);
            prop_assert_eq!(context.to_string(), format!("00-{}-{}-0{}", context.trace_id_hex(), context.span_id_hex(), flags & 3));
            prop_assert_eq!(context.to_string().parse(), Ok(context));
        }

        #[test]
        fn no_text_panics(text in "[0-9a-fA-F-]{0,3}-?[0-9a-f]{30,33}-[0-9a-f]{15,17}-[0-9a-f]{1,3}\\PC{0,3}") {
            if let Ok(context) = text.parse::<SpanContext>() {
                prop_assert!(context.is_valid());
            }
        }
    }
}
