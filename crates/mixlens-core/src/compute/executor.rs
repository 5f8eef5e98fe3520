//! [`Executor`]: runs the tasks of a computation.

use std::sync::OnceLock;

use crate::CoreError;

/// Runs numbered tasks, in any order and on any thread.
///
/// The core splits work into tasks that do not depend on the number of threads and combines their
/// results in task order, so that every executor gives the same bytes.
pub trait Executor: Sync {
    /// Number of tasks that may run at once.
    fn threads(&self) -> usize;

    /// Calls `task` once for every number below `tasks` and returns when all are done.
    fn for_each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync));
}

/// Runs tasks one after the other on the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Executor for Sequential {
    fn threads(&self) -> usize {
        1
    }

    fn for_each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(task);
    }
}

/// Runs tasks on a dedicated pool of threads.
#[cfg(feature = "rayon")]
#[derive(Debug)]
pub struct RayonExecutor {
    pool: rayon::ThreadPool,
}

#[cfg(feature = "rayon")]
impl RayonExecutor {
    /// A pool of `threads` threads; `None` takes one per core.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] when the system refuses the threads.
    pub fn new(threads: Option<usize>) -> Result<Self, CoreError> {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
        let pool = builder.build().map_err(|problem| CoreError::BadParameter {
            name: "threads",
            expected: "a number of threads that the system allows",
            found: problem.to_string(),
        })?;
        Ok(Self { pool })
    }
}

#[cfg(feature = "rayon")]
impl Executor for RayonExecutor {
    fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    fn for_each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        use rayon::prelude::*;
        self.pool
            .install(|| (0..tasks).into_par_iter().with_max_len(1).for_each(task));
    }
}

/// Collects the results of numbered tasks in task order.
pub fn map_tasks<T: Send + Sync>(
    executor: &dyn Executor,
    tasks: usize,
    task: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let slots: Vec<OnceLock<T>> = (0..tasks).map(|_| OnceLock::new()).collect();
    executor.for_each(tasks, &|index| {
        if let Some(slot) = slots.get(index) {
            // A slot is set once: each index is run once.
            let _ = slot.set(task(index));
        }
    });
    slots
        .into_iter()
        .map(|slot| slot.into_inner().expect("an executor runs every task"))
        .collect()
}

/// Collects the results of numbered tasks in task order, or the first error in that order.
///
/// # Errors
/// The error of the lowest-numbered task that failed.
pub fn try_map_tasks<T: Send + Sync>(
    executor: &dyn Executor,
    tasks: usize,
    task: impl Fn(usize) -> Result<T, CoreError> + Sync,
) -> Result<Vec<T>, CoreError> {
    map_tasks(executor, tasks, task).into_iter().collect()
}

/// The results of two tasks of different types, run concurrently where threads allow.
pub fn both<A: Send + Sync, B: Send + Sync>(
    executor: &dyn Executor,
    first: impl Fn() -> A + Sync,
    second: impl Fn() -> B + Sync,
) -> (A, B) {
    let (a, b) = (OnceLock::new(), OnceLock::new());
    executor.for_each(2, &|task| {
        // As above, each is run once.
        if task == 0 {
            let _ = a.set(first());
        } else {
            let _ = b.set(second());
        }
    });
    let done = "an executor runs every task";
    (a.into_inner().expect(done), b.into_inner().expect(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_task_order() {
        assert_eq!(map_tasks(&Sequential, 5, |i| i * i), [0, 1, 4, 9, 16]);
        assert_eq!(both(&Sequential, || 1, || "b"), (1, "b"));
        let failed = try_map_tasks(&Sequential, 3, |i| {
            if i > 0 {
                Err(CoreError::AllZero)
            } else {
                Ok(i)
            }
        });
        assert_eq!(failed, Err(CoreError::AllZero));
    }

    #[cfg(feature = "rayon")]
    #[test]
    fn threads_do_not_change_the_order() {
        let pool = RayonExecutor::new(Some(3)).unwrap();
        assert_eq!(map_tasks(&pool, 1000, |i| i), (0..1000).collect::<Vec<_>>());
    }
}
