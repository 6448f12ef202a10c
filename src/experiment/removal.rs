//! Applies rules to grids. A condition is evaluated once for each point of an axis, so a setting costs only a few lookups and is
//! never built.

use std::collections::BTreeMap;

use super::condition::{Condition, Target};
use super::exclude::ExcludeRule;
use super::mistake::{Mistake, Mistakes};
use super::source_text::{SourceText, Span};
use crate::plan::{self, Combination, Component, Grid};
use crate::shape;

/// The most settings in grids that are walked one by one.
const MOST_LISTED: u64 = 10_000_000;

/// The most evaluations: rules times settings, plus ten for each rule and point of an axis, which takes ten times as long. This
/// bounds the work to seconds.
const MOST_CHECKS: u64 = 1_000_000_000;

/// A rule on one grid: for each axis that its conditions test, the points at which they hold.
#[derive(Debug)]
enum Reach {
    Nothing,
    Everything,
    Some(BTreeMap<usize, Vec<bool>>),
}

/// Removes settings from the combinations, and removes combinations with none left. Returns how many settings each rule removed;
/// a setting counts for the first rule that matches it.
pub fn apply(
    rules: &[ExcludeRule],
    combinations: &mut Vec<Combination>,
    sources: &[SourceText],
    mistakes: &mut Mistakes,
) -> Vec<plan::RuleEffect> {
    let mut removed = vec![0_u64; rules.len()];
    let mut matched = vec![false; rules.len()];
    let (mut listed, mut checks) = (0_u64, 0_u64);
    for combination in combinations.iter_mut() {
        let points: usize = combination.grid.axes.iter().map(|axis| axis.points.len()).sum();
        checks = checks.saturating_add(10 * (1 + points as u64) * rules.len() as u64);
        if checks > MOST_CHECKS {
            mistakes.push(too_many_checks(rules));
            return Vec::new();
        }
        let reaches: Vec<Reach> = rules.iter().map(|rule| reach(rule, &combination.grid)).collect();
        for (matched, reach) in matched.iter_mut().zip(&reaches) {
            *matched |= !matches!(reach, Reach::Nothing);
        }
        let len = combination.grid.len();
        let first = reaches.iter().position(|reach| !matches!(reach, Reach::Nothing));
        match first.map(|index| (index, &reaches[index])) {
            None | Some((_, Reach::Nothing)) => {}
            Some((index, Reach::Everything)) => {
                removed[index] += len;
                combination.kept = Some(Vec::new());
            }
            Some((index, Reach::Some(_))) => {
                listed = listed.saturating_add(len);
                if listed > MOST_LISTED {
                    mistakes.push(too_large(combination, listed, &rules[index]));
                    return Vec::new();
                }
                let reaching = reaches.iter().filter(|reach| matches!(reach, Reach::Some(_))).count() as u64;
                checks = checks.saturating_add(len.saturating_mul(reaching));
                if checks > MOST_CHECKS {
                    mistakes.push(too_many_checks(rules));
                    return Vec::new();
                }
                combination.kept = Some(remaining(&combination.grid, &reaches, &mut removed));
            }
        }
    }
    combinations.retain(|combination| !combination.is_empty());
    if let (true, Some(rule)) = (combinations.is_empty(), rules.last()) {
        mistakes.push(Mistake::error("the rules exclude every setting").at(
            rule.span,
            if rules.len() == 1 { "this rule leaves nothing" } else { "after this rule nothing is left" },
        ));
    } else {
        for ((rule, removed), matched) in rules.iter().zip(&removed).zip(&matched) {
            if *removed == 0 {
                let why = if *matched { ": an earlier rule has removed all that it matches" } else { "" };
                mistakes.push(
                    Mistake::warning(format!("this [[exclude]] rule removes no setting{why}"))
                        .at(rule.span, "no effect"),
                );
            }
        }
    }
    let places = rules.iter().map(|rule| super::source_text::location(rule.span, sources));
    places.zip(removed).map(|(place, removed)| plan::RuleEffect { place, removed }).collect()
}

