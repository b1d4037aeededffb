//! Protobuf on the wire, as far as OTLP needs it ([encoding]).
//!
//! [encoding]: https://protobuf.dev/programming-guides/encoding/

const VARINT: u32 = 0;
const FIXED_64: u32 = 1;
const LENGTH_DELIMITED: u32 = 2;
const FIXED_32: u32 = 5;

/// Writes the fields of a message one after the other.
#[derive(Debug, Default)]
pub(super) struct Wire(Vec<u8>);

impl Wire {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Fields that were written before.
    pub(super) fn raw(&mut self, fields: &[u8]) {
        self.0.extend_from_slice(fields);
    }

    /// A number; zero is the default and left out.
    pub(super) fn uint(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.oneof_uint(field, value);
        }
    }

    /// A number that is there even if it is zero, as in a `oneof`.
    pub(super) fn oneof_uint(&mut self, field: u32, value: u64) {
        self.tag(field, VARINT);
        self.varint(value);
    }

    /// Eight bytes; zero is the default and left out.
    pub(super) fn fixed64(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.oneof_fixed64(field, value);
        }
    }

    /// Eight bytes that are there even if they are zero, as in a `oneof`.
    pub(super) fn oneof_fixed64(&mut self, field: u32, value: u64) {
        self.tag(field, FIXED_64);
        self.raw(&value.to_le_bytes());
    }

    /// Four bytes; zero is the default and left out.
    pub(super) fn fixed32(&mut self, field: u32, value: u32) {
        if value != 0 {
            self.tag(field, FIXED_32);
            self.raw(&value.to_le_bytes());
        }
    }

    /// Bytes or text; nothing is the default and left out.
    pub(super) fn bytes(&mut self, field: u32, value: &[u8]) {
        if !value.is_empty() {
            self.oneof_bytes(field, value);
        }
    }

    /// Bytes or text that is there even if it is empty, as in a `oneof`.
    pub(super) fn oneof_bytes(&mut self, field: u32, value: &[u8]) {
        self.tag(field, LENGTH_DELIMITED);
        self.varint(value.len() as u64);
        self.raw(value);
    }

    /// A message, which `fields` writes.
    ///
    /// Its length, which comes first, is nearly always one byte long. A message that turns out to be longer is moved.
    pub(super) fn message(&mut self, field: u32, fields: impl FnOnce(&mut Self)) {
        self.tag(field, LENGTH_DELIMITED);
        let at = self.0.len();
        self.0.push(0);
        fields(self);
        let length = self.0.len() - at - 1;
        let mut prefix = Self::default();
        if let (Ok(short @ ..0x80), Some(byte)) = (u8::try_from(length), self.0.get_mut(at)) {
            *byte = short;
        } else {
            prefix.varint(length as u64);
            self.0.splice(at..=at, prefix.0);
        }
    }

    fn tag(&mut self, field: u32, kind: u32) {
        self.varint(u64::from(field << 3 | kind));
    }

    #[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
