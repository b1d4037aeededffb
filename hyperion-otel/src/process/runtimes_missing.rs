//! No runtimes of Tokio: this build lacks the feature.

use super::families::Families;

/// No runtime.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Runtimes;

impl Runtimes {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the signature of a build with runtimes"
    )]
    pub(crate) fn with_current(self) -> Result<Self, String> {
        Ok(self)
    }

    #[expect(clippy::unused_self, reason = "the signature of a build with runtimes")]
    pub(super) fn describe(self, _families: &mut Families) {}
}
