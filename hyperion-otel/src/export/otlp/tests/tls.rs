//! Against servers that speak TLS, with certificates made here.

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedKey, DnType, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;
use tonic::transport::ServerTlsConfig;

use super::grpc::grpc_server;
use super::*;
use crate::config::PemFile;

const PROTOCOLS: [Protocol; 2] = [Protocol::HttpProtobuf, Protocol::Grpc];

/// Signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        // Two roots of one name would be taken for one that was made anew.
        let name = format!("authority {}", MADE.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    fn certificate(&self, params: &CertificateParams) -> CertifiedKey<KeyPair> {
        let signing_key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&signing_key, &self.issuer).unwrap();
        CertifiedKey { cert, signing_key }
    }

    fn certificate_for(&self, host: &str) -> CertifiedKey<KeyPair> {
        self.certificate(&params(host))
    }
}

fn params(host: &str) -> CertificateParams {
    CertificateParams::new(vec![host.to_owned()]).unwrap()
}

/// A server of either kind that takes everything. It asks for certificates that `clients` signed.
fn server(
    protocol: Protocol,
    identity: &CertifiedKey<KeyPair>,
    clients: Option<&Authority>,
) -> SocketAddr {
    match protocol {
        Protocol::HttpProtobuf => https_server(identity, clients),
        Protocol::Grpc => {
            let (certificate, key) = (identity.cert.pem(), identity.signing_key.serialize_pem());
            let identity = tonic::transport::Identity::from_pem(certificate, key);
            let mut tls = ServerTlsConfig::new().identity(identity);
            if let Some(clients) = clients {
                tls = tls.client_ca_root(tonic::transport::Certificate::from_pem(&clients.pem));
            }
            let (address, received) = grpc_server(Vec::new(), Some(tls));
            // What it has to say is in its answers.
            std::thread::spawn(move || received.iter().for_each(drop));
            address
        }
    }
}

fn https_server(identity: &CertifiedKey<KeyPair>, clients: Option<&Authority>) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            let root = CertificateDer::from_pem_slice(clients.pem.as_bytes()).unwrap();
            roots.add(root).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        }
    };
    let key = PrivateKeyDer::try_from(identity.signing_key.serialize_der()).unwrap();
    let config = builder
        .with_single_cert(vec![identity.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(session, connection.unwrap());
            // A client that hangs up, because it does not like the certificate, is part of some tests, and so is one
            // whose certificate is not liked here.
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                hang_up(stream.sock);
                continue;
            }
            let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                read_request(&mut stream);
            }));
            if read.is_ok() {
                stream.write_all(&answer("200 OK", "", b"")).unwrap();
                stream.flush().unwrap();
            }
        }
    });
    address
}

/// Ends a connection such that the other side gets to read what was said last: what is left unread when a socket is
/// closed has the system throw that away.
fn hang_up(mut stream: TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

/// A place of PEM files for the time of a test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> PemFile {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        PemFile::new(path)
    }

    fn trust(&self, authority: &Authority) -> Otlp {
        Otlp {
            certificate: Some(self.file("roots.pem", &authority.pem)),
            ..Otlp::default()
        }
    }

    fn identify(&self, identity: &CertifiedKey<KeyPair>, otlp: Otlp) -> Otlp {
        Otlp {
            client_certificate: Some(self.file("client.pem", &identity.cert.pem())),
            client_key: Some(self.file("client.key", &identity.signing_key.serialize_pem())),
            ..otlp
        }
    }
}

fn export(protocol: Protocol, address: SocketAddr, tls: Otlp) -> Result<(), String> {
    let path = match protocol {
        Protocol::HttpProtobuf => "/v1/metrics",
        Protocol::Grpc => "",
    };
    let url = format!("https://localhost:{}{path}", address.port());
    let mut config = metrics(protocol, &url);
    config.otlp.certificate = tls.certificate;
    config.otlp.client_certificate = tls.client_certificate;
    config.otlp.client_key = tls.client_key;
    metric_sink(&config, &resource())
        .map_err(|error| error.to_string())?
        .export(&snapshot(), &sdk_metrics())
        .map_err(|error| error.to_string())
}

