//! The demo model's texts. They speak of what midstream is for, and hold names, dates, addresses and numbers, so that
//! whoever looks for such things in a stream finds some. All people and places of work in them are made up or long
//! dead, all addresses are those that RFC 2606 and RFC 5737 set aside for examples.

/// The answer to `prompt`: a text on the topic that it speaks of, or any.
pub(super) fn answer(prompt: &str) -> String {
    let hash = hash(prompt);
    let lower = prompt.to_lowercase();
    let spoken = |topic: &&Topic| topic.words.iter().any(|word| lower.contains(word));
    let topic = TOPICS.iter().find(spoken).unwrap_or_else(|| pick(TOPICS, hash));
    let opening = pick(OPENINGS, hash >> 16).replace("{}", &short(prompt, 60));
    format!("{opening} {}", topic.text)
}

/// What the model thinks before it answers `prompt`, where it is going to call `tool` or not.
pub(super) fn reasoning(prompt: &str, tool: Option<&str>) -> String {
    let prompt = short(prompt, 80);
    let plan = match tool {
        Some(tool) => {
            format!("The tool `{tool}` fits that, and what it needs stands in the question. I call it first.")
        }
        None => "No tool is needed for that. A few plain sentences with an example will do.".to_owned(),
    };
    format!("The user writes: “{prompt}”. {plan} I should not promise more than a demonstration can keep.")
}

/// What is said before `tool` is called.
pub(super) fn before_call(tool: &str) -> String {
    format!("Let me ask `{tool}` for that.")
}

/// The answer once a tool has given `result`.
pub(super) fn after_call(result: &str) -> String {
    format!(
        "The tool answered: {}. A model that reasons would now weigh this; the demo model only shows that the result \
         came back to it.",
        short(result, 160)
    )
}

/// The first `max` characters of `text` on one line.
fn short(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

fn pick<T>(from: &[T], number: u64) -> &T {
    &from[usize::try_from(number % from.len() as u64).expect("it is less than a length")]
}

/// FNV-1a, 64 bits.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

struct Topic {
    /// Beginnings of words, in lower case, that a prompt on the topic has in it.
    words: &'static [&'static str],
    text: &'static str,
}

const OPENINGS: &[&str] = &[
    "You asked: “{}”.",
    "On “{}”:",
    "“{}” is a good place to begin.",
    "Here is something on “{}”, from a model that only demonstrates.",
];

