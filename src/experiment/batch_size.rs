//! `batch_size` of `[train]`: the default of every optimizer that takes a batch size.

use super::declared::DeclaredTable;
use super::link::Link;
use super::mistake::{Mistake, Mistakes};
use super::names::plain_list;
use crate::optimizer;

/// Moves `batch_size` of `[train]` into every optimizer that takes one and does not set its own.
pub fn share(train: &mut DeclaredTable, optimizers: &mut [DeclaredTable], links: &[Link], mistakes: &mut Mistakes) {
    let Some(entry) = train.keys.remove("batch_size") else { return };
    let mut taken = false;
    let mut used = false;
    for optimizer in optimizers.iter_mut().filter(|optimizer| optimizer.parameter("batch_size").is_some()) {
        taken = true;
        let own = optimizer.keys.contains_key("batch_size")
            || links.iter().any(|link| link.moves(optimizer) && link.keys.contains_key("batch_size"));
        if !own {
            used = true;
            optimizer.keys.insert("batch_size".to_owned(), entry.clone());
        }
    }
    if !taken {
        let names: Vec<&str> = optimizer::METHODS
            .rows
            .iter()
            .filter(|method| method.parameters.iter().any(|parameter| parameter.name == "batch_size"))
            .map(|method| method.name)
            .collect();
        mistakes.push(
            Mistake::error("no optimizer of this experiment takes `batch_size`")
                .at(entry.key, "it would be ignored")
                .help(format!("methods that take it: {}", plain_list(names))),
        );
    } else if !used {
        mistakes.push(
            Mistake::warning("`batch_size` of `[train]` is not used: every optimizer that takes one sets its own")
                .at(entry.key, "no effect"),
        );
    }
}
