use hyperion::observe;

#[observe(parent = 5)]
fn number() {}

#[observe(parent = header)]
async fn text(header: &str) -> usize {
    header.len()
}

#[observe(links = "cause")]
fn link() {}

#[observe(links = [1, 2])]
fn numbers() -> impl Future<Output = ()> {
    std::future::ready(())
}

fn main() {}
