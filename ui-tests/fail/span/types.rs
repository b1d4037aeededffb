struct User;

fn main() {
    let _entered = hyperion::span!("load", parent = 5).enter();
    let _entered = hyperion::span!("load", links = "cause").enter();
    let _entered = hyperion::span!("load", fields(user = User, known = true)).enter();
    let _entered = hyperion::span!("load", fields(user = %usr)).enter();
}
