use hyperion::observe;

#[observe(nmae = "load")]
fn misspelt() {}

#[observe(inflight, bucket = [1.0])]
fn two_misspelt() {}

#[observe(err(okif = is_fine))]
fn misspelt_in_err() -> Result<(), ()> {
    Ok(())
}

#[observe(user = id)]
fn field(id: u32) {
    drop(id.to_string());
}

fn main() {}
