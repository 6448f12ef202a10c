//! The passes of a network over rows: one trial at a time, so that what it works on stays in the caches of its core.
//!
//! Rows are taken in blocks of [`BLOCK`], whose numbers stand feature by feature, `[features, rows]`: each product has
//! the rows as its fast index, and continues its sums from block to block. A network with a layer that spans the batch
//! takes each layer over all blocks before the next.

use std::ops::Range;

use super::layer::{Add, Backward, Forward, InputGradient, Layer, LayerInput, LayerPasses, Mode};
use super::program::{Action, Program, Step};
use super::room::{DrawKey, Room, reserve};
use crate::loss::{Derivatives, Loss, of_targets};
use crate::model::{BLOCK, Batch, Points};
use crate::numeric::{MatrixRows, PARTIAL_SUMS, Real, dispatch, totals, transpose};

/// One trial on one batch.
pub struct TrialBatch<'a, T> {
    pub program: &'a Program,
    pub loss: &'a (dyn Loss + 'static),
    pub batch: &'a Batch<'a, T>,
    pub parameters: &'a [T],
    /// What its random numbers depend on; `None` outside of a step, where nothing is dropped.
    pub draws: Option<DrawKey>,
}

/// Blocks of rows that a pass takes together.
#[derive(Clone)]
struct Group {
    rows: Range<usize>,
    is_first: bool,
    is_last: bool,
}

impl Group {
    /// Those of a batch of so many rows.
    fn of_batch(rows: usize, is_whole: bool) -> impl Iterator<Item = Self> {
        let size = if is_whole { rows.max(1) } else { BLOCK };
        (0..rows).step_by(size).map(move |from| {
            let to = rows.min(from + size);
            Self { rows: from..to, is_first: from == 0, is_last: to == rows }
        })
    }

    /// Its blocks, counted from its first row.
    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        self.blocks_of(BLOCK)
    }

    /// The same with blocks of so many rows.
    fn blocks_of(&self, rows: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let count = self.rows.len();
        (0..count).step_by(rows.max(1)).map(move |from| from..count.min(from + rows))
    }
}

