//! [`DomainSet`]: the ordered, named domains of a mixture.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{CoreError, listed};

/// An ordered list of unique domain names, shared by everything defined over those domains.
#[derive(Clone, Debug)]
pub struct DomainSet {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl DomainSet {
    /// A set with the given names, in that order.
    ///
    /// # Errors
    /// [`CoreError::NoNames`], [`CoreError::EmptyName`] or [`CoreError::DuplicateName`].
    pub fn new<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
    ) -> Result<Arc<Self>, CoreError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.is_empty() {
            return Err(CoreError::NoNames { what: "domains" });
        }
        let mut index = HashMap::with_capacity(names.len());
        for (position, name) in names.iter().enumerate() {
            if name.trim().is_empty() {
                return Err(CoreError::EmptyName { what: "domain" });
            }
            if index.insert(name.clone(), position).is_some() {
                return Err(CoreError::DuplicateName {
                    what: "domain",
                    name: name.clone(),
                });
            }
        }
        Ok(Arc::new(Self { names, index }))
    }

    /// Number of domains (at least one).
    #[expect(clippy::len_without_is_empty, reason = "a domain set is never empty")]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The index of the domain `name`, if it is in the set.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The index of the domain `name`.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`], which lists the names of the set.
    pub fn require(&self, name: &str) -> Result<usize, CoreError> {
        self.index_of(name).ok_or_else(|| CoreError::UnknownName {
            what: "domain",
            name: name.to_owned(),
            known: listed(&self.names),
        })
    }
}

impl PartialEq for DomainSet {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for DomainSet {}
