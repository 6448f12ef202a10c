//! Files as people have them: each reads to the right numbers, or to a sentence whose remedy reads it.

use super::*;

/// What comes of an experiment.
enum Expected {
    /// The training MSE of least squares (by NumPy), and what `plan` says of the data.
    Reads(&'static str, &'static [&'static str]),
    /// The line of the experiment that the error names, and the error.
    Says(&'static str, &'static [&'static str]),
}
use Expected::{Reads, Says};

/// The file, the keys of its data set beside source, path and target, and what comes of them. Where an error names keys, the row
/// below it has them.
const CASES: &[(&str, &str, Expected)] = &[
    (
        "bz2.csv.bz2",
        "",
        Says(
            "5: [datasets.d] path = \"bz2.csv.bz2\"",
            &[
                "bz2.csv.bz2: text is expected, this is compressed with bzip2: unpack it (bunzip2 bz2.csv.bz2) and name what is in it",
            ],
        ),
    ),
    (
        "dropped.csv",
        "",
        Says(
            "5: [datasets.d] path = \"dropped.csv\"",
            &["dropped.csv: mostly without a value: \"deck\" in 36 of 40 rows: leave it out", "  ignore = [\"deck\"]"],
        ),
    ),
    (
        "dropped.csv",
        "missing = \"drop\"",
        Reads(
            "0, up to rounding",
            &["36 of 40 rows dropped for missing cells (\"deck\" 36); ignore = [\"deck\"] keeps more"],
        ),
    ),
    ("dropped.csv", "ignore = [\"deck\"]", Reads("3.74050", &["d: 40 rows × 1 feature"])),
    (
        "duplicate_unused.csv",
        "",
        Says(
            "5: [datasets.d] path = \"duplicate_unused.csv\"",
            &["the header has \"a\" twice, as columns 1 and 2: rename one, or leave both out with ignore"],
        ),
    ),
    ("duplicate_unused.csv", "ignore = [\"a\"]", Reads("2.72222", &["d: 3 rows × 1 feature"])),
    ("duplicate_unused.csv", "features = [\"x\"]", Reads("2.72222", &["d: 3 rows × 1 feature"])),
    (
        "empty_column.csv",
        "",
        Says(
            "5: [datasets.d] path = \"empty_column.csv\"",
            &["column \"note\" is empty in all 4 rows: leave it out", "  ignore = [\"note\"]"],
        ),
    ),
    (
        "empty_column.csv",
        "missing = \"drop\"",
        Says(
            "5: [datasets.d] path = \"empty_column.csv\"",
            &["no row is left: each of the 4 has a missing cell: \"note\" in 4", "  ignore = [\"note\"]"],
        ),
    ),
    ("empty_column.csv", "ignore = [\"note\"]", Reads("0.8000", &[])),
    ("half.parquet", "", Reads("0.0714286", &[])),
    ("int8.parquet", "", Reads("0.0714286", &[])),
    (
        "id_levels.csv",
        "one_hot = [\"id\"]",
        Says(
            "7: [datasets.d] one_hot = [\"id\"]",
            &[
                "more than 1000 levels: leave it out if it is an identifier",
                "  ignore = [\"id\"]\n  no one_hot, which lists \"id\"",
            ],
        ),
    ),
    ("id_levels.csv", "ignore = [\"id\"]", Reads("10.0", &[])),
    (
        "many_text.csv",
        "",
        Says(
            "5: [datasets.d] path = \"many_text.csv\"",
            &[
                "text in 8 columns, \"a\" (2 levels), \"b\"",
                "  one_hot = \"text\", or one_hot = [\"a\", \"b\", \"c\", \"d\", ",
            ],
        ),
    ),
    ("many_text.csv", "one_hot = \"text\"", Reads("", &["d: 3 rows × 16 features"])),
    (
        "no_header.csv",
        "target = \"24\"",
        Says(
            "5: [datasets.d] path = \"no_header.csv\"",
            &[
                "line 1: the header has only numbers (\"0.1\", \"18\", \"24\"); if it is a row of data: header = false, which names \
               the columns column_1, column_2, … (target = \"column_3\")",
            ],
        ),
    ),
    ("no_header.csv", "target = \"column_3\"\nheader = false", Reads("", &["d: 4 rows × 2 features"])),
    (
        "question_mark.csv",
        "",
        Says(
            "5: [datasets.d] path = \"question_mark.csv\"",
            &[
                "column \"hp\" holds \"?\" in 2 of 4 rows, first in row 2 (line 3): add it to missing_values",
                "  missing_values = [\"?\"]\n  missing = \"drop\"",
            ],
        ),
    ),
    (
        "question_mark.csv",
        "missing_values = [\"?\"]\nmissing = \"drop\"",
        Reads("0, up to rounding", &["d: 2 of 4 rows"]),
    ),
    (
        "thousands.csv",
        "",
        Says(
            "5: [datasets.d] path = \"thousands.csv\"",
            &[
                "separators of thousands in column \"price\" (\"1,200\" in all 3 rows, first in row 1 (line 2)): thousands = \",\" \
               reads them",
            ],
        ),
    ),
    ("thousands.csv", "thousands = \",\"", Reads("0.524934", &[])),
    (
        "typo_target.csv",
        "target = \"yy\"\none_hot = [\"city\"]",
        Says(
            "6: [datasets.d] target = \"yy\"",
            &["target: there is no column \"yy\" (did you mean \"y\"?); the columns are \"city\", \"x\", \"y\"\n"],
        ),
    ),
    (
        "euro.csv",
        "",
        Says(
            "6: [datasets.d] target = \"y\"",
            &[
                "the columns are \"a;b;y\"; is it delimiter = \";\", with decimal = \",\" where numbers have a decimal comma?\n",
            ],
        ),
    ),
    (
        "euro.csv",
        "delimiter = \";\"",
        Says(
            "5: [datasets.d] path = \"euro.csv\"",
            &["decimal commas in columns \"a\", \"b\", \"y\"", "decimal = \",\" reads them"],
        ),
    ),
    ("euro.csv", "delimiter = \";\"\ndecimal = \",\"", Reads("0.0749235", &["d: 60 rows × 2 features"])),
    (
        "unnamed.csv",
        "",
        Reads(
            "0.0747959",
            &["\"Unnamed: 0\" looks like the index that pandas wrote; ignore = [\"Unnamed: 0\"] leaves it out"],
        ),
    ),
    ("unnamed.csv", "ignore = [\"Unnamed: 0\"]", Reads("0.0749235", &["d: 60 rows × 2 features"])),
    ("bool.csv", "", Reads("0.356201", &[])),
    ("bool.parquet", "", Reads("0.356201", &[])),
    ("cat.csv", "one_hot = [\"city\"]", Reads("0.035207", &["d: 120 rows × 5 features"])),
    ("float16.parquet", "", Reads("0.0864785", &[])),
    ("decimals.parquet", "", Reads("0, up to rounding", &[])),
    ("small_ints.parquet", "", Reads("2.57444", &["d: 94 rows × 5 features"])),
    ("p_filtered.parquet", "", Reads("2.69890", &["\"__index_level_0__\" is an index of pandas and left out"])),
    ("p_reset.parquet", "", Reads("2.69890", &[])),
    ("rows.csv", "", Reads("6.92222", &[])),
    ("rows.parquet", "", Reads("6.92222", &["\"__index_level_0__\" is an index of pandas and left out"])),
];

/// Writes `e.toml`, with the path on line 5 and the target on line 6.
fn write(place: &Place, file: &str, keys: &str) {
    let source = if file.ends_with(".parquet") { "parquet" } else { "csv" };
    let target = if keys.starts_with("target") { "" } else { "target = \"y\"\n" };
    place.write(
        "e.toml",
        format!(
            "name = \"e\"\nseeds = 1\n[datasets.d]\nsource = \"{source}\"\npath = \"{file}\"\n{target}{keys}\n\
             [models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 1e-3\n[train]\nepochs = 2\n"
        ),
    );
}

fn with_tables() -> Place {
    let place = Place::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables");
    for entry in std::fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
        place.write(&name, std::fs::read(&path).expect("reads"));
    }
    place
}

#[test]
fn each_file_reads_to_its_numbers_or_to_the_sentence_that_mends_it() {
    let place = with_tables();
    for (file, keys, expected) in CASES {
        write(&place, file, keys);
        match expected {
            Reads(mse, said) => {
                let plan = place.sweep(&["plan", "e.toml", "-o", "planned"]);
                let plan = format!("{}{}", out(&plan), error(&plan));
                said.iter().for_each(|words| assert!(plan.contains(words), "{file} {keys}\n{words}\n{plan}"));
                let run = place.sweep(&["run", "e.toml", "-o", &format!("{file} {}", keys.len())]);
                assert_eq!(code(&run), 0, "{file} {keys}\n{}", error(&run));
                let told = out(&run);
                let row = told.lines().find(|line| line.trim_start().starts_with("least squares"));
                let row = row.unwrap_or_else(|| panic!("{file} {keys}\n{told}"));
                assert!(row.contains(mse), "{file} {keys}: {mse}\n{row}");
            }
            Says(line, words) => {
                let run = place.sweep(&["run", "e.toml"]);
                let told = format!("{}\n", error(&run));
                assert_eq!(code(&run), 2, "{file} {keys}\n{told}");
                assert!(told.contains(&format!("e.toml:{line}\n{file}: ")), "{file} {keys}\n{told}");
                words.iter().for_each(|words| assert!(told.contains(words), "{file} {keys}\n{words}\n{told}"));
            }
        }
    }
}

/// The same numbers are the same trial, whatever file they are in.
#[test]
fn the_second_file_of_the_same_numbers_is_known() {
    let place = with_tables();
    for (one, other) in [
        (("bool.csv", ""), ("bool.parquet", "")),
        (("rows.csv", ""), ("rows.parquet", "")),
        (("p_reset.parquet", ""), ("p_filtered.parquet", "")),
        (("euro.csv", "delimiter = \";\"\ndecimal = \",\""), ("unnamed.csv", "ignore = [\"Unnamed: 0\"]")),
        (("unnamed.csv", "features = [\"a\", \"b\"]"), ("unnamed.csv", "ignore = [\"Unnamed: 0\"]")),
    ] {
        write(&place, one.0, one.1);
        let results = format!("{}{}", one.0, one.1.len());
        let run = place.sweep(&["run", "e.toml", "-o", &results]);
        assert_eq!(code(&run), 0, "{}", error(&run));
        write(&place, other.0, other.1);
        let plan = out(&place.sweep(&["plan", "e.toml", "-o", &results]));
        assert!(plan.contains("1 known, 0 new"), "{one:?} {other:?}\n{plan}");
    }
}

/// A file of another format says which source reads it, in each direction.
#[test]
fn a_foreign_file_names_the_source_that_reads_it() {
    let place = with_tables();
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    for name in ["zstd.arrow", "c.npy", "stored.npz", "images-idx3-ubyte"] {
        place.write(name, std::fs::read(formats.join(name)).expect("reads"));
    }
    place.write("d.svm", "1 1:0.5 3:2\n-1 2:1\n");
    let files = [
        ("rows.csv", "csv"),
        ("rows.parquet", "parquet"),
        ("zstd.arrow", "arrow"),
        ("c.npy", "npy"),
        ("stored.npz", "npy"),
        ("images-idx3-ubyte", "idx"),
        ("d.svm", "svmlight"),
    ];
    for source in ["csv", "parquet", "arrow", "npy", "idx", "svmlight"] {
        for (file, right) in files.iter().filter(|(_, right)| *right != source) {
            let target = match source {
                "svmlight" => "",
                "idx" => "labels = \"l\"\n",
                _ => "target = \"y\"\n",
            };
            place.write(
                "e.toml",
                format!(
                    "seeds = 1\n[datasets.d]\nsource = \"{source}\"\npath = \"{file}\"\n{target}[models.m]\nkind = \"linear\"\n\
                     [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 1e-3\n[train]\nepochs = 2\n"
                ),
            );
            let told = error(&place.sweep(&["run", "e.toml"]));
            // Text of no other format is called delimited text.
            let right = if source != "csv" && *right == "svmlight" { "csv" } else { right };
            assert!(told.contains(&format!("source = \"{right}\"")), "{file} as {source}\n{told}");
            assert!(told.contains("e.toml:4: [datasets.d] path"), "{told}");
        }
    }
}
