use hyperion::ErrorType;

#[derive(Debug, ErrorType)]
enum Failure<E> {
    #[error_type(nested)]
    Inner(E),
}

fn of<E: ErrorType>(error: &E) -> &'static str {
    error.error_type()
}

fn main() {
    let _ = of(&Failure::Inner(1));
}
