//! The body of a request: JSON into which secrets are spliced when it is written, in a buffer that is wiped.

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};
use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

/// Writes a body. Its buffer is wiped when the last copy is dropped, and it never grows: a buffer that grows leaves what
/// was in it behind.
pub(crate) fn written(body: &(impl Serialize + ?Sized)) -> Result<Bytes, serde_json::Error> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, body)?;
    let mut buffer = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *buffer, body)?;
    Ok(Bytes::from_owner(buffer))
}

/// Counts what is written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// JSON with secrets in it, each at its dotted place. No value ever holds them: they go from where they are kept to the
/// wire.
pub(crate) struct Spliced<'a> {
    plain: &'a Value,
    secrets: Vec<(&'a str, &'a SecretString)>,
}

impl<'a> Spliced<'a> {
    pub(crate) fn new(plain: &'a Value, secrets: &'a [(String, SecretString)]) -> Self {
        Self { plain, secrets: secrets.iter().map(|(place, secret)| (place.as_str(), secret)).collect() }
    }
}

impl Serialize for Spliced<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.secrets.is_empty() {
            return self.plain.serialize(serializer);
        }
        let members = match self.plain {
            Value::Object(members) => Some(members),
            Value::Null => None,
            _ => return Err(S::Error::custom(format!("{} is in no object", self.secrets[0].0))),
        };
        let mut inner: BTreeMap<&str, Vec<(&str, &SecretString)>> = BTreeMap::new();
        let mut map = serializer.serialize_map(None)?;
        for (place, secret) in &self.secrets {
            match place.split_once('.') {
                Some((name, rest)) => inner.entry(name).or_default().push((rest, secret)),
                None => map.serialize_entry(place, secret.expose_secret())?,
            }
        }
        let nothing = Value::Null;
        for (name, secrets) in inner {
            let plain = members.and_then(|members| members.get(name)).unwrap_or(&nothing);
            map.serialize_entry(name, &Spliced { plain, secrets })?;
        }
        let is_done = |name: &str| self.secrets.iter().any(|(place, _)| place.split('.').next() == Some(name));
        for (name, value) in members.into_iter().flatten().filter(|(name, _)| !is_done(name)) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spliced(plain: &Value, secrets: &[(&str, &str)]) -> Result<Value, String> {
        let secrets: Vec<_> = secrets.iter().map(|(place, secret)| ((*place).to_owned(), (*secret).into())).collect();
        let bytes = written(&Spliced::new(plain, &secrets)).map_err(|error| error.to_string())?;
        Ok(serde_json::from_slice(&bytes).unwrap())
    }

    #[test]
    fn secrets_are_written_at_their_places_and_the_rest_as_it_is() {
        let plain = json!({"name": "a", "group": {"size": 1, "disk": {"id": 7}}, "tags": [{"key": "k"}]});
        assert_eq!(spliced(&plain, &[]).unwrap(), plain);
        assert_eq!(
            spliced(&plain, &[("group.login_password", "s3cret"), ("group.disk.key", "k\"2"), ("token", "t")]).unwrap(),
            json!({
                "name": "a", "token": "t", "tags": [{"key": "k"}],
                "group": {"size": 1, "login_password": "s3cret", "disk": {"id": 7, "key": "k\"2"}},
            })
        );
    }

    #[test]
    fn a_secret_takes_the_place_of_a_value_and_makes_the_objects_that_it_is_in() {
        assert_eq!(spliced(&json!({"a": "mask"}), &[("a", "s")]).unwrap(), json!({"a": "s"}));
        assert_eq!(spliced(&Value::Null, &[("a.b.c", "s")]).unwrap(), json!({"a": {"b": {"c": "s"}}}));
    }

    #[test]
    fn a_place_in_no_object_is_an_error_that_does_not_say_the_secret() {
        for plain in [json!({"a": [1]}), json!({"a": "text"})] {
            let error = spliced(&plain, &[("a.b", "s3cret")]).unwrap_err();
            assert!(error.contains("b is in no object") && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn the_buffer_never_grows() {
        let mut length = Length(0);
        let body = json!({"a": "ü".repeat(1000), "b": [1, 2, 3]});
        serde_json::to_writer(&mut length, &body).unwrap();
        assert_eq!(length.0, written(&body).unwrap().len());
    }
}
