//! Units of metrics: UCUM, as the semantic conventions write it ("Metric requirements", section "Units").

/// Says what is wrong with a unit, and what to do about it.
pub(super) fn mistake(unit: &str) -> Option<String> {
    if unit.is_empty() {
        return Some("this unit is empty; give it a text or remove `unit`".to_owned());
    }
    let is_meant = |words: &str| {
        let mut words = words.split(' ');
        words.any(|word| unit.eq_ignore_ascii_case(word))
    };
    if let Some((code, _)) = WORDS.iter().find(|(_, words)| is_meant(words)) {
        return Some(format!(
            "a unit is a code of UCUM, not a word; write `{code}`"
        ));
    }
    if unit == "%" {
        return Some(
            "a share of a whole has the unit `1`, and 0.5 is a half; write `1`".to_owned(),
        );
    }
    if let Some(letter) = unit.chars().find(|letter| !letter.is_ascii_graphic()) {
        let letter = letter.escape_debug();
        return Some(format!(
            "a unit holds ASCII letters, digits and signs, not `{letter}`; a word for people stands in braces, \
             such as `{{user}}`"
        ));
    }
    if unit.len() > LONGEST {
        let length = unit.len();
        return Some(format!(
            "this unit has {length} characters, and {LONGEST} are the most; shorten it"
        ));
    }
    if !balanced(unit) {
        return Some("the braces of this unit do not match; write them as in `{user}`".to_owned());
    }
    // No code of UCUM is that long and in lower case.
    let word = unit.len() > 4 && unit.bytes().all(|letter| letter.is_ascii_lowercase());
    word.then(|| {
        let one = unit.strip_suffix('s').unwrap_or(unit);
        format!("`{unit}` is no code of UCUM; what is counted stands in braces, write `{{{one}}}`")
    })
}

/// The buckets of a histogram in that unit, by their name in the runtime.
pub(super) fn usual_bounds(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "s" => "SECONDS",
        "ms" => "MILLISECONDS",
        "us" => "MICROSECONDS",
        "ns" => "NANOSECONDS",
        "By" => "BYTES",
        _ => return None,
    })
}

/// The longest unit in OpenTelemetry.
const LONGEST: usize = 63;

/// Codes, and the words that stand where they are meant.
const WORDS: &[(&str, &str)] = &[
    ("s", "second seconds sec secs"),
    ("ms", "millisecond milliseconds millis msec"),
    ("us", "microsecond microseconds micros usec µs"),
    ("ns", "nanosecond nanoseconds nanos"),
    ("min", "minute minutes"),
    ("h", "hour hours"),
    ("d", "day days"),
    ("By", "b byte bytes"),
    ("kBy", "kb"),
    ("KiBy", "kib"),
    ("MBy", "mb"),
    ("MiBy", "mib"),
    ("GBy", "gb"),
    ("GiBy", "gib"),
    ("bit", "bits"),
    ("1", "percent percentage ratio none"),
    ("Cel", "celsius °c"),
    ("m", "meter meters metre metres"),
    ("g", "gram grams"),
    ("Hz", "hertz"),
    ("V", "volt volts"),
    ("A", "ampere amperes"),
    ("W", "watt watts"),
    ("J", "joule joules"),
];

/// Returns true if each brace is closed before the next opens, and none is empty.
fn balanced(unit: &str) -> bool {
    let mut rest = unit;
    while let Some((before, after)) = rest.split_once('{') {
        match after.split_once('}') {
            Some((word, after))
                if !before.contains('}') && !word.is_empty() && !word.contains('{') =>
            {
                rest = after;
            }
            _ => return false,
        }
    }
    !rest.contains('}')
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn codes_are_units() {
        for unit in [
            "s",
            "ms",
            "By",
            "1",
            "{user}",
            "By/s",
            "{request}/s",
            "Cel",
            "KiBy",
            "m/s2",
            "kW.h",
            "mmol",
            "[in_i]",
            "{fault}/{minute}",
            "Hz",
            "mm[Hg]",
        ] {
            assert_eq!(mistake(unit), None, "{unit}");
        }
    }

    #[test]
    fn everything_else_is_answered() {
        for (unit, expected) in [
            ("", "empty"),
            ("seconds", "write `s`"),
            ("Bytes", "write `By`"),
            ("B", "write `By`"),
            ("%", "write `1`"),
            ("µs", "write `us`"),
            ("per second", "not ` `"),
            ("größe", "not `ö`"),
            ("tab\t", "not `\\t`"),
            ("{user", "braces"),
            ("user}", "braces"),
            ("{}", "braces"),
            ("{a{b}}", "braces"),
            ("requests", "write `{request}`"),
            (&"x".repeat(64), "64 characters"),
        ] {
            let mistake = mistake(unit).unwrap_or_default();
            assert!(mistake.contains(expected), "{unit}: {mistake}");
        }
    }
}
