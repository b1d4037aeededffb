//! Checks that an expression finds the arguments it is about.
//!
//! Expressions that are evaluated before the body begins see the arguments by their names in the signature. One whose name
//! begins with an underscore has another there.

use quote::ToTokens;
use syn::Error;

use super::arguments::{Arguments, Origin};
use super::mentions::mentions;
use super::model::{Binding, Function, Made, Parameters, Shape};
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
            Binding::Unused(_, name) if mentions(expr, name) => {
                let message = format!("`{key}` uses `{name}`, remove the underscore");
                errors.push(Error::new(name.span(), message));
            }
            Binding::Name(..) | Binding::Unused(..) | Binding::Ignored | Binding::Pattern(..) => {}
        }
    }
}
