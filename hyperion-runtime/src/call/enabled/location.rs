//! Where the function of a call site stands.

/// Where a function stands, read from the path of an item nested in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Location<'a> {
    /// The path of the function, `crate::module::Type::method`.
    pub(super) function: &'a str,
    /// The type a method belongs to, or the last module of a free function.
    pub(super) component: &'a str,
}

impl<'a> Location<'a> {
    /// Reads `crate::module::Type::method::path`, or `<crate::Type as crate::Trait>::method::path`.
    pub(super) fn of_nested_item(path: &'a str) -> Self {
        let function = without_closures(parent(path));
        let owner = without_closures(parent(function));
        let owner = owner
            .strip_prefix('<')
            .map_or(owner, |owner| owner.split(" as ").next().unwrap_or(owner));
        Self {
            function,
            component: last_segment(owner),
        }
    }
}

/// The path of the function around closures and `async` bodies, into which other macros may have moved a body.
fn without_closures(mut path: &str) -> &str {
    while let Some(outer) = path.strip_suffix("::{{closure}}") {
        path = outer;
    }
    path
}

/// The path without its last segment; a path of one segment is its own parent.
fn parent(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(parent, _)| parent)
}

/// The last segment without generic arguments: `Cache` of `shop::Cache<shop::User>`.
fn last_segment(path: &str) -> &str {
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::")
        .next()
        .unwrap_or(path)
        .trim_end_matches('>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::meta::path_of;

    struct Service;
    struct Cache<T>(T);

    trait Find {
        fn find(&self) -> &'static str;
    }

    impl Service {
        fn get() -> &'static str {
            fn path() {}
            path_of(&path)
        }
    }

    impl<T> Cache<T> {
        fn get() -> &'static str {
            fn path() {}
            path_of(&path)
        }
    }

    impl Find for Cache<u8> {
        fn find(&self) -> &'static str {
            fn path() {}
            path_of(&path)
        }
    }

    fn component(path: &str) -> &str {
        Location::of_nested_item(path).component
    }

    #[test]
    fn a_free_function_belongs_to_its_module() {
        fn path() {}
        let location = Location::of_nested_item(path_of(&path));
        assert_eq!(
            location.function,
            "hyperion_runtime::call::observed::location::tests::a_free_function_belongs_to_its_module"
        );
        assert_eq!(location.component, "tests");
    }

    #[test]
    fn a_method_belongs_to_its_type() {
        assert_eq!(component(Service::get()), "Service");
        assert_eq!(component(Cache::<u8>::get()), "Cache");
    }

    #[test]
    fn a_trait_method_belongs_to_the_type_that_implements_it() {
        assert_eq!(component(Cache(1u8).find()), "Cache");
    }

    #[test]
    fn a_function_in_an_async_body_belongs_to_the_function_around_it() {
        assert_eq!(
            component("shop::checkout::{{closure}}::{{closure}}::pay::path"),
            "checkout"
        );
        let moved = Location::of_nested_item("shop::Users::get::{{closure}}::{{closure}}::path");
        assert_eq!(
            (moved.function, moved.component),
            ("shop::Users::get", "Users")
        );
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        for path in ["", "::", "<", "a", "<a as b>", "a<b<c>>::d::e"] {
            let _ = Location::of_nested_item(path);
        }
        assert_eq!(component("a::B<c::D<e::F>>::m::path"), "B");
    }
}
