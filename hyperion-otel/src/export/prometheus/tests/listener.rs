//! The listener over real connections.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::{counter, provider, snapshot};
use crate::bridge;
use crate::config::Metrics;
use crate::export::Reader;
use crate::export::prometheus::Exporter;
use crate::export::prometheus::limits::Limits;

const PATIENCE: Duration = Duration::from_secs(20);

fn config() -> Metrics {
    Metrics {
        port: 0,
        ..Metrics::default()
    }
}

fn start() -> (Exporter, Reader) {
    Exporter::start(&config(), Arc::new(|| snapshot(vec![counter("a", 1)]))).unwrap()
}

fn address(listener: &Exporter) -> SocketAddr {
    listener.local_addr().unwrap()
}

fn connect(listener: &Exporter) -> TcpStream {
    let stream = TcpStream::connect(address(listener)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The head of the answer, in lower case, and its body.
fn ask(listener: &Exporter, method: &str, path: &str) -> (String, String) {
    let mut stream = connect(listener);
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

#[test]
fn the_page_is_served_in_the_text_format() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let (head, body) = ask(&listener, "GET", "/metrics?from=prometheus");
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"),
        "{head}"
    );
    assert!(
        body.contains("\na_total{otel_scope_name=\"hyperion\",otel_scope_version=\""),
        "{body}"
    );
    assert!(
        body.contains("target_info{host=\"a\\\"b\",service_name=\"shop\"} 1\n"),
        "{body}"
    );
    assert!(
        body.contains("\ntheir_requests_total{a_b=\"x\",b=\"1\",otel_scope_name=\"a.library\""),
        "{body}"
    );
    assert!(!body.contains("left out"), "{body}");
}

#[test]
fn head_answers_without_a_body() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let (_, body) = ask(&listener, "GET", "/metrics");
    let (head, nothing) = ask(&listener, "HEAD", "/metrics");
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    assert!(
        head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
        "{head}"
    );
    assert_eq!(nothing, "");
}

#[test]
fn other_paths_and_methods_are_told_the_way() {
    let (listener, _reader) = start();
    let (head, body) = ask(&listener, "GET", "/");
    assert!(head.starts_with("http/1.1 404 not found\r\n"), "{head}");
    assert_eq!(body, "Nothing is here. The metrics are at /metrics\n");
    let (head, _) = ask(&listener, "POST", "/metrics");
    assert!(
        head.starts_with("http/1.1 405 method not allowed\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nallow: get, head"), "{head}");
}

#[test]
fn a_bad_request_is_refused_and_the_next_one_served() {
    let (listener, _reader) = start();
    let mut stream = connect(&listener);
    stream.write_all(b"what is this\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    assert!(
        ask(&listener, "GET", "/metrics")
            .0
            .starts_with("http/1.1 200 ok")
    );
}

#[test]
fn a_connection_is_kept_alive() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let length = ask(&listener, "GET", "/metrics").1.len();
    let mut stream = connect(&listener);
    for _scrape in 0..2 {
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        stream.read_exact(&mut vec![0; length]).unwrap();
    }
}

#[test]
fn a_slow_client_is_cut_off_and_holds_nobody_up() {
    let limits = Limits {
        header: Duration::from_millis(300),
        clients: 2,
        ..Limits::default()
    };
    let source = Arc::new(|| snapshot(vec![counter("a", 1)]));
    let (listener, _reader) =
        Exporter::start_within(&config(), source, bridge::Sources::default(), limits).unwrap();
    let mut slow = connect(&listener);
    slow.write_all(b"GET /metr").unwrap();
    let mut silent = connect(&listener);
    // Both connections are taken, so this one waits for the end of one of them.
    assert!(
        ask(&listener, "GET", "/metrics")
            .0
            .starts_with("http/1.1 200 ok")
    );
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    silent.read_to_end(&mut rest).unwrap();
}

/// Reads one answer of a connection that stays open, and tells its head.
fn one_answer(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse().ok())
        .unwrap();
    stream.read_exact(&mut vec![0; length]).unwrap();
    head
}

