//! What holds of any file.

use proptest::prelude::*;

use super::*;

fn sorted(settings: Vec<Setting>) -> Vec<String> {
    settings.iter().map(|setting| format!("{setting:?}")).collect()
}

proptest! {
    /// The order of tables and keys in a file does not affect its plan.
    #[test]
    fn order_in_the_file_does_not_matter(
        tables in Just(vec![
            ("[datasets.b]", vec!["source = \"synthetic\"", "n_samples = [50, 60]", "n_features = 2"]),
            ("[datasets.a]", vec!["source = \"synthetic\"", "n_samples = 9", "n_features = 2"]),
            ("[models.m]", vec!["kind = \"linear\"", "l2 = [0.1, 0]", "l1 = [0, 1]"]),
            ("[optimizers.s]", vec!["method = \"sgd\"", "learning_rate = [3, 1]", "batch_size = [4, \"full\"]", "schedule.decay = [1, 2]", "schedule.kind = \"inverse_time\""]),
            ("[optimizers.g]", vec!["method = \"gd\"", "learning_rate = [2, 1]"]),
            ("[train]", vec!["epochs = [5, 6]", "curve_points = 3"]),
            ("[[exclude]]", vec!["optimizer = \"s\"", "l2 = { below = 0.05 }", "batch_size = 4"]),
        ]).prop_shuffle(),
        seed in any::<u64>(),
    ) {
        let mut keys_moved = tables.clone();
        for (_, keys) in &mut keys_moved {
            let places = keys.len();
            keys.rotate_left(usize::try_from(seed % 7).unwrap_or(0) % places);
        }
        let text = |tables: &[(&str, Vec<&str>)]| {
            tables.iter().map(|(header, keys)| format!("{header}\n{}\n", keys.join("\n"))).collect::<String>()
        };
        let mut first = tables.clone();
        first.sort_by_key(|table| table.0);
        prop_assert_eq!(sorted(settings(&plan(&text(&first), &[]))), sorted(settings(&plan(&text(&keys_moved), &[]))));
    }

    /// Rules remove exactly the settings that match by hand.
    #[test]
    fn rules_remove_what_they_say(
        rates in prop::collection::btree_set(1_u8..9, 1..5),
        sizes in prop::collection::btree_set(1_u8..6, 1..4),
        above in 0_u8..9,
        size in 1_u8..6,
        not in 1_u8..6,
    ) {
        let list = |values: &BTreeSet<u8>| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let text = with_sgd(&format!(
            "learning_rate = [{}]\nbatch_size = [{}]\n[optimizers.kept]\nmethod = \"gd\"\nlearning_rate = 1\n\
             [[exclude]]\nlearning_rate = {{ above = {above} }}\nbatch_size = {size}\n\
             [[exclude]]\noptimizer = \"sgd\"\nbatch_size = {{ not = {not}, at_least = 3 }}\n",
            list(&rates), list(&sizes),
        ));
        let plan = plan(&text, &[]);
        let (mut first, mut second, mut left) = (0, 0, Vec::new());
        for batch in &sizes {
            for rate in &rates {
                if *rate > above && *batch == size {
                    first += 1;
                } else if *batch != not && *batch >= 3 {
                    second += 1;
                } else {
                    left.push((f64::from(*rate), i64::from(*batch)));
                }
            }
        }
        let pair = |setting: &Setting| {
            let values = &setting.optimizer.values;
            Some((values.get("learning_rate")?.as_float()?, values.get("batch_size")?.as_integer()?))
        };
        prop_assert_eq!(settings(&plan).iter().filter_map(pair).collect::<Vec<_>>(), left);
        prop_assert_eq!((plan.rules[0].removed, plan.rules[1].removed), (first, second));
    }

    /// A number is accepted exactly if its parameter's interval contains it.
    #[test]
    fn ranges_hold(value in prop_oneof![-2.0..2.0_f64, any::<f64>(), Just(0.0), Just(1.0)]) {
        let momentum = toml::Value::Float(value).to_string();
        let text = with_sgd(&format!("learning_rate = 1\nmomentum = {momentum}\n"));
        prop_assert_eq!(load_text(Path::new("x.toml"), &text, &[]).is_ok(), (0.0..1.0).contains(&value));
    }

    /// No text causes a panic.
    #[test]
    fn any_text_is_read_or_refused(
        lines in prop::collection::vec(prop_oneof![
            "[ \\[\\]a-z.=\"'{}0-9,#\n*~é\u{1b}]{0,40}",
            prop::sample::select(EXAMPLE.lines().collect::<Vec<_>>()).prop_map(str::to_owned),
        ], 0..20),
        argument in "[ \\[\\]a-z.=\"'{}0-9,#*~+é]{0,20}",
    ) {
        if let Err(mistakes) = load_text(Path::new("x.toml"), &lines.join("\n"), &[argument]) {
            prop_assert!(!mistakes.render(true).is_empty());
        }
    }
}