impl<T: Real> TrialBatch<'_, T>
where
    dyn Loss: Derivatives<T>,
    dyn Layer: LayerPasses<T>,
{
    /// The sum of the rows' losses. If there is a place for it, the gradient, `[d]`, is the batch's weight times the sum
    /// of the rows' gradients. Statistics, if given, move.
    pub fn run(&self, mut gradient: Option<&mut [T]>, statistics: Option<&mut [T]>, room: &mut Room<T>) -> T {
        let (program, batch) = (self.program, self.batch);
        room.grow(program.places.len(), program.steps.len());
        let moves = statistics.is_some();
        let mut own = std::mem::take(&mut room.statistics);
        let statistics = match statistics {
            Some(statistics) => statistics,
            None => {
                reserve(&mut own, program.statistics.len());
                &mut own[..program.statistics.len()]
            }
        };
        if gradient.is_some() {
            self.prepare(room);
        }
        let mut sums = [[T::ZERO; PARTIAL_SUMS]];
        for group in Group::of_batch(batch.rows.count(), program.spans_batch) {
            let mut packed = std::mem::take(&mut room.values[0]);
            let columns = columns_of(batch, &group, &mut packed);
            self.forward(&group, columns, (statistics, moves), room);
            self.differentiate(&group, &mut sums, room);
            if let Some(gradient) = &mut gradient {
                self.backward(&group, columns, gradient, room);
            }
            room.values[0] = packed;
        }
        room.statistics = own;
        totals(&sums).next().unwrap_or(T::ZERO)
    }

    /// A forward pass in training mode that moves nothing. Of each block of rows, `see` is given the number of each step and its
    /// output, `[outputs, rows]`, or what later steps in the same place made of it.
    pub fn look(&self, room: &mut Room<T>, mut see: impl FnMut(usize, &[T])) {
        let (program, batch) = (self.program, self.batch);
        room.grow(program.places.len(), program.steps.len());
        let mut own = std::mem::take(&mut room.statistics);
        reserve(&mut own, program.statistics.len());
        for group in Group::of_batch(batch.rows.count(), program.spans_batch) {
            let mut packed = std::mem::take(&mut room.values[0]);
            let columns = columns_of(batch, &group, &mut packed);
            self.forward(&group, columns, (&mut own[..program.statistics.len()], false), room);
            for block in group.blocks() {
                for (index, step) in program.steps.iter().enumerate() {
                    let size = program.places[step.output];
                    see(index, &room.values[step.output][size * block.start..size * block.end]);
                }
            }
            room.values[0] = packed;
        }
        room.statistics = own;
    }

    fn prepare(&self, room: &mut Room<T>) {
        for (step, prepared) in self.program.steps.iter().zip(&mut room.prepared) {
            if let (Action::Layer(layer), Some(_)) = (&step.action, step.input_gradient) {
                let count = LayerPasses::<T>::prepared(&**layer, &step.input_shape);
                reserve(prepared, count);
                layer.prepare(&self.parameters[step.parameters.clone()], &mut prepared[..count]);
            }
        }
    }

    /// The blocks of a step's pass: all rows at once for a layer that spans the batch.
    fn parts(step: &Step, group: &Group) -> impl Iterator<Item = Range<usize>> + use<T> {
        let spans_batch = matches!(&step.action, Action::Layer(layer) if layer.spans_batch());
        group.blocks_of(if spans_batch { group.rows.len() } else { BLOCK })
    }

    fn forward(
        &self,
        group: &Group,
        columns: &[T],
        (statistics, moves_statistics): (&mut [T], bool),
        room: &mut Room<T>,
    ) {
        let program = self.program;
        let count = group.rows.len();
        for (index, step) in program.steps.iter().enumerate().filter(|(_, step)| !step.is_done) {
            let (input_size, output_size) = (program.places[step.input], program.places[step.output]);
            let mut output = std::mem::take(&mut room.values[step.output]);
            reserve(&mut output, output_size * count);
            let mut kept = std::mem::take(&mut room.kept[index]);
            reserve(&mut kept, step.kept.of_row * count + step.kept.of_batch);
            if let (Action::Layer(layer), Some(key)) = (&step.action, self.draws)
                && layer.dropped() > 0.0
            {
                room.draw(key, step.drawing, input_size * self.batch.rows.count());
            }
            for part in Self::parts(step, group) {
                let rows = part.len();
                let own = |size: usize| size * part.start..size * part.end;
                let output = &mut output[own(output_size)];
                let input: &[T] = match step.input {
                    _ if step.is_in_place() => &[],
                    0 => &columns[own(input_size)],
                    place => &room.values[place][own(input_size)],
                };
                match &step.action {
                    Action::Layer(layer) => {
                        let range = own(step.kept.of_row);
                        let draws = self.draws.filter(|_| layer.dropped() > 0.0).map(|_| {
                            let from = input_size * (group.rows.start + part.start);
                            &room.drawn(step.drawing)[from..from + input_size * rows]
                        });
                        layer.forward(Forward {
                            mode: Mode::Training,
                            rows,
                            parameters: &self.parameters[step.parameters.clone()],
                            statistics: &mut statistics[step.statistics.clone()],
                            moves_statistics,
                            input: LayerInput { columns: input, rows: None },
                            output,
                            kept: &mut kept[range.start..range.end + step.kept.of_batch],
                            in_store: step.in_store,
                            draws,
                        });
                    }
                    Action::Join { saved, .. } => {
                        output.copy_from_slice(input);
                        let saved = match *saved {
                            0 => &columns[own(output_size)],
                            place => &room.values[place][own(output_size)],
                        };
                        dispatch(Add(output, saved));
                    }
                }
            }
            room.kept[index] = kept;
            room.values[step.output] = output;
        }
    }

    /// Adds the losses of the rows, and makes their derivatives in the outputs.
    fn differentiate(&self, group: &Group, sums: &mut [[T; PARTIAL_SUMS]; 1], room: &mut Room<T>) {
        let (batch, last) = (self.batch, self.program.last());
        let (outputs, n_targets, b) = (self.program.outputs(), batch.n_targets(), batch.rows.count());
        let count = group.rows.len();
        reserve(&mut room.gradients[last], outputs * count);
        let (values, derivatives) =
            (&room.values[last][..outputs * count], &mut room.gradients[last][..outputs * count]);
        derivatives.copy_from_slice(values);
        for block in group.blocks() {
            let (from, rows) = (group.rows.start + block.start, block.len());
            room.targets.clear();
            for negated in batch.negated_target.chunks_exact(b.max(1)).take(n_targets) {
                room.targets.extend(negated[from..from + rows].iter().map(|&negated| -negated));
            }
            let weights = batch.row_weights.map(|weights| &weights[from..from + rows]);
            let derivatives = &mut derivatives[outputs * block.start..outputs * block.end];
            of_targets::differentiate(self.loss, derivatives, (&room.targets, n_targets), weights, sums);
        }
    }

    fn backward(&self, group: &Group, columns: &[T], gradient: &mut [T], room: &mut Room<T>) {
        let program = self.program;
        let count = group.rows.len();
        for (index, step) in program.steps.iter().enumerate().rev() {
            if !step.is_trained {
                continue;
            }
            let (input_size, output_size) = (program.places[step.input], program.places[step.output]);
            let mut output_gradient = std::mem::take(&mut room.gradients[step.output]);
            let mut kept = std::mem::take(&mut room.kept[index]);
            let asks = step.input_gradient.filter(|_| !step.is_in_place());
            let mut input_gradient = std::mem::take(&mut room.gradients[step.input]);
            if asks.is_some() {
                reserve(&mut input_gradient, input_size * count);
            }
            let mut scratch = std::mem::take(&mut room.scratch);
            for part in Self::parts(step, group) {
                let rows = part.len();
                let own = |size: usize| size * part.start..size * part.end;
                match &step.action {
                    Action::Layer(layer) => {
                        let range = own(step.kept.of_row);
                        let input = match step.input {
                            _ if step.is_in_place() => LayerInput { columns: &[], rows: None },
                            0 => LayerInput {
                                columns: &columns[own(input_size)],
                                rows: Some(self.batch.rows.range(group.rows.start + part.start, rows)),
                            },
                            place => LayerInput { columns: &room.values[place][own(input_size)], rows: None },
                        };
                        let is_last = group.is_last && part.end == count;
                        layer.backward(Backward {
                            rows,
                            parameters: &self.parameters[step.parameters.clone()],
                            prepared: &room.prepared[index],
                            input,
                            output: &room.values[step.output][own(output_size)],
                            kept: &mut kept[range.start..range.end + step.kept.of_batch],
                            output_gradient: &mut output_gradient[own(output_size)],
                            input_gradient: asks.map(|is_added| InputGradient {
                                values: &mut input_gradient[own(input_size)],
                                is_added,
                            }),
                            gradient: &mut gradient[step.parameters.clone()],
                            is_first: group.is_first && part.start == 0,
                            scale: is_last.then_some(self.batch.weight),
                            scratch: &mut scratch,
                        });
                    }
                    Action::Join { saved, saved_gradient } => {
                        let own = own(output_size);
                        let gradients = &output_gradient[own.clone()];
                        if asks.is_some() {
                            input_gradient[own.clone()].copy_from_slice(gradients);
                        }
                        if let Some(is_added) = saved_gradient {
                            let to = &mut room.gradients[*saved];
                            reserve(to, output_size * count);
                            if *is_added {
                                dispatch(Add(&mut to[own], gradients));
                            } else {
                                to[own].copy_from_slice(gradients);
                            }
                        }
                    }
                }
            }
            room.scratch = scratch;
            room.kept[index] = kept;
            if !step.is_in_place() {
                room.gradients[step.input] = input_gradient;
            }
            room.gradients[step.output] = output_gradient;
        }
    }
}