#[track_caller]
fn fails(outcome: Result<(), String>, reason: &str) {
    let error = outcome.expect_err("the export must fail");
    assert!(error.contains(reason), "{error}");
}

#[test]
fn a_server_whose_root_is_trusted_gets_everything() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let identity = authority.certificate_for("localhost");
    for protocol in PROTOCOLS {
        let address = server(protocol, &identity, None);
        export(protocol, address, folder.trust(&authority)).unwrap();
    }
}

#[test]
fn a_server_that_nobody_trusted_vouches_for_gets_nothing() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let identity = authority.certificate_for("localhost");
    for protocol in PROTOCOLS {
        let address = server(protocol, &identity, None);
        let outcome = export(protocol, address, folder.trust(&Authority::new()));
        fails(
            outcome,
            "failed: the certificate of the server is not trusted: none of the trusted roots signed it; name the root \
             that did in `certificate` or `OTEL_EXPORTER_OTLP_CERTIFICATE`",
        );
    }
}

#[test]
fn without_a_root_it_is_the_system_that_trusts() {
    let identity = Authority::new().certificate_for("localhost");
    for protocol in PROTOCOLS {
        let address = server(protocol, &identity, None);
        let error = export(protocol, address, Otlp::default()).unwrap_err();
        // A system without roots says so when telemetry starts.
        assert!(
            error.contains("is not trusted")
                || error.contains("certificates that this system trusts cannot be read"),
            "{error}"
        );
    }
}

#[test]
fn a_certificate_of_another_host_is_refused() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let identity = authority.certificate_for("elsewhere.test");
    for protocol in PROTOCOLS {
        let address = server(protocol, &identity, None);
        fails(
            export(protocol, address, folder.trust(&authority)),
            "the certificate of the server is for another host name than `localhost`: DnsName(\"elsewhere.test\")",
        );
    }
}

#[test]
fn a_certificate_that_has_expired_is_refused() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let mut old = params("localhost");
    old.not_before = date_time_ymd(2001, 1, 1);
    old.not_after = date_time_ymd(2002, 1, 1);
    let mut future = params("localhost");
    future.not_before = date_time_ymd(4000, 1, 1);
    for protocol in PROTOCOLS {
        let address = server(protocol, &authority.certificate(&old), None);
        fails(
            export(protocol, address, folder.trust(&authority)),
            "the certificate of the server has expired",
        );
        let address = server(protocol, &authority.certificate(&future), None);
        fails(
            export(protocol, address, folder.trust(&authority)),
            "the certificate of the server is not valid yet",
        );
    }
}

#[test]
fn a_server_that_asks_for_a_certificate_is_shown_one() {
    let (folder, authority, clients) = (Folder::new(), Authority::new(), Authority::new());
    let identity = authority.certificate_for("localhost");
    for protocol in PROTOCOLS {
        let address = server(protocol, &identity, Some(&clients));
        let known = clients.certificate_for("a client");
        let known = folder.identify(&known, folder.trust(&authority));
        export(protocol, address, known).unwrap();

        // The handshake is where these end, whatever protocol would have come after it.
        let address = https_server(&identity, Some(&clients));
        let anonymous = folder.trust(&authority);
        fails(
            export(protocol, address, anonymous),
            "the server asks for a client certificate; name one in `client_certificate` and `client_key`",
        );

        let stranger = Authority::new().certificate_for("a client");
        let unknown = folder.identify(&stranger, folder.trust(&authority));
        fails(
            export(protocol, address, unknown),
            "the server refuses the client certificate",
        );
    }
}

#[test]
fn a_server_without_tls_is_told_from_one_that_is_not_trusted() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut stream = connection.unwrap();
            stream
                .write_all(&answer("400 Bad Request", "", b""))
                .unwrap();
            hang_up(stream);
        }
    });
    for protocol in PROTOCOLS {
        fails(
            export(protocol, address, folder.trust(&authority)),
            "the server does not speak TLS at this port; expected an `http://` URL, or another port",
        );
    }
}

