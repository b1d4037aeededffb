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

/// The value of the first name that `is` takes.
pub(super) fn find<T: Choice>(text: &str, is: impl Fn(&str) -> bool) -> Result<T, String> {
    match T::NAMES.iter().find(|(name, _)| is(name)) {
        Some((_, value)) => Ok(*value),
        None => Err(
            match nearest(text, T::NAMES.iter().map(|(name, _)| *name)) {
                Some(meant) => format!(
                    "`{meant}` or another of {}",
                    list(T::NAMES.iter().map(|(name, _)| *name))
                ),
                None => format!("one of {}", list(T::NAMES.iter().map(|(name, _)| *name))),
            },
        ),
    }
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
    // Nothing that long is a misspelt name, and the table below would grow with it.
    const LONGEST: usize = 64;
    let typed: Vec<char> = text
        .chars()
        .take(LONGEST + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if typed.len() > LONGEST {
        return None;
    }
    names
        .map(|name| (distance(&typed, &name.chars().collect::<Vec<_>>()), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many characters have to be added, removed, changed or swapped with their neighbour to get from `a` to `b`.
fn distance(a: &[char], b: &[char]) -> usize {
    // Three rows of the usual table are enough: a swap looks back two.
    let mut two_above = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut before_a = None;
    for (row, from) in a.iter().enumerate() {
        let mut current = Vec::with_capacity(b.len() + 1);
        let mut left = row + 1;
        current.push(left);
        let mut before_b = None;
        let columns = b
            .iter()
            .zip(above.windows(2))
            .zip(std::iter::once(&0).chain(&two_above));
        for ((to, pair), swapped) in columns {
            let &[above_left, straight_above] = pair else {
                continue;
            };
            let mut cost = (above_left + usize::from(from != to))
                .min(straight_above + 1)
                .min(left + 1);
            if before_a == Some(to) && before_b == Some(from) {
                cost = cost.min(swapped + 1);
            }
            current.push(cost);
            left = cost;
            before_b = Some(to);
        }
        before_a = Some(from);
        two_above = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    fn between(a: &str, b: &str) -> usize {
        distance(
            &a.chars().collect::<Vec<_>>(),
            &b.chars().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn distances_count_slips() {
        assert_eq!(between("port", "port"), 0);
        assert_eq!(between("", "port"), 4);
        assert_eq!(between("port", ""), 4);
        assert_eq!(between("pot", "port"), 1);
        assert_eq!(between("prot", "port"), 1);
        assert_eq!(between("nmae", "name"), 1);
        assert_eq!(between("kitten", "sitting"), 3);
    }

    #[test]
    fn only_near_names_are_suggested() {
        let names = ["enabled", "exporter", "endpoint", "port"];
        assert_eq!(nearest("exportr", names.into_iter()), Some("exporter"));
        assert_eq!(nearest("Endpoint", names.into_iter()), Some("endpoint"));
        assert_eq!(nearest("banana", names.into_iter()), None);
        assert_eq!(nearest(&"e".repeat(1_000_000), names.into_iter()), None);
    }
}