/// The rows of a group feature by feature: those that the batch holds, or a copy in `packed`.
fn columns_of<'c, T: Real>(batch: &Batch<'c, T>, group: &Group, packed: &'c mut Vec<T>) -> &'c [T] {
    let features = batch.rows.length();
    if let Some(columns) = batch.columns {
        return &columns[group.rows.start * features..group.rows.end * features];
    }
    reserve(packed, group.rows.len() * features);
    for block in group.blocks() {
        let rows = batch.rows.range(group.rows.start + block.start, block.len());
        transpose(rows, &mut packed[block.start * features..block.end * features]);
    }
    &packed[..group.rows.len() * features]
}

/// Writes the outputs of each trial for some rows to `outputs`, `[trials, outputs, n]`.
pub fn evaluate<T: Real>(
    program: &Program,
    rows: MatrixRows<'_, T>,
    points: Points<'_, T>,
    outputs: &mut [T],
    room: &mut Room<T>,
) where
    dyn Layer: LayerPasses<T>,
{
    let (n, features, d) = (rows.count(), rows.length(), program.layout.parameters());
    if n == 0 || d == 0 {
        return;
    }
    room.grow(program.places.len(), program.steps.len());
    let (n_outputs, n_statistics) = (program.outputs(), program.statistics.len());
    let mut packed = std::mem::take(&mut room.values[0]);
    for from in (0..n).step_by(BLOCK) {
        let count = BLOCK.min(n - from);
        reserve(&mut packed, count * features);
        let columns = &mut packed[..count * features];
        transpose(rows.range(from, count), columns);
        for (trial, parameters) in points.parameters.chunks_exact(d).enumerate() {
            let own = points.statistics.get(trial * n_statistics..(trial + 1) * n_statistics).unwrap_or_default();
            evaluate_block(program, columns, count, (parameters, own), room);
            let to = &mut outputs[trial * n_outputs * n..(trial + 1) * n_outputs * n];
            let values = &room.values[program.last()][..n_outputs * count];
            for (to, values) in to.chunks_exact_mut(n).zip(values.chunks_exact(count)) {
                to[from..from + count].copy_from_slice(values);
            }
        }
    }
    room.values[0] = packed;
}

