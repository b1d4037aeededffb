use hyperion::ErrorType;

#[derive(ErrorType)]
enum Failure {
    #[error_type(inner)]
    Unit,
    #[error_type(inner)]
    Two(Inner, Inner),
    #[error_type(inner = true)]
    Value(Inner),
}

#[derive(ErrorType)]
#[error_type(inner)]
struct Inner;

fn main() {}
