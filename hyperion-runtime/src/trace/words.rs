//! The words of a span: its header, and its attributes.
//!
//! An attribute is a head, its key where the call site does not know it, and its value. It is written once, by the thread
//! that the span is on, copied with the record, and read by the collector.

use super::attributes::{Attribute, AttributeKey, AttributeValue, Failure, Keys};
use super::header::{Header, word};

/// The words of a span; what does not fit goes to the heap.
const MOST: usize = 64;

/// The head of an attribute: its kind, the place of its key, the words that follow, and the bytes of a text or a truth
/// value.
#[derive(Clone, Copy)]
struct Head {
    kind: u8,
    key: u8,
    following: u16,
    content: u32,
}

/// The key is a text and comes first.
const TEXT_KEY: u8 = u8::MAX;

/// An attribute that another one of its key has replaced.
const VOID: u8 = 0;
const BOOL: u8 = 1;
const I64: u8 = 2;
const F64: u8 = 3;
const TEXT: u8 = 4;
/// The failure of the call, which is no attribute. In place of the key stand bits of [`Failure`].
const FAILURE: u8 = 5;

impl Head {
    #[inline]
    fn to_word(self) -> u64 {
        u64::from(self.kind)
            | u64::from(self.key) << 8
            | u64::from(self.following) << 16
            | u64::from(self.content) << 32
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "each part is taken out of the word"
    )]
    fn of_word(word: u64) -> Self {
        Self {
            kind: word as u8,
            key: (word >> 8) as u8,
            following: (word >> 16) as u16,
            content: (word >> 32) as u32,
        }
    }
}

/// The words of an open span.
#[derive(Debug)]
pub(super) struct Words {
    /// The header, and behind it the attributes.
    all: [u64; MOST],
    len: usize,
    /// A bit for each key of the call site that is there, once one of them was out of order.
    known: u16,
    /// There are some with other keys.
    has_text_keys: bool,
}

impl Words {
    pub(super) const fn new() -> Self {
        Self {
            all: [0; MOST],
            len: Header::WORDS,
            known: 0,
            has_text_keys: false,
        }
    }

    /// Makes these the words of a span with this header.
    #[inline(always)]
    pub(super) fn start(&mut self, header: [u64; Header::WORDS]) {
        if let Some(to) = self.all.first_chunk_mut() {
            *to = header;
        }
        self.len = Header::WORDS;
        self.known = 0;
        self.has_text_keys = false;
    }

    #[inline(always)]
    pub(super) fn header(&self) -> &[u64; Header::WORDS] {
        let (header, _) = self.all.split_first_chunk().unwrap_or((&[0; 8], &[]));
        header
    }

    #[inline(always)]
    pub(super) fn header_mut(&mut self) -> Option<&mut [u64; Header::WORDS]> {
        self.all.first_chunk_mut()
    }

    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[u64] {
        self.all.get(..self.len).unwrap_or_default()
    }

    /// Returns true if some have keys that the call site does not know.
    pub(super) fn has_text_keys(&self) -> bool {
        self.has_text_keys
    }

    /// Marks the first `count` keys of the call site as those that are there.
    pub(super) fn know_first(&mut self, count: usize) {
        let bits = (1u32 << count.min(16)) - 1;
        self.known = u16::try_from(bits).unwrap_or(u16::MAX);
    }

    /// Adds an attribute of the call site's `place`-th key, if it is not there yet and fits.
    #[inline]
    pub(super) fn add_known(&mut self, place: usize, value: AttributeValue<'_>) -> bool {
        let is_added = self.known & 1 << place == 0 && self.append(place, value);
        if is_added {
            self.known |= 1 << place;
        }
        is_added
    }

    /// Adds an attribute of the call site's `place`-th key, which is not there yet, if it fits.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "there are 16 places")]
    pub(super) fn append(&mut self, place: usize, value: AttributeValue<'_>) -> bool {
        match value {
            AttributeValue::Bool(value) => self.write(BOOL, place as u8, value.into(), []),
            AttributeValue::I64(value) => self.write(I64, place as u8, 0, [value.cast_unsigned()]),
            AttributeValue::F64(value) => self.write(F64, place as u8, 0, [value.to_bits()]),
            AttributeValue::Text(value) => self.write_text(place as u8, value),
            AttributeValue::Other(_) => false,
        }
    }

    /// Writes a value that is no text, and whose key is known.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "it is 0 or 1")]
    fn write<const N: usize>(&mut self, kind: u8, key: u8, content: u32, number: [u64; N]) -> bool {
        let Some([head, to @ ..]) = self.all.get_mut(self.len..self.len + 1 + N) else {
            return false;
        };
        let following = N as u16;
        *head = Head {
            kind,
            key,
            following,
            content,
        }
        .to_word();
        to.copy_from_slice(&number);
        self.len += 1 + N;
        true
    }

