use hyperion::ErrorType;

#[derive(ErrorType)]
union Failure {
    code: u32,
}

fn main() {
    let _ = Failure { code: 1 }.error_type();
}
