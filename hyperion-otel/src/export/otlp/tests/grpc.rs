//! A server of OTLP/gRPC.

use std::collections::VecDeque;
use std::sync::Mutex;

use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceResponse,
};

use super::*;

/// A request as a gRPC server sees it.
pub(super) struct Called {
    metadata: tonic::metadata::MetadataMap,
    pub(super) request: ExportMetricsServiceRequest,
}

impl Called {
    pub(super) fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.to_str().ok()
    }
}

/// Gives the answers that it was given, then takes everything.
struct GrpcServer {
    requests: mpsc::Sender<Called>,
    answers: Mutex<VecDeque<Answer>>,
}

pub(super) type Answer = Result<ExportMetricsServiceResponse, tonic::Status>;

#[tonic::async_trait]
impl MetricsService for GrpcServer {
    async fn export(
        &self,
        request: tonic::Request<ExportMetricsServiceRequest>,
    ) -> Result<tonic::Response<ExportMetricsServiceResponse>, tonic::Status> {
        let called = Called {
            metadata: request.metadata().clone(),
            request: request.into_inner(),
        };
        self.requests.send(called).unwrap();
        let answer = self.answers.lock().unwrap().pop_front();
        answer
            .unwrap_or_else(|| Ok(ExportMetricsServiceResponse::default()))
            .map(tonic::Response::new)
    }
}

pub(super) fn grpc_server(
    answers: Vec<Answer>,
    tls: Option<tonic::transport::ServerTlsConfig>,
) -> (SocketAddr, Receiver<Called>) {
    let (requests, received) = mpsc::channel();
    let (bound, address) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let incoming =
                tonic::transport::server::TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
                    .unwrap();
            bound.send(incoming.local_addr().unwrap()).unwrap();
            let service = MetricsServiceServer::new(GrpcServer {
                requests,
                answers: Mutex::new(answers.into()),
            })
            .accept_compressed(tonic::codec::CompressionEncoding::Gzip);
            let mut server = tonic::transport::Server::builder();
            if let Some(tls) = tls {
                server = server.tls_config(tls).unwrap();
            }
            server
                .add_service(service)
                .serve_with_incoming(incoming)
                .await
                .unwrap();
        });
    });
    (address.recv_timeout(PATIENCE).unwrap(), received)
}

#[test]
fn metrics_arrive_over_grpc() {
    let partly = ExportMetricsServiceResponse {
        partial_success: Some(ExportMetricsPartialSuccess {
            rejected_data_points: 1,
            error_message: "no hunter2-secret".into(),
        }),
    };
    let answers = vec![Err(tonic::Status::unavailable("starting")), Ok(partly)];
    let (address, received) = grpc_server(answers, None);
    let mut sink = metric_sink(
        &metrics(Protocol::Grpc, &format!("http://{address}")),
        &resource(),
    )
    .unwrap();
    let error = sink.export(&snapshot(), &sdk_metrics()).unwrap_err();
    assert_eq!(error.rejected(), Some(1));
    assert_eq!(
        error.to_string(),
        format!("1 of the batch rejected: http://{address}/: no ***")
    );
    for _attempt in 0..2 {
        let called = received.recv_timeout(PATIENCE).unwrap();
        assert_eq!(called.metadata("api-key"), Some("hunter2-secret"));
        assert_eq!(
            scopes_and_names(&called.request),
            [
                ("hyperion".into(), "user.lookups".into()),
                ("a library".into(), "their.requests".into())
            ]
        );
    }
}
