//! Targets that are classes, as every command that reads data meets them.

use super::*;

/// Flowers with their lengths, of three species.
fn flowers() -> String {
    let row = |row: usize| {
        let species = ["setosa", "versicolor", "virginica"][row % 3];
        format!("{}.{},{}.5,{species}\n", row % 3 + 1, row * 7 % 10, row % 11)
    };
    (0..30).map(row).fold("length,width,species\n".to_owned(), |text, row| text + &row)
}

const EXPERIMENT: &str = "seeds = 2\n[datasets.flowers]\nsource = \"csv\"\npath = \"flowers.csv\"\ntarget = \"species\"\n\
                          split = { validation = 0.2, test = 0.2 }\n[models.linear]\nkind = \"linear\"\nl2 = [0.0, 0.1]\n\
                          [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.1, 0.2]\n[optimizers.sgd]\nmethod = \"sgd\"\n\
                          learning_rate = 0.1\n";

fn place() -> Place {
    let place = Place::new();
    place.write("flowers.csv", flowers());
    place.write("e.toml", EXPERIMENT);
    place
}

#[test]
fn a_model_of_numbers_refuses_text_at_the_line_of_the_target() {
    let place = place();
    for command in ["plan", "run"] {
        let output = place.sweep(&[command, "e.toml"]);
        assert_eq!(code(&output), 2, "{}", error(&output));
        assert_eq!(
            error(&output),
            "error: dataset \"flowers\", model \"linear\": linear with loss squared_error predicts numbers, and the target \
             \"species\" holds text (\"setosa\" 10, \"versicolor\" 10, \"virginica\" 10): a target of numbers is accepted (such as 0 and 1 \
             for two classes), or a model that predicts classes\n  --> e.toml:5\n"
        );
    }
    let huber = place.sweep(&["plan", "e.toml", "models.linear.loss=huber"]);
    assert!(error(&huber).contains("linear with loss huber predicts numbers"), "{}", error(&huber));
}

#[test]
fn weights_of_no_classes_are_refused_at_their_line_and_a_weight_of_0_is_warned_of() {
    let place = place();
    place.write(
        "w.toml",
        EXPERIMENT.replace("kind = \"linear\"\n", "kind = \"softmax\"\nclass_weight = { lily = 2, rose = 1 }\n"),
    );
    let output = place.sweep(&["plan", "w.toml"]);
    assert_eq!(code(&output), 2, "{}", error(&output));
    assert_eq!(
        error(&output),
        "error: dataset \"flowers\", model \"linear\": `class_weight` names \"lily\", \"rose\", which are no classes; the classes are \
         \"setosa\", \"versicolor\", \"virginica\"\n  --> w.toml:9\n"
    );
    let nothing = place.sweep(&["plan", "w.toml", "models.linear.class_weight={setosa=0,versicolor=2}"]);
    assert_eq!(code(&nothing), 0, "{}", error(&nothing));
    let design = "design      models.linear: class_weight is 0 for \"setosa\", so that such rows do not count in J";
    assert!(out(&nothing).contains(design), "{}", out(&nothing));
}

