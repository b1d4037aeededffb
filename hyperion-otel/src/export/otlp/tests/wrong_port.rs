//! Servers that speak the other transport of OTLP.

use std::net::Shutdown;

use super::grpc::grpc_server;
use super::*;

/// What a server of HTTP/1.1 says to the greeting of HTTP/2.
fn http1_server(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut greeting = [0; 24];
            let _ = stream.read_exact(&mut greeting);
            let _ = stream.write_all(answer);
            // One that closes with something unread takes its answer back.
            let _ = stream.shutdown(Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    address
}

fn said(protocol: Protocol, url: &str) -> String {
    let mut config = metrics(protocol, url);
    config.otlp.timeout = Duration::from_secs(5);
    let mut sink = metric_sink(&config, &resource()).unwrap();
    sink.export(&snapshot(), &sdk_metrics())
        .unwrap_err()
        .to_string()
}

#[test]
fn http_to_a_grpc_server_says_how_to_mend_it() {
    let (address, _received) = grpc_server(Vec::new(), None);
    let url = format!("http://{address}/v1/metrics");
    let error = said(Protocol::HttpProtobuf, &url);
    assert!(
        error.ends_with(
            "; a server of gRPC answers so, as a rule on port 4317: set `metrics.protocol: grpc`, or name the port for HTTP, \
             as a rule 4318"
        ),
        "{error}"
    );
}

#[test]
fn http_to_a_grpc_server_that_greets_first_says_so_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/metrics", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // The settings of a server written in Go, before it was asked anything.
            let _ = stream
                .unwrap()
                .write_all(b"\0\0\x06\x04\0\0\0\0\0\0\x05\0\0\x40\0");
        }
    });
    let error = said(Protocol::HttpProtobuf, &url);
    assert!(error.contains("set `metrics.protocol: grpc`"), "{error}");
}

#[test]
fn grpc_to_an_http_server_says_how_to_mend_it() {
    let refusal = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let url = format!("http://{}", http1_server(refusal));
    let error = said(Protocol::Grpc, &url);
    assert!(
        error.ends_with(
            "; a server of HTTP answers so, as a rule on port 4318: set `metrics.protocol: http/protobuf`, or name the port for \
             gRPC, as a rule 4317"
        ),
        "{error}"
    );
}

#[test]
fn where_nothing_listens_that_is_said() {
    let error = said(
        Protocol::HttpProtobuf,
        &format!("http://{}/v1/metrics", dead_address()),
    );
    assert!(
        error.ends_with("; nothing listens there: start the receiver, or mend `metrics.endpoint`"),
        "{error}"
    );
}
