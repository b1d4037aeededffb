//! The floors of ARCHITECTURE.md, held against the `use` lines of the crates.
//!
//! A module uses what lies below it and nothing above, and no two modules use each other. What a module re-exports of its own
//! parts, and what unit tests use, is no arrow.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::root;
use syn::{Attribute, File, Item, ItemUse, UseTree};

use crate::steps::Steps;

/// A crate, and its modules from the upper floor to the lowest. Of a crate without floors only circles are sought.
struct Layers {
    sources: &'static str,
    floors: &'static [&'static [&'static str]],
}

const CRATES: &[Layers] = &[
    Layers {
        sources: "hyperion-runtime/src",
        floors: &[
            &["backend"],
            &["call"],
            &["baggage", "propagation"],
            &["context", "interceptor", "metrics", "pipeline"],
            &["trace"],
            &[
                "diagnostics",
                "error_kind",
                "level",
                "pool",
                "span_kind",
                "state",
                "text",
            ],
            &["asking", "field", "lock"],
        ],
    },
    Layers {
        sources: "hyperion-otel/src",
        floors: &[
            &["pipeline"],
            &["logs"],
            &["export", "process", "propagation"],
            &["bridge", "config"],
            &["text"],
        ],
    },
    Layers {
        sources: "hyperion-sqlx/src",
        floors: &[
            &["executor"],
            &["pool"],
            &["connection"],
            &["observed"],
            &["operation"],
            &["failure", "settings"],
            &["database", "metrics"],
            &["query", "series", "sql"],
        ],
    },
    Layers {
        sources: "hyperion-tower/src",
        floors: &[
            &["reqwest"],
            &["client", "server"],
            &["grpc"],
            &["arrival", "response", "target"],
            &["exchange"],
            &["forwarded", "frameworks", "metrics", "settings"],
            &["attributes", "combinations"],
        ],
    },
    Layers {
        sources: "hyperion-derive/src",
        floors: &[],
    },
    Layers {
        sources: "benches/src",
        floors: &[],
    },
    Layers {
        sources: "xtask/src",
        floors: &[],
    },
];

/// Compares every crate with its floors.
pub(crate) fn check(steps: &mut Steps) -> Result<()> {
    steps.time("floors of the crates", || {
        let mut mistakes = Vec::new();
        for Layers { sources, floors } in CRATES {
            let arrows = Arrows::read(&root().join(sources))?;
            let found = arrows.upwards(floors).into_iter().chain(arrows.circles());
            mistakes.extend(found.map(|mistake| format!("{sources}: {mistake}")));
        }
        if !mistakes.is_empty() {
            bail!(
                "modules use what they must not:\n  {}",
                mistakes.join("\n  ")
            );
        }
        Ok(())
    })
}

/// A module, as the names that lead to it.
type Module = Vec<String>;

/// The modules of a crate, and those that each of them uses.
#[derive(Default)]
struct Arrows(BTreeMap<Module, BTreeSet<Module>>);

impl Arrows {
    fn read(sources: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(sources, &mut Module::new(), &mut files)?;
        Self::of(&files)
    }

    /// The arrows among files, each with its module.
    fn of(files: &[(Module, String)]) -> Result<Self> {
        let mut arrows = Self::default();
        for (module, _) in files {
            arrows.0.entry(module.clone()).or_default();
        }
        let known: BTreeSet<Module> = arrows.0.keys().cloned().collect();
        for (module, text) in files {
            let file: File =
                syn::parse_file(text).with_context(|| format!("in `{}`", module.join("::")))?;
            for path in uses(&file) {
                let Some(mut used) = resolve(module, path) else {
                    continue;
                };
                while !known.contains(&used) {
                    used.pop();
                }
                if !module.starts_with(&used) && !used.starts_with(module) {
                    arrows.0.entry(module.clone()).or_default().insert(used);
                }
            }
        }
        Ok(arrows)
    }

    /// The arrows that do not lead to a lower floor.
    fn upwards(&self, floors: &[&[&str]]) -> Vec<String> {
        let floor = |module: &Module| {
            let name = module.first()?;
            floors
                .iter()
                .position(|floor| floor.contains(&name.as_str()))
        };
        let mut found = Vec::new();
        if floors.is_empty() {
            return found;
        }
        for (module, used) in &self.0 {
            if !module.is_empty() && floor(module).is_none() {
                found.push(format!("`{}` stands on no floor", module.join("::")));
            }
            let leads_up =
                |used: &&Module| used.first() != module.first() && floor(used) <= floor(module);
            for used in used.iter().filter(leads_up) {
                found.push(format!(
                    "`{}` uses `{}`",
                    module.join("::"),
                    used.join("::")
                ));
            }
        }
        found
    }

