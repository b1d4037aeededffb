//! Words out of a fixed set, and the one that was probably meant.

/// A type whose values have names in files and variables.
pub(super) trait Choice: Copy + 'static {
    /// Every name and what it stands for.
    const NAMES: &'static [(&'static str, Self)];
}

/// Reads a name in any case: the specification asks for it where a variable holds one.
pub(super) fn word_in_any_case<T: Choice>(text: &str) -> Result<T, String> {
    find(text, |name| name.eq_ignore_ascii_case(text))
}

/// The values that words stand for, each once and in their order. One of the words stands for none, and stands alone.
pub(super) fn distinct<T: Copy + PartialEq>(words: &[Option<T>]) -> Result<Vec<T>, String> {
    let mut values = Vec::new();
    for value in words.iter().flatten() {
        if !values.contains(value) {
            values.push(*value);
        }
    }
    if words.contains(&None) && !values.is_empty() {
        return Err("`none` alone, or others without it".to_owned());
    }
    Ok(values)
}

/// Words with commas between them, in any case, and the values that they stand for.
pub(super) fn words_in_any_case<T>(text: &str) -> Result<Vec<T>, String>
where
    T: Copy + PartialEq,
    Option<T>: Choice,
{
    let words = text.split(',').map(str::trim);
    let words: Result<Vec<_>, _> = words
        .filter(|word| !word.is_empty())
        .map(word_in_any_case)
        .collect();
    distinct(&words?)
}

/// The value of the first name that `is` takes.
pub(super) fn find<T: Choice>(text: &str, is: impl Fn(&str) -> bool) -> Result<T, String> {
    if let Some((_, value)) = T::NAMES.iter().find(|(name, _)| is(name)) {
        return Ok(*value);
    }
    let names = || T::NAMES.iter().map(|(name, _)| *name);
    let all = list(names());
    Err(match nearest(text, names()) {
        Some(meant) => format!("`{meant}` or another of {all}"),
        None => format!("one of {all}"),
    })
}

/// Names in backticks with commas between them.
pub(super) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The name that `text` is a slip of the keyboard away from, if there is one.
pub(super) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Nothing that long is a misspelt name.
    const LONGEST: usize = 64;
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let typed = text.to_lowercase();
    names
        .map(|name| (strsim::osa_distance(&typed, name), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_near_names_are_suggested() {
        let names = ["enabled", "exporter", "endpoint", "port"];
        assert_eq!(nearest("exportr", names.into_iter()), Some("exporter"));
        assert_eq!(nearest("Endpoint", names.into_iter()), Some("endpoint"));
        assert_eq!(nearest("banana", names.into_iter()), None);
        assert_eq!(nearest(&"e".repeat(1_000_000), names.into_iter()), None);
    }
}
