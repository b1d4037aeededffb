//! Values that are one boolean, number or text.

use super::time::rfc3339;
use super::{Field, FieldValue, VALUE, head};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::time::{Duration, SystemTime};

macro_rules! fields {
    ($($($type:ty),+ => |$value:ident| $field:expr;)*) => {$($(
        impl Field for $type {
            #[inline]
            fn field_value(&self) -> Option<FieldValue<'_>> {
                let $value = self;
                Some($field)
            }
        }
    )+)*};
}

fields! {
    bool => |value| FieldValue::Bool(*value);
    i8, i16, i32, u8, u16, u32 => |value| FieldValue::I64(i64::from(*value));
    i64 => |value| FieldValue::I64(*value);
    u64, isize, usize, i128, u128 => |value| integer_or_text(*value);
    NonZero<i8>, NonZero<i16>, NonZero<i32>, NonZero<i64>, NonZero<isize>, NonZero<i128> =>
        |value| integer_or_text(value.get());
    NonZero<u8>, NonZero<u16>, NonZero<u32>, NonZero<u64>, NonZero<usize>, NonZero<u128> =>
        |value| integer_or_text(value.get());
    f32 => |value| FieldValue::F64(f64::from(*value));
    f64 => |value| FieldValue::F64(*value);
    char => |value| FieldValue::Text(value.to_string().into());
    str, String, Cow<'_, str> => |value| FieldValue::Text(head(value, VALUE).into());
    Duration => |value| FieldValue::F64(value.as_secs_f64());
    SystemTime => |value| FieldValue::Text(rfc3339(*value).into());
    IpAddr, Ipv4Addr, Ipv6Addr => |value| FieldValue::Text(value.to_string().into());
    SocketAddr, SocketAddrV4, SocketAddrV6 => |value| FieldValue::Text(value.to_string().into());
}

/// OpenTelemetry's integers are signed and 64 bits wide; what does not fit keeps its digits as text.
#[inline]
fn integer_or_text<T: TryInto<i64> + ToString + Copy>(value: T) -> FieldValue<'static> {
    value.try_into().map_or_else(
        |_| FieldValue::Text(value.to_string().into()),
        FieldValue::I64,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with options")]
    fn text(text: &str) -> Option<FieldValue<'_>> {
        Some(FieldValue::Text(text.into()))
    }

    #[test]
    fn integers_that_do_not_fit_keep_their_digits() {
        assert_eq!(7u64.field_value(), Some(FieldValue::I64(7)));
        assert_eq!(u64::MAX.field_value(), text("18446744073709551615"));
        assert_eq!(i128::MIN.field_value(), text(&i128::MIN.to_string()));
        assert_eq!(NonZero::<u8>::MAX.field_value(), Some(FieldValue::I64(255)));
        assert_eq!(
            NonZero::<u64>::MAX.field_value(),
            text("18446744073709551615")
        );
    }

    #[test]
    fn durations_are_seconds() {
        let duration = Duration::from_millis(1500);
        assert_eq!(duration.field_value(), Some(FieldValue::F64(1.5)));
    }

    #[test]
    fn addresses_and_times_are_text() {
        let address: SocketAddr = "[::1]:8080".parse().expect("an address");
        assert_eq!(address.field_value(), text("[::1]:8080"));
        assert_eq!(address.ip().field_value(), text("::1"));
        assert_eq!(Ipv4Addr::LOCALHOST.field_value(), text("127.0.0.1"));
        assert_eq!(
            SystemTime::UNIX_EPOCH.field_value(),
            text("1970-01-01T00:00:00Z")
        );
        assert_eq!('ü'.field_value(), text("ü"));
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "x".repeat(VALUE + 1);
        assert_eq!(long.field_value(), text(&"x".repeat(VALUE)));
        assert_eq!(Cow::from(&long).field_value(), long.field_value());
    }
}
