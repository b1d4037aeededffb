use hyperion::ErrorType;

#[derive(ErrorType)]
enum Failure {
    #[error_type(renam = "not_found")]
    NotFound,
    #[error_type(name = "gone")]
    Gone,
    Wrapped(#[error_type(innner)] Inner),
    Nested(#[error_type(from)] Inner),
}

#[derive(ErrorType)]
struct Inner;

fn main() {}
