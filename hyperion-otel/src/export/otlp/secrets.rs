//! The parts of endpoints and answers that error messages must not show.

use http::Uri;
use http::header::HeaderMap;

/// The longest text of a server that goes into an error message.
const MAX_SERVER_TEXT: usize = 300;

/// An endpoint without its query, which may hold an API key.
pub(super) fn without_query(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}{}", uri.path())
}

/// The header values that a server might repeat in its answer.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut secrets: Vec<String> = Vec::new();
        for value in headers.values().filter_map(|value| value.to_str().ok()) {
            secrets.push(value.to_owned());
            // A server may repeat the token of `Bearer <token>` alone.
            secrets.extend(
                value
                    .split_whitespace()
                    .filter(|word| word.len() >= 8)
                    .map(str::to_owned),
            );
        }
        secrets.retain(|secret| secret.len() >= 4);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// `text` on one line, shortened and without any header value.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            text = text.replace(secret.as_str(), "***");
        }
        let mut text = text.trim().replace(char::is_control, " ");
        if let Some((cut, _)) = text.char_indices().nth(MAX_SERVER_TEXT) {
            text.truncate(cut);
            text.push('…');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::AUTHORIZATION;

    use super::*;

    #[test]
    fn a_key_in_the_query_is_not_shown() {
        let uri = Uri::from_static("http://host:1/v1/traces?key=hunter2");
        assert_eq!(without_query(&uri), "http://host:1/v1/traces");
    }

    #[test]
    fn a_server_cannot_make_us_print_a_secret_or_a_page() {
        let value = HeaderValue::from_static("Bearer hunter2hunter2");
        let secrets = Secrets::of(&HeaderMap::from_iter([(AUTHORIZATION, value)]));
        assert_eq!(
            secrets.redact("token hunter2hunter2\nis\x1b[31m bad"),
            "token *** is [31m bad"
        );
        assert_eq!(secrets.redact("no Bearer hunter2hunter2"), "no ***");
        assert_eq!(
            secrets.redact(&"x".repeat(1000)).chars().count(),
            MAX_SERVER_TEXT + 1
        );
    }
}
