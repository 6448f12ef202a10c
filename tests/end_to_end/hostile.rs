//! Names and texts that attack: whatever stands in a file, nothing is written outside the results folder, and nothing that
//! a sink would obey reaches it.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

/// Texts that attack one sink or another.
const SEEDS: [&str; 26] = [
    "a|b",
    "`code` *x* _y_",
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{9b}2J\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "abc\u{202e}fed\u{2066}x",
    "zero\u{200b}width\u{feff}",
    "two\nlines\r\n\n# heading",
    "\"quoted\" 'twice'",
    "a & b &amp; c",
    "]]> <![CDATA[ x",
    "--> <!-- x --",
    "[link](javascript:alert(1)) ![image](http://x.invalid/y.png)",
    "http://x.invalid/ ://",
    "{{ 7 * 7 }} {% raw %}",
    "../../etc/passwd",
    "a\0b\u{7f}",
    "\u{2028}line\u{2029}separators\u{e0041}",
];

/// Names that would leave the results folder, or be no name somewhere.
const NAMES: [&str; 24] = [
    "..",
    ".",
    "",
    "/",
    "/tmp/x",
    "a/b",
    "../x",
    "..\\x",
    "a\\b",
    "C:\\x",
    "a\0b",
    ".sweep",
    "CON",
    "nul.txt",
    "Com1",
    "lpt9.x",
    "dot.",
    "space ",
    " space",
    "a b",
    "tab\tx",
    "\u{202e}x",
    "ünï\u{200b}",
    "a:b",
];

/// `text` as TOML writes it.
fn toml_text(text: &str) -> String {
    let mut written = String::from('"');
    text.chars().for_each(|c| match c {
        '"' | '\\' => written.extend(['\\', c]),
        c if sweep::text::is_hidden(c) => written.push_str(&format!("\\U{:08X}", u32::from(c))),
        c => written.push(c),
    });
    written + "\""
}

/// An experiment on `data.csv`; the name, the title and the path are TOML already.
fn experiment(name: &str, title: &str, path: &str, column: &str) -> String {
    format!(
        "name = {name}\ntitle = {title}\n[datasets.d]\nsource = \"csv\"\npath = {path}\ntarget = {target}\n\
         one_hot = [{column}]\nmissing = \"drop\"\n[models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\n\
         learning_rate = [0.01, 1e9]\n[train]\nepochs = 3\n",
        target = toml_text("y"),
    )
}

/// Everything below a folder with its bytes, except what is below `but`.
fn listing(folder: &Path, but: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in std::fs::read_dir(at).expect("lists") {
            let path = entry.expect("reads").path();
            if path == but {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                all.insert(path.clone(), Vec::new());
                pending.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap_or_default();
                all.insert(path, bytes);
            }
        }
    }
    all
}

fn quoted_csv(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// No character that nobody sees or that something obeys.
fn is_clean(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !sweep::text::is_hidden(c))
}

/// Rows of RFC 4180, unquoted.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut rest = text.chars().peekable();
    let mut inside = false;
    while let Some(c) = rest.next() {
        match c {
            '"' if inside && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => inside = !inside,
            ',' if !inside => row.push(std::mem::take(&mut cell)),
            '\n' if !inside => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!inside && cell.is_empty() && row.is_empty(), "an unfinished record");
    rows
}

