//! A configuration that cannot be used ends `init` with an error that names the place and the way out.

use std::path::Path;
use std::process::Command;

/// Runs `init` in a process of its own, where `HYPERION_CONFIG` and other variables can be set, and returns its error.
fn error_of_init(file: &Path, variables: &[(&str, &str)]) -> String {
    let child = Command::new(std::env::current_exe().expect("this test has a path"))
        .args(["--exact", "init_in_this_process", "--nocapture"])
        .env("HYPERION_CONFIG", file)
        .env("CONFIGURATION_TEST_CHILD", "yes")
        .envs(variables.iter().copied())
        .output()
        .expect("this test can be started again");
    let output = String::from_utf8_lossy(&child.stdout).into_owned()
        + &String::from_utf8_lossy(&child.stderr);
    let (_, error) = output
        .split_once("error of init: ")
        .unwrap_or_else(|| panic!("init failed: {output}"));
    error
        .split_once("\nend of error")
        .expect("the error ends")
        .0
        .to_owned()
}

/// The child's part; in the parent there is nothing to do.
#[test]
fn init_in_this_process() {
    if std::env::var_os("CONFIGURATION_TEST_CHILD").is_some() {
        match hyperion::init() {
            Ok(_) => println!("init succeeded"),
            Err(error) => println!("error of init: {error}\nend of error"),
        }
    }
}

#[test]
fn mistakes_of_a_file_are_told_together_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.yaml");
    let text = "service: { name: shop }\ntracing:\n  sample_rate: 1.5\n  exporter: jeager\nmetrics:\n  prot: 9464\n";
    std::fs::write(&file, text).unwrap();
    let error = error_of_init(&file, &[]).replace(&file.display().to_string(), "shop.yaml");
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 3, "{error}");
    assert!(
        lines[0].starts_with("shop.yaml:3:16: tracing.sample_rate: expected a number"),
        "{error}"
    );
    assert!(lines[0].contains("1.5"), "{error}");
    assert!(
        lines[1].starts_with("shop.yaml:4:13: tracing.exporter: ") && lines[1].contains("`jaeger`"),
        "{error}"
    );
    assert!(
        lines[2].starts_with("shop.yaml:6:3: ") && lines[2].contains("`port`"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = error_of_init(Path::new("/nowhere/hyperion.yaml"), &[]);
    assert!(error.contains("/nowhere/hyperion.yaml"), "{error}");
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.yaml");
    let text = format!(
        "tracing: {{ exporter: none }}\nmetrics: {{ exporter: prometheus, port: {port} }}\n"
    );
    std::fs::write(&file, text).unwrap();
    let error = error_of_init(&file, &[]);
    assert!(
        error.contains(&port.to_string()) && error.contains("metrics.port"),
        "{error}"
    );
}

#[test]
fn an_endpoint_of_the_environment_that_is_no_url_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, "tracing: { exporter: otlp }\n").unwrap();
    let error = error_of_init(&file, &[("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")]);
    assert!(
        error.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && error.contains("http://"),
        "{error}"
    );
}
