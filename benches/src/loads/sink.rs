//! A receiver of OTLP over HTTP that counts spans and bytes and keeps nothing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

static SPANS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Serves every connection on a thread of its own, as long as the process runs, and returns the URL.
///
/// # Errors
///
/// Fails if there is no port to listen on.
pub fn serve() -> io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(|| answer(stream));
        }
    });
    Ok(url)
}

/// Returns the number of spans received, and that of bytes in their requests without headers.
pub fn received() -> (u64, u64) {
    (SPANS.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed))
}

/// Answers each request of a connection. One that ends or says something else is closed.
fn answer(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut input = BufReader::with_capacity(1 << 18, stream);
    let mut body = Vec::new();
    while read_body(&mut input, &mut body)? {
        SPANS.fetch_add(spans(&body), Ordering::Relaxed);
        BYTES.fetch_add(body.len() as u64, Ordering::Relaxed);
        out.write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n",
        )?;
    }
    Ok(())
}

/// Reads one request; false if there is none any more.
fn read_body(input: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    body.clear();
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(false);
    }
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        input.read_line(&mut line)?;
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    if !chunked {
        input.take(length).read_to_end(body)?;
        return Ok(true);
    }
    loop {
        line.clear();
        input.read_line(&mut line)?;
        let size = u64::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        input.take(size).read_to_end(body)?;
        line.clear();
        input.read_line(&mut line)?;
        if size == 0 {
            return Ok(true);
        }
    }
}

/// The spans of an `ExportTraceServiceRequest`: its `resource_spans`, their `scope_spans`, their `spans`.
fn spans(request: &[u8]) -> u64 {
    let count = Messages(request, 1)
        .flat_map(|resource| Messages(resource, 2))
        .flat_map(|scope| Messages(scope, 2))
        .count();
    count as u64
}

/// The messages in a field of a message.
struct Messages<'a>(&'a [u8], u64);

impl<'a> Iterator for Messages<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let key = varint(&mut self.0)?;
            let length = match key & 7 {
                0 => {
                    varint(&mut self.0)?;
                    continue;
                }
                1 => 8,
                2 => usize::try_from(varint(&mut self.0)?).ok()?,
                5 => 4,
                _ => return None,
            };
            let (payload, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            if key == (self.1 << 3 | 2) {
                return Some(payload);
            }
        }
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with a message.
    fn field(number: u8, message: &[u8]) -> Vec<u8> {
        let length = u8::try_from(message.len()).expect("it is short");
        [&[number << 3 | 2, length], message].concat()
    }

    #[test]
    fn spans_are_counted_in_all_scopes_and_nowhere_else() {
        let span = field(2, &[0x39, 1, 2, 3, 4, 5, 6, 7, 8, 0x35, 1, 2, 3, 4]);
        let scope = [field(1, b"scope"), span.clone(), span.clone()].concat();
        let resource = [field(1, b"resource"), field(2, &scope), field(2, &span)].concat();
        let request = [field(1, &resource), field(1, &resource)].concat();
        assert_eq!(spans(&request), 6);
        assert_eq!(spans(&[]), 0);
        assert_eq!(spans(&request[..request.len() / 2]), 3);
    }

    #[test]
    fn a_body_has_a_length_or_chunks() {
        let mut body = Vec::new();
        let mut input: &[u8] =
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\n\
            Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n";
        assert!(read_body(&mut input, &mut body).expect("a request"));
        assert_eq!(body, b"abc");
        assert!(read_body(&mut input, &mut body).expect("another"));
        assert_eq!(body, b"def");
        assert!(!read_body(&mut input, &mut body).expect("the end"));
    }
}
