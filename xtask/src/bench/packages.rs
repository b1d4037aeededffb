//! The workspace that is compiled: a program for each variant and number of functions.
//!
//! It is written into the target folder and never into the repository. It takes the profile and the versions from there.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result};
use hyperion_backend_servers::root;
use serde_json::Value;

use super::{
    template::{self, FUNCTIONS, SUPPORT},
    variant::Variant,
};
use crate::steps::{cargo, output};

/// A program with so many observed functions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    pub(super) variant: Variant,
    pub(super) functions: usize,
}

/// A way to build a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Build {
    Check,
    Dev,
    Release,
}

impl Build {
    pub(super) const ALL: [Self; 3] = [Self::Check, Self::Dev, Self::Release];

    /// Its name in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Dev => &["build"],
            Self::Release => &["build", "--release"],
        }
    }
}

/// The workspace of the programs.
pub(super) struct Packages {
    folder: PathBuf,
    target: PathBuf,
}

impl Packages {
    /// Writes the programs, where the repository's builds go.
    pub(super) fn write(programs: &[Program]) -> Result<Self> {
        let folder = target_directory()?.join("compile-bench");
        let packages = Self {
            target: folder.join("target"),
            folder,
        };
        let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
        let profile = section(&manifest, "[profile.release]")
            .context("the workspace has no `[profile.release]` to build with")?;
        write(
            &packages.folder.join("Cargo.toml"),
            &workspace_manifest(programs, profile),
        )?;
        fs::copy(
            root().join("Cargo.lock"),
            packages.folder.join("Cargo.lock"),
        )?;
        for program in programs {
            packages.write_program(*program)?;
        }
        Ok(packages)
    }

    /// The command that gets whatever is not on this machine yet.
    pub(super) fn fetch(&self) -> Command {
        let mut command = cargo(["fetch"]);
        command.current_dir(&self.folder);
        command
    }

    /// The command that builds a program, and before it what it depends on.
    pub(super) fn build(&self, program: Program, build: Build) -> Command {
        let mut command = cargo(build.arguments());
        command
            .args(["--quiet", "--offline", "--package", &program.name()])
            .arg("--target-dir")
            .arg(&self.target)
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&self.folder);
        command
    }

    /// Makes the program, and nothing else, out of date.
    pub(super) fn touch(&self, program: Program) -> Result<()> {
        let file = self.folder.join(program.name()).join("src/main.rs");
        fs::File::options()
            .append(true)
            .open(&file)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| format!("{} cannot be touched", file.display()))
    }

    /// The file that the release build makes of a program.
    pub(super) fn executable(&self, program: Program) -> PathBuf {
        let mut file = self.target.join("release").join(program.name());
        file.set_extension(std::env::consts::EXE_EXTENSION);
        file
    }

    fn write_program(&self, program: Program) -> Result<()> {
        let Program { variant, .. } = program;
        let folder = self.folder.join(program.name());
        write(
            &folder.join("Cargo.toml"),
            &format!(
                "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}",
                program.name(),
                variant.dependencies(&root())
            ),
        )?;
        let source = folder.join("src");
        write(&source.join("main.rs"), &program.main())?;
        write(&source.join("support.rs"), SUPPORT)?;
        for number in program.services() {
            let service = template::service(variant, number)?;
            write(&source.join(format!("service_{number}.rs")), &service)?;
        }
        Ok(())
    }
}

impl Program {
    fn name(self) -> String {
        format!("{}-{}", self.variant.slug(), self.functions)
    }

    /// The numbers of its services, large enough that machine code takes the same room for each.
    fn services(self) -> impl Iterator<Item = usize> {
        1001..=1000 + self.functions / FUNCTIONS
    }

    /// Starts the telemetry and calls every service with something that the compiler cannot know.
    fn main(self) -> String {
        let mut text = "mod support;\n".to_owned();
        for number in self.services() {
            let _ = writeln!(text, "mod service_{number};");
        }
        let _ = write!(
            text,
            "\nfn main() {{\n    {}\n    let input = std::env::args().count() as u64;\n    \
             let mut context = std::task::Context::from_waker(std::task::Waker::noop());\n",
            self.variant.install()
        );
        for number in self.services() {
            let _ = writeln!(
                text,
                "    println!(\"{{}}\", service_{number}::run(&mut context, input));"
            );
        }
        text.push_str("}\n");
        text
    }
}

fn target_directory() -> Result<PathBuf> {
    let text = output(&mut cargo([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let folder = metadata["target_directory"]
        .as_str()
        .context("`cargo metadata` printed no target directory")?;
    Ok(folder.into())
}

fn workspace_manifest(programs: &[Program], profile: &str) -> String {
    let mut text = "[workspace]\nresolver = \"3\"\nmembers = [\n".to_owned();
    for program in programs {
        let _ = writeln!(text, "    \"{}\",", program.name());
    }
    let _ = writeln!(text, "]\n\n{profile}");
    text
}

/// A section of a manifest with its heading.
fn section<'a>(manifest: &'a str, heading: &str) -> Option<&'a str> {
    let start = manifest
        .match_indices(heading)
        .map(|(start, _)| start)
        .find(|start| manifest[..*start].is_empty() || manifest[..*start].ends_with('\n'))?;
    let text = &manifest[start..];
    let end = text.find("\n[").unwrap_or(text.len());
    Some(text[..end].trim_end())
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let manifest = "[a]\nx = 1 # [profile.release]\n\n[profile.release]\nlto = true\n\n[b]\n";
        let profile = "[profile.release]\nlto = true";
        assert_eq!(section(manifest, "[profile.release]"), Some(profile));
        assert_eq!(section(profile, "[profile.release]"), Some(profile));
        assert_eq!(section(manifest, "[profile.dev]"), None);
    }

    #[test]
    fn the_profile_of_the_repository_is_found() {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
        let profile = section(&manifest, "[profile.release]").expect("a profile");
        assert!(profile.contains("codegen-units"), "{profile}");
    }

    #[test]
    fn a_program_calls_every_service() {
        let program = Program {
            variant: Variant::Plain,
            functions: 2 * FUNCTIONS,
        };
        let main = program.main();
        assert!(main.contains("mod service_1002;"), "{main}");
        assert_eq!(main.matches("::run(").count(), 2, "{main}");
    }
}
