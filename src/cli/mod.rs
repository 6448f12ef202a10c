//! The command line: one file per command.

mod acceptance;
mod arguments;
mod chosen;
mod ci;
mod clean;
mod command_line;
mod compare;
mod completions;
mod dispatch;
mod ending;
mod explain;
mod failure;
mod files;
mod init;
mod list;
mod memory;
mod merge;
mod output;
mod plan;
mod plan_toml;
mod printer;
mod progress;
mod report;
mod reproduce;
mod run;
mod schema;
mod show;
mod signals;
mod space;
mod stored;
mod timing;
mod verification;
mod verify;
mod waiting;
mod workspace;

pub use dispatch::main;
