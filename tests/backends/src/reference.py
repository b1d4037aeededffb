"""Reads a page of metrics from standard input and writes what is in it as JSON."""

import json
import sys

import prometheus_client.openmetrics.parser
import prometheus_client.parser

PARSERS = {
    "openmetrics": prometheus_client.openmetrics.parser.text_string_to_metric_families,
    "text": prometheus_client.parser.text_string_to_metric_families,
}


def number(value):
    """As text, since JSON has no infinity."""
    return repr(float(value))


def exemplar(found):
    return found and {"labels": found.labels, "value": number(found.value), "time": number(found.timestamp)}


def sample(found):
    return {
        "name": found.name,
        "labels": found.labels,
        "value": number(found.value),
        "exemplar": exemplar(found.exemplar),
    }


def family(found):
    return {
        "name": found.name,
        "kind": found.type,
        "unit": found.unit,
        "help": found.documentation,
        "samples": [sample(one) for one in found.samples],
    }


page = sys.stdin.buffer.read().decode()
json.dump([family(one) for one in PARSERS[sys.argv[1]](page)], sys.stdout)
