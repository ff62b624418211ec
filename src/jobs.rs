//! Many runs at once, each on one thread.

use crate::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does the same work on so many threads, and waits for all of them.
///
/// Each thread is the only one of a pool, so that the loops of a run on one thread stay on it.
///
/// # Errors
/// That of the first thread that has one, or where a thread cannot be started.
pub fn on_jobs(jobs: usize, work: impl Fn() -> Result<()> + Sync) -> Result<()> {
    let on_one_thread = || -> Result<()> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .map_err(|error| Error::failure(format!("the threads of the runs could not be started: {error}")))?;
        pool.install(&work)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(on_one_thread)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("what panics in a run is caught there"))
    })
}

/// Acts, and makes an error of a panic.
///
/// # Errors
/// That of the act, or that it panicked.
pub fn caught<R>(act: impl FnOnce() -> Result<R>) -> Result<R> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err(Error::failure("the model panicked; its words are above")))
}
