//! Too many series are found when the call is compiled to the end.
use hyperion::{Label, observe};

macro_rules! label {
    ($name:ident: $($variant:ident)*) => {
        #[derive(Clone, Copy, Label)]
        pub enum $name {
            $($variant),*
        }
    };
}

label!(Letter: A B C D E F G H I J K L M N O P Q R S T U V W X Y Z);
label!(Digit: N0 N1 N2 N3 N4 N5 N6 N7 N8 N9);

#[observe(labels(first, second, third))]
fn load(first: Letter, second: Letter, third: Letter) -> u8 {
    first as u8 + second as u8 + third as u8
}

#[observe(labels(first, fast, digit, second))]
async fn load_later(first: Letter, fast: bool, digit: Digit, second: Letter) -> u8 {
    first as u8 + u8::from(fast) + digit as u8 + second as u8
}

/// As many as there may be, or less.
#[observe(labels(first, second, fast))]
fn few(first: Letter, second: Letter, fast: bool) -> u8 {
    first as u8 + second as u8 + u8::from(fast)
}

fn main() {
    load(Letter::A, Letter::A, Letter::A);
    drop(load_later(Letter::A, true, Digit::N0, Letter::A));
    few(Letter::A, Letter::A, true);
}
