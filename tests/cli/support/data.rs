//! Records of the estimates and rows of the dataset, made by tests, and the dataset read back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The schema's header line.
pub const HEADER: &str = "name,developer,release_date,parameters,training_flop,training_flop_formatted,confidence,\
estimation_method,threshold_classification,status,reasoning,sources,verified,last_updated,notes";

pub const DECISIONS_HEADER: &str = "name,developer,decision,flop,note,by,at";

pub const ALIASES_HEADER: &str = "name,developer,is_name,is_developer,note";

/// CSV bytes as rows, read by the csv crate, so that the program's own reader is not trusted with its own output.
pub fn rows_of(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // The crate reads a line of spaces as a row of one cell; the program reads it as a blank line.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let rows = reader.into_records().map(Result::unwrap);
    rows.filter(|row| row.len() == header.len())
        .map(|row| {
            let cells = header.iter().zip(&row);
            cells
                .map(|(column, text)| (column.to_owned(), text.to_owned()))
                .collect()
        })
        .collect()
}

/// A candidate: 6e25 FLOP at medium confidence, by developer `d`.
pub fn model(name: &str) -> Value {
    json!({
        "name": name, "developer": "d", "training_flop": "6.00e+25", "training_flop_confidence": "medium",
        "estimation_method": "scaling_laws", "reasoning": "six of them", "sources": ["https://example.org/a"],
        "last_updated": "2025-08-01T00:00:00"
    })
}

/// A record with some fields changed.
pub fn model_with(name: &str, fields: Value) -> Value {
    let mut model = model(name);
    for (field, value) in fields.as_object().unwrap() {
        model[field] = value.clone();
    }
    model
}

/// A record with another training FLOP.
pub fn model_at(name: &str, flop: &str) -> Value {
    model_with(name, json!({"training_flop": flop}))
}

/// The row that a refresh writes for [`model`], with these marks and notes.
pub fn row(name: &str, verified: &str, notes: &str) -> String {
    format!(
        "{name},d,,,6e+25,6.00e+25,medium,scaling_laws,high_confidence_above,likely_above,six of them,https://example.org/a,\
         {verified},2025-08-01T00:00:00,{notes}\n"
    )
}

/// Like [`row`], with another training FLOP and the cells derived from it.
pub fn row_at(name: &str, verified: &str, notes: &str, flop: &str, formatted: &str) -> String {
    let number: f64 = flop.parse().unwrap();
    let class = match number {
        5e25.. => "high_confidence_above",
        5e24..5e25 => "not_sure",
        _ => "high_confidence_below",
    };
    let status = if number >= 5e24 {
        "likely_above"
    } else {
        "likely_below"
    };
    row(name, verified, notes)
        .replace("6e+25,6.00e+25", &format!("{flop},{formatted}"))
        .replace(
            "high_confidence_above,likely_above",
            &format!("{class},{status}"),
        )
}

/// The arguments that make the first name and developer another name of the second.
pub fn alias<'a>(
    name: &'a str,
    developer: &'a str,
    is_name: &'a str,
    is_developer: &'a str,
) -> [&'a str; 8] {
    [
        "alias",
        name,
        "--developer",
        developer,
        "--is-name",
        is_name,
        "--is-developer",
        is_developer,
    ]
}

/// A dataset of these rows under the schema's header.
pub fn dataset(rows: &[String]) -> String {
    format!("{HEADER}\n{}", rows.concat())
}

/// A dataset of these rows, each with its text in a column `reviewer`, which the schema does not know.
pub fn dataset_with_reviewers(rows: &[(String, &str)]) -> String {
    let rows = rows
        .iter()
        .map(|(row, reviewer)| format!("{},{reviewer}\n", row.trim_end()));
    format!("{HEADER},reviewer\n{}", rows.collect::<String>())
}

/// The names in a JSON array of rows or of report entries, in its order.
pub fn names(entries: &Value) -> Vec<&str> {
    let entries = entries.as_array().unwrap().iter();
    entries
        .map(|entry| entry["name"].as_str().unwrap())
        .collect()
}
