//! The size of a program.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use object::{Object, ObjectSection, SectionKind};

/// The section that lld fills a page with. It would round every size up, by more than some functions have.
const PADDING: &str = ".relro_padding";

/// The bytes of a program that are loaded to run it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Machine code: `.text` and its like.
    pub(super) code: u64,
    /// Code, constants (`.rodata`, `.data.rel.ro`, tables for unwinding) and variables (`.data`, `.bss`).
    pub(super) all: u64,
}

impl Size {
    /// Adds up the sections of an executable file.
    pub(super) fn of(file: &Path) -> Result<Self> {
        let bytes = fs::read(file).with_context(|| format!("{} is missing", file.display()))?;
        let object = object::File::parse(&*bytes)
            .with_context(|| format!("{} is no program", file.display()))?;
        let mut size = Self::default();
        for section in object.sections() {
            if section.name() != Ok(PADDING) {
                size.add(section.kind(), section.size());
            }
        }
        Ok(size)
    }

    fn add(&mut self, kind: SectionKind, bytes: u64) {
        match kind {
            SectionKind::Text => {
                self.code += bytes;
                self.all += bytes;
            }
            SectionKind::ReadOnlyData
            | SectionKind::ReadOnlyDataWithRel
            | SectionKind::ReadOnlyString
            | SectionKind::Data
            | SectionKind::UninitializedData => self.all += bytes,
            _ => {}
        }
    }
}

/// The bytes that one more function adds to a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PerFunction {
    pub(super) code: f64,
    pub(super) all: f64,
}

impl PerFunction {
    /// The slope between two programs that differ in their number of functions. What a runtime adds once is in both.
    pub(super) fn between(few: (usize, Size), many: (usize, Size)) -> Self {
        let slope = |few_bytes: u64, many_bytes: u64| {
            (as_f64(many_bytes) - as_f64(few_bytes))
                / (as_f64(many.0 as u64) - as_f64(few.0 as u64))
        };
        Self {
            code: slope(few.1.code, many.1.code),
            all: slope(few.1.all, many.1.all),
        }
    }

    /// Returns the part that the attribute adds to a function, whose own code `plain` has.
    pub(super) fn over(self, plain: Self) -> Self {
        Self {
            code: self.code - plain.code,
            all: self.all - plain.all,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no program here has 2^52 bytes or functions"
)]
fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_leaves_out_what_is_there_once() {
        let few = Size {
            code: 1_000_000 + 100 * 300,
            all: 3_000_000 + 100 * 500,
        };
        let many = Size {
            code: 1_000_000 + 200 * 300,
            all: 3_000_000 + 200 * 500,
        };
        let slope = PerFunction::between((100, few), (200, many));
        assert_eq!((slope.code, slope.all), (300.0, 500.0));
        let plain = PerFunction {
            code: 320.0,
            all: 100.0,
        };
        let over = slope.over(plain);
        assert_eq!((over.code, over.all), (-20.0, 400.0));
    }

    #[test]
    fn this_test_has_code_and_constants() {
        let size = Size::of(&std::env::current_exe().expect("a path")).expect("a program");
        assert!(size.code > 100_000, "{size:?}");
        assert!(size.all > size.code, "{size:?}");
    }

    #[test]
    fn the_rest_of_a_page_does_not_count() {
        let file = std::env::current_exe().expect("a path");
        let bytes = fs::read(&file).expect("a program");
        let object = object::File::parse(&*bytes).expect("a program");
        let padding: u64 = object
            .sections()
            .filter(|section| section.name() == Ok(PADDING))
            .map(|section| section.size())
            .sum();
        let mut whole = Size::default();
        for section in object.sections() {
            whole.add(section.kind(), section.size());
        }
        assert_eq!(Size::of(&file).expect("a program").all, whole.all - padding);
    }

    #[test]
    fn what_is_not_loaded_does_not_count() {
        let mut size = Size::default();
        size.add(SectionKind::Debug, 1);
        size.add(SectionKind::OtherString, 1);
        assert_eq!(size, Size::default());
        size.add(SectionKind::ReadOnlyDataWithRel, 1);
        assert_eq!(size, Size { code: 0, all: 1 });
    }

    #[test]
    fn a_file_that_is_no_program_is_named() {
        let error = Size::of(Path::new(file!())).expect_err("a source file is none");
        assert!(error.to_string().contains("sections.rs"), "{error}");
    }
}
