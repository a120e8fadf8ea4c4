//! Which upstream a path asks for, and what its answer's dialect will be.

use midstream::Dialect;

/// What is known of a request from its path alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    /// The upstream that usually answers on this path; `None` where many do.
    pub(crate) upstream: Option<&'static str>,
    pub(crate) answer: Answer,
}

/// What is answered on a path, as far as the path says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What a model writes, in this dialect. `None` where its first frames will tell.
    Model(Option<Dialect>),
    /// What a model writes, where the answer turns out to be a stream.
    Stream(Option<Dialect>),
    /// Something else: embeddings, audio, lists, the progress of a download.
    Other,
}

impl Answer {
    /// What is known of a path that is in no table.
    pub(crate) const UNKNOWN: Self = Self::Stream(None);

    pub(crate) fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Model(dialect) | Self::Stream(dialect) => dialect,
            Self::Other => None,
        }
    }
}

/// The route of a provider's `path`; `None` where no provider is known for it.
pub(crate) fn route(path: &str) -> Option<Route> {
    let path = path.trim_end_matches('/');
    let known = ROUTES.iter().find(|(pattern, ..)| matches(pattern, path));
    known.map(|&(_, upstream, answer)| Route { upstream: Some(upstream).filter(|name| !name.is_empty()), answer })
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

/// Paths, the upstream they go to (empty where many have them), and what is answered there. The first that fits counts.
const ROUTES: &[(&str, &str, Answer)] = &[
    ("/v1/chat/completions", "openai", Answer::Model(Some(Dialect::OpenaiChat))),
    ("/v1/completions", "openai", Answer::Model(Some(Dialect::OpenaiCompletions))),
    ("/v1/responses", "openai", Answer::Model(Some(Dialect::OpenaiResponses))),
    ("/v1/responses/**", "openai", Answer::Stream(Some(Dialect::OpenaiResponses))),
    ("/v1/realtime/**", "openai", Answer::Stream(Some(Dialect::OpenaiRealtime))),
    ("/v1/audio/transcriptions", "openai", Answer::Stream(None)),
    ("/v1/audio/**", "openai", Answer::Other),
    ("/v1/embeddings", "openai", Answer::Other),
    ("/v1/files/**", "openai", Answer::Other),
    ("/v1/images/**", "openai", Answer::Other),
    ("/v1/models", "openai", Answer::Other),
    ("/v1/moderations", "openai", Answer::Other),
    ("/v1/messages", "anthropic", Answer::Model(Some(Dialect::Anthropic))),
    ("/v1/messages/batches/**", "anthropic", Answer::Other),
    ("/v1/messages/count_tokens", "anthropic", Answer::Other),
    ("/v1/messages/**", "anthropic", Answer::UNKNOWN),
    ("/v1/complete", "anthropic", Answer::Model(None)),
    // Vertex serves Gemini below `/v1/projects/`, the Gemini API below `/v1/models/NAME:METHOD`.
    ("/v1*:streamGenerateContent", "gemini", Answer::Model(Some(Dialect::Gemini))),
    ("/v1*:generateContent", "gemini", Answer::Model(Some(Dialect::Gemini))),
    ("/v1*:countTokens", "gemini", Answer::Other),
    ("/v1*:embedContent", "gemini", Answer::Other),
    ("/v1*:batchEmbedContents", "gemini", Answer::Other),
    ("/v1beta/interactions", "gemini", Answer::Model(Some(Dialect::GeminiInteractions))),
    ("/v1beta/interactions/**", "gemini", Answer::Stream(Some(Dialect::GeminiInteractions))),
    ("/v1beta/**", "gemini", Answer::UNKNOWN),
    ("/v1alpha/**", "gemini", Answer::UNKNOWN),
    ("/v1beta1/**", "gemini", Answer::UNKNOWN),
    ("/ws/google.*", "gemini", Answer::Stream(Some(Dialect::GeminiLive))),
    // Cohere's first version; no path of OpenAI's.
    ("/v1/chat", "cohere", Answer::Model(Some(Dialect::CohereV1))),
    ("/v1/**", "openai", Answer::UNKNOWN),
    ("/v2/chat", "cohere", Answer::Model(Some(Dialect::CohereV2))),
    ("/v2/embed", "cohere", Answer::Other),
    ("/v2/rerank", "cohere", Answer::Other),
    ("/v2/**", "cohere", Answer::UNKNOWN),
    ("/api/chat", "ollama", Answer::Model(Some(Dialect::Ollama))),
    ("/api/generate", "ollama", Answer::Model(Some(Dialect::Ollama))),
    // OpenRouter has its paths below `/api/v1`.
    ("/api/v1/chat/completions", "openrouter", Answer::Model(Some(Dialect::OpenaiChat))),
    ("/api/v1/**", "openrouter", Answer::UNKNOWN),
    ("/api/**", "ollama", Answer::Other),
    ("/model/*/converse-stream", "bedrock", Answer::Model(Some(Dialect::BedrockConverse))),
    ("/model/*/invoke-with-response-stream", "bedrock", Answer::Model(Some(Dialect::BedrockInvoke))),
    ("/model/*/converse", "bedrock", Answer::Model(None)),
    ("/model/**", "bedrock", Answer::UNKNOWN),
    ("/generate_stream", "tgi", Answer::Model(Some(Dialect::Tgi))),
    ("/generate", "tgi", Answer::Model(None)),
    // The same below other beginnings: Azure's deployments, Groq's `/openai/v1`.
    ("*/chat/completions", "", Answer::Model(Some(Dialect::OpenaiChat))),
    ("*/completions", "", Answer::Model(Some(Dialect::OpenaiCompletions))),
    ("*/responses", "", Answer::Model(Some(Dialect::OpenaiResponses))),
    ("*/realtime", "", Answer::Stream(Some(Dialect::OpenaiRealtime))),
    ("*/v1/messages", "", Answer::Model(Some(Dialect::Anthropic))),
    ("*/api/chat", "", Answer::Model(Some(Dialect::Ollama))),
    ("*/api/generate", "", Answer::Model(Some(Dialect::Ollama))),
    ("*:streamGenerateContent", "", Answer::Model(Some(Dialect::Gemini))),
    ("*:generateContent", "", Answer::Model(Some(Dialect::Gemini))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_their_provider() {
        let model = |dialect| Answer::Model(Some(dialect));
        let stream = |dialect| Answer::Stream(Some(dialect));
        for (path, upstream, answer) in [
            ("/v1/chat/completions", "openai", model(Dialect::OpenaiChat)),
            ("/v1/chat/completions/", "openai", model(Dialect::OpenaiChat)),
            ("/v1/completions", "openai", model(Dialect::OpenaiCompletions)),
            ("/v1/responses", "openai", model(Dialect::OpenaiResponses)),
            ("/v1/responses/resp_1", "openai", stream(Dialect::OpenaiResponses)),
            ("/v1/responsesx", "openai", Answer::UNKNOWN),
            ("/v1/models", "openai", Answer::Other),
            ("/v1/embeddings", "openai", Answer::Other),
            ("/v1/audio/speech", "openai", Answer::Other),
            ("/v1/audio/transcriptions", "openai", Answer::Stream(None)),
            ("/v1/realtime", "openai", stream(Dialect::OpenaiRealtime)),
            (
                "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
                "gemini",
                stream(Dialect::GeminiLive),
            ),
            ("/v1/messages", "anthropic", model(Dialect::Anthropic)),
            ("/v1/messages/count_tokens", "anthropic", Answer::Other),
            ("/v1/models/gemini-pro:streamGenerateContent", "gemini", model(Dialect::Gemini)),
            ("/v1beta/models/gemini-pro:streamGenerateContent", "gemini", model(Dialect::Gemini)),
            ("/v1beta/models/gemini-pro:embedContent", "gemini", Answer::Other),
            ("/v1beta/models", "gemini", Answer::UNKNOWN),
            ("/v1beta/interactions", "gemini", model(Dialect::GeminiInteractions)),
            ("/v2/chat", "cohere", model(Dialect::CohereV2)),
            ("/api/chat", "ollama", model(Dialect::Ollama)),
            ("/api/pull", "ollama", Answer::Other),
            ("/model/anthropic.claude-v2:1/converse-stream", "bedrock", model(Dialect::BedrockConverse)),
            ("/model/x/invoke-with-response-stream", "bedrock", model(Dialect::BedrockInvoke)),
            ("/generate_stream", "tgi", model(Dialect::Tgi)),
            ("/openai/v1/chat/completions", "", model(Dialect::OpenaiChat)),
            ("/openai/deployments/gpt/chat/completions", "", model(Dialect::OpenaiChat)),
            ("/compatible/v1/messages", "", model(Dialect::Anthropic)),
        ] {
            let upstream = Some(upstream).filter(|name| !name.is_empty());
            assert_eq!(route(path), Some(Route { upstream, answer }), "{path}");
        }
        for path in ["/v1betamax", "/index.html", "/"] {
            assert_eq!(route(path), None, "{path}");
        }
    }
}
