//! How values look in documents of the service, where more than one noun has them so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value as Json, json};
use tf_provider::document::Form;
use tf_provider::value::Value;

/// A script, which travels in base64. What is none comes as it is.
pub(crate) const SCRIPT: Form = Form {
    write: |script| json!(BASE64.encode(script.as_str().unwrap_or_default())),
    read: |found| {
        let script = found.as_str().filter(|script| !script.is_empty())?;
        let text = BASE64.decode(script).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        Some(Value::from(text.unwrap_or_else(|| script.to_owned()).as_str()))
    },
};

/// Prices by instance type, which travel as a list.
pub(crate) const PRICES: Form = Form {
    write: |prices| {
        let prices = prices.members().into_iter().flatten();
        prices.map(|(kind, price)| json!({"instance_type": kind, "price_limit": price.as_str()})).collect()
    },
    read: |found| {
        let price = |price: &Json| {
            let limit = &price["price_limit"];
            let limit = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
            Some((price["instance_type"].as_str()?.to_owned(), Value::from(limit.as_str())))
        };
        let prices = found.as_array().filter(|prices| !prices.is_empty())?;
        Some(Value::Map(prices.iter().filter_map(price).collect()))
    },
};
