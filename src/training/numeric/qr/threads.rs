//! Threads that share the work of one QR.

/// Runs `work` on `threads` threads, including this one. The others are not rayon's: a waiting rayon thread takes up
/// other work, and that work may need the very triangle that is being computed here.
pub fn on_threads(threads: usize, work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(&work)));
        work();
    });
}
