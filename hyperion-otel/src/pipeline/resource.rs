//! The resource: the producer of the telemetry.

use crate::config::Service;
use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::Resource;

/// The resource of this process: what the configuration says of the service, and the attributes that the specification
/// requires of every SDK.
///
/// A service without a name gets the specification's default, `unknown_service:` and the name of the program.
pub(super) fn of(service: &Service) -> Resource {
    let name = service.name.clone().unwrap_or_else(|| match program() {
        Some(program) => format!("unknown_service:{program}"),
        None => "unknown_service".to_owned(),
    });
    let version = service
        .version
        .iter()
        .map(|version| ("service.version".to_owned(), version.clone()));
    let named = [("service.name".to_owned(), name)]
        .into_iter()
        .chain(version);
    let library = [
        KeyValue::new("telemetry.sdk.language", "rust"),
        KeyValue::new("telemetry.sdk.name", "hyperion"),
        KeyValue::new("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
    ];
    let given = service
        .attributes
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    // What comes later wins: a name of its own beats one among the attributes.
    let attributes = given
        .chain(named)
        .map(|(key, value)| KeyValue::new(key, value))
        .chain(library);
    Resource::builder_empty()
        .with_attributes(attributes)
        .build()
}

fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(path.file_stem()?.to_string_lossy().into_owned())
}

/// The value of an attribute, as text.
pub(super) fn text(resource: &Resource, key: &'static str) -> Option<String> {
    let value = resource.get(&Key::from_static_str(key));
    value.map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_by_its_configuration() {
        let mut service = Service {
            name: Some("users".into()),
            version: Some("1.4.0".into()),
            ..Service::default()
        };
        service
            .attributes
            .insert("deployment.environment.name".into(), "production".into());
        service
            .attributes
            .insert("service.name".into(), "ignored".into());
        let resource = of(&service);
        assert_eq!(text(&resource, "service.name").as_deref(), Some("users"));
        assert_eq!(text(&resource, "service.version").as_deref(), Some("1.4.0"));
        assert_eq!(
            text(&resource, "deployment.environment.name").as_deref(),
            Some("production")
        );
        assert_eq!(
            text(&resource, "telemetry.sdk.language").as_deref(),
            Some("rust")
        );
    }

    #[test]
    fn a_service_without_a_name_is_called_after_its_program() {
        let name = text(&of(&Service::default()), "service.name").expect("a name is required");
        assert!(name.starts_with("unknown_service:hyperion_otel"), "{name}");
    }
}
