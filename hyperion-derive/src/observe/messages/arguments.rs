use super::{check, of_arguments};

#[test]
fn correct_arguments_have_no_message() {
    for arguments in [
        "",
        "component = \"Users\", name = \"load\", kind = server, crate = my::hyperion",
        "fields(id, user.id = %id, \"n\" = ?n), labels(fast = true, tier)",
        "err(ok_if = Error::is_fine, error_if = |output| output.is_ok(), record = none)",
        "only(trace, audit, \"slow log\")",
        "exclude(log, metrics)",
        "level = debug, log = info, in_flight, buckets = [0.1, 1, 1e3, MAX, f()]",
        "root, links = [id]",
        "parent = id",
    ] {
        assert_eq!(of_arguments(arguments), [] as [String; 0], "{arguments}");
    }
}

#[test]
fn words_are_written_without_quotes() {
    check(
        &[
            (
                "level = \"debug\"",
                "`level` takes a word without quotes: `level = debug`",
            ),
            (
                "log = \"INFO\"",
                "`log` takes a word without quotes: `log = info`",
            ),
            (
                "err(record = \"status\")",
                "`record` takes a word without quotes: `record = status`",
            ),
            (
                "kind = \"server\"",
                "`kind` takes a word without quotes: `kind = server`",
            ),
            (
                "level = \"debgu\"",
                "unknown level `debgu`, expected `debug`",
            ),
            (
                "err(ok_if = \"Error::is_fine\")",
                "`ok_if` takes the name of a function without quotes, such as `ok_if = Error::is_not_found`",
            ),
            (
                "only(\"trace\")",
                "`trace` is part of hyperion, write it without quotes",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn words_are_known() {
    check(
        &[
            ("level = debgu", "unknown level `debgu`, expected `debug`"),
            ("level = DEBUG", "`level` takes a word: `level = debug`"),
            (
                "level = Level::DEBUG",
                "`level` takes a word: `level = debug`",
            ),
            (
                "level = tracing::Level::TRACE",
                "`level` takes a word: `level = trace`",
            ),
            (
                "level = 3",
                "`level` takes a word, expected one of `error`, `warn`, `info`, `debug`, `trace`",
            ),
            ("level", "`level` needs a value, such as `level = debug`"),
            ("log", "`log` needs a value, such as `log = info`"),
            ("log = inof", "unknown level `inof`, expected `info`"),
            (
                "err(record = events)",
                "unknown record `events`, expected `event`",
            ),
            (
                "only(metric)",
                "unknown part `metric`, expected `metrics`; an interceptor of that name is written `\"metric\"`",
            ),
            (
                "only(metric), in_flight",
                "unknown part `metric`, expected `metrics`; an interceptor of that name is written `\"metric\"`",
            ),
            (
                "exclude(5)",
                "expected `trace`, `metrics`, `log` or the name of an interceptor",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn flags_take_no_value_or_one() {
    check(
        &[
            ("root = true", "`root` takes no value, write `root` alone"),
            (
                "in_flight = 5",
                "`in_flight` takes no value, write `in_flight` alone",
            ),
            ("root(a)", "`root` takes no value, write `root` alone"),
            (
                "location = no",
                "`location` takes `true` or `false`, such as `location = false`",
            ),
            (
                "location",
                "`location` needs a value, such as `location = false`",
            ),
            (
                "exclude(trace), location = false",
                "`location` is about the span, which is switched off; remove `trace` from `exclude(..)`, or the argument",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn lists_are_filled_and_said_once() {
    check(
        &[
            (
                "labels",
                "`labels` needs a list, such as `labels(tier = tier)`",
            ),
            (
                "err = a",
                "`err` takes a list in parentheses, such as `err(ok_if = Error::is_not_found)`",
            ),
            (
                "only()",
                "`only` is empty, name `trace`, `metrics`, `log` or an interceptor in it",
            ),
            ("exclude(log, log)", "`log` is given twice, remove one"),
            ("only(\"\")", "the name of an interceptor is empty"),
            (
                "err(ok_if = a, ok_if = b)",
                "`ok_if` is given twice, remove one",
            ),
            ("root, root", "`root` is given twice, remove one"),
            (
                "labels(a = b, a = c)",
                "label `a` is given twice, remove one",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn bounds_are_numbers_that_ascend() {
    check(
        &[
            (
                "buckets",
                "`buckets` needs a value, such as `buckets = [0.01, 0.1, 1.0]`",
            ),
            (
                "buckets = 5",
                "`buckets` takes a list in brackets, such as `buckets = [0.01, 0.1, 1.0]`",
            ),
            (
                "buckets = []",
                "`buckets` is empty, give it a bound or remove it",
            ),
            ("buckets = [\"1\"]", "a bound is a number, in seconds"),
            ("buckets = [1, 1]", "bounds ascend, but `1` comes after `1`"),
            (
                "buckets = [1, x, 0.5]",
                "bounds ascend, but `0.5` comes after `1`",
            ),
            (
                "buckets = [-1.0]",
                "a bound is a duration in seconds, which is not negative",
            ),
            (
                "buckets = [1e999]",
                "`1e999` is not finite; what is above the last bound is counted without it",
            ),
            ("buckets = [,]", "expected a bound, in seconds"),
        ],
        of_arguments,
    );
}

#[test]
fn labels_have_keys_for_every_backend() {
    check(
        &[
            (
                "labels(_tier = t)",
                "the key of a label starts with a letter, unlike `_tier`",
            ),
            (
                "labels(\"9\" = t)",
                "the key of a label starts with a letter, unlike `9`",
            ),
            (
                "labels(\"a-b\" = t)",
                "the key of a label holds letters, digits, `_` and `.`, not `-`",
            ),
            (
                "labels(outcome = t)",
                "label `outcome` is there already, give this one another key",
            ),
            (
                "labels(error.type = t)",
                "label `error.type` is there already, give this one another key",
            ),
            (
                "labels(a = %t)",
                "a label is one of few values, by its type: `derive(Label)`; any text goes into `fields(..)`",
            ),
            (
                "labels(?a)",
                "a label is one of few values, by its type: `derive(Label)`; any text goes into `fields(..)`",
            ),
            (
                "labels(a.b)",
                "label `a.b` needs a value, such as `a.b = …`",
            ),
            ("labels(5)", "expected a label, such as `tier = tier`"),
            ("labels(a: b)", "expected `=` or `,` after `a`"),
            (
                "labels(a = b), fields(a = c)",
                "label `a` is a span attribute already, remove the field",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn arguments_agree() {
    check(
        &[
            (
                "only(trace), exclude(log)",
                "`only` and `exclude` are two ways to say the same, remove one",
            ),
            (
                "parent = id, root",
                "a span with a `parent` is no `root`, remove one",
            ),
            (
                "only(trace), in_flight",
                "`in_flight` is about metrics, which are switched off; add `metrics` to `only(..)`, or remove it",
            ),
            (
                "exclude(metrics), labels(a = b)",
                "`labels` is about metrics, which are switched off; remove `metrics` from `exclude(..)`, or the argument",
            ),
            (
                "exclude(metrics), buckets = [1]",
                "`buckets` is about metrics, which are switched off; remove `metrics` from `exclude(..)`, or the argument",
            ),
            (
                "exclude(trace), fields(id)",
                "`fields` is about the span, which is switched off; remove `trace` from `exclude(..)`, or the argument",
            ),
            (
                "only(audit), links = id",
                "`links` is about the span, which is switched off; add `trace` to `only(..)`, or remove it",
            ),
            (
                "only(metrics), log = info",
                "`log` is about log lines, which are switched off; add `log` to `only(..)`, or remove it",
            ),
            (
                "skip",
                "`skip` is for a method of an observed impl block; remove the attribute instead",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn unknown_arguments_name_the_nearest() {
    check(
        &[
            ("nmae = \"a\"", "unknown argument `nmae`, expected `name`"),
            (
                "inflight",
                "unknown argument `inflight`, expected `in_flight`",
            ),
            (
                "bucket = [1]",
                "unknown argument `bucket`, expected `buckets`",
            ),
            (
                "err(okif = a)",
                "unknown argument `okif` of `err`, expected `ok_if`",
            ),
            (
                "user = id",
                "unknown argument `user`, expected one of `component`, `name`, `kind`, `fields`, `labels`, \
                 `err`, `only`, `exclude`, `level`, `log`, `in_flight`, `buckets`, `root`, `parent`, `links`, `location`, \
                 `skip`, `crate`; a span attribute is written `fields(user = …)`",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn arguments_of_tracing_are_answered() {
    check(
        &[
            (
                "skip(id)",
                "arguments are not recorded unless they are named in `fields(..)`; remove `skip(..)`",
            ),
            (
                "skip_all",
                "arguments are not recorded unless they are named in `fields(..)`; remove `skip_all`",
            ),
            (
                "err",
                "errors are recorded already, with their type and message; remove `err`",
            ),
            (
                "err(Debug)",
                "errors are recorded already, by their `Display`; write `record = debug` for their `Debug`",
            ),
            (
                "err(level = \"warn\")",
                "errors are recorded already; `log = info` writes a line for every outcome",
            ),
            (
                "ret",
                "return values are not recorded; name what you need from them with `hyperion::current().set(..)`",
            ),
            (
                "ret(level = \"warn\")",
                "return values are not recorded; name what you need from them with `hyperion::current().set(..)`",
            ),
            (
                "target = \"a\"",
                "there are no targets here; the first half of a span's name is `component = \"…\"`",
            ),
            (
                "follows_from = causes",
                "spans that are related without being parents are given as `links = …`",
            ),
            (
                "parent = None",
                "a span without a parent is a root: write `root`",
            ),
            ("\"load\"", "a name needs its key: `name = \"load\"`"),
            ("debug", "`debug` needs its key: `level = debug`"),
            ("server", "`server` needs its key: `kind = server`"),
        ],
        of_arguments,
    );
}

#[test]
fn fields_stand_in_a_list() {
    check(
        &[
            (
                "user.id = id",
                "span attributes stand in a list of their own: `fields(user.id = …)`",
            ),
            (
                "user.id = %id",
                "span attributes stand in a list of their own: `fields(user.id = %…)`",
            ),
            (
                "id = ?id",
                "span attributes stand in a list of their own: `fields(id = ?…)`",
            ),
            (
                "\"user.id\" = id",
                "span attributes stand in a list of their own: `fields(\"user.id\" = …)`",
            ),
            (
                "%id",
                "span attributes stand in a list of their own: `fields(%id)`",
            ),
            (
                "? id",
                "span attributes stand in a list of their own: `fields(?id)`",
            ),
            (
                "fields(id = display(&id))",
                "what is recorded through `Display` is written `id = %…`",
            ),
            (
                "fields(id = tracing::field::debug(id))",
                "what is recorded through `Debug` is written `id = ?…`",
            ),
            (
                "fields(user.id = tracing::field::Empty)",
                "a field needs no place kept: remove it, and write `hyperion::current().set(\"user.id\", …)` \
                 where the value is known",
            ),
            (
                "fields(id = Empty)",
                "a field needs no place kept: remove it, and write `hyperion::current().set(\"id\", …)` \
                 where the value is known",
            ),
        ],
        of_arguments,
    );
    assert_eq!(
        of_arguments("fields(id = text::display(&id))"),
        [] as [String; 0]
    );
}

#[test]
fn arguments_of_others_are_answered() {
    check(
        &[
            (
                "short_name = true",
                "the name of a span is `Component.method`; another one is given as `name = \"…\"`",
            ),
            (
                "properties = { \"a\": \"b\" }",
                "properties are called fields here: `fields(key = …)`",
            ),
            (
                "enter_on_poll = true",
                "the span of a future is current during its polls in any case; remove `enter_on_poll`",
            ),
            (
                "track_concurrency",
                "concurrent calls are counted with `in_flight`",
            ),
            (
                "ok_if = Result::is_ok",
                "what counts as an error is said in `err(..)`: `err(ok_if = …)`",
            ),
            (
                "error_if = Result::is_err",
                "what counts as an error is said in `err(..)`: `err(error_if = …)`",
            ),
            (
                "objective = API",
                "objectives are set where the metrics are read, over `hyperion.call.duration`; remove `objective`",
            ),
        ],
        of_arguments,
    );
}

#[test]
fn every_mistake_is_reported() {
    let messages = of_arguments(
        "skip_all, level = \"debug\", user.id = %id, labels(outcome = a, 5), only(trace), in_flight, err(okif = a), 7",
    );
    assert_eq!(messages.len(), 9, "{messages:#?}");
}
