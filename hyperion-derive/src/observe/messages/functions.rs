use quote::quote;

use super::{check, of};

#[test]
fn predicates_need_something_to_look_at() {
    for (item, returns) in [
        (
            quote!(
                fn load() {}
            ),
            "returns nothing",
        ),
        (
            quote!(
                async fn load() -> () {}
            ),
            "returns nothing",
        ),
        (
            quote!(
                fn load() -> ! {}
            ),
            "never returns",
        ),
        (
            quote!(
                fn load() -> impl Iterator {}
            ),
            "returns `impl Trait`, which hides what there is",
        ),
        (
            quote!(
                fn load() -> Pin<Box<dyn Future<Output = ()>>> {}
            ),
            "returns nothing",
        ),
    ] {
        for key in ["ok_if", "error_if"] {
            let expected = format!("`{key}` has nothing to look at: the function {returns}");
            assert_eq!(
                of(&format!("err({key} = f)"), item.clone()),
                [expected],
                "{item}"
            );
        }
    }
}

#[test]
fn what_is_evaluated_before_the_body_needs_names() {
    let sync = quote!(
        fn load((a, _): (u8, u8), _b: u8) -> u8 {
            1
        }
    );
    let later = quote!(
        async fn load((a, _): (u8, u8), _b: u8) -> u8 {
            1
        }
    );
    let made = quote!(
        fn load((a, _): (u8, u8), _b: u8) -> impl Future<Output = u8> {
            ready(1)
        }
    );
    assert_eq!(
        of("links = f(_b)", sync.clone()),
        ["`links` uses `_b`, remove the underscore"]
    );
    assert_eq!(
        of("labels(t = _b)", later.clone()),
        ["`labels` uses `_b`, remove the underscore"]
    );
    assert_eq!(
        of("fields(t = _b)", made.clone()),
        ["`fields` uses `_b`, remove the underscore"]
    );
    for (arguments, item) in [
        ("labels(t = a), fields(u = a)", &sync),
        ("fields(t = a), parent = self.a", &later),
        ("parent = a, links = a", &sync),
        ("labels(t = a), parent = a", &later),
        ("fields(t = a), labels(u = a)", &made),
    ] {
        assert_eq!(
            of(arguments, item.clone()),
            [] as [String; 0],
            "{arguments}"
        );
    }
}

#[test]
fn a_function_is_observed_once() {
    check(
        &[("", "`#[observe]` is given twice, remove one")],
        |arguments| {
            of(
                arguments,
                quote!(
                    #[hyperion::observe]
                    fn load() {}
                ),
            )
        },
    );
}

#[test]
fn a_trait_is_told_where_the_attribute_goes() {
    assert_eq!(
        of(
            "",
            quote!(
                trait Store {
                    fn load(&self) {}
                }
            )
        ),
        ["`#[observe]` is not for a trait; put it on the methods that have a body"]
    );
}