fn evaluate_block<T: Real>(
    program: &Program,
    columns: &[T],
    rows: usize,
    (parameters, statistics): (&[T], &[T]),
    room: &mut Room<T>,
) where
    dyn Layer: LayerPasses<T>,
{
    let mut own = std::mem::take(&mut room.statistics);
    own.clear();
    own.extend_from_slice(statistics);
    for step in program.steps.iter().filter(|step| !step.is_done) {
        let (input_size, output_size) = (program.places[step.input], program.places[step.output]);
        let mut output = std::mem::take(&mut room.values[step.output]);
        reserve(&mut output, output_size * rows);
        let to = &mut output[..output_size * rows];
        let input: &[T] = match step.input {
            _ if step.is_in_place() => &[],
            0 => columns,
            place => &room.values[place][..input_size * rows],
        };
        match &step.action {
            Action::Layer(layer) => layer.forward(Forward {
                mode: Mode::Evaluation,
                rows,
                parameters: &parameters[step.parameters.clone()],
                statistics: &mut own[step.statistics.clone()],
                moves_statistics: false,
                input: LayerInput { columns: input, rows: None },
                output: to,
                kept: &mut [],
                in_store: step.in_store,
                draws: None,
            }),
            Action::Join { saved, .. } => {
                to.copy_from_slice(input);
                let saved = match *saved {
                    0 => columns,
                    place => &room.values[place][..output_size * rows],
                };
                dispatch(Add(to, saved));
            }
        }
        room.values[step.output] = output;
    }
    room.statistics = own;
}
