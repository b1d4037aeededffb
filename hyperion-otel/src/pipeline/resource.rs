//! The resource: the producer of the telemetry.

use crate::config::Service;
use hyperion_runtime::backend::random;
use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::Resource;

/// The resource of this process: what the configuration says of the service, and the attributes that the specification
/// requires of every SDK.
///
/// A service without a name gets the specification's default, `unknown_service:` and the name of the program, and one without
/// `service.instance.id` a random one, so that two replicas are two producers.
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
    let instance = ("service.instance.id".to_owned(), random_uuid());
    let given = service
        .attributes
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    // What comes later wins: a name of its own beats one among the attributes.
    let attributes = std::iter::once(instance)
        .chain(given)
        .chain(named)
        .map(|(key, value)| KeyValue::new(key, value))
        .chain(library);
    Resource::builder_empty()
        .with_attributes(attributes)
        .build()
}

/// A UUID of version 4 ([RFC 9562]).
///
/// [RFC 9562]: https://www.rfc-editor.org/rfc/rfc9562#section-5.4
fn random_uuid() -> String {
    let bits = u128::from_be_bytes(random::trace_id().to_bytes());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
        bits >> 96,
        bits >> 80 & 0xffff,
        bits >> 64 & 0xfff,
        8 | bits >> 62 & 3,
        bits >> 48 & 0xfff,
        bits & 0xffff_ffff_ffff
    )
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
    fn an_instance_has_an_id_of_its_own_or_the_one_that_is_given() {
        let key = "service.instance.id";
        let ids = [(); 2].map(|()| text(&of(&Service::default()), key).expect("an id"));
        assert_ne!(ids[0], ids[1]);
        for id in ids {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            let digits: Vec<char> = id.chars().collect();
            assert_eq!(digits[14], '4', "{id}");
            assert!("89ab".contains(digits[19]), "{id}");
            let is_digit = |digit: &char| "0123456789abcdef-".contains(*digit);
            assert!(digits.iter().all(is_digit), "{id}");
        }
        let mut service = Service::default();
        service.attributes.insert(key.into(), "users-7".into());
        assert_eq!(text(&of(&service), key).as_deref(), Some("users-7"));
    }

    #[test]
    fn a_service_without_a_name_is_called_after_its_program() {
        let name = text(&of(&Service::default()), "service.name").expect("a name is required");
        assert!(name.starts_with("unknown_service:hyperion_otel"), "{name}");
    }
}
