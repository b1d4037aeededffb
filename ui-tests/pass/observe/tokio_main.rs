//! `#[observe]` above `#[tokio::main]`, and below it.
#![deny(warnings)]

use hyperion::observe;

mod above {
    use super::observe;

    #[observe]
    #[tokio::main(flavor = "current_thread")]
    pub(crate) async fn main() -> Result<(), std::io::Error> {
        tokio::task::yield_now().await;
        Ok(())
    }
}

mod below {
    use super::observe;

    #[tokio::main(flavor = "current_thread")]
    #[observe(name = "main")]
    pub(crate) async fn main() {
        tokio::task::yield_now().await;
    }
}

mod conditional {
    use super::observe;

    #[observe]
    #[cfg_attr(all(), tokio::main(flavor = "current_thread"))]
    pub(crate) async fn main() -> u32 {
        tokio::task::yield_now().await;
        1
    }
}

fn main() {
    above::main().unwrap();
    below::main();
    assert_eq!(conditional::main(), 1);
}
