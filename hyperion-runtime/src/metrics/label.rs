//! Labels (stub until merge).
/// A label.
pub trait Label {
    /// n
    const CARDINALITY: usize;
    /// i
    fn index(&self) -> usize;
    /// v
    fn value(index: usize) -> &'static str;
}
impl Label for bool {
    const CARDINALITY: usize = 2;
    fn index(&self) -> usize {
        usize::from(*self)
    }
    fn value(index: usize) -> &'static str {
        if index == 0 { "false" } else { "true" }
    }
}
