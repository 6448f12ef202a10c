//! Whose files are whose: what a report wrote is replaced and removed, and nothing else is, whatever is in its way.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

use proptest::prelude::*;

use super::*;

/// A small experiment on data of its own, in which a base stands for the rest.
const BASE: &str = r#"
seeds = 2
[datasets.line]
source = "csv"
path = "data/line.csv"
target = "y"
split = { validation = 0.25, test = 0.25 }
[models.m]
kind = "linear"
[optimizers.gd]
method = "gd"
learning_rate = [0.001, 0.01]
[train]
epochs = 5
"#;

const DATA: &str = "x,y\n1,2\n2,4.1\n3,6\n4,8.2\n5,9.9\n6,12.1\n7,14\n8,16.2\n";

fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("data")).unwrap();
    place.write("data/line.csv", DATA);
    place.write("base.toml", BASE);
    place.write("line.toml", "extends = \"base.toml\"\n");
    place
}

/// Everything below a folder: a link by where it leads, a file by its bytes, a folder by being there.
fn tree(folder: &Path) -> BTreeMap<OsString, String> {
    fn walk(at: &Path, top: &Path, found: &mut BTreeMap<OsString, String>) {
        for entry in fs::read_dir(at).unwrap().map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let name = path.strip_prefix(top).unwrap().as_os_str().to_owned();
            if kind.is_symlink() {
                found.insert(name, format!("-> {}", fs::read_link(&path).unwrap().display()));
            } else if kind.is_dir() {
                found.insert(name, "a folder".to_owned());
                walk(&path, top, found);
            } else {
                found.insert(name, format!("{:?}", fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn manifest(place: &Place, folder: &str) -> Vec<String> {
    fs::read_to_string(place.path(folder).join("manifest.txt")).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_manifest_names_what_a_report_wrote() {
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    let names: Vec<String> = place.results("results/line").into_iter().map(|(name, _)| name).collect();
    assert_eq!(manifest(&place, "results/line"), names);
    assert_eq!(fs::read_to_string(place.path("results/line/.gitattributes")).unwrap(), "* -text\n");
    // A narrower report takes away what the wider one wrote, and leaves what it did not.
    assert_eq!(code(&place.sweep(&["run", "line.toml", "datasets.line.path=data/line.csv", "models.m.l2=0.1"])), 0);
    place.write("wide.toml", "extends = \"base.toml\"\nname = \"line\"\n[models.other]\nkind = \"linear\"\nl2 = 0.5\n");
    assert_eq!(code(&place.sweep(&["run", "wide.toml"])), 0);
    assert!(manifest(&place, "results/line").len() > names.len());
    place.write("results/line/plots/learning-rate-mine.svg", "mine");
    place.write("results/line/tables/mine.csv", "mine");
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    assert_eq!(manifest(&place, "results/line"), names);
    let mut left: Vec<String> = place.results("results/line").into_iter().map(|(name, _)| name).collect();
    left.retain(|name| !name.contains("mine"));
    assert_eq!(left, names);
    for name in ["plots/learning-rate-mine.svg", "tables/mine.csv"] {
        assert_eq!(fs::read(place.path("results/line").join(name)).unwrap(), b"mine");
    }
    let output = place.sweep(&["verify", "line.toml"]);
    assert_eq!(code(&output), 0, "{}", out(&output));
    assert!(error(&output).contains("tables/mine.csv is none of the program's files"), "{}", error(&output));
}

#[test]
fn a_folder_of_somebody_elses_is_refused_before_anything_is_done() {
    let place = place();
    for (name, text) in [("tables/input.csv", DATA), ("plots/figure1.png", "png"), ("report.md", "# Mine")] {
        fs::create_dir_all(place.path("line").join(name).parent().unwrap()).unwrap();
        place.write(&format!("line/{name}"), text);
    }
    let before = tree(&place.path("line"));
    for command in [&["run"][..], &["run", "--dry-run"], &["run", "--fresh"], &["verify", "--bless"]] {
        let words = [command, &["line.toml", "-o", "."]].concat();
        let output =
            place.command(&words).env("SWEEP_INJECT_PANIC", "0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f").output().unwrap();
        assert_eq!(code(&output), 3, "{words:?}: {}", error(&output));
        assert!(error(&output).contains("cannot write results into ./line: the folder is not empty"));
        assert!(error(&output).contains("`-o` names another place"), "{}", error(&output));
        assert_eq!(tree(&place.path("line")), before, "{words:?}");
    }
}

#[test]
fn results_from_before_the_manifest_are_adopted() {
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    let names = manifest(&place, "results/line");
    fs::remove_file(place.path("results/line/manifest.txt")).unwrap();
    // No report from before the manifest wrote it, so one that lies there is somebody else's.
    assert_eq!(code(&place.sweep(&["run", "line.toml", "models.m.l2=0.1"])), 3);
    for new in ["verdict.json", "tables/data.csv"] {
        fs::remove_file(place.path("results/line").join(new)).unwrap();
    }
    place.write("results/line/plots/mine.svg", "mine");
    assert_eq!(code(&place.sweep(&["run", "line.toml", "models.m.l2=0.1"])), 0);
    assert_eq!(manifest(&place, "results/line"), names);
    assert_eq!(fs::read(place.path("results/line/plots/mine.svg")).unwrap(), b"mine");
    // Nothing says what is whose: nothing is replaced.
    fs::remove_file(place.path("results/line/manifest.txt")).unwrap();
    fs::remove_file(place.path("results/line/plan.toml")).unwrap();
    let before = tree(&place.path("results/line"));
    let output = place.sweep(&["run", "line.toml"]);
    assert_eq!(code(&output), 3);
    assert!(error(&output).contains("cannot replace results/line/report.html"), "{}", error(&output));
    assert_eq!(tree(&place.path("results/line")), before);
    // A manifest that is none, or somebody's.
    place.write("results/line/manifest.txt", "what I shipped\n");
    let output = place.sweep(&["report", "line.toml"]);
    assert_eq!(code(&output), 3);
    assert!(error(&output).contains("manifest.txt: it is not a list of what a report wrote"), "{}", error(&output));
}

#[test]
fn a_file_in_the_way_of_a_new_figure_stops_the_report() {
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    place.write("wide.toml", "extends = \"base.toml\"\nname = \"line\"\n[models.other]\nkind = \"linear\"\nl2 = 0.5\n");
    place.write("results/line/plots/convergence-line-other.svg", "mine");
    let before = place.results("results/line");
    let output = place.sweep(&["run", "wide.toml"]);
    assert_eq!(code(&output), 3);
    let message = error(&output);
    assert!(
        message.contains("cannot replace results/line/plots/convergence-line-other.svg: manifest.txt does not list it")
    );
    assert!(place.results("results/line") == before);
    fs::remove_file(place.path("results/line/plots/convergence-line-other.svg")).unwrap();
    assert_eq!(code(&place.sweep(&["run", "wide.toml"])), 0);
}

#[test]
fn names_that_are_not_text_are_left_alone() {
    use std::os::unix::ffi::OsStringExt as _;
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    for folder in ["plots", "tables", ""] {
        let name = OsString::from_vec(b"\xff.svg".to_vec());
        fs::write(place.path("results/line").join(folder).join(name), "mine").unwrap();
    }
    let before = tree(&place.path("results/line/plots"));
    for command in [&["run"][..], &["report"], &["verify"], &["verify", "--bless"]] {
        let output = place.sweep(&[command, &["line.toml"]].concat());
        assert_eq!(code(&output), 0, "{command:?}: {}", error(&output));
    }
    assert_eq!(tree(&place.path("results/line/plots")), before);
    assert_eq!(code(&place.sweep(&["compare", "results/line", "results/line"])), 0);
}

#[test]
fn an_output_replaces_none_of_its_inputs_and_nothing_in_results() {
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    assert_eq!(code(&place.sweep(&["run", "line.toml", "-o", "copies"])), 0);
    place.write("mine.xml", "<testsuites name=\"sweep of floors\"><mine/></testsuites>");
    std::os::unix::fs::symlink("line.toml", place.path("link.xml")).unwrap();
    fs::hard_link(place.path("base.toml"), place.path("twin.xml")).unwrap();
    let segment = fs::read_dir(place.path("results/line/.sweep/segments")).unwrap().next().unwrap().unwrap().path();
    let segment = segment.strip_prefix(place.path("")).unwrap().to_str().unwrap().to_owned();
    let before = tree(&place.path(""));
    let cases = [
        ("line.toml", "it is the experiment", true),
        ("./line.toml", "it is the experiment", true),
        ("link.xml", "it is the experiment", true),
        ("base.toml", "it is the base of the experiment", true),
        ("twin.xml", "it is the base of the experiment", true),
        ("data/line.csv", "it is data of the experiment", true),
        ("results/line/report.md", "it belongs to the results folder", true),
        ("copies/line/tables/mse.csv", "it belongs to the results folder", true),
        (segment.as_str(), "it would lie in the store of a results folder", true),
        ("results/line/.sweep/new.xml", "it would lie in the store of a results folder", true),
        ("mine.xml", "a file is there that is not a JUnit file of this program; --force replaces it", false),
    ];
    for (path, reason, whatever) in cases {
        for force in [&[][..], &["--force"]] {
            if !force.is_empty() && !whatever {
                continue;
            }
            let output = place.sweep(&[&["verify", "line.toml", "--junit", path], force].concat());
            assert_eq!(code(&output), 3, "{path} {force:?}: {}", out(&output));
            assert!(error(&output).contains(reason), "{path}: {}", error(&output));
            assert_eq!(tree(&place.path("")), before, "{path}");
        }
    }
    for (path, reason) in [("results/line/plots", "it is a folder"), ("copies/line/report.html", "it belongs to")] {
        let output = place.sweep(&["compare", "results/line", "copies/line", "--junit", path, "--force"]);
        assert_eq!(code(&output), 3);
        assert!(error(&output).contains(reason), "{}", error(&output));
    }
    for path in ["line.toml", "mine.xml"] {
        let output = place.sweep(&["compare", "results/line", "copies/line", "--junit", path]);
        assert_eq!((code(&output), error(&output).contains("--force replaces it")), (3, true), "{path}");
        assert_eq!(code(&place.sweep(&["init", path])), 2);
    }
    for path in ["results/line/report.md", "results/line/.sweep/datasets.json"] {
        assert_eq!(code(&place.sweep(&["init", path, "--force"])), 3, "{path}");
    }
    assert_eq!(tree(&place.path("")), before);

    // What is ours is replaced; what is not, where it is asked for.
    let is_ours = |path: &str| fs::read_to_string(place.path(path)).unwrap().contains("<testsuites name=\"sweep ");
    for words in [&["new.xml"][..], &["new.xml"], &["mine.xml", "--force"], &["mine.xml"]] {
        let output = place.sweep(&[&["verify", "line.toml", "--junit"], words].concat());
        assert_eq!((code(&output), is_ours(words[0])), (0, true), "{words:?}: {}", error(&output));
    }
    place.write("first.toml", "mine");
    assert_eq!(code(&place.sweep(&["init", "first.toml", "--force"])), 0);
    assert_eq!(code(&place.sweep(&["plan", "first.toml"])), 0);
    // Another file of timings is left as it is.
    place.write("results/line/timing.json", "{}");
    let output = place.sweep(&["run", "line.toml"]);
    assert!(error(&output).contains("timing.json is not what a run writes"), "{}", error(&output));
    assert_eq!(fs::read(place.path("results/line/timing.json")).unwrap(), b"{}");
}

#[test]
fn no_report_is_written_over_what_it_is_made_of() {
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    fs::copy(place.path("data/line.csv"), place.path("results/line/tables/mse.csv")).unwrap();
    fs::rename(place.path("data/line.csv"), place.path("data/away.csv")).unwrap();
    std::os::unix::fs::symlink(place.path("results/line/tables/mse.csv"), place.path("data/line.csv")).unwrap();
    place.write("of_plan.toml", "extends = \"results/line/plan.toml\"\nname = \"line\"\n");
    let before = tree(&place.path(""));
    let cases = [
        (&["run", "line.toml"][..], "data/line.csv is data of the experiment"),
        (&["run", "line.toml", "--dry-run"], "is data of the experiment"),
        (&["verify", "line.toml", "--bless"], "is data of the experiment"),
        (&["run", "results/line/plan.toml"], "results/line/plan.toml is the experiment, and lies where its own report"),
        (&["run", "of_plan.toml"], "is the base of the experiment"),
    ];
    for (words, said) in cases {
        let output = place.sweep(words);
        assert_eq!(code(&output), 3, "{words:?}: {}", error(&output));
        assert!(error(&output).contains(said), "{words:?}: {}", error(&output));
        assert!(tree(&place.path("")) == before, "{words:?}");
    }
    // Nothing is appended to them either.
    fs::remove_file(place.path("data/line.csv")).unwrap();
    fs::rename(place.path("data/away.csv"), place.path("data/line.csv")).unwrap();
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    let before = tree(&place.path(""));
    for summary in ["data/line.csv", "line.toml", "results/line/report.md"] {
        let output = place.command(&["verify", "line.toml"]).env("GITHUB_STEP_SUMMARY", summary).output().unwrap();
        assert_eq!(code(&output), 0, "{}", error(&output));
        assert!(
            error(&output).contains(&format!("the summary {summary} cannot be written: it ")),
            "{}",
            error(&output)
        );
        assert!(tree(&place.path("")) == before, "{summary}");
    }
}

/// Each link of the report leads to the figure whose title its text begins with.
fn every_figure_is_where_it_is_shown(place: &Place, folder: &str) {
    let read = |name: &str| fs::read_to_string(place.path(folder).join(name)).unwrap();
    let title = |svg: &str| -> String {
        let document = roxmltree::Document::parse(svg).unwrap();
        document.descendants().find(|node| node.has_tag_name("title")).and_then(|node| node.text()).unwrap().to_owned()
    };
    let (markdown, mut seen) = (read("report.md"), Vec::new());
    for line in markdown.lines().filter(|line| line.starts_with("![")) {
        let (caption, path) = line[2..].rsplit_once("](").unwrap();
        let path = path.trim_end_matches(')');
        let title = title(&read(path));
        let caption: String = caption.chars().filter(|character| *character != '\\').collect();
        assert!(caption.starts_with(&format!("{title};")), "{path}: {title:?} under {caption:?}");
        assert!(place.path(folder).join(path.replace(".svg", ".png")).is_file(), "{path}");
        seen.push(path.to_ascii_lowercase());
    }
    let shown = seen.len();
    seen.sort();
    seen.dedup();
    let pictures = fs::read_dir(place.path(folder).join("plots")).unwrap().count();
    assert_eq!((seen.len(), pictures), (shown, 2 * shown), "a file for each figure");
    // The page has them in its text, each under its own caption.
    let page = read("report.html");
    let figures: Vec<&str> =
        page.split("<figure").skip(1).map(|rest| rest.split("</figure>").next().unwrap()).collect();
    assert_eq!(figures.len(), shown);
    for (figure, line) in figures.into_iter().zip(markdown.lines().filter(|line| line.starts_with("!["))) {
        let title = figure.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
        let caption: String = line[2..].chars().filter(|character| *character != '\\').collect();
        let title = title.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        assert!(caption.starts_with(&format!("{title};")), "{title:?} under {caption:?}");
    }
}

fn named(datasets: &[&str], models: &[&str], optimizers: usize) -> String {
    let split = "split = { validation = 0.2, test = 0.2 }";
    let mut text = "name = \"named\"\nseeds = 2\n".to_owned();
    for (name, rows) in datasets.iter().zip(40..) {
        text +=
            &format!("[datasets.\"{name}\"]\nsource = \"synthetic\"\nn_samples = {rows}\nn_features = 2\n{split}\n");
    }
    for (name, number) in models.iter().zip(0..) {
        text += &format!("[models.\"{name}\"]\nkind = \"linear\"\nl2 = 0.{number}\n");
    }
    for number in 0..optimizers {
        let momentum = 10 + number;
        text +=
            &format!("[optimizers.o{number}]\nmethod = \"gd\"\nmomentum = 0.{momentum}\nlearning_rate = [0.01, 0.1]\n");
    }
    text + "[train]\nepochs = 3\n"
}

#[test]
fn figures_have_names_of_their_own_whatever_the_tables_are_called() {
    let cases: [(&[&str], &[&str], usize); 5] = [
        (&["a", "train-a", "by-rate-a"], &["c", "c-2", "C"], 1),
        (&["a"], &["m", "m-part2", "m-part2-part2", "m-2"], 7),
        (&["a-b", "a", "A-B"], &["c", "b-c", "B-c-2"], 1),
        (&["by-rate-by-rate", "by-rate", "rate"], &["x", "by-rate-x"], 4),
        (&["train", "train-train", "a_b", "a.b"], &["train", "train-train-2", "part2"], 1),
    ];
    for (datasets, models, optimizers) in cases {
        let place = Place::new();
        place.write("named.toml", named(datasets, models, optimizers));
        let output = place.sweep(&["run", "named.toml"]);
        assert_eq!(code(&output), 0, "{}", error(&output));
        every_figure_is_where_it_is_shown(&place, "results/named");
    }
}

#[test]
fn one_rate_is_best_however_a_list_is_sorted() {
    let text = |rates: &str, train: &str| {
        format!(
            "name = \"tie\"\nseeds = 3\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 3\n\
             split = {{ validation = 0.2, test = 0.2 }}\n[models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\n\
             learning_rate = {rates}\n[train]\n{train}\n"
        )
    };
    let stopped = "epochs = 100000\ngradient_norm = 1e-10";
    let cases = [
        // All end at the same score. The one that comes within 1 % of it first wins.
        ("[1.0, 0.5, 0.3]", "epochs = 2000", "1"),
        ("[0.3, 0.5, 1.0]", "epochs = 2000", "1"),
        ("[0.5, 1.0, 0.3]", "epochs = 2000", "1"),
        ("{ from = 0.1, to = 1.0, count = 6, scale = \"log\" }", stopped, "1"),
        ("[0.1, 1.0, 0.4]", stopped, "1"),
        ("[1.0, 0.4, 0.1]", stopped, "1"),
    ];
    for (rates, train, best) in cases {
        let place = Place::new();
        place.write("tie.toml", text(rates, train));
        let output = place.sweep(&["run", "tie.toml"]);
        assert_eq!(code(&output), 0, "{}", error(&output));
        let terminal = out(&output);
        let row = terminal.lines().find(|line| line.starts_with("  gd ")).unwrap();
        assert!(row.contains(&format!("  {best} (good range")), "{rates}: {row}");
        let table = |name: &str| -> Vec<BTreeMap<String, String>> {
            let mut reader = csv::Reader::from_path(place.path("results/tie/tables").join(name)).unwrap();
            let header = reader.headers().unwrap().clone();
            let row = |record: csv::StringRecord| -> BTreeMap<String, String> {
                header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
            };
            reader.records().map(|record| row(record.unwrap())).collect()
        };
        assert_eq!(table("mse.csv")[0]["learning_rate"], best, "{rates}");
        let rates_of_sweep = table("learning_rates.csv");
        let ringed: Vec<&str> = rates_of_sweep
            .iter()
            .filter(|row| row["is_best"] == "true")
            .map(|row| row["learning_rate"].as_str())
            .collect();
        assert_eq!(ringed, [best], "{rates}");
        let markdown = fs::read_to_string(place.path("results/tie/report.md")).unwrap();
        let summary = markdown.lines().find(|line| line.starts_with("| d | gd |")).unwrap();
        assert!(
            summary.starts_with(&format!("| d | gd | {best} (")) && summary.contains("others tie) |"),
            "{rates}: {summary}"
        );
        let sweep =
            markdown.lines().find(|line| line.starts_with("| gd | ") && line.matches('|').count() == 11).unwrap();
        assert_eq!(sweep.split(" | ").nth(4), Some(best), "{rates}: {sweep}");
    }
}

#[test]
fn where_everything_diverged_none_is_best() {
    let place = Place::new();
    place.write(
        "lost.toml",
        "seeds = 2\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 3\n\
         split = { validation = 0.2, test = 0.2 }\n[models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\n\
         learning_rate = [100.0, 1000.0]\n[train]\nepochs = 50\n",
    );
    let output = place.sweep(&["run", "lost.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let text = out(&output);
    let row = text.lines().find(|line| line.starts_with("  gd ")).unwrap();
    assert!(row.contains("∞ (0/2)") && row.contains('–') && !row.contains("1000"), "{row}");
    assert!(text.contains("On d nothing can be used: in every setting half of the trials or more diverged"), "{text}");
    assert!(text.contains("no setting of gd is best"), "{text}");
    let markdown = fs::read_to_string(place.path("results/lost/report.md")).unwrap();
    assert!(markdown.contains("| d | nothing | – |"), "{markdown}");
    let mse = fs::read_to_string(place.path("results/lost/tables/mse.csv")).unwrap();
    assert!(mse.lines().nth(1).unwrap().starts_with("d,m,trained,gd,gd,,,,false,2,0,2,0,0,"), "{mse}");
}

/// What a person may have put anywhere: never touched, whatever is run.
#[derive(Debug, Clone, Copy)]
enum Foreign {
    File,
    Folder,
    Link,
    Dangling,
}

const FOREIGN_PLACES: [&str; 16] = [
    "results/line/notes.md",
    "results/line/tables/mine.csv",
    "results/line/plots/mine.svg",
    "results/line/plots/convergence-mine.png",
    "results/line/plots/.writing-mine",
    "results/line/mine/report.html",
    "results/line/.hidden",
    "results/line/.sweep/notes.txt",
    "results/line/.sweep/segments/mine.parquet",
    "results/line/.sweep/theory/mine.json",
    "results/other/report.md",
    "results/notes.md",
    "part/line/mine.txt",
    "out.xml.bak",
    "data/other.csv",
    "tables/mse.csv",
];

const COMMANDS: [&[&str]; 14] = [
    &["run", "line.toml"],
    &["run", "line.toml", "optimizers.gd.learning_rate=0.002,0.01"],
    &["run", "wide.toml"],
    &["run", "line.toml", "--fresh"],
    &["run", "line.toml", "-o", "part"],
    &["run", "line.toml", "-o", "."],
    &["report", "line.toml"],
    &["verify", "line.toml", "--bless"],
    &["merge", "line.toml", "--from", "part"],
    &["clean", "line.toml"],
    &["init", "line.toml"],
    &["init", "results/line/notes.md"],
    &["compare", "results/line", "part/line", "--junit", "out.xml"],
    &["verify", "line.toml", "--junit", "results/line/tables/mine.csv"],
];

fn foreign() -> impl Strategy<Value = (usize, Foreign)> {
    let kinds = prop_oneof![
        3 => Just(Foreign::File),
        1 => Just(Foreign::Folder),
        1 => Just(Foreign::Link),
        1 => Just(Foreign::Dangling)
    ];
    (0..FOREIGN_PLACES.len(), kinds)
}

fn put(place: &Place, (at, kind): (usize, Foreign)) -> Option<PathBuf> {
    let path = place.path(FOREIGN_PLACES[at]);
    fs::create_dir_all(path.parent()?).ok()?;
    if fs::symlink_metadata(&path).is_ok() {
        return None;
    }
    match kind {
        Foreign::File => fs::write(&path, "mine").unwrap(),
        Foreign::Folder => {
            fs::create_dir(&path).unwrap();
            fs::write(path.join("inside"), "mine").unwrap();
        }
        Foreign::Link => std::os::unix::fs::symlink(place.path("kept.txt"), &path).unwrap(),
        Foreign::Dangling => std::os::unix::fs::symlink("nowhere", &path).unwrap(),
    }
    Some(path)
}

fn cases() -> u32 {
    std::env::var("SWEEP_OWNERSHIP_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        max_shrink_iters: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_run_what_is_somebodys_own_stays(
        before in prop::collection::vec(foreign(), 0..3),
        steps in prop::collection::vec((0..COMMANDS.len(), prop::collection::vec(foreign(), 0..3)), 1..=6),
    ) {
        let place = place();
        place.write("kept.txt", "kept");
        place.write("wide.toml", "extends = \"base.toml\"\nname = \"line\"\n[models.other]\nkind = \"linear\"\nl2 = 0.5\n");
        let mut own: Vec<PathBuf> =
            ["line.toml", "wide.toml", "base.toml", "data/line.csv", "kept.txt"].map(|name| place.path(name)).to_vec();
        own.extend(before.into_iter().filter_map(|item| put(&place, item)));
        for (command, new) in steps {
            let look = |path: &PathBuf| -> (PathBuf, String) {
                let found = fs::symlink_metadata(path).map(|found| found.file_type());
                let what = match found {
                    Ok(kind) if kind.is_symlink() => format!("-> {}", fs::read_link(path).unwrap().display()),
                    Ok(kind) if kind.is_dir() => format!("{:?}", tree(path)),
                    Ok(_) => format!("{:?}", fs::read(path).unwrap()),
                    Err(error) => format!("{:?}", error.kind()),
                };
                (path.clone(), what)
            };
            let before: Vec<_> = own.iter().map(look).collect();
            let output = place.sweep(COMMANDS[command]);
            let code = output.status.code();
            prop_assert!(code.is_some_and(|code| matches!(code, 0..=3 | 5)), "{:?}: {code:?} {}", COMMANDS[command], error(&output));
            let changed = own.iter().zip(before).find(|(path, before)| look(path) != *before).map(|(path, _)| path);
            prop_assert!(changed.is_none(), "{:?} changed {changed:?}: {}", COMMANDS[command], error(&output));
            own.extend(new.into_iter().filter_map(|item| put(&place, item)));
        }
    }
}