/// The reason why telemetry does not start.
fn refused(tls: Otlp) -> String {
    export(Protocol::HttpProtobuf, dead_address(), tls).unwrap_err()
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::new();
    let missing = folder.0.path().join("missing.pem");
    let error = refused(Otlp {
        certificate: Some(PemFile::new(&missing)),
        ..Otlp::default()
    });
    let shown = missing.display();
    assert!(
        error.starts_with(&format!("metrics.certificate: `{shown}` cannot be read (")),
        "{error}"
    );
    assert!(
        error.ends_with(
            "expected a file with certificates in PEM form, `-----BEGIN CERTIFICATE-----`"
        ),
        "{error}"
    );
}

#[test]
fn a_file_of_something_else_is_refused() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let refused_roots = |name: &str, text: &str| {
        refused(Otlp {
            certificate: Some(folder.file(name, text)),
            ..Otlp::default()
        })
    };
    let error = refused_roots("empty.pem", "");
    assert!(
        error.starts_with(
            "metrics.certificate: expected certificates in PEM form, `-----BEGIN CERTIFICATE-----`, in `"
        ) && error.ends_with("empty.pem`: there are none"),
        "{error}"
    );
    let cut: String = authority.pem.chars().take(200).collect();
    assert!(refused_roots("cut.pem", &cut).contains("cut.pem`: "));
    let large = "x".repeat(1024 * 1024 + 1);
    assert!(refused_roots("large.pem", &large).ends_with("large.pem`: it is larger than 1 MiB"));
    let no_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    assert!(refused_roots("hello.pem", no_certificate).contains("hello.pem`: "));
}

#[test]
fn a_key_belongs_to_its_certificate() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let (one, other) = (
        authority.certificate_for("one"),
        authority.certificate_for("other"),
    );
    let with_key = |key: PemFile| {
        refused(Otlp {
            client_certificate: Some(folder.file("one.pem", &one.cert.pem())),
            client_key: Some(key),
            ..folder.trust(&authority)
        })
    };
    let error = with_key(folder.file("other.key", &other.signing_key.serialize_pem()));
    assert!(
        error.starts_with(
            "metrics.client_key: expected the private key of the certificate that metrics.client_certificate names, found \
             another one in `"
        ),
        "{error}"
    );
    let error = with_key(folder.file("not.key", &one.cert.pem()));
    assert!(
        error.ends_with("not.key`: there is none without a password"),
        "{error}"
    );
}

/// The reason why a metrics configuration that differs from the default is refused; nothing if it is not.
fn refused_metrics(change: impl FnOnce(&mut Otlp)) -> String {
    let mut config = Metrics::default();
    change(&mut config.otlp);
    let sink = metric_sink(&config, &resource());
    sink.err()
        .map_or_else(String::new, |error| error.to_string())
}

#[test]
fn a_client_certificate_and_its_key_go_together() {
    assert_eq!(
        refused_metrics(|otlp| otlp.client_certificate = Some(PemFile::new("client.pem"))),
        "metrics.client_certificate: a client certificate and its key go together; give `client_key` or \
         `OTEL_EXPORTER_OTLP_CLIENT_KEY`, too"
    );
    assert_eq!(
        refused_metrics(|otlp| otlp.client_key = Some(PemFile::new("client.key"))),
        "metrics.client_key: a client certificate and its key go together; give `client_certificate` or \
         `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`, too"
    );
}

#[test]
fn files_are_read_for_https_alone() {
    let missing = || Some(PemFile::new("there/is/no/such.pem"));
    assert_eq!(refused_metrics(|otlp| otlp.certificate = missing()), "");
    let error = refused_metrics(|otlp| {
        otlp.certificate = missing();
        otlp.endpoint = Endpoint::new("https://localhost:4318").ok();
    });
    assert!(
        error.starts_with("metrics.certificate: `there/is/no/such.pem` cannot be read ("),
        "{error}"
    );
}
