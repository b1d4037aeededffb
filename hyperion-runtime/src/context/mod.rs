//! stub
/// p
pub trait ParentContext {
    /// c
    fn parent_context(&self) -> Option<opentelemetry::Context>;
}
/// l
pub trait Links {
    /// e
    fn each_link(self, link: &mut dyn FnMut(opentelemetry::trace::SpanContext));
}
