use hyperion::ErrorType;

#[derive(ErrorType)]
enum Failure {
    #[error_type(rename = "")]
    Empty,
    #[error_type(rename = "line\nbreak")]
    Control,
    #[error_type(rename = "0123456789012345678901234567890123456789012345678901234567890123456789")]
    Long,
    #[error_type(rename = 5)]
    Number,
    #[error_type(rename)]
    Missing,
    #[error_type(rename =)]
    Unfinished,
    #[error_type(rename("list"))]
    List,
    AnExtraordinarilyLongNameThatNobodyWouldEverWantToReadOnAnyDashboard,
}

#[derive(ErrorType)]
#[error_type(rename_all = "snake_case")]
enum Letterless {
    __,
}

fn main() {}
