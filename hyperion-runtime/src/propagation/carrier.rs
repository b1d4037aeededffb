//! Carriers: what headers are written to and read from.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

/// A carrier that headers are written to.
///
/// ```
/// use hyperion::propagation::{Injector, inject};
///
/// /// The headers of a message of some queue.
/// #[derive(Default)]
/// struct Headers(Vec<(&'static str, Vec<u8>)>);
///
/// impl Injector for Headers {
///     fn set(&mut self, key: &'static str, value: &str) {
///         self.remove(key);
///         self.0.push((key, value.as_bytes().to_owned()));
///     }
///
///     fn remove(&mut self, key: &'static str) {
///         self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
///     }
/// }
///
/// let mut headers = Headers::default();
/// inject(&mut headers);
/// ```
pub trait Injector {
    /// Writes a header, in the place of all that have this name in any case. The name is ASCII in lower case, the value
    /// printable ASCII.
    fn set(&mut self, key: &'static str, value: &str);

    /// Removes all headers that have this name in any case. It is called for what would contradict a header that is written, such as
    /// the `tracestate` of another trace. By default it does nothing, which will do for carriers that are always new.
    fn remove(&mut self, key: &'static str) {
        let _ = key;
    }
}

/// A carrier that headers are read from.
///
/// Names of headers are equal if they differ in case alone: HTTP/1 has them in any ([RFC 9110, section 5.1]).
///
/// [RFC 9110, section 5.1]: https://www.rfc-editor.org/rfc/rfc9110#section-5.1
pub trait Extractor {
    /// The first header of this name.
    fn get(&self, key: &str) -> Option<&str>;

    /// Gives every header of this name to `each`, in their order. By default that is the first.
    fn get_all<'a>(&'a self, key: &str, each: &mut dyn FnMut(&'a str)) {
        if let Some(value) = self.get(key) {
            each(value);
        }
    }

    /// Gives the name of every header to `each`, in any order.
    fn keys<'a>(&'a self, each: &mut dyn FnMut(&'a str));
}

impl<T: Injector + ?Sized> Injector for &mut T {
    fn set(&mut self, key: &'static str, value: &str) {
        (**self).set(key, value);
    }

    fn remove(&mut self, key: &'static str) {
        (**self).remove(key);
    }
}

impl<T: Extractor + ?Sized> Extractor for &T {
    fn get(&self, key: &str) -> Option<&str> {
        (**self).get(key)
    }

    fn get_all<'a>(&'a self, key: &str, each: &mut dyn FnMut(&'a str)) {
        (**self).get_all(key, each);
    }

    fn keys<'a>(&'a self, each: &mut dyn FnMut(&'a str)) {
        (**self).keys(each);
    }
}

/// Writes into a map, in which a name may stand in another case.
macro_rules! inject_into_maps {
    ($([$($generics:tt)*] $carrier:ty;)+) => {$(
        impl<$($generics)*> Injector for $carrier {
            fn set(&mut self, key: &'static str, value: &str) {
                self.retain(|known, _| known == key || !known.eq_ignore_ascii_case(key));
                if let Some(known) = self.get_mut(key) {
                    value.clone_into(known);
                } else {
                    self.insert(key.to_owned(), value.to_owned());
                }
            }

            fn remove(&mut self, key: &'static str) {
                self.retain(|known, _| !known.eq_ignore_ascii_case(key));
            }
        }
    )+};
}

inject_into_maps! {
    [S: BuildHasher] HashMap<String, String, S>;
    [] BTreeMap<String, String>;
}

impl Injector for Vec<(String, String)> {
    fn set(&mut self, key: &'static str, value: &str) {
        Injector::remove(self, key);
        self.push((key.to_owned(), value.to_owned()));
    }

