//! [`Node`]: a value of a config with its line, whatever language the config is written in.

/// A value, and the line it stands on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub line: u64,
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Null, or a part of a script that is not followed.
    Nothing,
    /// Text, or any scalar that is no number.
    Text(String),
    /// A number, and how it is written.
    Number(f64, String),
    /// A list or tuple.
    List(Vec<Node>),
    /// Keys and values in order; keys may repeat.
    Map(Vec<(Node, Node)>),
    /// A call in a script: what is called, arguments by position, arguments by name.
    Call(String, Vec<Node>, Vec<(String, Node)>),
}

impl Node {
    pub fn new(line: u64, value: Value) -> Self {
        Self { line, value }
    }

    /// The value of a key of a map, `-` and `_` being the same; the last where a key repeats.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else {
            return None;
        };
        fn letters(text: &str) -> impl Iterator<Item = u8> {
            text.bytes()
                .map(|byte| if byte == b'-' { b'_' } else { byte })
        }
        let same = |name: &str| name.len() == key.len() && letters(name).eq(letters(key));
        entries
            .iter()
            .rev()
            .find(|(name, _)| name.text().is_some_and(same))
            .map(|(_, value)| value)
    }

    /// The first value of a key anywhere in the tree, from the top.
    pub fn find(&self, key: &str) -> Option<&Node> {
        self.get(key)
            .or_else(|| self.children().find_map(|child| child.find(key)))
    }

    /// All calls of a name in the tree, in order.
    pub fn calls<'a>(&'a self, name: &str, out: &mut Vec<&'a Node>) {
        if matches!(&self.value, Value::Call(called, ..) if called.rsplit('.').next() == Some(name))
        {
            out.push(self);
        }
        self.children().for_each(|child| child.calls(name, out));
    }

    /// An argument of a call, by its name.
    pub fn argument(&self, name: &str) -> Option<&Node> {
        let Value::Call(_, _, named) = &self.value else {
            return None;
        };
        named
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, node)| node)
    }

    /// A scalar as text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(_, text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        if let Value::Number(number, _) = self.value {
            Some(number)
        } else {
            None
        }
    }

    pub fn list(&self) -> Option<&[Node]> {
        if let Value::List(items) = &self.value {
            Some(items)
        } else {
            None
        }
    }

    pub fn entries(&self) -> Option<&[(Node, Node)]> {
        if let Value::Map(entries) = &self.value {
            Some(entries)
        } else {
            None
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.value {
            Value::List(items) => Box::new(items.iter()),
            Value::Map(entries) => Box::new(entries.iter().map(|(_, value)| value)),
            Value::Call(_, items, named) => {
                Box::new(items.iter().chain(named.iter().map(|(_, value)| value)))
            }
            Value::Nothing | Value::Text(_) | Value::Number(..) => Box::new(std::iter::empty()),
        }
    }
}

/// A scalar without quotes: a number where it is one in the eyes of every reader of YAML, JSON and
/// Python.
pub(super) fn plain(text: &str) -> Value {
    let is_numeric = text
        .starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter))
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || "+-.eE_".contains(letter));
    match text.replace('_', "").parse::<f64>() {
        Ok(number) if is_numeric && number.is_finite() => Value::Number(number, text.to_owned()),
        _ if matches!(text, "" | "~" | "null" | "None") => Value::Nothing,
        _ => Value::Text(text.to_owned()),
    }
}
