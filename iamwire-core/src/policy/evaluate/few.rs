//! A list that lies where its owner does, as long as it has one element.

use std::ops::Deref;
use std::slice;

/// A list that mostly has one element: that one is kept in place, so that reading it follows no pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Few<T> {
    /// One element.
    One(T),
    /// None, or several.
    Many(Box<[T]>),
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(one) => slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut values = values.into_iter().fuse();
        match (values.next(), values.next()) {
            (Some(one), None) => Self::One(one),
            (first, second) => Self::Many(first.into_iter().chain(second).chain(values).collect()),
        }
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self::Many(Box::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_it_is_given() {
        for n in 0..4 {
            let few: Few<u8> = (0..n).collect();
            assert_eq!(few.to_vec(), (0..n).collect::<Vec<u8>>());
            assert_eq!(matches!(few, Few::One(_)), n == 1);
        }
    }
}
