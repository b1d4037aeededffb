use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use hyperion::observe;

async fn pause() {}

#[observe]
async fn local(id: u32) -> u32 {
    let id = Rc::new(id);
    pause().await;
    *id
}

#[observe]
async fn argument(id: Rc<u32>) -> u32 {
    pause().await;
    *id
}

struct Users(Cell<u8>);

#[observe]
impl Users {
    async fn shared(&self) -> u8 {
        pause().await;
        self.0.get()
    }
}

#[observe]
fn boxed(id: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        let id = Rc::new(id);
        pause().await;
        *id
    })
}

fn is_send(_: impl Send) {}

fn main() {
    is_send(local(1));
    is_send(argument(Rc::new(1)));
    is_send(Users(Cell::new(1)).shared());
    tokio::spawn(local(1));
}
