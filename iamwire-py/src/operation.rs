//! One operation over the network: a future of the core's, and the two ways to wait for it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;
use std::{io, process};

use futures_util::FutureExt as _;
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};

use crate::error::{Failure, Result};
use crate::interpreter;

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
            return Err(Failure::argument(
                "wirer.nested",
                "an operation was begun in the middle of another",
                "return from the callback first, or use another thread",
            ));
        }
        let runtime = runtime()?;
        py.detach(|| runtime.block_on(until_signalled(self.run())))
    }

    /// A coroutine of Python that waits for it. It begins when that is awaited; when that is cancelled, it is
    /// dropped.
    pub(crate) fn coroutine(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>>
    where
        T: for<'py> IntoPyObject<'py>,
    {
        let waiting = Mutex::new(Some(self));
        let begin = PyCFunction::new_closure(py, None, None, move |arguments, _| {
            let settle = arguments.get_item(0)?.unbind();
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            // A coroutine is awaited once.
            let operation = waiting.ok_or(Failure::Unknown("coroutine"))?;
            let task = runtime()?.spawn(operation.settled(settle));
            PyCFunction::new_closure(arguments.py(), None, None, move |_, _| task.abort())
                .map(Bound::unbind)
        })?;
        py.import("iamwire._awaiting")?.call_method1("awaited", (begin,))
    }

    /// Tells what has come of it, or that it failed.
    async fn settled(self, settle: Py<PyAny>)
    where
        T: for<'py> IntoPyObject<'py>,
    {
        // Who waits must not do so for ever.
        let done = AssertUnwindSafe(self.run()).catch_unwind().await;
        let done = done.unwrap_or(Err(Failure::Unknown("panic")));
        interpreter::attached(|py| {
            let done = done.map_err(PyErr::from).and_then(|done| done.into_py_any(py));
            let told = match done {
                Ok(done) => settle.call1(py, (done, py.None())),
                Err(error) => settle.call1(py, (py.None(), error)),
            };
            // Nobody is told if the loop is closed by now.
            drop(told);
        });
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

/// The threads that do the work. They are those of one process: a fork has none of them, and would wait for ever.
fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: LazyLock<io::Result<(u32, Runtime)>> =
        LazyLock::new(|| Ok((process::id(), Builder::new_multi_thread().enable_all().build()?)));
    match &*RUNTIME {
        Ok((process, runtime)) if *process == process::id() => Ok(runtime),
        Ok(_) => Err(Failure::argument(
            "wirer.forked",
            "this process was forked from one that has used the network",
            "start it anew, for instance with `multiprocessing.get_context(\"spawn\")`",
        )),
        Err(error) => Err(PyErr::from(io::Error::new(error.kind(), error.to_string())).into()),
    }
}

async fn until_signalled<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut future = pin!(future);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            done = &mut future => return done,
            _ = look.tick() => Python::attach(|py| {
                py.check_signals()?;
                Ok::<_, PyErr>(())
            })?,
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
