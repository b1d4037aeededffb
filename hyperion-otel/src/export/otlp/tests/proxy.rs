//! Against proxies, which never reach the server behind them.

use std::sync::Arc;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use rustls::{ClientConfig, RootCertStore};

use super::connector::Connector;
use super::retry::Failure;
use super::runtime::OwnRuntime;
use super::*;
use crate::export::otlp::http::HttpTransport;

fn proxy_at(url: &str) -> Intercept {
    let every = "http://collector.invalid".parse().unwrap();
    let matcher = Matcher::builder().all(url.to_owned()).build();
    matcher.intercept(&every).unwrap()
}

fn transport(url: &str, proxy: &Intercept) -> Result<HttpTransport, SetupError> {
    let endpoint: ::http::Uri = url.parse().unwrap();
    let tls = url.starts_with("https").then(trusts_nobody);
    let headers = ::http::HeaderMap::new();
    let connector = Connector::through(Some(proxy.clone()), endpoint.clone(), tls)?;
    Ok(HttpTransport::new(
        endpoint,
        headers,
        Compression::None,
        connector,
    ))
}

fn trusts_nobody() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

fn send(url: &str, proxy: &Intercept) -> Result<(), Failure> {
    let transport = transport(url, proxy).unwrap();
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans::default()],
    };
    let body = transport.body(request.encode_to_vec()).unwrap();
    let runtime = OwnRuntime::new().unwrap();
    runtime
        .block_on(async { transport.send::<TraceService>(body).await })
        .unwrap()
        .map(drop)
}

#[test]
fn a_proxy_is_told_the_whole_url_and_who_asks() {
    let (address, received) = http_server(vec![answer("200 OK", "", b"")]);
    let proxy = proxy_at(&format!("http://user:word@{address}"));
    send("http://collector.invalid:4318/v1/traces", &proxy).unwrap();
    let head = received.recv_timeout(PATIENCE).unwrap().head;
    assert!(
        head.starts_with("post http://collector.invalid:4318/v1/traces http/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("\r\nhost: collector.invalid:4318\r\n"),
        "{head}"
    );
    // `user:word`
    assert!(
        head.contains("\r\nproxy-authorization: basic dxnlcjp3b3jk\r\n"),
        "{head}"
    );
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_to_an_https_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy_at(&format!("http://{}", listener.local_addr().unwrap()));
    let asked = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut head = String::new();
        let mut reader = BufReader::new(&stream);
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
        }
        (&stream)
            .write_all(&answer("407 Proxy Authentication Required", "", b""))
            .unwrap();
        head
    });
    let failure = send("https://collector.invalid/v1/traces", &proxy).unwrap_err();
    let Failure::Unreachable(reason) = failure else {
        panic!("{failure:?}")
    };
    assert!(reason.contains("proxy authorization required"), "{reason}");
    let head = asked.join().unwrap();
    assert!(
        head.starts_with("CONNECT collector.invalid:443 HTTP/1.1\r\n"),
        "{head}"
    );
}

#[test]
fn a_proxy_of_another_kind_is_refused_without_its_password() {
    let proxy = proxy_at("https://user:hunter2@proxy.invalid:8443");
    let error = transport("http://collector.invalid/v1/traces", &proxy)
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "the proxy at `proxy.invalid`, which the environment names, is not an `http://` one, and OTLP goes through no \
         other; name one in `HTTPS_PROXY` or `HTTP_PROXY`, or the endpoint's host in `NO_PROXY`"
    );
}
