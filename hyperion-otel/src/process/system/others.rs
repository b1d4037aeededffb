//! Nothing beyond the rest is known of this system.

use crate::process::system::reading::Reading;
use sysinfo::Process;

pub(super) fn read(_process: &Process, _reading: &mut Reading) {}
