//! The answers of `err(error_if = ..)`.

/// The answer to the question of `err(error_if = ..)`: the call failed, or it did not.
///
/// It is a `bool`, or an `Option` that names the kind of the failure, which becomes the value of `error.type`: a text that is
/// in the program, or the number of a status.
/// There are few of these, below 1000; what is beyond is `_OTHER`.
///
/// ```
/// use hyperion::observe;
///
/// #[observe(err(error_if = |status: &u16| (*status >= 500).then_some(*status)))]
/// fn proxy() -> u16 {
///     502 // error.type = "502"
/// }
/// # proxy();
/// ```
#[diagnostic::on_unimplemented(
    message = "`error_if` cannot be answered with `{Self}`",
    label = "neither a `bool` nor an `Option` with a kind of error",
    note = "answer with a `bool`, or name the kind that becomes `error.type`: `Some(\"timeout\")`, `Some(status)` with a `u16`, or `None` where the call went well"
)]
pub trait ErrorCondition {
    /// The kind of the failure, if the call failed; `name` where the answer has none.
    #[doc(hidden)]
    fn failed_with(self, name: &'static str) -> Option<&'static str>;
}

impl ErrorCondition for bool {
    #[inline]
    fn failed_with(self, name: &'static str) -> Option<&'static str> {
        self.then_some(name)
    }
}

impl ErrorCondition for Option<&'static str> {
    #[inline]
    fn failed_with(self, _: &'static str) -> Option<&'static str> {
        self
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl ErrorCondition for Option<$number> {
            #[inline]
            fn failed_with(self, _: &'static str) -> Option<&'static str> {
                self.map(|number| usize::try_from(number).map_or(OTHER, digits))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// The kind of what has no name.
const OTHER: &str = "_OTHER";

/// The digits of the numbers below 1000, three for each.
static DIGITS: [u8; 3000] = {
    let mut digits = [b'0'; 3000];
    let mut at = 3;
    while at < digits.len() {
        // The digits of the number before, and one more.
        let [mut hundreds, mut tens, mut ones] =
            [digits[at - 3], digits[at - 2], digits[at - 1] + 1];
        if ones > b'9' {
            (tens, ones) = (tens + 1, b'0');
        }
        if tens > b'9' {
            (hundreds, tens) = (hundreds + 1, b'0');
        }
        [digits[at], digits[at + 1], digits[at + 2]] = [hundreds, tens, ones];
        at += 3;
    }
    digits
};

/// A number below 1000 as text that is in the program.
fn digits(number: usize) -> &'static str {
    let zeros = match number {
        0..10 => 2,
        10..100 => 1,
        100..1000 => 0,
        _ => return OTHER,
    };
    let digits = DIGITS.get(3 * number + zeros..3 * number + 3);
    digits
        .and_then(|digits| str::from_utf8(digits).ok())
        .unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_below_1000_has_its_digits() {
        for number in 0..1000_u16 {
            assert_eq!(Some(number).failed_with(""), Some(&*number.to_string()));
        }
        for number in [-1, 1000, 1001, i64::MAX, i64::MIN] {
            assert_eq!(Some(number).failed_with(""), Some(OTHER));
        }
        assert_eq!(Some(u64::MAX).failed_with(""), Some(OTHER));
        assert_eq!(None::<u16>.failed_with("name"), None);
    }

    #[test]
    fn a_bool_has_the_name_of_the_question() {
        assert_eq!(true.failed_with("is_none"), Some("is_none"));
        assert_eq!(false.failed_with("is_none"), None);
        assert_eq!(Some("timeout").failed_with("name"), Some("timeout"));
    }
}
