use hyperion::ErrorType;

#[derive(ErrorType)]
enum Failure {
    #[error_type(inner, rename = "database")]
    Database(Inner),
}

#[derive(ErrorType)]
struct Inner;

fn main() {}
