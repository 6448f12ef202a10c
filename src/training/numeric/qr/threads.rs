//! Threads of its own for one QR.

/// Does `work` on as many threads, one of which is this. The others are not rayon's: while it waits, a thread of rayon's
/// takes up other work, which may want the very triangle that it is about to make.
pub fn on_threads(threads: usize, work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(&work)));
        work();
    });
}
