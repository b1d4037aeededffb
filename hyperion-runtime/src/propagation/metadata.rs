//! The metadata of tonic's requests and responses: the headers of gRPC.

use super::{Extractor, Injector};
use http::HeaderMap;
use tonic::metadata::MetadataMap;

impl Injector for MetadataMap {
    fn set(&mut self, key: &'static str, value: &str) {
        AsMut::<HeaderMap>::as_mut(self).set(key, value);
    }

    fn remove(&mut self, key: &'static str) {
        Injector::remove(AsMut::<HeaderMap>::as_mut(self), key);
    }
}

impl Extractor for MetadataMap {
    fn get(&self, key: &str) -> Option<&str> {
        Extractor::get(AsRef::<HeaderMap>::as_ref(self), key)
    }

    fn get_all<'a>(&'a self, key: &str, each: &mut dyn FnMut(&'a str)) {
        Extractor::get_all(AsRef::<HeaderMap>::as_ref(self), key, each);
    }

    fn keys<'a>(&'a self, each: &mut dyn FnMut(&'a str)) {
        Extractor::keys(AsRef::<HeaderMap>::as_ref(self), each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_a_carrier() {
        let mut metadata = MetadataMap::new();
        metadata.set("traceparent", "00");
        assert_eq!(
            metadata
                .get("traceparent")
                .and_then(|value| value.to_str().ok()),
            Some("00")
        );
        assert_eq!(Extractor::get(&metadata, "Traceparent"), Some("00"));
        let mut seen = Vec::new();
        Extractor::keys(&metadata, &mut |key| seen.push(key));
        Extractor::get_all(&metadata, "traceparent", &mut |value| seen.push(value));
        assert_eq!(seen, ["traceparent", "00"]);
        Injector::remove(&mut metadata, "traceparent");
        assert!(metadata.is_empty());
    }
}
