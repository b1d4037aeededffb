//! Checks that an expression finds the arguments it is about.
//!
//! Expressions that are evaluated before the body begins see the arguments by their names in the signature. One that
//! the user takes apart there has none.

use quote::ToTokens;
use syn::Error;

use super::arguments::{Arguments, Origin};
use super::mentions::mentions;
use super::model::{Binding, Function, Made, Parameters, Shape};
use super::parameters::bound_by;
use crate::errors::Errors;

/// Notes every argument that needs a name.
pub(super) fn check(arguments: &Arguments, function: &Function, errors: &mut Errors) {
    // What is evaluated before the body differs by shape.
    let (parameters, labels, fields) = match &function.shape {
        Shape::Closure { parameters, .. } => (parameters, false, false),
        Shape::Future { parameters, .. } | Shape::AsyncFn { parameters, .. } => {
            (parameters, true, false)
        }
        Shape::Returned {
            made: Made::InClosure(parameters),
            ..
        } => (parameters, true, true),
        Shape::Guard
        | Shape::InPlace { .. }
        | Shape::AsyncBlock { .. }
        | Shape::Returned {
            made: Made::InPlace,
            ..
        } => return,
    };
    if let Origin::Parent(parent) = &*arguments.origin {
        check_expr("parent", parent, parameters, errors);
    }
    if let Some(links) = arguments.links.as_ref() {
        check_expr("links", links, parameters, errors);
    }
    for label in arguments.labels.iter().filter(|_| labels) {
        check_expr("labels", &label.value, parameters, errors);
    }
    for field in arguments.fields.iter().filter(|_| fields) {
        if let Some(expr) = field.value.expr() {
            check_expr("fields", expr, parameters, errors);
        }
    }
}

fn check_expr(key: &str, expr: &impl ToTokens, parameters: &Parameters, errors: &mut Errors) {
    for parameter in &parameters.rebound {
        match &parameter.binding {
            Binding::Pattern(_, pattern) => {
                if let Some(name) = bound_by(pattern)
                    .into_iter()
                    .find(|name| mentions(expr, name))
                {
                    let message = format!(
                        "`{key}` uses `{name}` before the argument is taken apart; \
                         give the argument a name, and take it apart in the body"
                    );
                    errors.push(Error::new_spanned(pattern, message));
                }
            }
            Binding::Unused(_, name) if mentions(expr, name) => {
                let message = format!("`{key}` uses `{name}`, remove the underscore");
                errors.push(Error::new(name.span(), message));
            }
            Binding::Name(..) | Binding::Unused(..) | Binding::Ignored => {}
        }
    }
}
