//! Literals and calls in a Python script to a tree of [`Node`]s; the rest of the script is passed
//! over.

use super::node::{Node, Value, plain};

/// Values within values; more than any config has.
const DEEPEST: usize = 64;

/// The script as a map of its assignments, with the values of expressions that stand alone under
/// empty names.
///
/// What is computed, imported or looped over becomes [`Value::Nothing`].
pub(super) fn read(text: &str) -> Node {
    let mut script = Script {
        tokens: tokens(text),
        at: 0,
    };
    let mut entries = Vec::new();
    while let Some(token) = script.peek() {
        let line = token.line;
        if let (Kind::Name(name), Some(Kind::Sign('='))) = (&token.kind, script.kind_at(1))
            && script.kind_at(2) != Some(&Kind::Sign('='))
        {
            let name = Node::new(line, Value::Text(name.clone()));
            script.at += 2;
            let value = script.value(0);
            entries.push((name, value));
            continue;
        }
        let before = script.at;
        let value = script.value(0);
        if value.value != Value::Nothing {
            entries.push((Node::new(line, Value::Text(String::new())), value));
        }
        // A sign that begins no value, such as the colon of a block.
        script.at = script.at.max(before + 1);
    }
    Node::new(1, Value::Map(entries))
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Name(String),
    Number(String),
    Text(String),
    Sign(char),
}

#[derive(Clone, Debug)]
struct Token {
    line: u64,
    kind: Kind,
}

struct Script {
    tokens: Vec<Token>,
    at: usize,
}

impl Script {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn kind_at(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn take_sign(&mut self, sign: char) -> bool {
        let is_next = self.kind_at(0) == Some(&Kind::Sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    /// The value that begins here.
    fn value(&mut self, depth: usize) -> Node {
        let Some(token) = self.peek() else {
            return Node::new(0, Value::Nothing);
        };
        let (line, kind) = (token.line, token.kind.clone());
        self.at += 1;
        if depth > DEEPEST {
            return Node::new(line, Value::Nothing);
        }
        let value = match kind {
            Kind::Text(mut text) => {
                // Neighbouring texts are one.
                while let Some(Kind::Text(more)) = self.kind_at(0) {
                    text.push_str(more);
                    self.at += 1;
                }
                Value::Text(text)
            }
            Kind::Number(text) => plain(&text),
            Kind::Sign('-') => match self.value(depth + 1).value {
                Value::Number(number, text) => Value::Number(-number, format!("-{text}")),
                _ => Value::Nothing,
            },
            Kind::Sign('[') => Value::List(self.items(']', depth).0),
            Kind::Sign('(') => {
                let (mut items, has_comma) = self.items(')', depth);
                match items.pop() {
                    // A value in brackets is the value.
                    Some(only) if items.is_empty() && !has_comma => only.value,
                    last => {
                        items.extend(last);
                        Value::List(items)
                    }
                }
            }
            Kind::Sign('{') => self.map(depth),
            Kind::Name(name) => self.named(name, depth),
            Kind::Sign(_) => Value::Nothing,
        };
        Node::new(line, value)
    }

    /// A constant, or a call of a dotted name.
    fn named(&mut self, mut name: String, depth: usize) -> Value {
        while self.kind_at(0) == Some(&Kind::Sign('.')) {
            let Some(Kind::Name(more)) = self.kind_at(1) else {
                break;
            };
            name.push('.');
            name.push_str(more);
            self.at += 2;
        }
        if !self.take_sign('(') {
            return match name.as_str() {
                "True" | "False" => Value::Text(name),
                _ => Value::Nothing,
            };
        }
        let (mut items, mut named) = (Vec::new(), Vec::new());
        while self.at < self.tokens.len() && !self.take_sign(')') {
            let key = match (self.kind_at(0), self.kind_at(1)) {
                (Some(Kind::Name(key)), Some(Kind::Sign('='))) => Some(key.clone()),
                _ => None,
            };
            self.at += if key.is_some() { 2 } else { 0 };
            let value = self.element(depth);
            match key {
                Some(key) => named.push((key, value)),
                None => items.push(value),
            }
            self.take_sign(',');
        }
        Value::Call(name, items, named)
    }

    /// The values up to a closing sign, and whether there was a comma.
    fn items(&mut self, end: char, depth: usize) -> (Vec<Node>, bool) {
        let (mut items, mut has_comma) = (Vec::new(), false);
        while self.at < self.tokens.len() && !self.take_sign(end) {
            items.push(self.element(depth));
            has_comma |= self.take_sign(',');
        }
        (items, has_comma)
    }

    fn map(&mut self, depth: usize) -> Value {
        let mut entries = Vec::new();
        while self.at < self.tokens.len() && !self.take_sign('}') {
            let key = self.element(depth);
            if self.take_sign(':') {
                let value = self.element(depth);
                entries.push((key, value));
            }
            self.take_sign(',');
        }
        Value::Map(entries)
    }

    /// A value inside of brackets; an expression, of which the rest up to the next comma or bracket
    /// is passed over, is none.
    fn element(&mut self, depth: usize) -> Node {
        let mut node = self.value(depth + 1);
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::Sign('[' | '(' | '{') => open += 1,
                Kind::Sign(']' | ')' | '}') if open == 0 => break,
                Kind::Sign(']' | ')' | '}') => open -= 1,
                Kind::Sign(',' | ':') if open == 0 => break,
                _ => {}
            }
            node.value = Value::Nothing;
            self.at += 1;
        }
        node
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = line;
        let (kind, length) = match first {
            '#' => (None, rest.find('\n').unwrap_or(rest.len())),
            '"' | '\'' => {
                let (content, length) = quoted(rest, first);
                (Some(Kind::Text(content)), length)
            }
            _ if first.is_ascii_digit()
                || first == '.' && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) =>
            {
                let length = number_length(rest);
                (
                    Some(Kind::Number(
                        rest.get(..length).unwrap_or_default().to_owned(),
                    )),
                    length,
                )
            }
            _ if first.is_alphabetic() || first == '_' => {
                let length = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let name = rest.get(..length).unwrap_or_default();
                // Prefixes of texts: r"…", f"…", b"…".
                let is_prefix = length <= 2
                    && rest
                        .get(length..)
                        .is_some_and(|rest| rest.starts_with(['"', '\'']));
                (
                    if is_prefix {
                        None
                    } else {
                        Some(Kind::Name(name.to_owned()))
                    },
                    length,
                )
            }
            _ if first.is_whitespace() || first == '\\' => (None, first.len_utf8()),
            _ => (Some(Kind::Sign(first)), first.len_utf8()),
        };
        let (taken, after) = rest.split_at(length.clamp(1, rest.len()));
        line += taken.matches('\n').count() as u64;
        rest = after;
        found.extend(kind.map(|kind| Token { line: start, kind }));
    }
    found
}

