//! The interpreter, as threads reach it that are not its own: until it exits.

use std::sync::{PoisonError, RwLock, TryLockError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// Whether the interpreter exits. Who reads it is on the way to the interpreter, or there.
static EXITS: RwLock<bool> = RwLock::new(false);

/// Does something in the interpreter; nothing once it exits.
pub(crate) fn attached<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let exits = EXITS.read().unwrap_or_else(PoisonError::into_inner);
    if *exits { None } else { Python::try_attach(work) }
}

/// At exit, waits a moment for those who are there: a thread that comes too late does not come back.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let close = PyCFunction::new_closure(py, None, None, |arguments, _| {
        arguments.py().detach(close);
    })?;
    py.import("atexit")?.call_method1("register", (close,))?;
    Ok(())
}

fn close() {
    let until = Instant::now() + Duration::from_secs(1);
    while Instant::now() < until {
        match EXITS.try_write() {
            Ok(mut exits) => {
                *exits = true;
                return;
            }
            Err(TryLockError::Poisoned(exits)) => {
                *exits.into_inner() = true;
                return;
            }
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(1)),
        }
    }
}
