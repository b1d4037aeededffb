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

    /// A message, which `fields` writes, and whose length is expected to be one byte long.
    pub(super) fn message(&mut self, field: u32, fields: impl FnOnce(&mut Self)) {
        self.long_message(field, 1, fields);
    }

    /// A message whose length, which comes first, is expected to be so many bytes long. If it is not, what was written is moved.
    pub(super) fn long_message(
        &mut self,
        field: u32,
        expected: usize,
        fields: impl FnOnce(&mut Self),
    ) {
        self.tag(field, LENGTH_DELIMITED);
        let at = self.0.len();
        self.0.resize(at + expected, 0);
        fields(self);
        let (length, bytes) = varint((self.0.len() - at - expected) as u64);
        let length = length.get(..bytes).unwrap_or_default();
        match self.0.get_mut(at..at + expected) {
            Some(to) if bytes == expected => to.copy_from_slice(length),
            _ => drop(self.0.splice(at..at + expected, length.iter().copied())),
        }
    }

    /// The number of bytes so far.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets what came after so many bytes.
    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    fn tag(&mut self, field: u32, kind: u32) {
        self.varint(u64::from(field << 3 | kind));
    }

    fn varint(&mut self, value: u64) {
        let (bytes, count) = varint(value);
        self.0
            .extend_from_slice(bytes.get(..count).unwrap_or_default());
    }
}

/// Messages whose memory is used again, as that of log records is.
#[cfg(feature = "logs")]
impl Wire {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Forgets everything, and lets go of memory beyond so many bytes.
    pub(super) fn clear(&mut self, kept: usize) {
        self.0.clear();
        self.0.shrink_to(kept);
    }
}

/// A number in seven bits a byte, and the number of bytes.
#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn varint(mut value: u64) -> ([u8; 10], usize) {
    let mut bytes = [0; 10];
    let mut count = 0;
    for byte in &mut bytes {
        count += 1;
        if value < 0x80 {
            *byte = value as u8;
            break;
        }
        *byte = value as u8 | 0x80;
        value >>= 7;
    }
    (bytes, count)
}
