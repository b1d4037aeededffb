//! OTLP/HTTP.

use super::*;

#[test]
fn spans_arrive_over_http() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap();
    let Received { head, body } = received.recv_timeout(PATIENCE).unwrap();
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: application/x-protobuf\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\napi-key: hunter2-secret\r\n"), "{head}");
    assert!(head.contains("\r\nuser-agent: hyperion/"), "{head}");
    let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
    assert_eq!(
        request.resource_spans[0]
            .resource
            .as_ref()
            .unwrap()
            .attributes[0]
            .key,
        "service.name"
    );
    assert_eq!(
        request.resource_spans[0].scope_spans[0].spans[0].name,
        "checkout"
    );
}

#[test]
fn native_and_sdk_metrics_arrive_in_one_request() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    let url = format!("http://{address}/v1/metrics");
    metric_sink(&metrics(Protocol::HttpProtobuf, &url), &resource())
        .unwrap()
        .export(&snapshot(), &sdk_metrics())
        .unwrap();
    let body = received.recv_timeout(PATIENCE).unwrap().body;
    let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
    assert_eq!(
        scopes_and_names(&request),
        [
            ("hyperion".into(), "user.lookups".into()),
            ("a library".into(), "their.requests".into())
        ]
    );
}

#[test]
fn nothing_is_sent_when_there_is_nothing_to_say() {
    let nowhere = format!("http://{}/v1/metrics", dead_address());
    let mut empty = snapshot();
    empty.families.clear();
    metric_sink(&metrics(Protocol::HttpProtobuf, &nowhere), &resource())
        .unwrap()
        .export(&empty, &ResourceMetrics::default())
        .unwrap();
    span_sink(&tracing(Protocol::HttpProtobuf, &nowhere), &resource())
        .unwrap()
        .export_data(Vec::new())
        .unwrap();
}

#[test]
fn a_busy_server_is_asked_again_with_the_same_body() {
    let busy = answer("503 Service Unavailable", "retry-after: 0\r\n", b"");
    let (address, received) = http_server(vec![busy, answer("200 OK", "", b"")]);
    http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap();
    let bodies = [
        received.recv_timeout(PATIENCE).unwrap().body,
        received.recv_timeout(PATIENCE).unwrap().body,
    ];
    assert_eq!(bodies[0], bodies[1]);
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_replaced() {
    // The answer promises to keep the connection, and the server closes it all the same.
    let promise = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
    let (address, received) = http_server(vec![promise.clone(), promise]);
    let mut sink = http_spans(address);
    for _batch in 0..2 {
        sink.export_data(vec![span("checkout")]).unwrap();
        received.recv_timeout(PATIENCE).unwrap();
    }
}

#[test]
fn a_refusal_is_final_and_quotes_the_server_without_our_secret() {
    let refusal = answer(
        "401 Unauthorized",
        "content-type: text/plain\r\n",
        b"bad key hunter2-secret",
    );
    let (address, _received) = http_server(vec![refusal]);
    let error = http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap_err();
    assert!(!error.is_retryable());
    assert_eq!(
        error.to_string(),
        format!(
            "OTLP export to http://{address}/v1/traces failed: the server answered 401 Unauthorized: bad key ***"
        )
    );
}

#[test]
fn a_redirection_is_not_followed() {
    let moved = answer(
        "307 Temporary Redirect",
        "location: http://elsewhere.invalid/\r\n",
        b"",
    );
    let (address, _received) = http_server(vec![moved]);
    let error = http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("the server answered 307 Temporary Redirect"),
        "{error}"
    );
}

#[test]
fn a_web_page_is_not_an_otlp_server() {
    let page = answer(
        "200 OK",
        "content-type: text/html; charset=utf-8\r\n",
        b"<html>",
    );
    let (address, _received) = http_server(vec![page]);
    let error = http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap_err();
    assert!(
        error.to_string().contains("answered with a web page"),
        "{error}"
    );
}

#[test]
fn partial_success_is_reported() {
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceResponse,
    };
    let body = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans: 2,
            error_message: "too old".into(),
        }),
    };
    let accepted = answer(
        "200 OK",
        "content-type: application/x-protobuf\r\n",
        &body.encode_to_vec(),
    );
    let (address, _received) = http_server(vec![accepted]);
    let error = http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap_err();
    assert_eq!((error.rejected(), error.is_retryable()), (Some(2), false));
    assert_eq!(
        error.to_string(),
        format!("2 of the batch rejected: http://{address}/v1/traces: too old")
    );
}

#[test]
fn a_sink_works_inside_a_runtime_and_can_be_dropped_there() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    let host = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    host.block_on(async { http_spans(address).export_data(vec![span("checkout")]) })
        .unwrap();
    received.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_timeout_without_end_is_no_trouble() {
    let (address, _received) = http_server(vec![answer("200 OK", "", b"")]);
    let url = format!("http://{address}/v1/traces");
    let mut config = tracing(Protocol::HttpProtobuf, &url);
    config.otlp.timeout = Duration::MAX;
    config.batch.export_timeout = Duration::MAX;
    span_sink(&config, &resource())
        .unwrap()
        .export_data(vec![span("checkout")])
        .unwrap();
}

#[test]
fn the_next_request_goes_over_the_same_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        for _request in 0..3 {
            read_request(&mut &stream);
            (&stream)
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                .unwrap();
        }
    });
    let mut sink = http_spans(address);
    for _batch in 0..3 {
        sink.export_data(vec![span("checkout")]).unwrap();
    }
    server.join().unwrap();
}

#[test]
fn an_answer_without_end_is_cut_and_its_connection_is_not_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let stream = connection.unwrap();
            std::thread::spawn(move || {
                read_request(&mut &stream);
                let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";
                let mut sent = (&stream).write_all(head);
                while sent.is_ok() {
                    sent = (&stream).write_all(&[0; 4096]);
                }
            });
        }
    });
    let mut sink = http_spans(address);
    for _batch in 0..2 {
        sink.export_data(vec![span("checkout")]).unwrap();
    }
}
