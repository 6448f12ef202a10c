//! Images from IDX files, with test rows of their own, from the files to the report.

use super::{Place, code, error, out};

const BASE: &str = r#"
[datasets.digits]
source = "idx"
path = "train-images-idx3-ubyte"
labels = "train-labels-idx1-ubyte"
test_path = "t10k-images-idx3-ubyte"
test_labels = "t10k-labels-idx1-ubyte"
divide_by = 16
split = { validation = 0.2, seed = 1, stratify = true }
"#;

const EXPERIMENT: &str = r#"
name = "images"
extends = "data/base.toml"
seeds = 2
[models.softmax]
kind = "softmax"
[optimizers.sgd]
method = "sgd"
batch_size = 16
learning_rate = [0.01, 0.1]
[optimizers.adam]
method = "adam"
batch_size = 16
learning_rate = 0.01
[train]
epochs = 20
metrics = ["accuracy"]
"#;

/// The digits of scikit-learn as MNIST comes: the first 1,500 to train on, the others to test.
fn place() -> Place {
    let place = Place::new();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data/digits.csv");
    let text = std::fs::read_to_string(path).expect("reads");
    let rows: Vec<Vec<u8>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().expect("a pixel")).collect()).collect();
    std::fs::create_dir(place.path("data")).expect("a folder");
    for (part, rows) in [("train", &rows[..1500]), ("t10k", &rows[1500..])] {
        let count = u32::try_from(rows.len()).expect("few").to_be_bytes();
        let size = 8_u32.to_be_bytes();
        let mut images = [&[0, 0, 8, 3][..], &count, &size, &size].concat();
        let mut labels = [&[0, 0, 8, 1][..], &count].concat();
        for row in rows {
            images.extend(&row[..64]);
            labels.push(row[64]);
        }
        place.write(&format!("data/{part}-images-idx3-ubyte"), images);
        place.write(&format!("data/{part}-labels-idx1-ubyte"), labels);
    }
    place.write("data/base.toml", BASE);
    place.write("images.toml", EXPERIMENT);
    place
}

#[test]
fn images_become_a_report_on_their_own_test_rows() {
    let place = place();
    let plan = out(&place.sweep(&["plan", "images.toml"]));
    assert!(plan.contains("1797 rows × 64 features; train 1200, validation 300, test 297"), "{plan}");
    assert!(plan.contains("the test rows are those of test_path for all seeds"), "{plan}");
    let run = place.sweep(&["run", "images.toml"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    let told = out(&run);
    assert!(told.contains("6 completed, 0 diverged, 0 failed"), "{told}");
    assert!(told.contains("over 297 test rows"), "{told}");
    // All four files are named from where the experiment is.
    let resolved = std::fs::read_to_string(place.path("results/images/plan.toml")).expect("reads");
    for (key, file) in [
        ("path", "train-images-idx3-ubyte"),
        ("labels", "train-labels-idx1-ubyte"),
        ("test_path", "t10k-images-idx3-ubyte"),
        ("test_labels", "t10k-labels-idx1-ubyte"),
    ] {
        assert!(resolved.contains(&format!("{key} = \"data/{file}\"")), "{resolved}");
    }
    place.write("again.toml", resolved);
    let again = out(&place.sweep(&["plan", "again.toml"]));
    assert!(again.contains("6 known, 0 new"), "{again}");
    // Parameters are also given in the units of the pixels.
    let shown = out(&place.sweep(&["show", "best", "images.toml"]));
    assert!(!shown.contains("standardized"), "{shown}");
}

#[test]
fn images_are_guessed_with_the_labels_beside_them() {
    let place = place();
    let init = place.sweep(&["init", "data/train-images-idx3-ubyte"]);
    assert_eq!(code(&init), 0, "{}", error(&init));
    assert!(out(&init).contains("softmax regression of the 10 classes of label"), "{}", out(&init));
    let name = std::fs::read_dir(place.path("")).expect("reads").filter_map(Result::ok).map(|file| file.file_name());
    let name = name.filter_map(|name| name.into_string().ok()).find(|name| name.starts_with("train-images"));
    let name = name.expect("an experiment");
    let text = std::fs::read_to_string(place.path(&name)).expect("reads");
    assert!(text.contains("\nlabels = \"data/train-labels-idx1-ubyte\""), "{text}");
    assert!(text.contains("# divide_by = 16.0  # instead of standardize"), "{text}");
    assert_eq!(code(&place.sweep(&["plan", &name])), 0);
    std::fs::remove_file(place.path("data/train-labels-idx1-ubyte")).expect("removes");
    let told = error(&place.sweep(&["data", "data/train-images-idx3-ubyte"]));
    assert!(told.contains("labels: no file beside it is called as its labels are"), "{told}");
}

#[test]
fn what_is_wrong_with_labels_is_said_at_their_key() {
    let place = place();
    let base = BASE.replace("train-labels", "t10k-labels");
    place.write("data/base.toml", base);
    let told = place.sweep(&["plan", "images.toml"]);
    assert_eq!(code(&told), 2, "{}", error(&told));
    let told = error(&told);
    assert!(told.contains("data/base.toml:5: [datasets.digits] labels = \"t10k-labels-idx1-ubyte\""), "{told}");
    assert!(
        told.contains("t10k-labels-idx1-ubyte holds 297 labels, and train-images-idx3-ubyte has 1500 rows"),
        "{told}"
    );
    place.write("data/base.toml", BASE.replace("t10k-images-idx3", "t10k-images-idx4"));
    let told = place.sweep(&["plan", "images.toml"]);
    assert_eq!(code(&told), 3, "{}", error(&told));
}
