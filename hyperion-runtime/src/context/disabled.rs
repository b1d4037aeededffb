//! stub
/// p
pub trait ParentContext {}
/// l
pub trait Links {}
