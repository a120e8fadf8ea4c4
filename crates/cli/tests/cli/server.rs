//! Running the binary as a server.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::command::midstream;

/// A server on a port that the system chose; it is stopped when the test is over.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) url: String,
    /// What it said when it began.
    pub(crate) told: String,
}

impl Server {
    pub(crate) fn start<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Self {
        let mut child = midstream(args)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut told = String::new();
        while !LAST_WORDS.iter().any(|last| told.contains(last)) {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {told}")).expect("it writes UTF-8");
            told += &(line + "\n");
        }
        let url = told.find("http://127.0.0.1:").expect("it says where");
        let url = told[url..].lines().next().expect("it is there").to_owned();
        Self { child, url, told }
    }

    /// What it answers to a chat request at `path`.
    pub(crate) fn ask(&self, path: &str) -> String {
        let body = r#"{"model":"demo","stream":true,"messages":[{"role":"user","content":"Hello"}]}"#;
        let host = self.url.strip_prefix("http://").expect("its own URL");
        let mut stream = TcpStream::connect(host).expect("it listens");
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What each command that serves says last before it serves.
const LAST_WORDS: [&str; 3] = ["midstream: upstreams: ", "midstream: no upstream is set", "midstream: replaying "];
