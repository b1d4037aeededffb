use hyperion::ErrorType;

struct Failure;

fn of<E: ErrorType>(error: E) -> &'static str {
    error.error_type()
}

fn main() {
    of(Failure);
}
