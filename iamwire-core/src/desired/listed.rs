//! [`Listed`]: a list in which each is there once, and found by what makes it itself.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// The first of each, in their order.
pub(super) struct Listed<K, V> {
    all: Vec<V>,
    at: HashMap<K, usize>,
}

impl<K: Eq + Hash, V> Listed<K, V> {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), at: HashMap::new() }
    }

    /// The one that is there; none where it was not, and is added.
    pub(super) fn known(&mut self, key: K, new: impl FnOnce() -> V) -> Option<&mut V> {
        match self.at.entry(key) {
            Entry::Occupied(at) => self.all.get_mut(*at.get()),
            Entry::Vacant(free) => {
                free.insert(self.all.len());
                self.all.push(new());
                None
            }
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.all.get(*self.at.get(key)?)
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, V> {
        self.all.iter()
    }

    pub(super) fn into_all(self) -> Vec<V> {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_there_once_in_the_order_of_the_first() {
        let mut listed = Listed::new();
        for (key, value) in [("b", 1), ("a", 2), ("b", 3)] {
            if let Some(known) = listed.known(key, || value) {
                *known += value;
            }
        }
        assert_eq!(listed.get(&"b"), Some(&4));
        assert_eq!(listed.get(&"c"), None);
        assert_eq!(listed.into_all(), [4, 2]);
    }
}