    /// Writes a text whose key is known.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is longer than all the words has been refused"
    )]
    fn write_text(&mut self, key: u8, text: &str) -> bool {
        let following = text.len().div_ceil(8);
        let Some([head, to @ ..]) = self.all.get_mut(self.len..self.len + 1 + following) else {
            return false;
        };
        *head = Head {
            kind: TEXT,
            key,
            following: following as u16,
            content: text.len() as u32,
        }
        .to_word();
        copy(text, to);
        self.len += 1 + following;
        true
    }

    /// Adds the failure of the call, after all attributes; false if it does not fit.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is longer than all the words has been refused"
    )]
    pub(super) fn add_failure(&mut self, failure: Failure<'_>) -> bool {
        let Failure {
            exception_type,
            message,
        } = failure;
        let type_name = exception_type.unwrap_or_default();
        let type_words = type_name.len().div_ceil(8);
        let following = 1 + type_words + message.len().div_ceil(8);
        let Some([head, type_len, rest @ ..]) =
            self.all.get_mut(self.len..self.len + 1 + following)
        else {
            return false;
        };
        *head = Head {
            kind: FAILURE,
            key: exception_type.is_some().into(),
            following: following as u16,
            content: message.len() as u32,
        }
        .to_word();
        *type_len = type_name.len() as u64;
        let (to_type, to_message) = rest.split_at_mut(type_words);
        copy(type_name, to_type);
        copy(message, to_message);
        self.len += 1 + following;
        if let Some(header) = self.header_mut() {
            Header::mark_failed(header);
        }
        true
    }

    /// Adds the failure of the call, after all attributes. `show` writes the message into the room that there is for it, and gives
    /// the number of its bytes; a message that does not fit comes back as it is.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the message is no longer than all the words"
    )]
    pub(super) fn add_shown_failure<T>(
        &mut self,
        exception_type: Option<&str>,
        show: impl FnOnce(&mut [u64]) -> Result<usize, T>,
    ) -> Option<T> {
        let type_name = exception_type.unwrap_or_default();
        let type_words = type_name.len().div_ceil(8);
        let rest = self.all.get_mut(self.len..).unwrap_or_default();
        let has_room = rest.len() >= 2 + type_words;
        let (own, room) = rest.split_at_mut(if has_room { 2 + type_words } else { 0 });
        let len = match show(if has_room { room } else { &mut [] }) {
            Ok(len) => len,
            Err(message) => return Some(message),
        };
        let [head, type_len, to_type @ ..] = own else {
            return None;
        };
        let following = 1 + type_words + len.div_ceil(8);
        *head = Head {
            kind: FAILURE,
            key: exception_type.is_some().into(),
            following: following as u16,
            content: len as u32,
        }
        .to_word();
        *type_len = type_name.len() as u64;
        copy(type_name, to_type);
        self.len += 1 + following;
        if let Some(header) = self.header_mut() {
            Header::mark_failed(header);
        }
        None
    }

    /// Adds an attribute whose key is not there; false if it does not fit.
    #[cold]
    pub(super) fn add(
        &mut self,
        keys: Option<&Keys>,
        key: AttributeKey<'_>,
        value: AttributeValue<'_>,
    ) -> bool {
        let place = keys.and_then(|keys| match key {
            AttributeKey::Static(key) => keys.learn(key),
            AttributeKey::Text(key) => keys.find(key),
        });
        match place {
            Some(place) if self.known & 1 << place == 0 => self.add_known(place, value),
            _ => {
                let is_written = self.write_with_key(key.as_str(), value);
                self.has_text_keys |= is_written;
                is_written
            }
        }
    }

    /// Removes the attribute of this key, and returns true if there was one.
    #[cold]
    pub(super) fn remove(&mut self, keys: Option<&Keys>, key: &str) -> bool {
        let place = keys.and_then(|keys| keys.find(key));
        let is_known = place.is_some_and(|place| self.known & 1 << place != 0);
        if !is_known && !self.has_text_keys {
            return false;
        }
        let attributes = self.as_slice().get(Header::WORDS..).unwrap_or_default();
        let bytes: Vec<u8> = attributes
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        let Some(at) = Read::new(&bytes, keys).position_of(key) else {
            return false;
        };
        if let (true, Some(place)) = (is_known, place) {
            self.known &= !(1 << place);
        }
        if let Some(word) = self.all.get_mut(Header::WORDS + at) {
            let head = Head::of_word(*word);
            *word = Head { kind: VOID, ..head }.to_word();
        }
        true
    }

    /// Writes an attribute with the text of its key.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is longer than all the words has been refused"
    )]
    fn write_with_key(&mut self, key: &str, value: AttributeValue<'_>) -> bool {
        let key_words = 1 + key.len().div_ceil(8);
        let (kind, content, number, text) = match value {
            AttributeValue::Bool(value) => (BOOL, value.into(), None, ""),
            AttributeValue::I64(value) => (I64, 0, Some(value.cast_unsigned()), ""),
            AttributeValue::F64(value) => (F64, 0, Some(value.to_bits()), ""),
            AttributeValue::Text(value) => (TEXT, value.len() as u32, None, value),
            AttributeValue::Other(_) => return false,
        };
        let value_words = text.len().div_ceil(8) + usize::from(number.is_some());
        let following = key_words + value_words;
        let Some([head, key_len, rest @ ..]) = self.all.get_mut(self.len..self.len + 1 + following)
        else {
            return false;
        };
        *head = Head {
            kind,
            key: TEXT_KEY,
            following: following as u16,
            content,
        }
        .to_word();
        *key_len = key.len() as u64;
        let (to_key, to_value) = rest.split_at_mut(key_words - 1);
        copy(key, to_key);
        match (number, to_value) {
            (Some(number), [to]) => *to = number,
            (_, to) => copy(text, to),
        }
        self.len += 1 + following;
        true
    }
}