/// Holds every file of a results folder to the rules of its kind.
fn check_sinks(folder: &Path, hostile: &str) {
    let files = read(folder);
    assert!(files.len() > 10, "{hostile:?}: {} files", files.len());
    for (name, bytes) in &files {
        let at = |what: &str| format!("{what} in {name} for {hostile:?}");
        if name.ends_with(".parquet") {
            assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
            continue;
        }
        if name.ends_with(".png") {
            assert!(bytes.starts_with(b"\x89PNG"));
            continue;
        }
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        assert!(is_clean(text), "{}", at("a hidden character"));
        if name.ends_with(".svg") {
            let picture = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{}: {error}", at("XML")));
            const ELEMENTS: [&str; 8] = ["svg", "title", "desc", "defs", "path", "g", "use", "rect"];
            for node in picture.descendants().filter(roxmltree::Node::is_element) {
                assert!(ELEMENTS.contains(&node.tag_name().name()), "{}", at(node.tag_name().name()));
                assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{}", at("a handler"));
                assert!(node.attribute("href").is_none_or(|link| link.starts_with('#')), "{}", at("a link"));
            }
            assert!(!text.contains("<!"), "{}", at("a declaration"));
        } else if name.ends_with(".html") {
            check_page(text, &at);
        } else if name.ends_with(".csv") {
            let rows = cells(text);
            for cell in rows.iter().flatten() {
                assert_eq!(rows[0].len(), rows.iter().map(Vec::len).max().unwrap_or(0), "{}", at("a ragged table"));
                let number = cell.parse::<f64>().is_ok();
                let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                assert!(number || !formula, "{}", at("a formula"));
            }
        } else if name.ends_with(".md") {
            check_markdown(text, &at);
        } else if name == "plan.toml" {
            text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{}: {error}", at("TOML")));
        }
    }
}

/// The page has the tags of the template and of the pictures alone, under the strict policy.
fn check_page(page: &str, at: &dyn Fn(&str) -> String) {
    const TAGS: &str = "a body code defs desc div figcaption figure g h1 h2 h3 head html li main meta nav ol p path pre rect \
                        section style svg table tbody td th thead title tr ul use";
    assert!(page.contains("default-src 'none'; style-src 'sha256-") && !page.contains("unsafe-inline"));
    let (before, rest) = page.split_once("<style>").expect("a style sheet");
    let (_, after) = rest.split_once("</style>").expect("its end");
    for part in [before.trim_start_matches("<!doctype html>"), after] {
        for tag in part.split('<').skip(1) {
            let (inside, _) = tag.split_once('>').unwrap_or_else(|| panic!("{}", at("an open tag")));
            let name: String = inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            assert!(TAGS.split_whitespace().any(|known| known == name), "{}", at(&format!("<{inside}>")));
            // Attributes are in double quotes, which texts cannot end.
            let mut outside = inside.split('"').step_by(2).flat_map(str::split_whitespace);
            assert!(outside.all(|word| !word.starts_with("on")), "{}", at(&format!("<{inside}>")));
        }
    }
}

/// Nothing that begins markup stands without its backslash, except what the writer itself makes.
fn check_markdown(text: &str, at: &dyn Fn(&str) -> String) {
    for line in text.lines().filter(|line| !line.starts_with("    ")) {
        let figure = line.starts_with("![") && line.ends_with(".svg)");
        let line = line.trim_start_matches("![");
        let mut before = ' ';
        for (position, c) in line.char_indices() {
            let escaped = before == '\\';
            let bars = line.starts_with('|');
            assert!(c != '<' && (c != '`' || escaped) && (c != '[' || escaped), "{}: {line}", at(&c.to_string()));
            assert!(c != '|' || escaped || bars, "{}: {line}", at("a bar"));
            assert!(c != ']' || escaped || figure, "{}: {line}", at("a link"));
            assert!(escaped || !line[position..].starts_with("://"), "{}: {line}", at("an address"));
            before = if escaped && c == '\\' { ' ' } else { c };
        }
    }
}

fn check_terminal(output: &Output, hostile: &str) {
    for text in [out(output), error(output)] {
        assert!(is_clean(&text), "{hostile:?} reached the terminal: {text:?}");
        assert!(!text.contains("panicked"), "{text}");
    }
}

