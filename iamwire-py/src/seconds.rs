//! Times in seconds: the classes over those that have bounds, and arguments.

use std::time::Duration;

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use crate::convert::{Textual, json_text, text, wrong_type};
use crate::error::{Failure, Result};

/// A class over a whole number of seconds, between the shortest and the longest.
macro_rules! seconds_class {
    ($(#[$doc:meta])* $class:ident) => {
        $(#[$doc])*
        #[pyclass(module = "iamwire", frozen, eq, ord, hash)]
        #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $class(pub(crate) core::$class);

        impl AsRef<core::$class> for $class {
            fn as_ref(&self) -> &core::$class {
                &self.0
            }
        }

        impl $crate::convert::Textual for core::$class {
            type Class = $class;

            fn parse(text: &str) -> $crate::error::Result<Self> {
                Ok(text.parse()?)
            }
        }

        #[pymethods]
        impl $class {
            /// The shortest.
            #[classattr]
            const SHORTEST: Self = Self(core::$class::SHORTEST);

            /// The longest.
            #[classattr]
            const LONGEST: Self = Self(core::$class::LONGEST);

            #[new]
            fn new(seconds: $crate::seconds::Seconds<core::$class>) -> Self {
                Self(seconds.0)
            }

            /// How many seconds.
            #[getter]
            fn seconds(&self) -> u32 {
                self.0.seconds()
            }

            fn __str__(&self) -> String {
                self.0.to_string()
            }

            fn __repr__(&self) -> String {
                format!("{}({})", stringify!($class), self.0)
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<$crate::convert::Reduced<'py>> {
                Ok((slf.get_type().into_any(), (slf.get().seconds(),).into_pyobject(slf.py())?))
            }
        }
    };
}

pub(crate) use seconds_class;

/// An argument: the value's class, a number of seconds, or its digits.
pub(crate) struct Seconds<T>(pub(crate) T);

impl<'a, 'py, T: Textual> FromPyObject<'a, 'py> for Seconds<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(class) = object.cast::<T::Class>() {
            Ok(Self(class.get().as_ref().clone()))
        } else if object.is_instance_of::<PyInt>() {
            // Its digits, so that a number of any size is judged where the others are.
            Ok(Self(T::parse(&json_text(&object)?)?))
        } else if let Ok(text) = text(&object) {
            Ok(Self(T::parse(text)?))
        } else {
            let wanted = <T::Class as pyo3::PyTypeInfo>::type_object(object.py()).name()?;
            Err(wrong_type(&format!("{wanted}, int or str"), object))
        }
    }
}

/// An argument: a time in seconds.
pub(crate) struct Time(pub(crate) Duration);

impl<'a, 'py> FromPyObject<'a, 'py> for Time {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(duration(float(&object)?)?))
    }
}

/// The seconds of a [`Time`], for an argument whose default is written as a number.
pub(crate) fn float(object: &Bound<'_, PyAny>) -> PyResult<f64> {
    object.extract::<f64>().or_else(|error| {
        // An int that is too large.
        if error.is_instance_of::<PyOverflowError>(object.py()) {
            Ok(f64::INFINITY)
        } else {
            Err(error)
        }
    })
}

/// A time of so many seconds.
pub(crate) fn duration(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        let message = format!("{seconds} is no number of seconds");
        Failure::argument("deadline.seconds", message, "use a number from 0 on, such as `120`")
    })
}
