use hyperion::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "user.")]
struct Dot {
    #[counter]
    lookups: Counter,
}

#[derive(Metrics)]
#[metrics(prefix = "")]
struct Empty {
    #[counter]
    lookups: Counter,
}

#[derive(Metrics)]
#[metrics(prefix = "my shop")]
struct Space {
    #[counter]
    lookups: Counter,
}

fn main() {}