/// Runs with `hostile` as the title, the data file's name, a column's name and a cell of a category.
fn attack(hostile: &str) {
    let place = Place::new();
    std::fs::create_dir(place.path("inside")).expect("creates");
    let (title, file) = (hostile, hostile.replace(['/', '\0'], "_"));
    let (column, level) = (hostile.replace('\0', "_"), format!("{} ", hostile.replace('\0', "_")));
    let (head, cell) = (quoted_csv(&column), quoted_csv(&level));
    let data = format!("x,{head},y\n1,{cell},2\n2,blue,4\n3,{cell},6\n4,blue,\n5,blue,10\n");
    std::fs::write(place.path("inside").join(&file), data).expect("writes");
    // The reader takes the space around a name away.
    let column = toml_text(column.trim());
    let text = experiment("\"e\"", &toml_text(title), &toml_text(&file), &column);
    place.write("inside/e.toml", text);
    let before = listing(place.folder.path(), &place.path("inside/results"));
    for arguments in [
        &["run", "inside/e.toml", "-o", "inside/results"][..],
        &["plan", "inside/e.toml"],
        &["report", "inside/e.toml", "-o", "inside/results"],
    ] {
        let output = place.sweep(arguments);
        check_terminal(&output, hostile);
        assert_eq!(code(&output), 0, "{hostile:?}: {}", error(&output));
    }
    check_sinks(&place.path("inside/results/e"), hostile);
    let results = std::fs::read_dir(place.path("inside/results")).expect("lists").count();
    assert_eq!(results, 1, "one results folder");
    assert!(before == listing(place.folder.path(), &place.path("inside/results")), "{hostile:?} wrote outside");
    // The resolved plan is the same experiment.
    std::fs::copy(place.path("inside/results/e/plan.toml"), place.path("inside/again.toml")).expect("copies");
    let again = place.sweep(&["plan", "inside/again.toml", "-o", "inside/results"]);
    assert!(out(&again).contains("2 known, 0 new"), "{hostile:?}: {}{}", out(&again), error(&again));
}

#[test]
fn hostile_texts_reach_no_sink() {
    std::thread::scope(|scope| {
        for part in SEEDS.chunks(SEEDS.len().div_ceil(2)) {
            scope.spawn(move || part.iter().for_each(|hostile| attack(hostile)));
        }
    });
}

/// Two attacks in one text, where one may end what the other is escaped in.
#[test]
#[ignore = "a minute: run by .ci/long hostile"]
fn two_hundred_hostile_texts_reach_no_sink() {
    use rayon::prelude::*;

    let pairs = SEEDS.iter().flat_map(|first| SEEDS.iter().map(move |second| format!("{first}{second}")));
    let texts: Vec<String> = pairs.enumerate().filter(|(index, _)| index % 3 == 0).map(|(_, text)| text).collect();
    texts.par_iter().for_each(|text| attack(text));
    println!("{} texts and {} names", texts.len(), NAMES.len() + 1 + SEEDS.len());
    assert!(texts.len() >= 200);
}

#[test]
fn hostile_names_are_refused_with_their_line() {
    let long = "x".repeat(300);
    let names = NAMES.iter().copied().chain([long.as_str()]);
    let place = Place::new();
    let mut refused = 0;
    for name in names.chain(SEEDS) {
        let base = experiment("\"e\"", "\"t\"", "\"data.csv\"", "\"kind\"");
        let named = base.replacen("name = \"e\"", &format!("name = {}", toml_text(name)), 1);
        let table = |from: &str, group: &str| base.replacen(from, &format!("[{group}.{}]", toml_text(name)), 1);
        for (text, line) in [
            (named, 1),
            (table("[datasets.d]", "datasets"), 3),
            (table("[models.m]", "models"), 9),
            (table("[optimizers.gd]", "optimizers"), 11),
        ] {
            place.write("e.toml", text);
            let before = listing(place.folder.path(), Path::new(""));
            let output = place.sweep(&["run", "e.toml"]);
            check_terminal(&output, name);
            assert_eq!(code(&output), 2, "{name:?} in line {line}: {}", error(&output));
            let message = error(&output);
            assert!(message.contains(&format!("e.toml:{line}:")), "{name:?}: {message}");
            assert!(message.contains("accepted"), "{name:?}: {message}");
            assert!(before == listing(place.folder.path(), Path::new("")), "{name:?} left something");
            refused += 1;
        }
    }
    assert!(refused >= 200, "{refused}");
}

#[test]
fn the_longest_names_are_files_everywhere() {
    let place = Place::new();
    let name = "n".repeat(100);
    let text =
        SMALL.replace("datasets.made", &format!("datasets.{name}")).replace("models.linear", &format!("models.{name}"));
    place.write("e.toml", text.replace("\"small\"", &format!("\"{name}\"")));
    let output = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let longest =
        place.results(&format!("results/{name}")).iter().map(|(file, _)| file.rsplit('/').next().unwrap().len()).max();
    assert!(longest.is_some_and(|longest| (200..=255).contains(&longest)), "{longest:?}");
}
