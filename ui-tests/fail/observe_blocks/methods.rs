//! One message a mistake, and the rest of the block is there.
use hyperion::observe;

struct Users(u32);

#[observe(component = "Users", exclude(metrics))]
impl Users {
    const FIRST: Self = Self::new(1);

    #[observe]
    const fn new(id: u32) -> Self {
        Self(id)
    }

    #[observe(skip, level = debug)]
    fn skipped(&self) -> u32 {
        self.0
    }

    #[observe(levle = debug)]
    fn misspelt(&self) -> u32 {
        self.0
    }

    #[observe(in_flight)]
    fn without_metrics(&self) -> u32 {
        self.0
    }

    #[observe]
    #[observe(level = trace)]
    fn twice(&self) -> u32 {
        self.0
    }

    #[cfg_attr(all(), observe(level = trace))]
    fn conditional(&self) -> u32 {
        self.0
    }

    #[observe = "later"]
    fn value(&self) -> u32 {
        self.0
    }

    #[observe(err(ok_if = drop))]
    fn nothing(&self) {}

    #[observe(fields(id))]
    fn correct(&self, id: u32) -> u32 {
        self.0 + id
    }
}

fn main() {
    let Users(_) = Users::FIRST;
    let user = Users::new(1);
    user.nothing();
    user.skipped() + user.misspelt() + user.without_metrics() + user.twice();
    user.conditional() + user.value() + user.correct(1);
}
