//! Makes one row of features of any shape: `[channels, height, width]` becomes `[channels·height·width]`, in that order.
//!
//! It takes no keys, has no parameters, and moves no number. This is `torch.nn.Flatten`.

use crate::model::network::layer::{LayerKind, LayerNode};

pub const ROW: LayerKind =
    LayerKind::new("flatten", "the same numbers as one row of features", &[], include_str!("flatten.rs"), |_| {
        Ok(LayerNode::Flatten)
    })
    .also_called(&["reshape"]);
