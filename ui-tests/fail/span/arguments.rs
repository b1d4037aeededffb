use hyperion::span;

fn main() {
    let _ = span!();
    let _ = span!("");
    let _ = span!(name);
    let _ = span!(kind = client);
    let _ = span!(name = "load", knid = client);
    let _ = span!(tracing::Level::DEBUG, "load", root);
    let _ = span!("load" root);
    let _ = span!("load", "again");
    let _ = span!("load", name = "again");
    let _ = span!("load", labels(fast = true), in_flight, log = info);
    let _ = span!("load", err(ok_if = drop), only(trace), skip);
    let _ = span!("load", user.id = %1);
    let _ = span!("load", root, parent = hyperion::current().context());
    let _ = span!("load", fields(id: 1), level = "debug").enter();
}
