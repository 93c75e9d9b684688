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
    let mut stop = pin!(interrupted());
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
    tokio::select! {
        done = work => Some(done),
        () = interrupted() => None,
    }
}

/// Has Ctrl-C end the process, while this thread is in a read that can't be given up. `last` is done
/// before.
pub(crate) fn ends_by_interrupt(
    runtime: &Runtime,
    last: impl FnOnce() + Send + 'static,
) -> Waiting {
    Waiting(runtime.spawn(async move {
        interrupted().await;
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

/// Until Ctrl-C, or what a supervisor sends to end a process.
async fn interrupted() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    };
    tokio::select! {
        () = ctrl_c => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    pending().await
}
