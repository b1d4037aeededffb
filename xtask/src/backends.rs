//! `cargo xtask backends`: the real servers, from their pins into the cache folder.

use std::{
    fs,
    path::Path,
    process::{self, Command},
};

use anyhow::{Context, Result};
use hyperion_backend_servers::{
    Build, POSTGRES_PROGRAMS, SERVERS, Server, cache, is_postgres_running, postgres_programs,
};

use crate::{go, install, python, steps::Steps};

/// Builds every server that is neither built nor named by a variable.
pub(crate) fn build(steps: &mut Steps) -> Result<()> {
    let cache = cache();
    println!("servers for the backend tests, in {}", cache.display());
    let mut missing = Vec::new();
    for server in SERVERS {
        if let Some(variables) = server.replaced() {
            println!(
                "    {}: not built, {} is set",
                server.name,
                variables.join(", ")
            );
        } else if server.is_built(&cache)? {
            println!("    {}: built before", server.name);
        } else {
            println!("    {}: to be built", server.name);
            missing.push(server);
        }
    }
    println!();
    find_postgres(steps)?;
    if missing.is_empty() {
        return Ok(());
    }
    let (of_go, of_python): (Vec<Server>, Vec<Server>) = missing
        .into_iter()
        .partition(|server| matches!(server.build, Build::Go(_)));
    for server in of_python {
        let python = python::find(steps)?;
        steps.time(&format!("build {}", server.name), || {
            build_one(&server, &cache, |folder| {
                python::build(&python, &server.pins(), folder)
            })
        })?;
    }
    if of_go.is_empty() {
        return Ok(());
    }
    let go = go::find(steps, &of_go)?;
    for server in of_go {
        if let Build::Go(package) = server.build {
            steps.time(&format!("build {}", server.name), || {
                build_one(&server, &cache, |folder| {
                    go::build(&mut command(&go, &server, package, folder))
                })
            })?;
        }
    }
    Ok(())
}

/// Makes sure that there is a PostgreSQL, which is not built but that of the machine.
fn find_postgres(steps: &mut Steps) -> Result<()> {
    if is_postgres_running() || postgres_programs().is_some() {
        return Ok(());
    }
    println!("PostgreSQL is needed for the tests of databases");
    install::debian(steps, &["postgresql".to_owned()])
        .with_context(|| format!("or name the folder of its programs by {POSTGRES_PROGRAMS}"))
}

/// Builds into a folder of this process and renames it when it is complete, so that neither an
/// interrupted build nor two builds at once leave half a server behind.
fn build_one(server: &Server, cache: &Path, build: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let target = server.folder(cache)?;
    let scratch = cache.join(format!(".{}-{}", server.name, process::id()));
    fs::create_dir_all(&scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    let outcome = build(&scratch).and_then(|()| {
        // What is there is complete but for a program, or another process was quicker.
        if target.exists() && !server.is_built(cache)? {
            fs::remove_dir_all(&target)
                .with_context(|| format!("cannot replace {}", target.display()))?;
        }
        match fs::rename(&scratch, &target) {
            Err(_) if server.is_built(cache)? => Ok(()),
            renamed => renamed.with_context(|| format!("cannot create {}", target.display())),
        }
    });
    if scratch.exists() {
        fs::remove_dir_all(&scratch)
            .with_context(|| format!("cannot remove {}", scratch.display()))?;
    }
    outcome
}

fn command(go: &Path, server: &Server, package: &str, folder: &Path) -> Command {
    // A module that is one program gets that program's name; with more, each has its own.
    let output = match server.programs {
        [program] => folder.join(program.file),
        _ => folder.join(""),
    };
    let mut command = Command::new(go);
    command
        .args([
            "build",
            "-v",
            "-mod=readonly",
            "-buildvcs=false",
            "-ldflags=-s -w",
        ])
        .arg("-o")
        .arg(output)
        .arg(package)
        .current_dir(server.pins());
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyperion_backend_servers::{COLLECTOR, PROMETHEUS};

    #[test]
    fn one_program_is_named_and_several_go_into_the_folder() {
        let arguments = |server, package| {
            let command = command(Path::new("go"), &server, package, Path::new("out"));
            crate::steps::line(&command)
        };
        let one = arguments(COLLECTOR, ".");
        assert!(one.ends_with("-o out/otelcol ."), "{one}");
        let several = arguments(PROMETHEUS, "tool");
        assert!(several.ends_with("-o out/ tool"), "{several}");
    }

    #[test]
    fn a_failed_build_leaves_nothing_behind() {
        let cache = tempfile::tempdir().expect("a temporary folder");
        let mut build = command(Path::new("false"), &COLLECTOR, ".", cache.path());
        let error = build_one(&COLLECTOR, cache.path(), |_| go::build(&mut build))
            .expect_err("`false` builds nothing");
        assert!(error.to_string().contains("failed"), "{error}");
        let left: Vec<_> = fs::read_dir(cache.path()).expect("a folder").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
