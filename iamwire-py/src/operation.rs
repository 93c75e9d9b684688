//! One operation over the network: a future of the core's, and the two ways to wait for it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyCFunction;
use pyo3_async_runtimes::tokio::{future_into_py, get_runtime};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};

use crate::error::{Failure, Result};

/// How often it is looked whether a signal such as Ctrl-C came in.
const LOOK: Duration = Duration::from_millis(50);

/// A future that has not begun.
pub(crate) struct Operation<T> {
    future: Pin<Box<dyn Future<Output = Result<T>> + Send>>,
    halt: Halt,
}

impl<T: Send + 'static> Operation<T> {
    pub(crate) fn new(
        halt: Halt,
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Self {
        Self { future: Box::pin(future), halt }
    }

    /// Waits for it here, without the interpreter. A signal whose handler raises, such as Ctrl-C, drops it.
    pub(crate) fn wait(self, py: Python<'_>) -> Result<T> {
        if Handle::try_current().is_ok() {
            return Err(Failure::Argument(
                "wirer.nested",
                "an operation was begun in the middle of another".to_owned(),
                "return from the callback first, or use another thread",
            ));
        }
        py.detach(|| get_runtime().block_on(until_signalled(self.run())))
    }

    /// A coroutine of Python that waits for it. It begins when that is awaited; when that is cancelled, it is
    /// dropped.
    pub(crate) fn coroutine(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>>
    where
        T: for<'py> IntoPyObject<'py>,
    {
        let waiting = Mutex::new(Some(self));
        let start = PyCFunction::new_closure(py, None, None, move |arguments, _| {
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            // A coroutine is awaited once.
            let operation = waiting.ok_or(Failure::Unknown("coroutine"))?;
            let future = async move { Ok(operation.run().await?) };
            Ok::<_, PyErr>(future_into_py(arguments.py(), future)?.unbind())
        })?;
        py.import("iamwire._awaiting")?.call_method1("awaited", (start,))
    }

    async fn run(self) -> Result<T> {
        let Self { future, halt } = self;
        let done = tokio::select! {
            done = future => done,
            () = halt.0.raised.notified() => Err(Failure::Unknown("end")),
        };
        match halt.take() {
            Some(error) => Err(error.into()),
            None => done,
        }
    }
}

async fn until_signalled<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut future = pin!(future);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            done = &mut future => return done,
            _ = look.tick() => Python::attach(|py| py.check_signals())?,
        }
    }
}

/// What a callback raised: it ends the operation.
#[derive(Clone, Default)]
pub(crate) struct Halt(Arc<Raised>);

#[derive(Default)]
struct Raised {
    error: Mutex<Option<PyErr>>,
    raised: Notify,
}

impl Halt {
    /// The first error counts.
    pub(crate) fn raise(&self, error: PyErr) {
        let mut first = self.0.error.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
        self.0.raised.notify_one();
    }

    fn take(&self) -> Option<PyErr> {
        self.0.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