    /// The sets of modules that use each other.
    fn circles(&self) -> Vec<String> {
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = self
            .0
            .keys()
            .map(|module| (module, self.reach(module)))
            .collect();
        let mut circles = BTreeSet::new();
        for (module, reachable) in &reached {
            let circle: Vec<String> = reachable
                .iter()
                .filter(|other| {
                    reached
                        .get(*other)
                        .is_some_and(|back| back.contains(module))
                })
                .map(|other| format!("`{}`", other.join("::")))
                .collect();
            if !circle.is_empty() {
                circles.insert(format!("{} use each other", circle.join(", ")));
            }
        }
        circles.into_iter().collect()
    }

    /// Every module that one leads to.
    fn reach(&self, module: &Module) -> BTreeSet<&Module> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&Module> = self.0.get(module).into_iter().flatten().collect();
        while let Some(module) = next.pop() {
            if reached.insert(module) {
                next.extend(self.0.get(module).into_iter().flatten());
            }
        }
        reached
    }
}

/// Reads the files below a folder but for those of tests. The twins of a feature are one module.
fn collect(folder: &Path, module: &mut Module, files: &mut Vec<(Module, String)>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if ["tests", "testing"].contains(&name.as_str()) || name.ends_with("_tests") {
            continue;
        }
        let is_own = !["mod", "lib", "main", "enabled", "disabled"].contains(&name.as_str());
        if is_own {
            module.push(name);
        }
        if path.is_dir() {
            collect(&path, module, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push((module.clone(), fs::read_to_string(&path)?));
        }
        if is_own {
            module.pop();
        }
    }
    Ok(())
}

/// Every path that a file uses, but for those of its unit tests.
fn uses(file: &File) -> Vec<Module> {
    let mut paths = Vec::new();
    for item in &file.items {
        if let Item::Use(ItemUse { attrs, tree, .. }) = item
            && !attrs.iter().any(is_for_tests)
        {
            walk(tree, &mut Module::new(), &mut paths);
        }
    }
    paths
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<syn::Path>()
            .is_ok_and(|path| path.is_ident("test"))
}

fn walk(tree: &UseTree, path: &mut Module, paths: &mut Vec<Module>) {
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            walk(&part.tree, path, paths);
            path.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, path, paths)),
        UseTree::Name(name) => {
            paths.push(
                path.iter()
                    .cloned()
                    .chain([name.ident.to_string()])
                    .collect(),
            );
        }
        UseTree::Rename(rename) => {
            paths.push(
                path.iter()
                    .cloned()
                    .chain([rename.ident.to_string()])
                    .collect(),
            );
        }
        UseTree::Glob(_) => paths.push(path.clone()),
    }
}

/// The place of a path in the crate; none if it leads out of it.
fn resolve(module: &Module, path: Module) -> Option<Module> {
    let mut names = path.into_iter().peekable();
    let mut place = match names.peek()?.as_str() {
        "crate" => Module::new(),
        "self" | "super" => module.clone(),
        _ => return None,
    };
    for name in names {
        match name.as_str() {
            "super" => drop(place.pop()),
            // The module that has twins is known by its own name, too.
            "crate" | "self" | "observed" => {}
            _ => place.push(name),
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(files: &[(&str, &str)]) -> Arrows {
        let module = |path: &str| path.split("::").map(str::to_owned).collect();
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (module(path), (*text).to_owned()))
            .collect();
        Arrows::of(&files).expect("it is Rust")
    }

    #[test]
    fn a_circle_names_all_who_are_in_it() {
        let circle = arrows(&[
            ("a", "use crate::b::{self, Thing};"),
            ("b", "mod inner;"),
            ("b::inner", "use super::super::c::*;"),
            ("c", "use crate::{d, b::inner::One as Other};"),
            ("d", ""),
        ]);
        assert_eq!(circle.circles(), ["`b::inner`, `c` use each other"]);
    }

    #[test]
    fn parts_and_tests_are_no_arrows() {
        let none = arrows(&[
            (
                "a",
                "pub use part::Part; #[cfg(test)] use crate::b; mod part;",
            ),
            ("a::part", "use super::Other; use std::fmt;"),
            ("b", "use crate::a::part::Part;"),
        ]);
        assert!(none.circles().is_empty());
        assert!(none.upwards(&[&["b"], &["a"]]).is_empty());
    }

    #[test]
    fn an_arrow_up_or_along_its_floor_is_found() {
        let arrows = arrows(&[("a", "use crate::b::B;"), ("b", ""), ("c", "")]);
        assert_eq!(arrows.upwards(&[&["b"], &["a", "c"]]), ["`a` uses `b`"]);
        assert_eq!(arrows.upwards(&[&["a", "b", "c"]]), ["`a` uses `b`"]);
        assert_eq!(
            arrows.upwards(&[&["a"], &["b"]]),
            ["`c` stands on no floor"]
        );
    }

    #[test]
    fn the_crates_keep_their_floors() {
        check(&mut Steps::new()).expect("the floors of ARCHITECTURE.md");
    }
}
