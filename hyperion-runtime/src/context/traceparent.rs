//! The header `traceparent`, to the letter of [W3C Trace Context, level 2, section 3.2].
//!
//! [W3C Trace Context, level 2, section 3.2]: https://www.w3.org/TR/trace-context-2/#traceparent-header

use super::span_context::{KNOWN, SpanContext};
use super::tracestate::TraceState;
use std::fmt;
use std::str::FromStr;

/// The length of `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`, and of what every later version begins with.
const LENGTH: usize = 55;

/// A text that is not a `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseSpanContextError(Problem);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
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
        let mut span = Self::INVALID;
        match span.read_traceparent(text.as_bytes(), TraceState::default) {
            Ok(()) => Ok(span),
            Err(problem) => Err(ParseSpanContextError(problem)),
        }
    }
}

/// The trace id, the span id and the flags.
#[inline]
fn parse(text: &[u8]) -> Result<(u128, u64, u8), Problem> {
    let Some((fixed, rest)) = text.split_first_chunk::<LENGTH>() else {
        return Err(Problem::Length(text.len()));
    };
    let [v1, v2, b'-', ids @ .., b'-', f1, f2] = fixed else {
        return Err(Problem::Separators);
    };
    let Some((trace_id, [b'-', span_id @ ..])) = ids.split_at_checked(32) else {
        return Err(Problem::Separators);
    };
    let version = hex(&[*v1, *v2]).ok_or(Problem::Version)?;
    let (high, low) = trace_id.split_at(16);
    let trace_id = hex(high).zip(hex(low)).ok_or(Problem::TraceId)?;
    let span_id = hex(span_id).ok_or(Problem::SpanId)?;
    let [flags, ..] = hex(&[*f1, *f2]).ok_or(Problem::Flags)?.to_le_bytes();
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
    Ok((trace_id, span_id, flags))
}

/// The number that up to 8, or 16, digits of lower-case hex write: the recommendation allows no others, unlike the standard
/// library.
#[inline]
pub(crate) fn hex(digits: &[u8]) -> Option<u64> {
    match digits.as_chunks::<8>() {
        ([all], []) => eight_digits(*all).map(u64::from),
        ([high, low], []) => {
            let (high, low) = (eight_digits(*high)?, eight_digits(*low)?);
            Some(u64::from(high) << 32 | u64::from(low))
        }
        ([], few) => {
            let mut all = [b'0'; 8];
            let (_, last) = all.split_at_mut(8 - few.len());
            last.copy_from_slice(few);
            eight_digits(all).map(u64::from)
        }
        _ => None,
    }
}

/// Eight digits at once, a byte of a word each.
#[inline]
fn eight_digits(digits: [u8; 8]) -> Option<u32> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let digits = u64::from_be_bytes(digits);
    // Letters have the bit 6, and `a` is 1 more than a multiple of 16.
    let values = (digits & (0x0f * EACH)) + 9 * ((digits >> 6) & EACH);
    let are_letters = ((values + 0x76 * EACH) >> 7) & EACH;
    // What is no digit is not what its value is written as.
    let written = values + u64::from(b'0') * EACH + u64::from(b'a' - b'0' - 10) * are_letters;
    if written != digits || values & (0xf0 * EACH) != 0 {
        return None;
    }
    let bytes = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let halves = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff;
    u32::try_from((halves | halves >> 16) & 0xffff_ffff).ok()
}

/// The two digits of each byte.
static PAIRS: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 0xf]];
        byte += 1;
    }
    pairs
};

/// A `traceparent` header of version 00.
impl fmt::Display for SpanContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = traceparent(self.trace_id(), self.span_id(), self.trace_flags());
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl SpanContext {
    /// Becomes what a header names, with the trace state that `trace_state` gives; stays as it is if the header is wrong.
    ///
    /// It is written in its place: moved on from one function to the next, the fields cost more than the header.
    #[inline]
    pub(crate) fn read_traceparent(
        &mut self,
        text: &[u8],
        trace_state: impl FnOnce() -> TraceState,
    ) -> Result<(), Problem> {
        let (trace_id, span_id, flags) = parse(text)?;
        self.become_remote(trace_id, span_id, flags, trace_state());
        Ok(())
    }
}

/// The header as it is written, in ASCII.
#[inline]
pub(crate) fn traceparent(trace_id: u128, span_id: u64, flags: u8) -> [u8; LENGTH] {
    let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
    let [_, _, _, rest @ ..] = &mut text;
    let (trace, rest) = rest.split_at_mut(32);
    write_hex(trace, &trace_id.to_be_bytes());
    let (span, flag) = rest[1..].split_at_mut(16);
    write_hex(span, &span_id.to_be_bytes());
    write_hex(&mut flag[1..], &[flags & KNOWN]);
    text
}

#[inline]
pub(crate) fn write_hex(text: &mut [u8], bytes: &[u8]) {
    for (digits, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *digits = PAIRS[usize::from(*byte)];
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
        fn digits_are_those_of_lower_case_hex(digits in "[0-9a-f]{1,8}|[0-9a-f]{16}", byte in any::<u8>(), at in 0..16usize) {
            prop_assert_eq!(hex(digits.as_bytes()), u64::from_str_radix(&digits, 16).ok());
            let mut wrong = digits.into_bytes();
            let at = at % wrong.len();
            wrong[at] = byte;
            let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            prop_assert_eq!(hex(&wrong).is_some(), is_digit);
        }

        #[test]
        fn no_text_panics(text in "[0-9a-fA-F-]{0,3}-?[0-9a-f]{30,33}-[0-9a-f]{15,17}-[0-9a-f]{1,3}\\PC{0,3}") {
            if let Ok(context) = text.parse::<SpanContext>() {
                prop_assert!(context.is_valid());
            }
        }
    }
}
