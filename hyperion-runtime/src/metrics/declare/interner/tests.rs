//! Texts against a map, and many threads that meet the same ones.

use super::*;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use std::collections::{HashMap, HashSet};
use std::sync::Barrier;
use std::thread;

/// Few texts, which come again, and some that are not kept.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop_oneof![
        8 => (0_u8..40).prop_map(|number| format!("text {number}")),
        1 => any::<String>(),
    ];
    vec(text, 0..200)
}

proptest! {
    #[test]
    fn texts_are_those_of_a_map(most in 1_u16..30, met in texts()) {
        let texts = Texts::new(most);
        let mut map: HashMap<String, u16> = HashMap::new();
        for text in met {
            let length = u16::try_from(map.len()).expect("it has at most `most`");
            let expected = match map.get(&text) {
                Some(index) => *index,
                None if is_kept(&text) && length < most => {
                    map.insert(text.clone(), length);
                    length
                }
                None => most,
            };
            assert_eq!(texts.index(&text), expected, "{text:?}");
        }
        for (text, index) in &map {
            assert_eq!(texts.value(usize::from(*index)), text);
        }
        for index in map.len()..=usize::from(most) {
            assert_eq!(texts.value(index), OTHER);
        }
        assert_eq!(texts.value(usize::MAX), OTHER);
    }
}

#[test]
fn some_texts_are_never_kept() {
    let texts = Texts::new(5);
    let long = "x".repeat(LONGEST + 1);
    for text in ["", "_OTHER", "two\nlines", "\u{7f}", &long] {
        assert_eq!(texts.index(text), 5, "{text:?}");
    }
    assert_eq!(texts.index(&long[1..]), 0);
    assert_eq!(texts.index("größe"), 1);
}

#[test]
fn nothing_is_allocated_before_the_first_text() {
    let texts = Texts::new(5);
    assert_eq!(texts.value(0), OTHER);
    assert_eq!(texts.index(""), 5);
    assert!(texts.table.get().is_none());
    assert_eq!(texts.index("first"), 0);
    assert!(texts.table.get().is_some());
}

/// All threads meet all texts, each in an order of its own, while the set fills up.
fn race(most: u16, met: u16) {
    const THREADS: usize = 8;
    let texts = Texts::new(most);
    let start = Barrier::new(THREADS);
    let seen: Vec<HashMap<u16, u16>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let mut order: Vec<u16> = (0..met).chain(0..met).collect();
                    fastrand::shuffle(&mut order);
                    let mut seen = HashMap::new();
                    start.wait();
                    for text in order {
                        let index = texts.index(&format!("text {text}"));
                        // The same as the first time, whatever came between.
                        assert_eq!(*seen.entry(text).or_insert(index), index, "text {text}");
                    }
                    seen
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread found another value"))
            .collect()
    });
    let first = &seen[0];
    assert!(seen.iter().all(|other| other == first));
    let kept: HashSet<u16> = first
        .values()
        .copied()
        .filter(|index| *index != most)
        .collect();
    assert_eq!(kept.len(), usize::from(most.min(met)));
    let with_one = first.values().filter(|index| **index != most).count();
    assert_eq!(with_one, kept.len(), "no two texts have one value");
    for (text, index) in first {
        let value = texts.value(usize::from(*index));
        let expected = format!("text {text}");
        assert_eq!(value, if *index == most { OTHER } else { &expected });
    }
}

#[test]
fn threads_agree_on_every_value() {
    for _ in 0..50 {
        race(16, 12);
        race(16, 64);
        race(1, 3);
    }
    race(2000, 2500);
}
