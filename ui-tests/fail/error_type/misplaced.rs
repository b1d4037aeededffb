use hyperion::ErrorType;

#[derive(ErrorType)]
#[error_type(rename = "failure", inner)]
enum Failure {
    #[error_type(rename_all = "snake_case", crate = hyperion)]
    NotFound,
    Wrapped(#[error_type(rename = "inner")] u8),
}

#[derive(ErrorType)]
#[error_type(rename_all = "snake_case")]
struct Timeout;

fn main() {}
