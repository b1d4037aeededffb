use quote::quote;

use super::{check, observe, of};

#[test]
fn some_arguments_are_for_methods() {
    let block = quote!(
        impl Users {
            fn a(&self) {}
            fn b(&self) {}
        }
    );
    check(
        &[
            (
                "name = \"load\"",
                "`name` would be the name of every method, put it on one of them",
            ),
            (
                "skip",
                "`skip` is for a method; remove the attribute from the block instead",
            ),
            (
                "only(trace), in_flight",
                "`in_flight` is about metrics, which are switched off; add `metrics` to `only(..)`, or remove it",
            ),
        ],
        |arguments| of(arguments, block.clone()),
    );
}

#[test]
fn a_method_agrees_with_its_block() {
    let messages = of(
        "exclude(metrics), labels(tier)",
        quote!(
            impl Users {
                #[observe(in_flight)]
                fn a(&self) {}
            }
        ),
    );
    // The block's own mistake comes first, and the method is then judged by itself.
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(
        of(
            "exclude(metrics)",
            quote!(
                impl Users {
                    #[observe(in_flight)]
                    fn a(&self) {}
                    #[observe(only(metrics), in_flight)]
                    fn b(&self) {}
                }
            )
        ),
        [
            "`in_flight` is about metrics, which are switched off; remove `metrics` from `exclude(..)`, or the argument"
        ]
    );
}

#[test]
fn what_a_method_says_replaces_what_its_block_says() {
    let messages = of(
        "root, only(trace), labels(tier), fields(id), in_flight",
        quote!(
            impl Users {
                fn a(&self) {}
            }
        ),
    );
    assert_eq!(messages.len(), 2, "{messages:?}");
    let messages = of(
        "root, only(trace, metrics), labels(tier), fields(id), in_flight",
        quote!(
            impl Users {
                #[observe(parent = id, exclude(log))]
                fn a(&self, id: u8) {}
                #[observe(labels(id), fields(tier), component = "Others")]
                fn b(&self) {}
                #[observe(only(audit))]
                fn c(&self) {}
            }
        ),
    );
    assert_eq!(messages, [] as [String; 0]);
}

#[test]
fn attributes_on_methods_are_checked() {
    let messages = of(
        "",
        quote!(
            impl Users {
                #[observe(skip, root)]
                fn a(&self) {}
                #[observe]
                #[hyperion::observe]
                fn b(&self) {}
                #[observe]
                const fn c(&self) {}
                #[cfg_attr(unix, observe(root))]
                fn d(&self) {}
                #[observe = "e"]
                fn e(&self) {}
                #[observe]
                fn f(&self);
                #[observe(err(ok_if = g))]
                fn g(&self) {}
            }
        ),
    );
    assert_eq!(
        messages,
        [
            "`skip` stands alone: nothing of this method is recorded",
            "`#[observe]` is given twice, remove one",
            "`#[observe]` cannot run in a `const fn`; remove `const` or the attribute",
            "the `#[observe]` of the impl block cannot see through `cfg_attr`; \
             write `#[observe(..)]` on the method without a condition",
            "the arguments of `#[observe]` stand in parentheses",
            "`#[observe]` needs a function body; put it where the function is implemented",
            "`ok_if` has nothing to look at: the function returns nothing",
        ]
    );
}

#[test]
fn after_a_mistake_the_block_has_no_attributes_of_ours() {
    let expansion = observe(
        quote!(nmae = "a"),
        &quote!(
            #[allow(unused)]
            impl Users {
                const N: u8 = 1;
                #[inline]
                #[observe(fields(id))]
                fn a(&self) {}
                #[hyperion::observe(skip)]
                pub fn b(&self) {}
            }
        ),
    );
    let expected = quote!(
        #[allow(unused)]
        impl Users {
            const N: u8 = 1;
            #[inline]
            fn a(&self) {}
            pub fn b(&self) {}
        }
    );
    let text = expansion.to_string();
    assert!(text.ends_with(&expected.to_string()), "{text}");
    assert!(text.contains("compile_error"), "{text}");
}

#[test]
fn what_does_not_parse_stays_and_the_rest_is_observed() {
    let block = quote!(
        impl Users {
            #![allow(unused)]
            fn first(&self) {}
            const N: Wrapper = Wrapper { n: 1 };
            fn without_parameters {}
            fn unfinished(&self) {
                self.
            }
            default fn specialised(&self) {}
            pub ?;
            fn later(&self) {}
        }
    );
    let expansion = observe(quote!(), &block);
    let text = expansion.to_string();
    assert!(!text.contains("compile_error"), "{text}");
    assert!(text.contains(&quote!(default fn specialised(&self) {}).to_string()));
    assert_eq!(text.matches("CALLSITE :").count(), 3, "{text}");
}
