//! Methods with losses, parts and schedules: the records of a trial do not depend on its company or on the instruction set,
//! whatever it is put together from. Each method meets each loss with each part; schedules take turns.

use sweep::numeric::{Instructions, instructions, limit_instructions};

use super::ContractRow;
use super::hashes::source_of_loss;
use super::training::{Way, bits, train};

/// What stands beside a method's own keys, and the common keys that it sets.
pub const PARTS: [(&str, &[&str]); 8] = [
    ("", &[]),
    ("clip_norm = 0.5", &["clip_norm"]),
    ("clip_value = 0.1", &["clip_value"]),
    ("centralize_gradient = true", &["centralize_gradient"]),
    ("weight_decay = 0.1", &["weight_decay"]),
    ("cautious = true", &["cautious"]),
    ("average = { kind = \"ema\", decay = 0.5 }", &["average"]),
    (
        "clip_norm = 0.5\nclip_value = 0.1\ncentralize_gradient = true\nweight_decay = 0.1\ndecay = \"weights\"\ncautious = true\n\
         average = { kind = \"polyak_ruppert\", from = 2 }",
        &["clip_norm", "clip_value", "centralize_gradient", "weight_decay", "cautious", "average"],
    ),
];

pub fn check(rows: &[ContractRow]) {
    let of = |registry: &str| rows.iter().filter(|row| row.registry == registry).collect::<Vec<_>>();
    let (methods, schedules, losses) = (of("method"), of("schedule"), of("loss"));
    for (turn, loss) in losses.iter().enumerate() {
        let precision = ["f64", "f32"][turn % 2];
        let mut text = format!("name = \"together\"\n[datasets.d]\n{}\n", source_of_loss(loss).join("\n"));
        let keys: String = loss.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
        text += &format!(
            "[models.m]\nkind = \"linear\"\nl1 = 0.01\nl2 = 0.01\nloss = {{ kind = {:?}{keys} }}\n",
            loss.name
        );
        for (index, method) in methods.iter().enumerate() {
            for (at, (part, sets)) in PARTS.iter().enumerate() {
                if sets.iter().any(|key| !method.has_key(key)) {
                    continue;
                }
                text += &format!("[optimizers.{}_{at}]\nmethod = {:?}\n{part}\n", method.name, method.name);
                text += &method.required(&["learning_rate"]).join("\n");
                if method.has_key("learning_rate") {
                    text += "\nlearning_rate = [0.01, 0.1]\n";
                }
                if method.has_key("batch_size") {
                    text += "\nbatch_size = 8\n";
                }
                if method.has_key("schedule") {
                    let schedule = schedules[(index + at + 3 * turn) % schedules.len()];
                    let keys: String = schedule.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
                    text += &format!("schedule = {{ kind = {:?}{keys} }}\n", schedule.name);
                }
            }
        }
        text += &format!("[train]\nepochs = 3\nevaluate_every = 1\nprecision = {precision:?}\n");
        same_bits(loss.name, &text);
    }
}

/// Checks that every way to train gives the same records.
fn same_bits(name: &str, text: &str) {
    let widest = instructions();
    let mut known: Option<String> = None;
    for path in [Instructions::Portable, Instructions::Avx2, Instructions::Avx512] {
        if limit_instructions(path) != path {
            continue;
        }
        let alone = (path == widest).then_some(1);
        for cohort_limit in [usize::MAX].into_iter().chain(alone) {
            let found = bits(&train(text, Way { cohort_limit, cut: false, jobs: 2 }));
            let known = known.get_or_insert_with(|| found.clone());
            let differing = known.lines().zip(found.lines()).find(|(one, other)| one != other);
            assert!(*known == found, "{name}, {path:?}, at most {cohort_limit} together: {differing:?}");
        }
    }
    limit_instructions(Instructions::Avx512);
}
