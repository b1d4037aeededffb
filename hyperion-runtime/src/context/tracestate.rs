//! The header `tracestate`, to the letter of [W3C Trace Context, level 2, section 3.3].
//!
//! [W3C Trace Context, level 2, section 3.3]: https://www.w3.org/TR/trace-context-2/#tracestate-header

use std::sync::Arc;

/// The most members of a list.
const MOST_MEMBERS: usize = 32;
/// The longest key, and the longest value.
const LONGEST: usize = 256;
/// The length up to which every list is handed on; longer ones lose members.
const MOST_BYTES: usize = 512;
/// The length from which a member is the first to be left out.
const LARGE_MEMBER: usize = 128;

/// A list of members, `key=value` each, as it is written: without blanks around members and without empty ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct TraceState(Option<Arc<str>>);

impl TraceState {
    /// The empty list.
    pub(crate) const NONE: Self = Self(None);

    /// The list as it is written; empty for none.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Reads the headers of a message together, in their order ([combined header value]).
    ///
    /// A list that breaks a rule is none at all; of a key that stands twice the first counts, which is the later position in
    /// the trace. A list of more than 512 bytes is cut by [whole members]: first those of more than 128 bytes, then others,
    /// both from the end.
    ///
    /// [combined header value]: https://www.w3.org/TR/trace-context-2/#combined-header-value
    /// [whole members]: https://www.w3.org/TR/trace-context-2/#tracestate-limits
    pub(crate) fn read<'a>(headers: impl IntoIterator<Item = &'a str>) -> Self {
        Self::read_each(|each| headers.into_iter().for_each(each))
    }

    /// The same of the headers that `give` hands over, one by one.
    pub(crate) fn read_each<'a>(give: impl FnOnce(&mut dyn FnMut(&'a str))) -> Self {
        let mut members = None;
        let mut is_right = true;
        give(&mut |header| {
            let members = members.get_or_insert_with(Members::new);
            is_right = is_right && members.read(header).is_some();
        });
        match &mut members {
            Some(members) if is_right => members.written(),
            _ => Self::NONE,
        }
    }
}

/// The members of a list.
struct Members<'a> {
    list: [&'a str; MOST_MEMBERS],
    count: usize,
    headers: usize,
    /// The only header, if it is written as we would write it.
    as_written: Option<&'a str>,
}

impl<'a> Members<'a> {
    fn new() -> Self {
        Self {
            list: [""; MOST_MEMBERS],
            count: 0,
            headers: 0,
            as_written: None,
        }
    }

    /// Adds those of one more header; `None` if it breaks a rule.
    fn read(&mut self, header: &'a str) -> Option<()> {
        let mut is_as_written = self.headers == 0;
        let mut start = 0;
        loop {
            let member = Member::at(header.as_bytes(), start)?;
            let is_taken = self.push(header, &member)?;
            is_as_written &= is_taken && member.start == start && member.end == member.next;
            if member.next == header.len() {
                break;
            }
            start = member.next + 1;
        }
        self.as_written = is_as_written.then_some(header);
        self.headers += 1;
        Some(())
    }

    /// Takes a member, unless it is empty or its key is known. Returns true if it was taken, `None` if there is no room.
    fn push(&mut self, header: &'a str, member: &Member) -> Option<bool> {
        let key = header.get(member.start..member.key_end)?;
        if key.is_empty() || self.members().any(|known| is_key_of(known, key)) {
            return Some(false);
        }
        *self.list.get_mut(self.count)? = header.get(member.start..member.end)?;
        self.count += 1;
        Some(true)
    }

    fn members(&self) -> impl DoubleEndedIterator<Item = &'a str> {
        self.list.iter().take(self.count).copied()
    }

    /// The list, cut to its length.
    fn written(&mut self) -> TraceState {
        if self.count == 0 {
            return TraceState::NONE;
        }
        let mut length = self.members().map(str::len).sum::<usize>() + self.count - 1;
        if length <= MOST_BYTES {
            if let Some(header) = self.as_written {
                return TraceState(Some(header.into()));
            }
        } else {
            for shortest in [LARGE_MEMBER + 1, 1] {
                for member in self.list.iter_mut().rev() {
                    if length > MOST_BYTES && member.len() >= shortest {
                        length -= member.len() + 1;
                        *member = "";
                    }
                }
            }
        }
        let mut text = String::with_capacity(length);
        for member in self.members().filter(|member| !member.is_empty()) {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(member);
        }
        TraceState(Some(text.into()))
    }
}

