//! Which upstream a path asks for, and what its answer's dialect will be.

use midstream::Dialect;

/// What is known of a request from its path alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    /// The upstream that usually answers on this path.
    pub(crate) upstream: &'static str,
    /// What it answers in, where the path says so.
    pub(crate) dialect: Option<Dialect>,
}

/// The route of a provider's `path`; `None` where no provider is known for it.
pub(crate) fn route(path: &str) -> Option<Route> {
    let path = path.trim_end_matches('/');
    ROUTES
        .iter()
        .find(|(pattern, ..)| matches(pattern, path))
        .map(|&(_, upstream, dialect)| Route { upstream, dialect })
}

/// Whether `path` is as `pattern` has it. A `*` stands for at least one character; `/**` at the end for nothing or
/// for anything below.
fn matches(pattern: &str, path: &str) -> bool {
    if let Some(stem) = pattern.strip_suffix("/**") {
        return path.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    match pattern.split_once('*') {
        None => path == pattern,
        Some((start, end)) => path.len() > start.len() + end.len() && path.starts_with(start) && path.ends_with(end),
    }
}

/// Paths, the upstream they go to, and their dialect. The first that fits counts.
const ROUTES: &[(&str, &str, Option<Dialect>)] = &[
    ("/v1/chat/completions", "openai", Some(Dialect::OpenaiChat)),
    ("/v1/completions", "openai", Some(Dialect::OpenaiCompletions)),
    ("/v1/responses/**", "openai", Some(Dialect::OpenaiResponses)),
    ("/v1/audio/transcriptions", "openai", None),
    ("/v1/messages", "anthropic", Some(Dialect::Anthropic)),
    ("/v1/messages/**", "anthropic", None),
    ("/v1/complete", "anthropic", None),
    // Vertex serves Gemini below `/v1/projects/`, the Gemini API below `/v1/models/NAME:METHOD`.
    ("/v1*:streamGenerateContent", "gemini", Some(Dialect::Gemini)),
    ("/v1*:generateContent", "gemini", Some(Dialect::Gemini)),
    ("/v1*:countTokens", "gemini", None),
    ("/v1beta/interactions/**", "gemini", Some(Dialect::GeminiInteractions)),
    ("/v1beta/**", "gemini", None),
    ("/v1alpha/**", "gemini", None),
    ("/v1beta1/**", "gemini", None),
    // Cohere's first version; no path of OpenAI's.
    ("/v1/chat", "cohere", Some(Dialect::CohereV1)),
    ("/v1/**", "openai", None),
    ("/v2/chat", "cohere", Some(Dialect::CohereV2)),
    ("/v2/**", "cohere", None),
    ("/api/chat", "ollama", Some(Dialect::Ollama)),
    ("/api/generate", "ollama", Some(Dialect::Ollama)),
    ("/api/**", "ollama", None),
    ("/model/*/converse-stream", "bedrock", Some(Dialect::BedrockConverse)),
    ("/model/*/invoke-with-response-stream", "bedrock", Some(Dialect::BedrockInvoke)),
    ("/model/**", "bedrock", None),
    ("/generate_stream", "tgi", Some(Dialect::Tgi)),
    ("/generate", "tgi", None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_their_provider() {
        for (path, expected) in [
            ("/v1/chat/completions", Some(("openai", Some(Dialect::OpenaiChat)))),
            ("/v1/chat/completions/", Some(("openai", Some(Dialect::OpenaiChat)))),
            ("/v1/completions", Some(("openai", Some(Dialect::OpenaiCompletions)))),
            ("/v1/responses", Some(("openai", Some(Dialect::OpenaiResponses)))),
            ("/v1/responses/resp_1", Some(("openai", Some(Dialect::OpenaiResponses)))),
            ("/v1/responsesx", Some(("openai", None))),
            ("/v1/models", Some(("openai", None))),
            ("/v1/messages", Some(("anthropic", Some(Dialect::Anthropic)))),
            ("/v1/messages/count_tokens", Some(("anthropic", None))),
            ("/v1/models/gemini-pro:streamGenerateContent", Some(("gemini", Some(Dialect::Gemini)))),
            ("/v1beta/models/gemini-pro:streamGenerateContent", Some(("gemini", Some(Dialect::Gemini)))),
            ("/v1beta/models", Some(("gemini", None))),
            ("/v1beta/interactions", Some(("gemini", Some(Dialect::GeminiInteractions)))),
            ("/v2/chat", Some(("cohere", Some(Dialect::CohereV2)))),
            ("/api/chat", Some(("ollama", Some(Dialect::Ollama)))),
            ("/api/tags", Some(("ollama", None))),
            ("/model/anthropic.claude-v2:1/converse-stream", Some(("bedrock", Some(Dialect::BedrockConverse)))),
            ("/model/x/invoke-with-response-stream", Some(("bedrock", Some(Dialect::BedrockInvoke)))),
            ("/generate_stream", Some(("tgi", Some(Dialect::Tgi)))),
            ("/v1betamax", None),
            ("/index.html", None),
            ("/", None),
        ] {
            let found = route(path).map(|route| (route.upstream, route.dialect));
            assert_eq!(found, expected, "{path}");
        }
    }
}
