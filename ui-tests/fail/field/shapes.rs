use hyperion::Field;

#[derive(Field)]
struct Several {
    x: u8,
    y: u8,
}

#[derive(Field)]
struct Nothing;

#[derive(Field)]
enum Shape {
    Point,
    Circle { radius: u8 },
}

#[derive(Field)]
union Either {
    a: u8,
    b: u8,
}

#[derive(Field)]
#[field(display, debug)]
struct Twice(u8);

#[derive(Field)]
#[field(debug, rename_all = "snake_case")]
enum Unread {
    #[field(rename = "a")]
    A,
}

#[derive(Field)]
#[field(displya)]
struct Mistyped(#[field(display)] u8);

fn main() {}
