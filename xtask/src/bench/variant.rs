//! The ways to observe a function that are compared.

use std::{iter, path::Path};

/// A function to be observed, as a template describes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Observed<'a> {
    /// It returns a `Result`.
    pub(super) fails: bool,
    pub(super) fields: Vec<Field<'a>>,
}

/// An attribute of a span.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) key: &'a str,
    /// The name of an argument, since that is what every peer can record.
    pub(super) argument: &'a str,
    /// It is recorded through `Display`.
    pub(super) display: bool,
}

/// A way to observe a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// Not at all.
    Plain,
    /// hyperion as a library has it: nothing is compiled in.
    Observe,
    /// hyperion with its runtime.
    ObserveOtel,
    Fastrace,
    /// `tracing::instrument`.
    Tracing,
    /// The same, with `err` where a function can fail.
    TracingErr,
}

impl Variant {
    /// All of them, in the order of the table. Those that `observe` is compared with come after it.
    pub(super) const ALL: [Self; 6] = [
        Self::Plain,
        Self::Observe,
        Self::ObserveOtel,
        Self::Fastrace,
        Self::Tracing,
        Self::TracingErr,
    ];

    /// Its name in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Observe => "observe",
            Self::ObserveOtel => "observe, otel",
            Self::Fastrace => "fastrace::trace",
            Self::Tracing => "tracing::instrument",
            Self::TracingErr => "tracing::instrument(err)",
        }
    }

    /// Its name as a part of the names of packages.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Observe => "observe",
            Self::ObserveOtel => "observe-otel",
            Self::Fastrace => "fastrace",
            Self::Tracing => "tracing",
            Self::TracingErr => "tracing-err",
        }
    }

    /// The attribute of one function.
    pub(super) fn attribute(self, observed: &Observed<'_>) -> Option<String> {
        let Observed { fails, fields } = observed;
        match self {
            Self::Plain => None,
            Self::Observe | Self::ObserveOtel if fields.is_empty() => {
                Some("#[hyperion::observe]".to_owned())
            }
            Self::Observe | Self::ObserveOtel => Some(format!(
                "#[hyperion::observe(fields({}))]",
                list(fields, assigned)
            )),
            Self::Fastrace if fields.is_empty() => Some("#[fastrace::trace]".to_owned()),
            Self::Fastrace => Some(format!(
                "#[fastrace::trace(properties = {{ {} }})]",
                list(fields, |field| format!(
                    r#""{}": "{{{}}}""#,
                    field.key, field.argument
                ))
            )),
            Self::Tracing | Self::TracingErr => {
                let err = (*fails && self == Self::TracingErr).then(|| "err".to_owned());
                let fields =
                    (!fields.is_empty()).then(|| format!("fields({})", list(fields, assigned)));
                let arguments: Vec<String> = iter::once("skip_all".to_owned())
                    .chain(err)
                    .chain(fields)
                    .collect();
                let arguments = arguments.join(", ");
                Some(format!("#[tracing::instrument({arguments})]"))
            }
        }
    }

    /// The dependencies of its package, as the lines of a manifest. `root` is the repository.
    pub(super) fn dependencies(self, root: &Path) -> String {
        let root = root.display();
        match self {
            Self::Plain => String::new(),
            Self::Observe => format!("hyperion-observe = {{ path = '{root}' }}\n"),
            Self::ObserveOtel => {
                format!("hyperion-observe = {{ path = '{root}', features = ['otel'] }}\n")
            }
            Self::Fastrace => "fastrace = { version = '0.7', features = ['enable'] }\n".to_owned(),
            Self::Tracing | Self::TracingErr => concat!(
                "tracing = '0.1'\n",
                "tracing-subscriber = { version = '0.3', default-features = false, features = ['registry', 'std'] }\n",
            )
            .to_owned(),
        }
    }

    /// The statement that makes `main` record what is observed.
    ///
    /// Without it the compiler sees that nothing is ever recorded, and leaves out what a program has.
    pub(super) fn install(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Observe => {
                "let _telemetry = hyperion::init().expect(\"there is nothing to start\");"
            }
            Self::ObserveOtel => concat!(
                "let mut config = hyperion::config::Config::default();\n",
                "    config.tracing.exporter = hyperion::config::TraceExporter::None;\n",
                "    config.metrics.exporter = hyperion::config::MetricExporter::None;\n",
                "    let builder = hyperion::builder().config(config);\n",
                "    let _telemetry = builder.install().expect(\"it is the first\");",
            ),
            Self::Fastrace => concat!(
                "let reporter = fastrace::collector::ConsoleReporter;\n",
                "    fastrace::set_reporter(reporter, fastrace::collector::Config::default());",
            ),
            Self::Tracing | Self::TracingErr => concat!(
                "let subscriber = tracing_subscriber::registry();\n",
                "    tracing::subscriber::set_global_default(subscriber).expect(\"it is the first\");",
            ),
        }
    }
}

/// A field as `observe` and `instrument` write it.
fn assigned(field: &Field<'_>) -> String {
    let sign = if field.display { "%" } else { "" };
    format!("{} = {sign}{}", field.key, field.argument)
}

fn list(fields: &[Field<'_>], write: impl Fn(&Field<'_>) -> String) -> String {
    fields.iter().map(write).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(variant: Variant, fails: bool, fields: Vec<Field<'_>>) -> String {
        variant
            .attribute(&Observed { fails, fields })
            .unwrap_or_default()
    }

    fn fields() -> Vec<Field<'static>> {
        vec![
            Field {
                key: "user.id",
                argument: "id",
                display: false,
            },
            Field {
                key: "name",
                argument: "name",
                display: true,
            },
        ]
    }

    #[test]
    fn each_peer_writes_fields_its_own_way() {
        assert_eq!(attribute(Variant::Plain, false, fields()), "");
        assert_eq!(
            attribute(Variant::ObserveOtel, false, fields()),
            "#[hyperion::observe(fields(user.id = id, name = %name))]"
        );
        assert_eq!(
            attribute(Variant::Fastrace, false, fields()),
            r#"#[fastrace::trace(properties = { "user.id": "{id}", "name": "{name}" })]"#
        );
        assert_eq!(
            attribute(Variant::Tracing, false, fields()),
            "#[tracing::instrument(skip_all, fields(user.id = id, name = %name))]"
        );
    }

    #[test]
    fn without_fields_there_is_no_list() {
        assert_eq!(
            attribute(Variant::Observe, false, vec![]),
            "#[hyperion::observe]"
        );
        assert_eq!(
            attribute(Variant::Fastrace, false, vec![]),
            "#[fastrace::trace]"
        );
    }

    #[test]
    fn errors_are_asked_for_where_there_can_be_one() {
        let tracing = "#[tracing::instrument(skip_all)]";
        assert_eq!(attribute(Variant::Tracing, true, vec![]), tracing);
        assert_eq!(attribute(Variant::TracingErr, false, vec![]), tracing);
        assert_eq!(
            attribute(Variant::TracingErr, true, vec![]),
            "#[tracing::instrument(skip_all, err)]"
        );
    }
}
