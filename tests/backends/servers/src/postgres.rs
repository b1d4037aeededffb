//! PostgreSQL, which is not built but that of the machine.

use std::{env, fs, path::PathBuf};

use crate::set;

/// The variable with the address of a server that runs already, and has a database that tests may fill.
pub const POSTGRES_RUNNING: &str = "HYPERION_TEST_POSTGRES_URL";

/// The variable with the folder of `initdb` and `postgres`.
pub const POSTGRES_PROGRAMS: &str = "HYPERION_TEST_POSTGRES_BIN";

/// The folder in which Debian has a folder for each version.
const OF_DEBIAN: &str = "/usr/lib/postgresql";

/// The folder of `initdb` and `postgres`, if they are on this machine.
pub fn postgres_programs() -> Option<PathBuf> {
    if let Some(folder) = set(POSTGRES_PROGRAMS) {
        return Some(folder.into());
    }
    let versions = fs::read_dir(OF_DEBIAN).into_iter().flatten().flatten();
    let of_debian = versions.map(|version| version.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let of_path: Vec<PathBuf> = env::split_paths(&path).collect();
    of_path
        .into_iter()
        .chain(of_debian)
        .find(|folder| folder.join("initdb").exists())
}

/// Returns true if no PostgreSQL has to be on this machine, since one that runs is named.
pub fn is_postgres_running() -> bool {
    set(POSTGRES_RUNNING).is_some()
}
