//! Networks that start from a file.

use std::path::Path;

use super::{DATA, column, settings};
use crate::experiment::{load, load_trained};
use crate::model::GivenParameters;

fn weights() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/references/initialisation/file.safetensors")
}

/// An experiment whose network starts like this.
fn written(folder: &Path, init: &str) -> std::path::PathBuf {
    let text = format!(
        "{DATA}[models.m]\nkind = \"mlp\"\nhidden = [4, 3]\ninit = {init}\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n"
    );
    let path = folder.join("x.toml");
    std::fs::write(&path, text).expect("written");
    path
}

fn message(folder: &Path, init: &str) -> String {
    load(&written(folder, init), &[]).expect_err("a mistake").render(false)
}

#[test]
fn the_content_of_a_file_is_filled_in_and_tells_starts_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = std::fs::read(weights()).expect("reads");
    let content = GivenParameters::content(&bytes);
    for name in ["a.safetensors", "b.safetensors"] {
        std::fs::write(folder.path().join(name), &bytes).expect("written");
    }
    let init = "[\"zeros\", { kind = \"file\", path = [\"a.safetensors\", \"b.safetensors\"] }]";
    let plan = load(&written(folder.path(), init), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}")).plan;
    let quoted = format!("{content:?}");
    assert_eq!(column(&plan, "model.init.content"), ["", &*quoted, &*quoted]);
    let canonical = |setting| crate::plan::training_canonical(setting, "");
    let texts: Vec<String> = settings(&plan).iter().map(canonical).collect();
    assert_eq!(texts[1], texts[2], "where a file lies decides nothing");
    assert!(texts[1].contains(&format!("model.init = \"file\"\nmodel.init.content = {quoted}\n")), "{}", texts[1]);
    assert_ne!(texts[0], texts[1]);
    let loaded = load(&written(folder.path(), init), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(loaded.warnings.len(), 1, "{:?}", loaded.warnings);
    assert!(loaded.warnings[0].contains("\"b.safetensors\" and \"a.safetensors\" hold the same: their trials"));
    // Each file of an axis has its content in the written plan.
    let starts = loaded.plan.resolved["models"]["m"]["init"].as_array().expect("an axis");
    let of_files: Vec<_> = starts[1..].iter().map(|start| (&start["path"], start["content"].as_str())).collect();
    assert_eq!(of_files.len(), 2);
    assert!(of_files.iter().all(|(path, known)| path.is_str() && *known == Some(&*content)), "{starts:?}");
}

#[test]
fn what_was_trained_is_known_where_its_file_is_gone_or_another_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("w.safetensors");
    let init = "{ kind = \"file\", path = \"w.safetensors\" }";
    let content = |plan: &crate::plan::Plan| column(plan, "model.init.content");
    std::fs::copy(weights(), &path).expect("copies");
    let before = load(&written(folder.path(), init), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let recorded = toml::to_string(&before.plan.resolved).expect("TOML");
    let trained = || load_trained(&folder.path().join("x.toml"), &[], &|name| (name == "x").then(|| recorded.clone()));
    let check = |warns: Option<&str>| {
        let loaded = trained().unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert_eq!(content(&loaded.plan), content(&before.plan));
        assert_eq!(loaded.warnings.len(), usize::from(warns.is_some()), "{:?}", loaded.warnings);
        assert!(warns.is_none_or(|why| loaded.warnings[0].contains(why)), "{:?}", loaded.warnings);
    };
    check(None);
    std::fs::write(&path, "other").expect("written");
    check(Some("\"w.safetensors\" is another file than the one that the trained models started from"));
    std::fs::remove_file(&path).expect("removes");
    check(Some("\"w.safetensors\" cannot be opened"));
    // Another path has no record.
    written(folder.path(), "{ kind = \"file\", path = \"v.safetensors\" }");
    assert!(trained().expect_err("a mistake").render(false).contains("\"v.safetensors\" cannot be opened"));
}

#[test]
fn the_written_plan_names_the_content_and_the_file_from_its_own_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let sub = folder.path().join("sub");
    std::fs::create_dir(&sub).expect("a folder");
    std::fs::copy(weights(), sub.join("w.safetensors")).expect("copies");
    written(&sub, "{ kind = \"file\", path = \"w.safetensors\" }");
    let top = folder.path().join("top.toml");
    std::fs::write(&top, "extends = \"sub/x.toml\"\n").expect("written");
    let plan = load(&top, &[]).unwrap_or_else(|mistakes| panic!("{mistakes}")).plan;
    let init = &plan.resolved["models"]["m"]["init"];
    assert_eq!(init["path"].as_str(), Some("sub/w.safetensors"));
    let content = init["content"].as_str().expect("a text").to_owned();
    assert_eq!(content, GivenParameters::content(&std::fs::read(weights()).expect("reads")));
    // Its trials are known by the content where the file is gone, and nothing else starts from another one.
    std::fs::remove_file(sub.join("w.safetensors")).expect("removes");
    let init = format!("{{ kind = \"file\", path = \"w.safetensors\", content = {content:?} }}");
    let loaded = load(&written(&sub, &init), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert!(loaded.warnings[0].contains("\"w.safetensors\" cannot be opened"), "{:?}", loaded.warnings);
    std::fs::write(sub.join("w.safetensors"), "other").expect("written");
    assert!(message(&sub, &init).contains("another file than the one that `content` names"));
}

#[test]
fn what_is_no_file_of_parameters_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.txt"), "text").expect("written");
    let of = |path: &str| message(folder.path(), &format!("{{ kind = \"file\", path = {path:?} }}"));
    assert!(of("none.safetensors").contains("\"none.safetensors\" cannot be opened: no such file"));
    assert!(of("t.txt").contains("\"t.txt\" cannot be read: it is not in safetensors' format"));
    assert!(of(".").contains("cannot be opened"));
    assert!(of("none.safetensors").contains("x.toml:8:8"), "{}", of("none.safetensors"));
    assert!(message(folder.path(), "\"file\"").contains("`path`"));
}
