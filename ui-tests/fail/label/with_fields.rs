use hyperion::Label;

#[derive(Label)]
enum Status {
    Ok,
    Failed(u16),
    Redirected { to: String },
}

fn main() {
    let _ = Status::Failed(404).index();
}
