//! Methods, by how they take `self`.

use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call by_value [ok] {
        struct Users(Noisy, Noisy);
        impl Users {
            #[observe]
            fn close(self, reason: Noisy) -> usize {
                self.1.speak()
            }
        }
    } => { Users(noisy("first"), noisy("second")).close(noisy("reason")) }

    call by_mutable_value [ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            fn with(mut self, user: u32) -> Self {
                self.0.push(user);
                self
            }
        }
    } => { Users(vec![1]).with(2).0 }

    call by_value_without_output [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            fn close(self) {
                self.0.speak();
            }
        }
    } => { Users(noisy("users")).close() }

    call by_value_moved_in_part [ok] {
        struct Users(Noisy, Noisy, Noisy);
        impl Users {
            #[observe]
            fn into_second(self, other: Noisy) -> Noisy {
                drop(self.0);
                self.1
            }
        }
    } => { Users(noisy("a"), noisy("b"), noisy("c")).into_second(noisy("other")) }

    call by_value_taken_apart [ok] {
        struct Users { first: Noisy, rest: Noisy }
        impl Users {
            #[observe]
            fn first(self) -> usize {
                let Self { first, .. } = self;
                first.speak()
            }
        }
    } => { Users { first: noisy("first"), rest: noisy("rest") }.first() }

    call by_reference [ok, ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            fn find(&self, name: &str) -> Option<&String> {
                self.0.iter().find(|other| *other == name)
            }
        }
    } given { let users = Users(vec!["ada".into()]); } => { (users.find("ada"), users.find("bob")) }

    call by_mutable_reference [ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            fn last(&mut self) -> &mut String {
                self.0.push("new".into());
                self.0.last_mut().unwrap()
            }
        }
    } given { let mut users = Users(Vec::new()); } => { users.last().push('!') }

    call by_reference_without_output [ok, ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            fn add(&mut self, user: u32) {
                if self.0.contains(&user) {
                    return;
                }
                self.0.push(user);
            }
        }
    } given { let mut users = Users(Vec::new()); } => {{ users.add(1); users.add(1); users.0 }}

    call by_reference_spelled_out [ok, ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            fn count(self: &Self) -> usize {
                self.0.len()
            }
            #[observe]
            fn clear(self: &mut Self) -> usize {
                self.0.clear();
                self.0.len()
            }
        }
    } given { let mut users = Users(vec![1]); } => { (users.count(), users.clear()) }

    call by_reference_with_a_lifetime [ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            fn first<'a>(&'a self, other: &str) -> &'a str {
                &self.0[0]
            }
        }
    } given { let users = Users(vec!["ada".into()]); } => { users.first(&"short".to_owned()) }

    call boxed [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            fn close(self: Box<Self>, reason: Noisy) -> Noisy {
                self.0.speak();
                self.0
            }
        }
    } => { Box::new(Users(noisy("users"))).close(noisy("reason")) }

    call mutable_box [ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            fn with(mut self: Box<Self>, user: u32) -> Box<Self> {
                self.0.push(user);
                self
            }
        }
    } => { Box::new(Users(Vec::new())).with(1).0 }

    call reference_counted [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            fn count(self: Rc<Self>) -> usize {
                Rc::strong_count(&self) + self.0.speak()
            }
        }
    } given { let users = Rc::new(Users(noisy("users"))); } => { users.clone().count() }

    call atomically_reference_counted [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            fn count(self: Arc<Self>) -> usize {
                Arc::strong_count(&self) + self.0.speak()
            }
        }
    } given { let users = Arc::new(Users(noisy("users"))); } => { users.clone().count() }

    call reference_to_a_counted_one [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            fn share(self: &Arc<Self>) -> Arc<Self> {
                Arc::clone(self)
            }
        }
    } => { Arc::strong_count(&Arc::new(Users(noisy("users"))).share()) }

    call pinned [ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            fn add(self: Pin<&mut Self>, user: u32) -> usize {
                let this = self.get_mut();
                this.0.push(user);
                this.0.len()
            }
        }
    } => { pin!(Users(vec![1])).add(2) }

    call pinned_mutably [ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            fn add(mut self: Pin<&mut Self>, user: u32) -> usize {
                self.as_mut().get_mut().0.push(user);
                self.0.len()
            }
        }
    } => { pin!(Users(vec![1])).add(2) }

    call pinned_box [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            fn close(self: Pin<Box<Self>>) -> usize {
                self.0.speak()
            }
        }
    } => { Box::pin(Users(noisy("users"))).close() }

    call none [ok] {
        #[derive(Debug)]
        struct Users(u32);
        impl Users {
            #[observe]
            fn new(first: u32) -> Self {
                Self(first)
            }
        }
    } => { Users::new(1) }

    call copied [ok] {
        #[derive(Clone, Copy)]
        struct Users(u32);
        impl Users {
            #[observe]
            fn count(self) -> u32 {
                let add = |n| self.0 + n;
                add(1)
            }
        }
    } given { let users = Users(1); } => { users.count() + users.0 }
}
