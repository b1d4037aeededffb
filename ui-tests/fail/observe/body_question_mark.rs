use hyperion::observe;

#[observe]
fn load(text: &str) -> Result<u32, std::fmt::Error> {
    Ok(text.parse::<u32>()?)
}

#[observe]
async fn load_later(text: &str) -> Result<u32, std::fmt::Error> {
    Ok(text.parse::<u32>()?)
}

fn main() {}
