use hyperion::ErrorType;

#[derive(ErrorType)]
#[error_type]
enum Failure {
    #[error_type = "not_found"]
    NotFound,
    Wrapped(#[error_type] Inner),
    #[error_type("gone")]
    Gone,
    #[error_type(rename = "a" rename)]
    Comma,
}

#[derive(ErrorType)]
struct Inner;

fn main() {}
