use hyperion::ErrorType;

#[derive(ErrorType)]
struct Wrapper<E>(#[error_type(inner)] Box<E>);

fn of<E: ErrorType>(error: E) -> &'static str {
    error.error_type()
}

fn main() {
    of(Wrapper(Box::new(1u8)));
}
