//! No accounting of Unix on this system.

use super::reading::Reading;

pub(super) fn read(_reading: &mut Reading) {}
