//! The binary tree that combines the triangles of row blocks.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::tiles::Tiles;
use super::workspace::QrWorkspace;

/// Combines the triangles of the leaves, neighbour with neighbour, in complete binary trees: 7 leaves make a tree of 4,
/// a tree of 2 and a tree of 1. The thread that brings the second of two neighbours combines them.
pub struct ReductionTree {
    pub leaves: usize,
    /// The nodes that wait for their neighbour and the roots of complete trees, by level and index.
    waiting: Mutex<HashMap<(u32, usize), Tiles>>,
}

impl ReductionTree {
    pub fn new(leaves: usize) -> Self {
        Self { leaves, waiting: Mutex::default() }
    }

    pub fn add(&self, leaf: usize, triangle: Tiles, workspace: &mut QrWorkspace) {
        let (mut level, mut index, mut node) = (0, leaf, triangle);
        loop {
            {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let neighbour = if self.is_root(level, index) { None } else { waiting.remove(&(level, index ^ 1)) };
                let Some(neighbour) = neighbour else {
                    waiting.insert((level, index), node);
                    return;
                };
                drop(waiting);
                node = if index.is_multiple_of(2) {
                    workspace.combined(node, neighbour)
                } else {
                    workspace.combined(neighbour, node)
                };
            }
            (level, index) = (level + 1, index / 2);
        }
    }

    /// Whether this node is the root of a complete tree: its neighbour would lack leaves.
    fn is_root(&self, level: u32, index: usize) -> bool {
        ((index | 1) + 1) << level > self.leaves
    }

    /// Combines the complete trees, starting with the last two.
    pub fn root(self, workspace: &mut QrWorkspace) -> Option<Tiles> {
        let mut waiting = self.waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut root: Option<Tiles> = None;
        for level in 0..usize::BITS {
            let whole = self.leaves >> level;
            if whole.is_multiple_of(2) {
                continue;
            }
            let node = waiting.remove(&(level, whole - 1))?;
            root = Some(match root {
                Some(root) => workspace.combined(node, root),
                None => node,
            });
        }
        root
    }
}
