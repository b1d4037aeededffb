use hyperion::ErrorType;

#[derive(ErrorType)]
#[error_type(crate = "hyperion")]
struct Failure;

fn main() {}