#[test]
fn classes_become_a_report_in_two_commands() {
    let place = place();
    let shown = out(&place.sweep(&["data", "flowers.csv"]));
    assert!(shown.contains("target species: 3 classes, setosa 10, versicolor 10, virginica 10\n"), "{shown}");
    let line = shown.lines().find(|line| line.starts_with("species ")).expect("a line of the target");
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(cells, ["species", "target", "3 classes", "0", "setosa, versicolor, virgini…"]);
    let next = "next: sweep init flowers.csv  # softmax regression of the 3 classes of species\n";
    assert!(shown.ends_with(next), "{shown}");

    let init = place.sweep(&["init", "flowers.csv"]);
    assert_eq!(code(&init), 0, "{}", error(&init));
    assert!(
        out(&init).contains("wrote flowers.toml: softmax regression of the 3 classes of species, "),
        "{}",
        out(&init)
    );
    let text = std::fs::read_to_string(place.path("flowers.toml")).expect("reads");
    assert!(text.contains("[models.softmax]\nkind = \"softmax\"\n") && text.contains("stratify = true"), "{text}");
    let plan = place.sweep(&["plan", "flowers.toml"]);
    assert!(code(&plan) == 0 && error(&plan).is_empty() && !out(&plan).contains("\ndesign "), "{}", out(&plan));
    let run = place.sweep(&["run", "flowers.toml"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    let rates = std::fs::read_to_string(place.path("results/flowers/tables/learning_rates.csv")).expect("reads");
    let header: Vec<&str> = rates.lines().next().expect("a header").split(',').collect();
    let cell = |line: &str, name: &str| {
        let at = header.iter().position(|column| *column == name).expect("a column");
        line.split(',').nth(at).expect("a cell").to_owned()
    };
    // The best rate stands at no end of its axis.
    for optimizer in ["gd", "sgd"] {
        let of = rates.lines().skip(1).filter(|line| cell(line, "optimizer") == optimizer);
        let rate = |line: &str| cell(line, "learning_rate").parse::<f64>().expect("a rate");
        let (mut low, mut high, mut best) = (f64::INFINITY, 0.0_f64, Vec::new());
        for line in of {
            (low, high) = (low.min(rate(line)), high.max(rate(line)));
            best.extend((cell(line, "is_best") == "true").then(|| rate(line)));
        }
        assert!(!best.is_empty() && best.iter().all(|rate| low < *rate && *rate < high), "{optimizer}: {rates}");
    }
}

#[test]
fn init_takes_whole_numbers_and_refuses_rare_classes() {
    let place = place();
    place.write(
        "codes.csv",
        flowers()
            .replace("species", "class")
            .replace("setosa", "0")
            .replace("versicolor", "1")
            .replace("virginica", "2"),
    );
    let init = place.sweep(&["init", "codes.csv"]);
    assert_eq!(code(&init), 0, "{}", error(&init));
    let text = std::fs::read_to_string(place.path("codes.toml")).expect("reads");
    let line = "kind = \"softmax\"  # \"linear\" takes the 3 different values of class as numbers\n";
    assert!(text.contains(line), "{text}");
    let plan = place.sweep(&["plan", "codes.toml", "models.softmax.kind=linear"]);
    assert_eq!(code(&plan), 0, "{}", error(&plan));

    place.write("rare.csv", flowers() + "9.5,9.5,wild\n");
    let refused = place.sweep(&["init", "rare.csv", "--target", "species"]);
    assert_eq!(code(&refused), 2);
    let reason = "target \"species\" has 1 row of class \"wild\", and each of the 3 parts of a split needs one: remove these rows, give \
                  them another class, or name another column with --target";
    assert_eq!(error(&refused), format!("error: rare.csv: {reason}\n"));
    assert!(!place.path("rare.toml").exists());
    let shown = out(&place.sweep(&["data", "rare.csv", "--target", "species"]));
    assert!(
        shown.contains("4 classes") && shown.ends_with(&format!("`sweep init` would write nothing: {reason}\n")),
        "{shown}"
    );
    // Without a word on the target a column of numbers is taken, and the text is named.
    let guessed = place.sweep(&["init", "rare.csv"]);
    assert_eq!(code(&guessed), 0, "{}", error(&guessed));
    let file = std::fs::read_to_string(place.path("rare.toml")).expect("reads");
    assert!(file.contains("target = \"width\"") && file.contains("its class \"wild\" has 1 row"), "{file}");
}

#[test]
fn classes_of_whole_numbers_are_divided_alike_under_a_model_of_numbers() {
    let place = place();
    let numbers = flowers().replace("setosa", "1").replace("versicolor", "2").replace("virginica", "5");
    place.write("flowers.csv", numbers);
    let plain = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&plain), 0, "{}", error(&plain));
    let again = place.sweep(&["plan", "e.toml", "datasets.flowers.split.stratify=false"]);
    assert!(out(&again).contains(", 0 new"), "false is the same as no key: {}", out(&again));
    place.write("s.toml", EXPERIMENT.replace("test = 0.2 }", "test = 0.2, stratify = true }"));
    let output = place.sweep(&["run", "s.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let plan = std::fs::read_to_string(place.path("results/s/plan.toml")).expect("reads");
    assert!(plan.contains("stratify = true"), "{plan}");
    assert!(!std::fs::read_to_string(place.path("results/e/plan.toml")).expect("reads").contains("stratify"));
    assert_eq!(code(&place.sweep(&["verify", "s.toml"])), 0);

    let fractions = place.sweep(&["plan", "s.toml", "datasets.flowers.target=length"]);
    assert_eq!(code(&fractions), 2);
    let message = error(&fractions);
    assert!(
        message.starts_with("error: s.toml:6: [datasets.flowers] split.stratify = true\n")
            && message.contains(
                "flowers.csv: split.stratify = true divides each class, and target \"length\" holds numbers that are not whole"
            ),
        "{message}"
    );
}
