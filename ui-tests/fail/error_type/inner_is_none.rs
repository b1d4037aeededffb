use hyperion::ErrorType;

#[derive(ErrorType)]
enum Failure {
    #[error_type(inner)]
    Io(std::io::Error),
    Other {
        #[error_type(inner)]
        source: Box<dyn std::error::Error>,
    },
}

#[derive(ErrorType)]
struct Wrapper(#[error_type(inner)] String);

fn main() {}
