//! YAML, and with it JSON, to a tree of [`Node`]s.

use mixlens_core::brief;
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::node::{Node, Value, plain};
use crate::ImportError;
use crate::error::{Place, Position};

/// Values within values; more than any config has.
const DEEPEST: usize = 64;

/// The first document of a file.
pub(super) fn read(file: &str, text: &str) -> Result<Node, ImportError> {
    let malformed = |line: usize, found: String, advice| ImportError::Malformed {
        place: Box::new(Place::new(file, Position::Line(line as u64))),
        expected: "YAML or JSON",
        found,
        advice,
    };
    // Lists and maps that are still open, with the key that waits for its value.
    let mut open: Vec<(Node, Option<Node>)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|problem| {
            malformed(
                problem.marker().line(),
                brief(problem.info()),
                "correct the line",
            )
        })?;
        let line = span.start.line() as u64;
        let done = match event {
            Event::Scalar(text, ScalarStyle::Plain, _, None) => Node::new(line, plain(&text)),
            Event::Scalar(text, ..) => Node::new(line, Value::Text(text.into_owned())),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let is_list = matches!(event, Event::SequenceStart(..));
                let value = if is_list {
                    Value::List(Vec::new())
                } else {
                    Value::Map(Vec::new())
                };
                open.push((Node::new(line, value), None));
                if open.len() > DEEPEST {
                    let found = format!("more than {DEEPEST} values within each other");
                    return Err(malformed(
                        span.start.line(),
                        found,
                        "keep only the data section of the config",
                    ));
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((node, _)) => node,
                None => continue,
            },
            Event::Alias(_) => {
                let advice = "write the value out where it is used";
                return Err(malformed(
                    span.start.line(),
                    "an alias (`*name`)".to_owned(),
                    advice,
                ));
            }
            _ => continue,
        };
        match open.last_mut() {
            None => return Ok(done),
            Some((
                Node {
                    value: Value::List(items),
                    ..
                },
                _,
            )) => items.push(done),
            Some((
                Node {
                    value: Value::Map(entries),
                    ..
                },
                key,
            )) => match key.take() {
                None => *key = Some(done),
                Some(key) => entries.push((key, done)),
            },
            Some(_) => {}
        }
    }
    Ok(Node::new(1, Value::Nothing))
}
