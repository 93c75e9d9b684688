//! Work that waits for AWS and Kubernetes: run, watched, and stopped by Ctrl-C.

use std::future::pending;
use std::pin::pin;

use iamwire_core::Event;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{Exit, Failure};

/// A runtime of one thread beside this one, whose work Ctrl-C stops.
///
/// It hears Ctrl-C from the beginning: one that comes between two works stops the next.
#[derive(Debug)]
pub(crate) struct Foreground {
    runtime: Runtime,
    interrupt: Interrupt,
}

impl Foreground {
    pub(crate) fn new() -> Result<Self, Failure> {
        let made = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime =
            made.map_err(|error| Failure::refused(format!("no thread can be had: {error}"), ""))?;
        let interrupt = Interrupt::listen(&runtime);
        Ok(Self { runtime, interrupt })
    }

    /// Does the work; nothing if Ctrl-C came first.
    pub(crate) fn run<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let Self { runtime, interrupt } = self;
        runtime.block_on(async {
            tokio::select! {
                done = work => Some(done),
                () = interrupt.comes() => None,
            }
        })
    }

    /// As [`run`](Self::run), and tells of its events on the way.
    pub(crate) fn watch<T>(
        &mut self,
        work: impl Future<Output = T>,
        events: &mut UnboundedReceiver<Event>,
        mut tell: impl FnMut(Event),
    ) -> Option<T> {
        let ended = self.run(async {
            let mut work = pin!(work);
            loop {
                tokio::select! {
                    biased;
                    Some(event) = events.recv() => tell(event),
                    done = &mut work => break done,
                }
            }
        });
        while let Ok(event) = events.try_recv() {
            tell(event);
        }
        ended
    }

    /// Has Ctrl-C end the process, while this thread is in a read that can't be given up. `last` is done
    /// before.
    pub(crate) fn ends_by_interrupt(&self, last: impl FnOnce() + Send + 'static) -> Waiting {
        let mut interrupt = self.interrupt.clone();
        Waiting(self.runtime.spawn(async move {
            interrupt.comes().await;
            last();
            std::process::exit(Exit::Interrupted.code().into());
        }))
    }

    /// Ends without waiting for what is left, such as a name that is being resolved.
    pub(crate) fn leave(self) {
        self.runtime.shutdown_background();
    }
}

/// Ctrl-C ends the process until this is dropped.
pub(crate) struct Waiting(JoinHandle<()>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ctrl-C, and what a supervisor sends to end a process. Each is heard once, also if it came before it was
/// waited for.
#[derive(Debug, Clone)]
struct Interrupt(watch::Receiver<()>);

impl Interrupt {
    fn listen(runtime: &Runtime) -> Self {
        let (sender, receiver) = watch::channel(());
        let _entered = runtime.enter();
        let mut signals = Signals::listen();
        runtime.spawn(async move {
            loop {
                signals.next().await;
                let _ = sender.send(());
            }
        });
        Self(receiver)
    }

    async fn comes(&mut self) {
        if self.0.changed().await.is_err() {
            pending::<()>().await;
        }
    }
}

#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 3]);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Where it can't be heard, it ends the process as it always does.
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = self.0.each_mut().map(|signal| async {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => pending().await,
            }
        });
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
            () = hangup => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn an_interrupt_between_two_works_stops_the_next_and_no_more() {
        let mut foreground = Foreground::new().unwrap();
        assert_eq!(foreground.run(async { 1 }), Some(1));
        let id = std::process::id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert_eq!(foreground.run(pending::<()>()), None);
        assert_eq!(foreground.run(async { 2 }), Some(2));
    }
}
