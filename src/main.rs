//! The program: exit codes and nothing else.

fn main() -> std::process::ExitCode {
    sweep::cli::main()
}