/// The place of a member in a header.
struct Member {
    start: usize,
    /// The end of the key; in an empty member the start.
    key_end: usize,
    end: usize,
    /// The comma after it, or the end of the header.
    next: usize,
}

impl Member {
    /// The one in the piece that starts at `at`, if it keeps to the grammar of [keys] and [values].
    ///
    /// [keys]: https://www.w3.org/TR/trace-context-2/#key
    /// [values]: https://www.w3.org/TR/trace-context-2/#value
    fn at(header: &[u8], at: usize) -> Option<Self> {
        let class = |at: usize| header.get(at).map_or(0, |byte| CLASSES[usize::from(*byte)]);
        let after = |mut at: usize, classes: u8| {
            while class(at) & classes != 0 {
                at += 1;
            }
            at
        };
        let start = after(at, BLANK);
        let key_end = after(start, OF_KEY);
        if key_end == start {
            let is_empty = matches!(header.get(start), None | Some(b','));
            return is_empty.then_some(Self {
                start,
                key_end,
                end: start,
                next: start,
            });
        }
        if header.get(key_end) != Some(&b'=') || class(start) & FIRST_OF_KEY == 0 {
            return None;
        }
        // A value may have blanks in it and before it, and none after it; tabs can only be after it.
        let value_end = after(key_end + 1, OF_VALUE);
        let next = after(value_end, BLANK);
        let mut end = value_end;
        while end > key_end + 1 && header.get(end - 1) == Some(&b' ') {
            end -= 1;
        }
        let lengths = 1..=LONGEST;
        let is_right = matches!(header.get(next), None | Some(b','))
            && lengths.contains(&(key_end - start))
            && lengths.contains(&(end - key_end - 1));
        is_right.then_some(Self {
            start,
            key_end,
            end,
            next,
        })
    }
}

const FIRST_OF_KEY: u8 = 1;
const OF_KEY: u8 = 2;
const OF_VALUE: u8 = 4;
const BLANK: u8 = 8;

