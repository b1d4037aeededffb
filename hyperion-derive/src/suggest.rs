//! Names what a user probably meant.

use strsim::osa_distance;

/// Says what was expected instead of `word`: the nearest of `known`, or all of them when none is near.
pub(crate) fn expected(word: &str, known: &[&str]) -> String {
    let only = || known.first().copied().filter(|_| known.len() == 1);
    if let Some(near) = nearest(word, known).or_else(only) {
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
        .map(|name| (osa_distance(&lower, &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::expected;

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
