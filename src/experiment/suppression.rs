//! Drops mistakes that only follow from a syntax error.

use super::mistake::Mistake;
use super::source_text::{SourceText, Span, line_of};
use super::syntax;

/// Drops mistakes that are not believable after syntax errors (the first `syntax` mistakes): text on the same lines was not read
/// as intended, and what seems to be missing may be there.
pub fn believable(list: Vec<Mistake>, syntax: usize, baseless: bool, sources: &[SourceText]) -> Vec<Mistake> {
    let line = |mistake: &Mistake| mistake.marks.first().and_then(|(span, _)| line_of(*span, sources));
    // Under a broken header, keys seem to belong to the previous table.
    let header = |mistake: &Mistake| {
        let (span, _) = mistake.marks.first()?;
        let text = &sources.get(span.source)?.text;
        Some((span.source, syntax::header_before(text, span.start.min(text.len()))))
    };
    let spoilt: Vec<Span> = list[..syntax].iter().filter_map(|mistake| mistake.spoilt).collect();
    let inside = |mistake: &Mistake| {
        let span = mistake.marks.first().map(|(span, _)| *span);
        span.is_some_and(|at| {
            spoilt.iter().any(|range| range.source == at.source && range.start <= at.start && at.start <= range.end)
        })
    };
    let lines: Vec<_> = list[..syntax]
        .iter()
        .flat_map(|mistake| mistake.marks.iter().filter_map(|(span, _)| line_of(*span, sources)))
        .collect();
    let on_header = |mistake: &&Mistake| {
        let start = header(mistake).and_then(|(source, start)| Some(sources.get(source)?.position(start).0));
        start.is_some() && start == line(mistake).map(|(_, line)| line)
    };
    let broken: Vec<_> = list[..syntax].iter().filter(on_header).filter_map(header).collect();
    let mut kept = Vec::new();
    for (index, mistake) in list.into_iter().enumerate() {
        let derived = mistake.absence
            || baseless
            || inside(&mistake)
            || line(&mistake).is_some_and(|line| lines.contains(&line))
            || header(&mistake).is_some_and(|header| broken.contains(&header));
        if index < syntax || !derived {
            kept.push(mistake);
        }
    }
    kept
}
