use hyperion::ErrorType;

#[derive(ErrorType)]
#[error_type(rename_all = "snakecase")]
enum Near {
    NotFound,
}

#[derive(ErrorType)]
#[error_type(rename_all = "Title Case")]
enum Far {
    NotFound,
}

#[derive(ErrorType)]
#[error_type(rename_all = snake_case)]
enum Unquoted {
    NotFound,
}

fn main() {}