/// The length of a number with exponent.
fn number_length(text: &str) -> usize {
    let mut before = ' ';
    let ends = |c: char| {
        let goes_on = c.is_ascii_alphanumeric()
            || "._".contains(c)
            || "+-".contains(c) && "eE".contains(before);
        before = c;
        !goes_on
    };
    text.find(ends).unwrap_or(text.len())
}

/// The content of a text, and its length with its quotes.
fn quoted(text: &str, quote: char) -> (String, usize) {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let mark = if text.starts_with(&triple) {
        triple
    } else {
        quote.to_string()
    };
    let mut content = String::new();
    let mut at = mark.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(&mark) {
            return (content, at + mark.len());
        }
        let mut letters = rest.chars();
        let Some(letter) = letters.next() else { break };
        at += letter.len_utf8();
        if letter == '\\'
            && let Some(escaped) = letters.next()
        {
            at += escaped.len_utf8();
            content.push(match escaped {
                'n' => '\n',
                't' => '\t',
                other => other,
            });
        } else {
            content.push(letter);
        }
    }
    (content, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_calls_are_read_and_the_rest_is_passed_over() {
        let script = read(
            "# a comment: x = 1\nimport a.b as c\nDATA = ['we' \"b\", '''x''',]  # two\n\ndef \
            f(x):\n    return [i for i in x]\n\
             mix = lib.Config(\n    sources=[S(name=\"a\", weight=7.0e-1, f=g[3]), S(name=r'b', \
             weight=-1, n=2 * 3)],\n    seed=42,\n)\n\
             both = (0, {\"a\": .5, 'b': 1_000}), \n",
        );
        let data = script.get("DATA").unwrap();
        assert_eq!(data.line, 3);
        assert_eq!(
            data.list()
                .unwrap()
                .iter()
                .map(|node| node.text().unwrap())
                .collect::<Vec<_>>(),
            ["web", "x"]
        );
        let mut calls = Vec::new();
        script.calls("S", &mut calls);
        let number = |index: usize, name: &str| calls[index].argument(name).and_then(Node::number);
        assert_eq!((calls.len(), calls[0].line), (2, 8));
        assert_eq!(
            (number(0, "weight"), number(1, "weight"), number(1, "n")),
            (Some(0.7), Some(-1.0), None)
        );
        let both = script.get("both").unwrap().list().unwrap();
        assert_eq!(
            (both[0].number(), both[1].get("a").and_then(Node::number)),
            (Some(0.0), Some(0.5))
        );
        assert_eq!(both[1].get("b").and_then(Node::number), Some(1000.0));
    }

    #[test]
    fn broken_scripts_end() {
        for text in [
            "x = [",
            "f(a=",
            "\"",
            "'''",
            "x = {1:",
            "))))",
            "x = -",
            "a.",
            "\\",
            "x = é(ü=[ß",
        ] {
            read(text);
        }
        read(&"[".repeat(10_000));
        read(&"f(".repeat(10_000));
    }
}