fn too_large(combination: &Combination, listed: u64, rule: &ExcludeRule) -> Mistake {
    let base = &combination.grid.base;
    Mistake::error(format!("too many settings for rules: {listed}"))
        .at(rule.span, format!("rules work on at most {MOST_LISTED} settings"))
        .help(format!(
            "up to dataset \"{}\", model \"{}\", optimizer \"{}\"; make axes shorter, or write tables whose grids need no rule",
            base.dataset.table, base.model.table, base.optimizer.table
        ))
}

fn too_many_checks(rules: &[ExcludeRule]) -> Mistake {
    let span = rules.first().map_or(Span { source: 0, start: 0, end: 0 }, |rule| rule.span);
    Mistake::error(format!("{} rules on so many settings take too long to apply", rules.len()))
        .at(span, "the first of them")
        .help("write fewer rules, shorter axes, or tables whose grids need no rule")
}

/// The positions that no rule removes.
fn remaining(grid: &Grid, reaches: &[Reach], removed: &mut [u64]) -> Vec<u64> {
    let mut digits = vec![0_usize; grid.axes.len()];
    let mut kept = Vec::new();
    for position in 0..grid.len() {
        let meets = |reach: &Reach| match reach {
            Reach::Nothing => false,
            Reach::Everything => true,
            Reach::Some(axes) => axes.iter().all(|(axis, points)| points[digits[*axis]]),
        };
        match reaches.iter().position(meets) {
            Some(rule) => removed[rule] += 1,
            None => kept.push(position),
        }
        shape::grid::advance(&mut digits, grid.axes.iter().map(|axis| axis.points.len()));
    }
    kept
}

fn reach(rule: &ExcludeRule, grid: &Grid) -> Reach {
    let mut axes: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
    for condition in &rule.conditions {
        match on_axis(condition, grid) {
            Some((axis, points)) => {
                let known = axes.entry(axis).or_insert_with(|| vec![true; points.len()]);
                for (known, point) in known.iter_mut().zip(points) {
                    *known &= point;
                }
            }
            None if !on_base(condition, grid) => return Reach::Nothing,
            None => {}
        }
    }
    if axes.values().any(|points| points.iter().all(|point| !point)) {
        return Reach::Nothing;
    }
    axes.retain(|_, points| points.iter().any(|point| !point));
    if axes.is_empty() { Reach::Everything } else { Reach::Some(axes) }
}

/// If a condition tests an axis: the axis, and at which of its points the condition holds.
fn on_axis(condition: &Condition, grid: &Grid) -> Option<(usize, Vec<bool>)> {
    let Target::Key(component, path) = &condition.target else { return None };
    let (key, rest) = path.split_first()?;
    let index = grid.axes.iter().position(|axis| axis.keys.iter().any(|(at, name)| at == component && name == key))?;
    let holds = grid.axes[index].points.iter().map(|point| {
        let value = point.iter().find(|(at, name, _)| at == component && name == key).map(|(_, _, value)| value);
        condition.holds(descend(value, rest))
    });
    Some((index, holds.collect()))
}

fn on_base(condition: &Condition, grid: &Grid) -> bool {
    let base = &grid.base;
    let table = |component: &Component| match component {
        Component::Dataset => &base.dataset,
        Component::Model => &base.model,
        Component::Optimizer | Component::Train => &base.optimizer,
    };
    match &condition.target {
        Target::Table(component) => condition.holds(Some(&toml::Value::String(table(component).table.clone()))),
        Target::Row(component) => condition.holds(Some(&toml::Value::String(table(component).kind.clone()))),
        Target::Key(component, path) => {
            let Some((key, rest)) = path.split_first() else { return false };
            condition.holds(descend(base.values(*component).get(key), rest))
        }
    }
}

fn descend<'a>(value: Option<&'a toml::Value>, path: &[String]) -> Option<&'a toml::Value> {
    path.iter().fold(value, |value, key| value.and_then(|value| value.get(key)))
}
