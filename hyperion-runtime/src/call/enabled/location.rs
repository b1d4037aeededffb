//! The place of a call site's function among the program's names.

use crate::call::meta::CallsiteMeta;

/// The place of a function, read from the path of an item nested in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Location<'a> {
    /// The path of the function, `crate::module::Type::method`.
    pub(super) function: &'a str,
    /// The module of the function, as far as the path tells it from a type.
    pub(super) module: &'a str,
    /// The type a method belongs to, or the last module of a free function.
    pub(super) component: &'a str,
}

impl Location<'static> {
    /// Reads the path of a call site.
    pub(super) fn of_callsite(meta: &CallsiteMeta) -> Self {
        Self::of_closure((meta.path)())
    }

    /// Returns the first half of the name of the call site's spans.
    pub(super) fn component_of(&self, meta: &CallsiteMeta) -> &'static str {
        match meta.component {
            "" => self.component,
            given => given,
        }
    }
}

impl<'a> Location<'a> {
    /// Reads `crate::module::Type::method::__Here`, or the same of `<crate::Type as crate::Trait>::method`.
    pub(super) fn of_closure(path: &'a str) -> Self {
        let function = without_closures(parent(without_closures(path)));
        let owner = without_closures(parent(function));
        let (owner, of_trait) = match owner.strip_prefix('<') {
            Some(qualified) => match qualified.split_once(" as ") {
                Some((owner, of_trait)) => (owner, Some(of_trait)),
                None => (qualified, None),
            },
            None => (owner, None),
        };
        Self {
            function,
            module: match of_trait {
                Some(of_trait) if !has_own_module(owner) => module(of_trait),
                _ => module(owner),
            },
            component: match (last_segment(owner), of_trait) {
                // What is implemented for every type belongs to the trait.
                ("_", Some(of_trait)) => last_segment(of_trait),
                (component, _) => component,
            },
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

/// Returns true if `owner`, which implements a trait, can be in the program's own modules, where its implementation is.
fn has_own_module(owner: &str) -> bool {
    let path = owner.split('<').next().unwrap_or(owner);
    let root = path.split_once("::").map(|(root, _)| root);
    root.is_some_and(|root| {
        root.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && !["core", "alloc", "std"].contains(&root)
    })
}

/// The module of a type, or the module itself. Types begin in upper case.
fn module(path: &str) -> &str {
    let path = path.split('<').next().unwrap_or(path);
    let path = path.trim_end_matches(['>', ':']);
    if last_segment(path).starts_with(char::is_uppercase) {
        parent(path)
    } else {
        path
    }
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

    /// As the macro writes it.
    macro_rules! path {
        () => {{
            enum __Here {}
            path_of::<__Here>()
        }};
    }

    struct Service;
    struct Cache<T>(T);

    trait Find {
        fn find(&self) -> &'static str;
    }

    impl Service {
        fn get() -> &'static str {
            path!()
        }
    }

    impl<T> Cache<T> {
        fn get() -> &'static str {
            path!()
        }
    }

    impl Find for Cache<u8> {
        fn find(&self) -> &'static str {
            path!()
        }
    }

    impl Find for u8 {
        fn find(&self) -> &'static str {
            path!()
        }
    }

    impl Find for &[u8] {
        fn find(&self) -> &'static str {
            path!()
        }
    }

    impl Find for Vec<u8> {
        fn find(&self) -> &'static str {
            path!()
        }
    }

    fn component(path: &str) -> &str {
        Location::of_closure(path).component
    }

    #[test]
    fn a_free_function_belongs_to_its_module() {
        let location = Location::of_closure(path!());
        assert_eq!(
            location.function,
            "hyperion_runtime::call::enabled::location::tests::a_free_function_belongs_to_its_module"
        );
        assert_eq!(location.component, "tests");
        assert_eq!(location.module, MODULE);
    }

    /// The module of these tests.
    const MODULE: &str = module_path!();

    #[test]
    fn a_method_is_in_the_module_of_its_type() {
        for path in [Service::get(), Cache::<u8>::get(), Cache(1u8).find()] {
            assert_eq!(Location::of_closure(path).module, MODULE, "{path}");
        }
    }

    #[test]
    fn a_method_of_a_type_that_is_not_ours_is_in_the_module_of_the_trait() {
        for path in [1u8.find(), (&[1u8][..]).find(), vec![1u8].find()] {
            assert_eq!(Location::of_closure(path).module, MODULE, "{path}");
        }
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
            component("shop::checkout::{{closure}}::{{closure}}::pay::CALLSITE::{{closure}}"),
            "checkout"
        );
        let moved = Location::of_closure(
            "shop::Users::get::{{closure}}::{{closure}}::CALLSITE::{{closure}}",
        );
        assert_eq!(
            (moved.function, moved.component),
            ("shop::Users::get", "Users")
        );
    }

    #[test]
    fn a_method_of_every_type_belongs_to_its_trait() {
        assert_eq!(
            component("<_ as shop::Describe>::describe::path"),
            "Describe"
        );
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        for path in ["", "::", "<", "a", "<a as b>", "a<b<c>>::d::e"] {
            let _ = Location::of_closure(path);
        }
        assert_eq!(component("a::B<c::D<e::F>>::m::CALLSITE::{{closure}}"), "B");
    }
}
