//! The functions that are compiled, and the attribute that each of them gets.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

use super::variant::{Field, Observed, Variant};

/// A service: some functions, and one that calls them all.
const SERVICE: &str = include_str!("../../../benches/compile/service.rs");

/// The code that the services work with.
pub(super) const SUPPORT: &str = include_str!("../../../benches/compile/support.rs");

/// The number of functions in one service.
pub(super) const FUNCTIONS: usize = 20;

/// The text of a service as one variant has it. `number` tells it from the others.
pub(super) fn service(variant: Variant, number: usize) -> Result<String> {
    instantiate(SERVICE, variant, number)
}

fn instantiate(template: &str, variant: Variant, number: usize) -> Result<String> {
    let mut text = String::with_capacity(2 * template.len());
    for line in template.lines() {
        match Observed::parse(line).with_context(|| format!("in `{}`", line.trim()))? {
            None => text.push_str(line),
            Some(observed) => text.extend(variant.attribute(&observed)),
        }
        text.push('\n');
    }
    let _ = writeln!(text, "\nconst SERVICE: u64 = {number};");
    Ok(text)
}

impl<'a> Observed<'a> {
    /// Reads a line of the template; most of them say nothing.
    fn parse(line: &'a str) -> Result<Option<Self>> {
        let Some(rest) = line.trim().strip_prefix("#[observed") else {
            return Ok(None);
        };
        let mut observed = Self {
            fails: false,
            fields: Vec::new(),
        };
        if rest == "]" {
            return Ok(Some(observed));
        }
        let list = rest
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(")]"))
            .context("expected `#[observed]` or `#[observed(..)]` on one line")?;
        for part in list.split(',').map(str::trim) {
            match part.split_once(" = ") {
                Some((key, value)) => observed.fields.push(Field::parse(key, value)),
                None if part == "err" => observed.fails = true,
                None => bail!("expected `err` or `key = argument`, not `{part}`"),
            }
        }
        Ok(Some(observed))
    }
}

impl<'a> Field<'a> {
    fn parse(key: &'a str, value: &'a str) -> Self {
        let name = value.strip_prefix('%');
        Self {
            key,
            argument: name.unwrap_or(value),
            display: name.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(text: &str) -> Vec<Observed<'_>> {
        text.lines()
            .filter_map(|line| Observed::parse(line).expect("the template is right"))
            .collect()
    }

    #[test]
    fn the_service_has_the_functions_that_are_counted() {
        let observed = attributes(SERVICE);
        assert_eq!(observed.len(), FUNCTIONS);
        assert_eq!(SERVICE.matches("async fn").count(), FUNCTIONS / 4);
        let with_fields = observed.iter().filter(|one| one.fields.len() == 2).count();
        let without = observed.iter().filter(|one| one.fields.is_empty()).count();
        assert!(with_fields > 5 && with_fields + without == FUNCTIONS);
    }

    #[test]
    fn a_function_that_fails_is_marked_and_no_other() {
        let mut lines = SERVICE
            .lines()
            .filter(|line| !line.contains("inline(never)"));
        let mut failing = 0;
        while let Some(line) = lines.next() {
            if let Some(observed) = Observed::parse(line).expect("the template is right") {
                let signature = lines.next().expect("a function follows");
                assert_eq!(
                    observed.fails,
                    signature.contains("-> Result<"),
                    "{signature}"
                );
                failing += usize::from(observed.fails && !signature.contains("async"));
            }
        }
        assert_eq!(failing, FUNCTIONS / 4);
    }

    #[test]
    fn a_line_is_read() {
        let line = "    #[observed(err, user.id = id, name = %name)]";
        let expected = Observed {
            fails: true,
            fields: vec![
                Field {
                    key: "user.id",
                    argument: "id",
                    display: false,
                },
                Field {
                    key: "name",
                    argument: "name",
                    display: true,
                },
            ],
        };
        assert_eq!(Observed::parse(line).expect("right"), Some(expected));
        assert_eq!(Observed::parse("#[inline(never)]").expect("right"), None);
        let error = Observed::parse("#[observed(error)]").expect_err("no such word");
        assert!(error.to_string().contains("`error`"), "{error}");
    }

    #[test]
    fn the_attribute_takes_the_place_of_the_mark_and_the_number_comes_last() {
        let template = "#[observed(id = id)]\nfn f(id: u64) {}\n";
        assert_eq!(
            instantiate(template, Variant::Observe, 7).expect("right"),
            "#[hyperion::observe(fields(id = id))]\nfn f(id: u64) {}\n\nconst SERVICE: u64 = 7;\n"
        );
        assert_eq!(
            instantiate(template, Variant::Plain, 7).expect("right"),
            "\nfn f(id: u64) {}\n\nconst SERVICE: u64 = 7;\n"
        );
    }
}