const TOPICS: &[Topic] = &[
    Topic {
        words: &["sse", "event stream", "eventsource", "framing", "protocol"],
        text: "Most providers send their answers as server-sent events: lines that begin with `data:`, an empty line \
               after each event. It looks simple, and then the details come. A line may end in CR, LF or both, and a \
               network may cut the two apart. When Mira Okafor wrote her first parser on 14 March 2023, it lost one \
               event in nine thousand, always the one whose CRLF fell on the edge of a packet. She found it by \
               feeding the same recording one byte at a time.\n\nThat became the rule: however a stream is cut, the \
               events stay the same. Questions about her write-up go to mira.okafor@example.com; the recording is at \
               https://example.com/streams/crlf.",
    },
    Topic {
        words: &["json", "tool", "function", "argument", "schema"],
        text: "A tool call's arguments arrive in fragments such as `{\"ci`, `ty\":\"Os` and `lo\"}`. Parsing the whole \
               text again for every fragment takes time that grows with the square of its length: a 57 KB argument \
               in 7,213 pieces took one well-known library nine seconds. An incremental parser does it in \
               milliseconds, because it remembers where it was.\n\n1. Keep a stack of what is open.\n2. Append to the \
               value that is growing.\n3. Show the value at any moment; be strict at the end.\n\nTomás Herrera of the \
               Lisbon office summed it up on 2 June 2025: “The last brace is not when you learn what the model wants. \
               It is only when you are sure.”",
    },
    Topic {
        words: &["latency", "fast", "speed", "slow", "performance", "time"],
        text: "Time to first token is what people feel; the gaps after it are what they read by. At 20 ms a token, an \
               answer of 150 words takes three seconds, and nobody minds, since reading takes longer. A pause of \
               800 ms in the middle is noticed at once.\n\nIn Dr. Ingrid Solberg's trace of 9 October 2025 the median \
               gap was 18 ms and the 99th percentile 410 ms. The mean said 31 ms and hid both. She traced the worst \
               gaps to 192.0.2.44, a proxy that collected small writes for 40 ms before it sent them. Setting \
               TCP_NODELAY there took one line.",
    },
    Topic {
        words: &["privacy", "redact", "secret", "personal", "email", "phone", "leak"],
        text: "A filter that looks at each piece of a stream by itself sees nothing wrong in `jonas.web` and nothing \
               wrong in `er@example.org`. Joined, they are an address that should not have left. So a filter must \
               hold back what may still become a match, and no more than that, or the reader waits for nothing.\n\n\
               Consider: “Call Jonas Weber at +49 30 5550 0142 or write to jonas.weber@example.org before Friday, \
               21 November 2025; the card ends in 4242.” There are a name, a number, an address and a date in it, \
               and each of them may be cut anywhere.",
    },
    Topic {
        words: &["error", "fail", "timeout", "truncat", "retry", "resume", "broken", "disconnect"],
        text: "A stream that stops is not a stream that ended. Each provider says in its own way that an answer is \
               whole: a finish reason, a `message_stop`, `\"done\": true`. Where the connection closes before that, \
               what you have is a truncated answer, however well its last sentence reads.\n\nErrors come late, too. \
               Status 200 was sent long before the provider ran out of capacity, so the error stands inside the \
               stream. On 30 August 2025 the team of Priya Raman at Northwind Analytics in Utrecht counted 212 such \
               endings in a day; their dashboard had shown none. Their notes are at https://example.com/endings.",
    },
    Topic {
        words: &["curie", "physic", "science", "nobel", "radium", "meitner"],
        text: "Marie Curie was born in Warsaw on 7 November 1867 and moved to Paris in 1891, where she studied at the \
               Sorbonne. She married Pierre Curie in 1895. Marie and Pierre Curie discovered polonium in Paris in July 1898, \
               and the Royal Swedish Academy of Sciences in Stockholm gave both of them the Nobel Prize in 1903, together \
               with Henri Becquerel. After Pierre Curie died in 1906, the University of Paris made her its first woman \
               professor.\n\nLise Meitner, a physicist from Vienna, worked with Otto Hahn at the Kaiser Wilhelm Institute \
               in Berlin. She fled to Stockholm in 1938. Otto Frisch, the nephew of Lise Meitner, worked with Niels Bohr in \
               Copenhagen; Bohr told Albert Einstein of their finding in Princeton. The Academy gave the Nobel Prize of 1944 \
               to Otto Hahn alone.",
    },
    Topic {
        words: &["company", "founder", "ceo", "business", "merger", "acqui"],
        text: "Helena Brandt, the CEO of Aurora Robotics, founded the company in Rotterdam in 2014 with Samuel Adeyemi. Aurora \
               Robotics acquired Northwind Analytics on 3 March 2025 for EUR 48 million. Priya Raman, the founder of Northwind \
               Analytics, stays in Utrecht and reports to Helena Brandt.\n\nIn June 2025 Samuel Adeyemi left Aurora Robotics \
               and joined the Lisbon Institute of Technology. Tomás Herrera succeeded him as head of research in Rotterdam. \
               The European Investment Bank in Luxembourg lent Aurora Robotics EUR 20 million; Ingrid Solberg signed for the \
               bank.",
    },
    Topic {
        words: &["history", "who ", "story", "long"],
        text: "In November 1969 a message was to travel from Los Angeles to Stanford: the word LOGIN. Two letters \
               arrived before the receiving system crashed. The operators did what we still do. They looked at what \
               had come, decided that it was not the whole, and tried again.\n\nAda Lovelace's notes of 1843 describe \
               a machine that weaves patterns while it runs, Claude Shannon's paper of 1948 counts what each next \
               letter tells us, and Grace Hopper, in a lecture long after, handed out pieces of wire 30 centimetres \
               long to show how far a signal gets in a nanosecond. Reading along while something is being said is \
               older than any of them; interpreters do it in Geneva every day.",
    },
    Topic {
        words: &["code", "rust", "python", "program", "example", "write"],
        text: "Here is a reader of a stream in a few lines:\n\n```rust\nfor piece in body {\n    session.feed(&piece, \
               now());\n    while let Some(event) = session.poll() {\n        show(event);\n    }\n}\n```\n\n`feed` \
               takes any number of bytes, `poll` gives what they amount to, and neither waits for anything. The same \
               loop runs in a browser, where Yuki Tanaka (田中 由紀) put it into a worker on 5 May 2026 and measured \
               600,000 events a second. If it does not compile, write to help@example.com and name the version.",
    },
    Topic {
        words: &["stream", "token", "model", "llm"],
        text: "A language model writes one token after another, and streaming means that you see each as soon as it \
               is there. What can be done in that time is more than showing it. Names can be marked, a tool's input \
               can be checked while it grows, an answer that breaks a rule can be stopped in mid-sentence rather than \
               regretted afterwards.\n\nZoë Müller's group in Zürich watches about 3,400 answers an hour in that way, \
               from the gateway at gateway.example.net (198.51.100.7). Since 17 February 2026 every one of them ends \
               with a verdict: complete, truncated or failed.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_on_a_topic_gets_its_text() {
        for (prompt, part) in [
            ("What is SSE?", "server-sent events"),
            ("How do JSON arguments stream?", "incremental parser"),
            ("Why is my model so slow?", "TCP_NODELAY"),
            ("Can it redact an email?", "jonas.weber@example.org"),
            ("Who was Marie Curie?", "born in Warsaw"),
            ("Tell me about streaming tokens", "one token after another"),
        ] {
            let answer = answer(prompt);
            assert!(answer.contains(part), "{prompt}: {answer}");
            assert!(answer.contains(prompt));
        }
    }

    #[test]
    fn a_long_prompt_is_quoted_in_short() {
        assert_eq!(short("one two", 10), "one two");
        assert_eq!(short("one\n two three", 8), "one two…");
        assert_eq!(short("äöüß", 3), "äöü…");
    }
}