/// The places where each byte may stand.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' => FIRST_OF_KEY | OF_KEY | OF_VALUE,
            b'_' | b'-' | b'*' | b'/' | b'@' => OF_KEY | OF_VALUE,
            b',' | b'=' => 0,
            b' ' => OF_VALUE | BLANK,
            b'\t' => BLANK,
            b'!'..=b'~' => OF_VALUE,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn is_key_of(member: &str, key: &str) -> bool {
    member
        .strip_prefix(key)
        .is_some_and(|value| value.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    fn read(header: &str) -> String {
        TraceState::read([header]).as_str().to_owned()
    }

    fn list(members: impl IntoIterator<Item = String>) -> String {
        members.into_iter().collect::<Vec<_>>().join(",")
    }

    #[test]
    fn lists_are_read() {
        for header in [
            "rojo=00f067aa0ba902b7",
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
            "0=1",
            "a_-*/@9z=!\"#$%&'()*+-./09:;<>?@AZ[\\]^_`az{|}~ x",
            "tenant@system=1,a@b@c=1",
            "a=  leading blanks belong to the value",
        ] {
            assert_eq!(read(header), header);
        }
    }

    #[test]
    fn blanks_around_members_and_empty_members_are_left_out() {
        assert_eq!(read(" a=1 ,\tb=2\t, ,,\t,c= 3  "), "a=1,b=2,c= 3");
        for header in ["", " ", "\t", ",", " , \t,"] {
            assert_eq!(TraceState::read([header]), TraceState::NONE, "{header:?}");
        }
    }

    #[test]
    fn a_list_that_breaks_a_rule_is_none() {
        for header in [
            "a",
            "=1",
            "a=",
            "a= ",
            "a=1,b",
            "A=1",
            "a=1,B=2",
            "_a=1",
            "-a=1",
            "@a=1",
            "*a=1",
            "/a=1",
            "a b=1",
            "a =1",
            "a.b=1",
            "a:b=1",
            "é=1",
            "a=é",
            "a=1=2",
            "a==",
            "a=1\n",
            "a=1\tb",
            "a=\u{7f}",
            "a=1;b=2 = 3",
            "a=\0",
        ] {
            assert_eq!(read(header), "", "{header:?}");
        }
    }

    #[test]
    fn keys_and_values_have_at_most_256_bytes() {
        let (key, value) = ("k".repeat(256), "v".repeat(256));
        assert_eq!(read(&format!("{key}=1")), format!("{key}=1"));
        assert_eq!(read(&format!("k={value}")), format!("k={value}"));
        assert_eq!(read(&format!("k{key}=1")), "");
        assert_eq!(read(&format!("k={value}v")), "");
    }

    #[test]
    fn a_list_has_at_most_32_members() {
        let members = |count| list((0..count).map(|number| format!("k{number}={number}")));
        assert_eq!(read(&members(32)), members(32));
        assert_eq!(read(&format!(",{},,", members(32))), members(32));
        assert_eq!(read(&members(33)), "");
    }

    #[test]
    fn of_a_key_that_stands_twice_the_first_counts() {
        assert_eq!(
            read("congo=2,rojo=1,congo=1,congos=1"),
            "congo=2,rojo=1,congos=1"
        );
        assert_eq!(TraceState::read(["a=2", "b=1,a=1"]).as_str(), "a=2,b=1");
    }

    #[test]
    fn several_headers_are_one_list_in_their_order() {
        let headers = ["a=1", "", "b=2,c=3", "\t", "d=4 "];
        assert_eq!(TraceState::read(headers).as_str(), "a=1,b=2,c=3,d=4");
        assert_eq!(TraceState::read(["a=1", "b"]), TraceState::NONE);
        assert_eq!(TraceState::read([]), TraceState::NONE);
        let many: Vec<String> = (0..33).map(|number| format!("k{number}=1")).collect();
        assert_eq!(
            TraceState::read(many.iter().map(String::as_str)),
            TraceState::NONE
        );
    }

    #[test]
    fn of_a_long_list_whole_members_are_left_out_from_the_end() {
        let member = |key: &str, length: usize| format!("{key}={}", "v".repeat(length - 2));
        let keys = ["a", "b", "c", "d", "e", "f"];
        // Five of them and the commas are 514 bytes.
        let all = list(keys.map(|key| member(key, 102)));
        assert_eq!(
            read(&all),
            list(keys.map(|key| member(key, 102)).into_iter().take(4))
        );
        let fits = list(
            ["a", "b", "c", "d"]
                .map(|key| member(key, 127))
                .into_iter()
                .chain(["x".to_owned() + "=1"]),
        );
        assert_eq!(fits.len(), 515);
        assert_eq!(
            read(&fits),
            list(["a", "b", "c", "d"].map(|key| member(key, 127)))
        );
        let exactly = list([member("a", 200), member("b", 200), member("c", 110)]);
        assert_eq!((exactly.len(), read(&exactly)), (512, exactly.clone()));
    }

    #[test]
    fn members_of_more_than_128_bytes_are_left_out_first() {
        let member = |key: &str, length: usize| format!("{key}={}", "v".repeat(length - 2));
        let header = list([
            member("a", 200),
            member("b", 128),
            member("c", 129),
            member("d", 100),
        ]);
        assert_eq!(
            read(&header),
            list([member("a", 200), member("b", 128), member("d", 100)])
        );
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_again_as_it_is(header in "[a-c@=,\\x20\t]{0,40}|([a-z0-9]{1,9}=[ -~]{0,200},){0,35}|\\PC*") {
            let once = read(&header);
            prop_assert!(once.len() <= MOST_BYTES);
            prop_assert_eq!(&read(&once), &once);
        }

        #[test]
        fn headers_that_are_split_at_commas_say_the_same(
            members in prop::collection::vec("[a-z]{1,3}=[!-+./0-9]{1,9}", 0..20),
            split in 0..20usize,
        ) {
            let (one, other) = members.split_at(split.min(members.len()));
            let headers = [list(one.to_vec()), list(other.to_vec())];
            let together = TraceState::read(headers.iter().map(String::as_str));
            prop_assert_eq!(together, TraceState::read([list(members).as_str()]));
        }
    }
}
