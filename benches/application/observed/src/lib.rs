//! The service observed by hyperion, which two binaries differ in one argument of.

/// Makes the binary. What it is given stands in the `#[observe]` of every call but that of the request itself.
#[macro_export]
macro_rules! observed_service {
    ($($argument:tt)*) => {
        use std::sync::Arc;
        use std::time::Duration;

        use anyhow::{Result, ensure};
        use axum::Router;
        use axum::extract::{Path, State};
        use axum::response::Response;
        use axum::routing::get;
        use hyperion::config::{Config, Endpoint, Protocol};
        use hyperion::{Telemetry, observe};
        use hyperion_application_bench::application::{
            Application, ROUTE, RequestError, User, UserRow, check, log_request, respond,
        };
        use hyperion_application_bench::otlp::{METRICS_INTERVAL, SERVICE};
        use hyperion_application_bench::server::{Variant, serve};

        fn main() -> Result<()> {
            serve::<Hyperion>()
        }

        struct Hyperion;

        impl Variant for Hyperion {
            type Telemetry = Telemetry;

            fn install(collector: &str) -> Result<Telemetry> {
                let mut config = Config::default();
                config.service.name = Some(SERVICE.to_owned());
                for otlp in [&mut config.tracing.otlp, &mut config.metrics.otlp] {
                    otlp.protocol = Protocol::Grpc;
                    otlp.endpoint = Some(Endpoint::base(collector)?);
                }
                config.metrics.interval = METRICS_INTERVAL;
                Ok(hyperion::builder().config(config).install()?)
            }

            fn routes() -> Router<Arc<Application>> {
                Router::new().route(ROUTE, get(get_user))
            }

            fn shutdown(telemetry: Telemetry) -> Result<Option<u64>> {
                let report = telemetry.shutdown(Duration::from_secs(30));
                ensure!(report.is_complete(), "it took more than 30 s to deliver: {report}");
                Ok(Some(report.spans_lost()))
            }
        }

        #[observe(
            name = "GET /users/{id}",
            kind = server,
            fields(http.request.method = "GET", http.route = ROUTE),
        )]
        async fn get_user(
            State(application): State<Arc<Application>>,
            Path(id): Path<i64>,
        ) -> Result<Response, RequestError> {
            Validation::validate(id)?;
            let user = UserService::find_user(&application, id).await?;
            let body = Rendering::render_user(&user)?;
            log_request(&user, &body);
            hyperion::current().set("http.response.status_code", 200);
            Ok(respond(body))
        }

        struct Validation;

        #[observe($($argument)*)]
        impl Validation {
            #[observe(fields(user.id = id))]
            fn validate(id: i64) -> Result<(), RequestError> {
                check(id)
            }
        }

        struct UserService;

        #[observe($($argument)*)]
        impl UserService {
            #[observe(fields(user.id = id))]
            async fn find_user(application: &Application, id: i64) -> Result<User, RequestError> {
                let row = UserRepository::select_user(application, id).await?;
                let tier = TierCache::look_up_tier(application, row.tier())?;
                Ok(row.with_tier(tier))
            }
        }

        struct UserRepository;

        #[observe($($argument)*)]
        impl UserRepository {
            #[observe(kind = client, fields(db.system.name = "sqlite", db.operation.name = "SELECT"))]
            async fn select_user(application: &Application, id: i64) -> Result<UserRow, RequestError> {
                application.select(id).await
            }
        }

        struct TierCache;

        #[observe($($argument)*)]
        impl TierCache {
            #[observe(fields(tier.id = tier))]
            fn look_up_tier(application: &Application, tier: i64) -> Result<Arc<str>, RequestError> {
                application.tier(tier)
            }
        }

        struct Rendering;

        #[observe($($argument)*)]
        impl Rendering {
            #[observe(fields(format = "json"))]
            fn render_user(user: &User) -> Result<Vec<u8>, RequestError> {
                user.render()
            }
        }
    };
}
