//! As much of HTTP as it takes to ask servers that are known.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::str;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The time within which an answer has to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection on which one request follows the other.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self {
            stream: connect(address)?,
            buffer: Vec::with_capacity(4096),
        })
    }

    /// Asks for a path and returns the body of the answer.
    ///
    /// # Errors
    ///
    /// When the answer is no success, or does not say how long it is.
    pub(crate) fn get(&mut self, path: &str) -> Result<&str> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        loop {
            let mut chunk = [0; 4096];
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                bail!("the server closed the connection within an answer");
            }
            self.buffer.extend_from_slice(&chunk[..count]);
            if let Some(head) = Head::parse(&self.buffer)? {
                let end = head.length + head.content;
                if self.buffer.len() >= end {
                    let body = str::from_utf8(&self.buffer[head.length..end])?;
                    if head.status != 200 {
                        bail!("{path} was answered with status {}: {body}", head.status);
                    }
                    return Ok(body);
                }
            }
        }
    }
}

/// Asks for a path on a connection of its own, and returns the body of the answer.
///
/// # Errors
///
/// When the answer is no success.
pub(crate) fn get_once(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = connect(address)?;
    // With this version an answer ends where the connection does.
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no HTTP")?;
    match status(head) {
        Some(200) => Ok(body.to_owned()),
        _ => bail!("{path} was answered with {}", head.trim_end()),
    }
}

/// The part of an answer before its body.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// The bytes of the head.
    length: usize,
    /// The bytes of the body.
    content: usize,
}

impl Head {
    /// Reads the head if all of it is there.
    fn parse(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            return Ok(None);
        };
        let text = str::from_utf8(&bytes[..end])?;
        let content = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        });
        Ok(Some(Self {
            status: status(text).context("an answer without a status")?,
            length: end + 4,
            content: content.context("an answer without a length")?,
        }))
    }
}

fn status(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream =
        TcpStream::connect(address).with_context(|| format!("nobody listens on {address}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    /// A server that sends these pieces for the first request of each connection.
    fn server(pieces: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let _ = stream.read(&mut [0; 1024]).expect("a request");
                for piece in pieces {
                    stream.write_all(piece.as_bytes()).expect("it is read");
                    stream.flush().expect("it is read");
                    thread::sleep(Duration::from_millis(5));
                }
            }
        });
        address
    }

    #[test]
    fn an_answer_may_come_in_pieces() {
        let address = server(&[
            "HTTP/1.1 200 OK\r\nContent-",
            "Length: 5\r\n\r",
            "\nhe",
            "llo",
        ]);
        let mut client = Client::connect(address).expect("a server");
        assert_eq!(client.get("/").expect("an answer"), "hello");
    }

    #[test]
    fn an_answer_that_is_no_success_is_an_error() {
        let address = server(&["HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnone"]);
        let mut client = Client::connect(address).expect("a server");
        let error = client.get("/users/0").expect_err("404").to_string();
        assert_eq!(error, "/users/0 was answered with status 404: none");
        assert!(get_once(address, "/").is_err());
    }

    #[test]
    fn an_answer_may_end_with_its_connection() {
        let address = server(&["HTTP/1.0 200 OK\r\n\r\n", "a\n", "b\n"]);
        assert_eq!(get_once(address, "/metrics").expect("an answer"), "a\nb\n");
    }

    #[test]
    fn a_head_waits_for_its_end() {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";
        assert_eq!(Head::parse(&head[..20]).expect("right"), None);
        let parsed = Head {
            status: 200,
            length: head.len(),
            content: 2,
        };
        assert_eq!(Head::parse(head).expect("right"), Some(parsed));
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
