//! Names what a user probably meant.

/// Says what was expected instead of `word`: the nearest of `known`, or all of them when none is
/// near.
pub(crate) fn expected(word: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(word, known) {
        return format!("expected `{near}`");
    }
    let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("expected one of {}", list.join(", "))
}

/// The one of `known` that at most a third of a typing mistake a letter turns into `word`.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|name| (distance(&lower, &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour to get from
/// `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // Each row says how far a prefix of `a` is from every prefix of `b`, beginning with the empty
    // one.
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut before = None;
    for (i, letter) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for (j, other) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (left + 1)
                .min(at(&row, j + 1) + 1)
                .min(at(&row, j) + usize::from(letter != *other));
            if let Some(previous) = j.checked_sub(1)
                && b.get(previous) == Some(&letter)
                && before == Some(*other)
            {
                best = best.min(at(&above, previous) + 1);
            }
            next.push(best);
            left = best;
        }
        above = std::mem::replace(&mut row, next);
        before = Some(letter);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{distance, expected};

    #[test]
    fn distances_count_typing_mistakes() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "name", 4),
            ("name", "", 4),
            ("name", "name", 0),
            ("nmae", "name", 1),
            ("anme", "name", 1),
            ("nam", "name", 1),
            ("namee", "name", 1),
            ("neme", "name", 1),
            ("kitten", "sitting", 3),
            ("größe", "grüße", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_near_name_is_suggested_alone() {
        let known = ["component", "name", "kind"];
        assert_eq!(expected("nmae", &known), "expected `name`");
        assert_eq!(expected("Component", &known), "expected `component`");
        assert_eq!(expected("compnent", &known), "expected `component`");
    }

    #[test]
    fn a_far_name_gets_the_whole_list() {
        assert_eq!(
            expected("colour", &["name", "kind"]),
            "expected one of `name`, `kind`"
        );
    }
}
