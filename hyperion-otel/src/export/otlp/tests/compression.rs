//! Requests that were made smaller.

use super::grpc::grpc_server;
use super::*;

#[test]
fn gzip_over_http_is_announced_and_can_be_unpacked() {
    let busy = answer("503 Service Unavailable", "retry-after: 0\r\n", b"");
    let (address, received) = http_server(vec![busy, answer("200 OK", "", b"")]);
    let url = format!("http://{address}/v1/traces");
    let mut config = tracing(Protocol::HttpProtobuf, &url);
    config.otlp.compression = Compression::Gzip;
    let names = vec![span("the same name, again and again"); 100];
    span_sink(&config, &resource())
        .unwrap()
        .export_data(names)
        .unwrap();
    for _attempt in 0..2 {
        let Received { head, body } = received.recv_timeout(PATIENCE).unwrap();
        assert!(head.contains("\r\ncontent-encoding: gzip\r\n"), "{head}");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(body.as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert!(body.len() * 4 < unpacked.len());
        let request = ExportTraceServiceRequest::decode(unpacked.as_slice()).unwrap();
        assert_eq!(request.resource_spans[0].scope_spans[0].spans.len(), 100);
    }
}

#[test]
fn nothing_is_compressed_unless_asked_for() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    http_spans(address)
        .export_data(vec![span("checkout")])
        .unwrap();
    let head = received.recv_timeout(PATIENCE).unwrap().head;
    assert!(!head.contains("content-encoding"), "{head}");

    let (address, received) = grpc_server(Vec::new(), None);
    let config = metrics(Protocol::Grpc, &format!("http://{address}"));
    let mut sink = metric_sink(&config, &resource()).unwrap();
    sink.export(&snapshot(), &ResourceMetrics::default())
        .unwrap();
    let called = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(called.metadata("grpc-encoding"), None);
}

#[test]
fn gzip_over_grpc_is_announced_and_can_be_unpacked() {
    let (address, received) = grpc_server(Vec::new(), None);
    let mut config = metrics(Protocol::Grpc, &format!("http://{address}"));
    config.otlp.compression = Compression::Gzip;
    let mut sink = metric_sink(&config, &resource()).unwrap();
    sink.export(&snapshot(), &ResourceMetrics::default())
        .unwrap();
    let called = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(called.metadata("grpc-encoding"), Some("gzip"));
    let accepted = called.metadata("grpc-accept-encoding");
    assert!(accepted.is_some_and(|accepted| accepted.contains("gzip")));
    assert_eq!(
        scopes_and_names(&called.request),
        [("hyperion".into(), "user.lookups".into())]
    );
}
