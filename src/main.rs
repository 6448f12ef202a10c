//! The program: its allocator, exit codes and nothing else.

use sweep::memory::{Allocator, return_what_is_freed};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> std::process::ExitCode {
    return_what_is_freed();
    sweep::cli::main()
}
