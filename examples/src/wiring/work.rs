//! Work that waits for AWS and Kubernetes: run, watched, and stopped by Ctrl-C.

use std::future::pending;
use std::pin::pin;

use iamwire_core::Event;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{Exit, Failure};

/// A runtime of one thread beside this one.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let made = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    made.map_err(|error| Failure::refused(format!("no thread can be had: {error}"), ""))
}

/// Does the work, and tells of its events on the way; nothing if Ctrl-C came first.
pub(crate) async fn watched<T>(
    work: impl Future<Output = T>,
    events: &mut UnboundedReceiver<Event>,
    mut tell: impl FnMut(Event),
) -> Option<T> {
    let mut work = pin!(work);
    let mut stop = pin!(Interrupt::listen().comes());
    let ended = loop {
        tokio::select! {
            biased;
            Some(event) = events.recv() => tell(event),
            done = &mut work => break Some(done),
            () = &mut stop => break None,
        }
    };
    while let Ok(event) = events.try_recv() {
        tell(event);
    }
    ended
}

/// As [`watched`], without events.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    let stop = Interrupt::listen();
    tokio::select! {
        done = work => Some(done),
        () = stop.comes() => None,
    }
}

/// Has Ctrl-C end the process, while this thread is in a read that can't be given up. `last` is done
/// before.
pub(crate) fn ends_by_interrupt(
    runtime: &Runtime,
    last: impl FnOnce() + Send + 'static,
) -> Waiting {
    let entered = runtime.enter();
    let stop = Interrupt::listen();
    drop(entered);
    Waiting(runtime.spawn(async move {
        stop.comes().await;
        last();
        std::process::exit(Exit::Interrupted.code().into());
    }))
}

/// Ctrl-C ends the process until this is dropped.
pub(crate) struct Waiting(tokio::task::JoinHandle<()>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ctrl-C, and what a supervisor sends to end a process.
#[cfg(unix)]
struct Interrupt([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Interrupt {
    /// Hears it from now on.
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Where it can't be heard, it ends the process as it always does.
        Self([SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()))
    }

    async fn comes(self) {
        let heard = self.0.map(|signal| async {
            match signal {
                Some(mut signal) => drop(signal.recv().await),
                None => pending().await,
            }
        });
        let [interrupt, terminate] = heard;
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Interrupt;

#[cfg(not(unix))]
impl Interrupt {
    fn listen() -> Self {
        Self
    }

    async fn comes(self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }
}
