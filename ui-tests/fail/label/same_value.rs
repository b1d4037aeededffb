use hyperion::Label;

#[derive(Label)]
enum Method {
    Get,
    #[label(rename = "get")]
    Head,
    GET,
}

fn main() {}