/// Copies `text` to as many words as it needs. Most texts are short, and a loop or a call would cost more than they do.
#[inline(always)]
fn copy(text: &str, to: &mut [u64]) {
    let text = text.as_bytes();
    match (text, to) {
        ([_, _, _, _, _, _, _, _, ..], [first, to @ ..]) => {
            *first = text.first_chunk().copied().map_or(0, u64::from_le_bytes);
            let len = text.len();
            match to {
                [] => {}
                // The last eight bytes, without those that are in the first word already.
                [second] => {
                    let last = text.last_chunk().copied().map_or(0, u64::from_le_bytes);
                    *second = last >> ((16 - len) * 8);
                }
                _ => copy_long(text, to),
            }
        }
        (_, [only]) => *only = short_word(text),
        _ => {}
    }
}

/// Copies what comes after the first eight bytes of `text`.
#[inline(never)]
fn copy_long(text: &[u8], to: &mut [u64]) {
    let (whole, rest) = text.get(8..).unwrap_or_default().as_chunks::<8>();
    for (to, from) in to.iter_mut().zip(whole) {
        *to = u64::from_le_bytes(*from);
    }
    if let ([_, ..], Some(last)) = (rest, to.last_mut()) {
        *last = short_word(rest);
    }
}

/// The word of less than eight bytes.
#[inline(always)]
pub(super) fn short_word(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | last << ((len - 4) * 8);
    }
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| u64::from(*byte) << (at * 8));
    byte(0) | byte(1) | byte(2)
}

/// Reads attributes from the bytes of their words.
#[derive(Clone, Debug)]
pub(super) struct Read<'a> {
    bytes: &'a [u8],
    keys: Option<&'a Keys>,
    /// The words read so far.
    at: usize,
}

impl<'a> Read<'a> {
    pub(super) fn new(bytes: &'a [u8], keys: Option<&'a Keys>) -> Self {
        Self { bytes, keys, at: 0 }
    }

    /// The word at which the attribute of this key begins.
    fn position_of(mut self, key: &str) -> Option<usize> {
        loop {
            let at = self.at;
            if let Entry::Attribute(attribute) = self.read()?
                && attribute.key == key
            {
                return Some(at);
            }
        }
    }

    /// The next entry.
    fn read(&mut self) -> Option<Entry<'a>> {
        let (head, rest) = word(self.bytes)?;
        let head = Head::of_word(head);
        let (own, rest) = rest.split_at_checked(usize::from(head.following) * 8)?;
        self.bytes = rest;
        self.at += 1 + usize::from(head.following);
        if let VOID | FAILURE = head.kind {
            return Some(Entry::Other);
        }
        let (key, own) = if head.key == TEXT_KEY {
            counted_text(own)?
        } else {
            let key = self.keys.map_or("", |keys| keys.get(head.key.into()));
            (key, own)
        };
        let number = || word(own).map_or(0, |(number, _)| number);
        let value = match head.kind {
            BOOL => AttributeValue::Bool(head.content != 0),
            I64 => AttributeValue::I64(number().cast_signed()),
            F64 => AttributeValue::F64(f64::from_bits(number())),
            _ => AttributeValue::Text(text(own, head.content as usize)),
        };
        Some(Entry::Attribute(Attribute::new(key, value)))
    }
}

/// An entry among the words.
enum Entry<'a> {
    Attribute(Attribute<'a>),
    /// An attribute that was replaced, or the failure of the call.
    Other,
}

impl<'a> Iterator for Read<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        loop {
            if let Entry::Attribute(attribute) = self.read()? {
                return Some(attribute);
            }
        }
    }
}

/// The failure of the call, which is the last entry.
pub(super) fn failure(mut bytes: &[u8]) -> Option<Failure<'_>> {
    loop {
        let (head, rest) = word(bytes)?;
        let head = Head::of_word(head);
        if head.kind == FAILURE {
            let (type_name, message) = counted_text(rest)?;
            return Some(Failure {
                exception_type: (head.key != 0).then_some(type_name),
                message: text(message, head.content as usize),
            });
        }
        bytes = rest.get(usize::from(head.following) * 8..)?;
    }
}

/// A text after the word that counts its bytes, and what follows it.
fn counted_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (len, bytes) = word(bytes)?;
    let len = usize::try_from(len).ok()?;
    let (own, rest) = bytes.split_at_checked(len.div_ceil(8) * 8)?;
    Some((text(own, len), rest))
}

/// The text at the beginning of `bytes`. It was text when it was written.
fn text(bytes: &[u8], len: usize) -> &str {
    bytes
        .get(..len)
        .and_then(|text| std::str::from_utf8(text).ok())
        .unwrap_or_default()
}
