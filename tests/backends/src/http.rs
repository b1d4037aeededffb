//! Plain HTTP to the servers.

use std::{sync::LazyLock, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::{
    Agent, Body,
    http::{Response, StatusCode},
};

/// One agent for all: a status is an answer that the caller reads, and nothing waits for ever.
static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into()
});

/// The text at an address.
///
/// # Errors
/// When there is no answer, or one that is no success; the error has its text.
pub fn get(url: &str) -> Result<String> {
    query(url, &[])
}

/// A text and the type that the server gives it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The header `Content-Type`.
    pub content_type: String,
    /// The text.
    pub text: String,
}

/// The text at an address, for a client that accepts these types.
///
/// # Errors
/// When there is no answer, or one that is no success; the error has its text.
pub fn get_as(url: &str, accept: &str) -> Result<Answer> {
    let response = AGENT.get(url).header("accept", accept).call();
    let content_type = response
        .as_ref()
        .ok()
        .and_then(|response| response.headers().get("content-type")?.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    Ok(Answer {
        content_type,
        text: text(url, response)?,
    })
}

/// The text at an address, with a query that is encoded here.
pub(crate) fn query(url: &str, pairs: &[(&str, &str)]) -> Result<String> {
    let request = AGENT.get(url).query_pairs(pairs.iter().copied());
    text(url, request.call())
}

/// The JSON at an address.
pub(crate) fn query_json(url: &str, pairs: &[(&str, &str)]) -> Result<Value> {
    json(url, &query(url, pairs)?)
}

/// The status at an address, whatever it is.
pub(crate) fn status(url: &str) -> Result<u16> {
    let response = AGENT.get(url).call();
    Ok(response
        .with_context(|| format!("no answer from {url}"))?
        .status()
        .as_u16())
}

/// Sends nothing but these headers, and returns the status and the text of the answer, whatever they are.
///
/// # Errors
/// When there is no answer.
pub fn post(url: &str, headers: &[(&str, &str)]) -> Result<(u16, String)> {
    let mut request = AGENT.post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (status, text) = read(url, request.send_empty())?;
    Ok((status.as_u16(), text))
}

/// Sends JSON and returns the JSON that came back; `null` where nothing did.
///
/// # Errors
/// When there is no answer, or one that is no success; the error has its text.
pub fn post_json(url: &str, body: &Value) -> Result<Value> {
    let request = AGENT.post(url).content_type("application/json");
    match text(url, request.send(body.to_string()))?.as_str() {
        "" => Ok(Value::Null),
        answer => json(url, answer),
    }
}

fn read(url: &str, response: Result<Response<Body>, ureq::Error>) -> Result<(StatusCode, String)> {
    let mut response = response.with_context(|| format!("no answer from {url}"))?;
    let text = response
        .body_mut()
        .read_to_string()
        .with_context(|| format!("{url} broke off its answer"))?;
    Ok((response.status(), text))
}

fn text(url: &str, response: Result<Response<Body>, ureq::Error>) -> Result<String> {
    let (status, text) = read(url, response)?;
    if !status.is_success() {
        bail!("{url} answered {status}: {}", text.trim());
    }
    Ok(text)
}

fn json(url: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).with_context(|| format!("{url} answered with no JSON: {text}"))
}