#[test]
fn format_and_compression_are_negotiated() {
    let (listener, reader) = start();
    let _provider = provider(reader);
    let mut stream = connect(&listener);
    for (headers, expected) in [
        (
            "accept: application/openmetrics-text;version=1.0.0\r\naccept-encoding: gzip",
            "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n",
        ),
        (
            "accept: text/plain;version=0.0.4\r\naccept-encoding: gzip",
            "content-type: text/plain; version=0.0.4; charset=utf-8\r\n",
        ),
    ] {
        write!(
            stream,
            "GET /metrics HTTP/1.1\r\nhost: test\r\n{headers}\r\n\r\n"
        )
        .unwrap();
        let head = one_answer(&mut stream);
        assert!(head.contains(expected), "{head}");
        assert!(head.contains("content-encoding: gzip\r\n"), "{head}");
        assert!(head.contains("vary: accept, accept-encoding\r\n"), "{head}");
    }
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let (listener, _reader) = start();
    let long = format!("x-long: {}\r\n", "a".repeat(20_000));
    let many = "x-many: a\r\n".repeat(200);
    for headers in [long, many] {
        let mut stream = connect(&listener);
        // The listener may hang up before it has read everything, which is an error to the one who sends.
        let _ = write!(
            stream,
            "GET /metrics HTTP/1.1\r\nhost: test\r\n{headers}\r\n"
        );
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[test]
fn a_body_is_not_waited_for() {
    let (listener, _reader) = start();
    for (method, status) in [("POST", "405"), ("GET", "200")] {
        let mut stream = connect(&listener);
        write!(
            stream,
            "{method} /metrics HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000\r\n\r\n"
        )
        .unwrap();
        let head = one_answer(&mut stream);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    }
}

/// More than the buffers on the way can hold.
const HUGE: usize = 48 << 20;

fn with_huge_page(limits: Limits) -> Exporter {
    let source = Arc::new(|| {
        let mut family = counter("a", 1);
        family.description = "x".repeat(HUGE).into();
        snapshot(vec![family])
    });
    let (listener, _reader) =
        Exporter::start_within(&config(), source, bridge::Sources::default(), limits).unwrap();
    listener
}

#[test]
fn a_client_that_does_not_read_is_cut_off_and_makes_room() {
    let limits = Limits {
        clients: 1,
        progress: Duration::from_secs(2),
        encoding: PATIENCE,
        ..Limits::default()
    };
    let listener = with_huge_page(limits);
    let mut lazy = connect(&listener);
    lazy.write_all(b"GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n")
        .unwrap();
    // There is one place, so this waits for the end of the other.
    let (head, body) = ask(&listener, "GET", "/metrics");
    assert!(head.starts_with("http/1.1 200 ok"), "{head}");
    assert!(body.len() > HUGE, "{}", body.len());
    let mut rest = Vec::new();
    // It ends early, with an error or without.
    let _ = lazy.read_to_end(&mut rest);
    assert!(rest.len() < HUGE, "{}", rest.len());
}

#[test]
fn a_connection_that_is_not_used_is_closed() {
    for limits in [
        Limits {
            header: Duration::from_secs(1),
            connection_age: PATIENCE * 2,
            ..Limits::default()
        },
        Limits {
            header: PATIENCE * 2,
            connection_age: Duration::from_secs(1),
            ..Limits::default()
        },
    ] {
        let source = Arc::new(|| snapshot(vec![counter("a", 1)]));
        let (listener, _reader) =
            Exporter::start_within(&config(), source, bridge::Sources::default(), limits).unwrap();
        let mut stream = connect(&listener);
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n")
            .unwrap();
        one_answer(&mut stream);
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty(), "{rest:?}");
    }
}

#[test]
fn a_client_that_reads_by_the_byte_is_cut_off_in_the_end() {
    let limits = Limits {
        clients: 1,
        connection_age: Duration::from_millis(200),
        last_answer: Duration::from_secs(3),
        encoding: PATIENCE,
        ..Limits::default()
    };
    let listener = with_huge_page(limits);
    let mut slow = connect(&listener);
    slow.write_all(b"GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n")
        .unwrap();
    let started = Instant::now();
    let mut read = 0;
    // Until it ends, with an error or without.
    while let Ok(more @ 1..) = slow.read(&mut [0; 4096]) {
        read += more;
        std::thread::sleep(Duration::from_millis(1));
        assert!(started.elapsed() < PATIENCE);
    }
    assert!((1..HUGE).contains(&read), "{read}");
}

#[test]
fn a_callback_that_hangs_is_left_out_and_holds_nobody_up() {
    let limits = Limits {
        callbacks: Duration::from_millis(300),
        ..Limits::default()
    };
    let source = Arc::new(|| snapshot(vec![counter("a", 1)]));
    let (listener, reader) =
        Exporter::start_within(&config(), source, bridge::Sources::default(), limits).unwrap();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let (release, hang) = mpsc::channel::<()>();
    let hang = std::sync::Mutex::new(hang);
    let _gauge = provider
        .meter("a library")
        .u64_observable_gauge("slow")
        .with_callback(move |_| {
            let _ = hang.lock().unwrap().recv();
        })
        .build();
    for _scrape in 0..2 {
        let (head, body) = ask(&listener, "GET", "/metrics");
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
        assert!(
            body.contains("a callback did not return within 300ms\n"),
            "{body}"
        );
        assert!(
            body.contains("\na_total{otel_scope_name=\"hyperion\""),
            "{body}"
        );
    }
    let started = Instant::now();
    drop(listener);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    drop(release);
}

#[test]
fn a_source_that_hangs_costs_a_scrape_and_not_the_listener() {
    let limits = Limits {
        native: Duration::from_millis(300),
        ..Limits::default()
    };
    let (release, hang) = mpsc::channel::<()>();
    let hang = std::sync::Mutex::new(hang);
    let source = Arc::new(move || {
        let _ = hang.lock().unwrap().recv();
        snapshot(Vec::new())
    });
    let (listener, _reader) =
        Exporter::start_within(&config(), source, bridge::Sources::default(), limits).unwrap();
    for _scrape in 0..2 {
        let (head, body) = ask(&listener, "GET", "/metrics");
        assert!(
            head.starts_with("http/1.1 503 service unavailable\r\n"),
            "{head}"
        );
        assert_eq!(body, "The metrics could not be read within 300ms.\n");
    }
    drop(release);
}

#[test]
fn a_callback_that_panics_is_left_out_with_a_word_about_it() {
    let (listener, reader) = start();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let meter = provider.meter("a library");
    let _gauge = meter
        .u64_observable_gauge("bad")
        .with_callback(|_| panic!("out of luck"))
        .build();
    for _scrape in 0..2 {
        let (head, body) = ask(&listener, "GET", "/metrics");
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
        assert!(
            body.starts_with("# left out: the instruments of the OpenTelemetry API: "),
            "{body}"
        );
        assert!(
            body.contains("\na_total{otel_scope_name=\"hyperion\""),
            "{body}"
        );
        assert!(body.contains("\nhyperion_metrics_left_out 1\n"), "{body}");
    }
}

#[test]
fn a_source_that_panics_is_an_error_of_the_server() {
    let source = Arc::new(|| panic!("out of luck"));
    let (listener, _reader) = Exporter::start(&config(), source).unwrap();
    let (head, body) = ask(&listener, "GET", "/metrics");
    assert!(
        head.starts_with("http/1.1 500 internal server error\r\n"),
        "{head}"
    );
    assert_eq!(body, "The metrics could not be read: out of luck\n");
}

#[test]
fn a_port_in_use_is_an_error_that_says_how_to_change_it() {
    let (listener, _reader) = start();
    let taken = Metrics {
        port: address(&listener).port(),
        ..config()
    };
    let error = Exporter::start(&taken, Arc::new(|| snapshot(Vec::new())))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!(
            "metrics cannot be served on {}: ",
            address(&listener)
        )),
        "{error}"
    );
    assert!(
        error.ends_with("with `metrics.port` or OTEL_EXPORTER_PROMETHEUS_PORT"),
        "{error}"
    );
}

#[test]
fn the_port_is_free_again_after_drop() {
    let (listener, _reader) = start();
    let idle = connect(&listener);
    let address = address(&listener);
    drop(listener);
    assert!(TcpStream::connect(address).is_err());
    drop(idle);
}

#[test]
fn a_path_that_is_none_is_refused() {
    for path in ["metrics", "", "/a b", "/a?b", "/a^b"] {
        let config = Metrics {
            path: path.into(),
            ..config()
        };
        let error = Exporter::start(&config, Arc::new(|| snapshot(Vec::new()))).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`metrics.path` is `{path}`; expected a path such as `/metrics`")
        );
    }
}
