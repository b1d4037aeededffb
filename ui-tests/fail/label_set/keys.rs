use hyperion::LabelSet;

#[derive(LabelSet)]
struct Lookup {
    tier: bool,
    #[label(rename = "tier")]
    again: bool,
    #[label(rename = "cache.hit")]
    hit: bool,
    cache_hit: bool,
    le: bool,
    #[label(rename = "")]
    empty: bool,
    #[label(rename = "no key")]
    space: bool,
    _private: bool,
    #[label(rename = "otel.scope.name")]
    scope: bool,
    #[label(rename = "a2345678901234567890123456789012345678901234567890123456789012345")]
    long: bool,
}

#[derive(LabelSet)]
#[label(rename_all = "kebab-case")]
struct Kebab {
    cache_hit: bool,
}

fn main() {}
