//! Just enough HTTP to talk to the simulator's admin interface on loopback: one request a connection.
//! The provider's client is under test here, so the harness does not lean on it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, bail};

/// Longer than any call to a server on the same machine takes.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An answer: its status and its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends one request to a server such as `http://127.0.0.1:8080` and reads its answer.
pub(crate) fn send(server: &str, method: &str, path: &str, body: Option<&str>) -> anyhow::Result<Answer> {
    let address = server
        .strip_prefix("http://")
        .with_context(|| format!("{server} is not an http:// address"))?
        .trim_end_matches('/');
    let exchange = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let body = body.unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = exchange().with_context(|| format!("{method} {path} at {server} failed"))?;
    parse(&String::from_utf8_lossy(&answer))
        .with_context(|| format!("{method} {path} at {server} was not answered in HTTP"))
}

/// Splits an answer that ends with its connection.
fn parse(text: &str) -> anyhow::Result<Answer> {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        bail!("the answer has no end of its head");
    };
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .context("the answer has no status")?;
    let is_chunked = lines.any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("transfer-encoding") && value.trim().eq_ignore_ascii_case("chunked")
        })
    });
    let body = if is_chunked { unchunk(body)? } else { body.to_owned() };
    Ok(Answer { status, body })
}

/// Joins the chunks of a body: each is its length in hexadecimal, a line break, itself, a line break.
fn unchunk(mut rest: &str) -> anyhow::Result<String> {
    let mut body = String::new();
    loop {
        let (length, after) = rest.split_once("\r\n").context("a chunk has no length")?;
        let length = usize::from_str_radix(length.trim(), 16).context("a chunk has no length")?;
        if length == 0 {
            return Ok(body);
        }
        body.push_str(after.get(..length).context("a chunk is cut off")?);
        rest = after[length..].trim_start_matches("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_split() {
        let answer = parse("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (404, "{}"));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n";
        assert_eq!(parse(chunked).unwrap().body, "[1,2]");
        assert!(parse("HTTP/1.1 200 OK\r\n").is_err());
    }
}
