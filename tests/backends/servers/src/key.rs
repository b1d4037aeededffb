//! The key of a folder of pins.

use std::{env::consts, fs, io, path::Path};

/// A key that changes with the name or the text of any file in `folder`, and with the platform.
///
/// FNV-1a rather than the standard library's hasher, whose values may change between releases of
/// Rust: a new compiler must not cost a rebuild.
pub(crate) fn of(folder: &Path) -> io::Result<String> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let mut files = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<Vec<_>>>()
        })
        .map_err(named)?;
    files.sort();
    let mut hash = Fnv::new();
    hash.field(consts::OS.as_bytes());
    hash.field(consts::ARCH.as_bytes());
    for file in files.iter().filter(|file| file.is_file()) {
        hash.field(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.field(&fs::read(file).map_err(named)?);
    }
    Ok(hash.hex())
}

struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds bytes and their number, so that no two lists of fields read the same.
    fn field(&mut self, bytes: &[u8]) {
        for byte in bytes
            .iter()
            .copied()
            .chain((bytes.len() as u64).to_le_bytes())
        {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_names_and_contents() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        let key = || of(folder.path()).expect("a readable folder");

        write("go.mod", "module one");
        let first = key();
        assert_eq!(first, key(), "the same pins have the same key");
        write("go.mod", "module two");
        let second = key();
        write("go.sum", "");
        let third = key();
        assert!(
            first != second && second != third && first != third,
            "{first} {second} {third}"
        );
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = of(Path::new("no/such/pins")).expect_err("there is no such folder");
        assert!(error.to_string().contains("no/such/pins"), "{error}");
    }
}
