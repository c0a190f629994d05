//! A headless Chromium, driven over a pipe, for claims that only a browser can check. Without one, a test says so and is skipped.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The names under which the browser may be installed.
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
];

/// A browser takes no longer than this to answer, even on an overloaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page open.
pub struct Browser {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    calls: u64,
    /// The events of the protocol, which tell what the page did.
    pub events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser; `None`, with a notice on stderr that `test` is skipped, if there is none.
    pub fn start(test: &str) -> Option<Browser> {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let is_there = |program: &&&str| {
            std::env::split_paths(&paths).any(|path| path.join(program).is_file())
        };
        let Some(program) = PROGRAMS.iter().find(is_there) else {
            // Written to stderr itself, because the test runner captures the output of `eprintln!`.
            let names = PROGRAMS.join(", ");
            let said = format!("{test}: SKIPPED, there is no Chromium ({names}) on the PATH\n");
            io::stderr().write_all(said.as_bytes()).unwrap();
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // The browser reads commands from descriptor 3 and answers on 4.
        let mut process = Command::new("sh")
            .args([
                "-c",
                r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#,
                program,
            ])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            for message in output.split(0) {
                let Ok(message) = message else { break };
                let message = serde_json::from_slice(&message).unwrap();
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut browser = Browser {
            input: process.stdin.take().unwrap(),
            process,
            messages,
            session: None,
            calls: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let page = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let target = json!({"targetId": page["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", target);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Log", "Runtime", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Opens a file and waits until it is loaded.
    pub fn open(&mut self, path: &Path) {
        self.call(
            "Page.navigate",
            json!({"url": format!("file://{}", path.display())}),
        );
        while self.named("Page.loadEventFired").next().is_none() {
            let event = self.message();
            self.events.push(event);
        }
    }

    /// The value of a JavaScript expression on the page.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", asked);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// The parameters of the events with this name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Value> {
        let events = self
            .events
            .iter()
            .filter(move |event| event["method"] == name);
        events.map(|event| &event["params"])
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut message = json!({"id": self.calls, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = session.clone().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).unwrap();
        loop {
            let message = self.message();
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    fn message(&self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        message.expect("the browser answers")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that is asked to close also ends its child processes.
        let _ = self
            .input
            .write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        while self.messages.recv_timeout(PATIENCE).is_ok() {}
        let _ = self.process.wait();
    }
}
