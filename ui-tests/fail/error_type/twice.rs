use hyperion::ErrorType;

#[derive(ErrorType)]
enum Failure {
    #[error_type(rename = "one", rename = "two")]
    One,
    #[error_type(inner)]
    #[error_type(inner)]
    Two(Inner),
    Three(#[error_type(inner)] Inner, #[error_type(inner)] Inner),
    #[error_type(inner)]
    Four(#[error_type(inner)] Inner),
}

#[derive(ErrorType)]
struct Inner;

fn main() {}
