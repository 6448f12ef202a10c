//! What people read: sections as data, and the renderers that write them.

pub mod figure;
pub mod plot;

use crate::record::Study;
use figure::Figure;
pub struct Report<'a>(&'a Study);
impl<'a> Report<'a> {
    pub fn new(study: &'a Study) -> Self {
        Self(study)
    }
    pub fn figures(&self) -> &[Figure] {
        &[]
    }
    pub fn files(&self, _f: &dyn Fn(&str) -> Option<String>) -> Vec<(String, Vec<u8>)> {
        vec![]
    }
    pub fn terminal(&self, _page: &str, t: Option<std::time::Duration>) -> String {
        let mut s = String::new();
        for b in &self.0.blocks {
            for x in &b.settings {
                for t in &x.trials {
                    if let Some(r) = &t.record {
                        s += &format!(
                            "{} {:?} {:?} {:?} {:?}\n",
                            b.optimizer,
                            x.hyperparameters.get("optimizer.learning_rate"),
                            t.seed,
                            r.outcome,
                            r.last(crate::record::Split::Train)
                        );
                    }
                }
            }
        }
        for (id, p) in &self.0.problems {
            s += &format!("{id:?} {p:?}\n");
        }
        for (id, p) in &self.0.checks {
            s += &format!("{id:?} {p:?}\n");
        }
        s + &format!("{t:?}")
    }
}
