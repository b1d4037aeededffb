use hyperion::observe;

#[observe]
fn load(id: u32) -> Result<u32, String> {
    if id == 0 {
        return Ok("zero");
    }
    id
}

#[observe]
async fn load_later(id: u32) -> Result<u32, String> {
    if id == 0 {
        return Ok("zero");
    }
    id
}

fn main() {}