    fn remove(&mut self, key: &'static str) {
        self.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
    }
}

/// Reads a collection by looking at each of its pairs: there are few, and their names are in any case.
macro_rules! extract_from_pairs {
    ($([$($generics:tt)*] $carrier:ty;)+) => {$(
        impl<$($generics)*> Extractor for $carrier {
            fn get(&self, key: &str) -> Option<&str> {
                let mut pairs = self.iter().map(|(key, value)| (key.as_ref(), value.as_ref()));
                let is_named = |(known, _): &(&str, &str)| known.eq_ignore_ascii_case(key);
                pairs.find(is_named).map(|(_, value)| value)
            }

            fn get_all<'a>(&'a self, key: &str, each: &mut dyn FnMut(&'a str)) {
                let pairs = self.iter().map(|(key, value)| (key.as_ref(), value.as_ref()));
                let is_named = |(known, _): &(&str, &str)| known.eq_ignore_ascii_case(key);
                pairs.filter(is_named).for_each(|(_, value)| each(value));
            }

            fn keys<'a>(&'a self, each: &mut dyn FnMut(&'a str)) {
                self.iter().map(|(key, _)| key.as_ref()).for_each(each);
            }
        }
    )+};
}

extract_from_pairs! {
    [S: BuildHasher] HashMap<String, String, S>;
    [] BTreeMap<String, String>;
    [K: AsRef<str>, V: AsRef<str>] [(K, V)];
    [K: AsRef<str>, V: AsRef<str>] Vec<(K, V)>;
    [K: AsRef<str>, V: AsRef<str>, const N: usize] [(K, V); N];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(carrier: &impl Extractor, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        carrier.get_all(key, &mut |value| found.push(value.to_owned()));
        found.sort();
        found
    }

    fn names(carrier: &impl Extractor) -> Vec<String> {
        let mut found = Vec::new();
        carrier.keys(&mut |key| found.push(key.to_owned()));
        found.sort();
        found
    }

    fn holds_headers<C: Injector + Extractor>(mut carrier: C) {
        assert_eq!(carrier.get("b3"), None);
        carrier.set("b3", "0");
        carrier.set("b3", "1");
        Injector::set(&mut &mut carrier, "baggage", "a=b");
        assert_eq!(carrier.get("B3"), Some("1"));
        assert_eq!(all(&carrier, "Baggage"), ["a=b"]);
        assert_eq!(names(&&carrier), ["b3", "baggage"]);
        carrier.remove("b3");
        assert_eq!((carrier.get("b3"), all(&carrier, "b3").len()), (None, 0));
        assert_eq!(names(&carrier), ["baggage"]);
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn collections_of_strings_are_carriers() {
        holds_headers(HashMap::<String, String>::new());
        holds_headers(BTreeMap::new());
        holds_headers(Vec::new());
        let list = [("Tracestate", "a=1"), ("x", ""), ("tracestate", "b=2")];
        assert_eq!(all(&list, "tracestate"), ["a=1", "b=2"]);
        assert_eq!(Extractor::get(list.as_slice(), "TRACESTATE"), Some("a=1"));
        assert_eq!(names(&list), ["Tracestate", "tracestate", "x"]);
    }

    #[test]
    fn a_header_replaces_those_of_its_name_in_any_case() {
        let known = [
            pair("Traceparent", "1"),
            pair("TRACEPARENT", "2"),
            pair("x", "3"),
        ];
        let mut map = HashMap::from(known.clone());
        Injector::set(&mut map, "traceparent", "4");
        assert_eq!(
            map,
            HashMap::from([pair("traceparent", "4"), pair("x", "3")])
        );
        let mut map = BTreeMap::from(known.clone());
        Injector::set(&mut map, "traceparent", "4");
        assert_eq!(
            map,
            BTreeMap::from([pair("traceparent", "4"), pair("x", "3")])
        );
        let mut list = Vec::from(known);
        list.set("traceparent", "4");
        assert_eq!(list, [pair("x", "3"), pair("traceparent", "4")]);
    }
}
