//! A view of the rows of a matrix: all of them, or chosen ones in any order, without a copy.

/// Rows of equal length in one slice: all of them, or chosen ones in any order. Nothing is copied.
#[derive(Debug, Clone, Copy)]
pub struct MatrixRows<'a, T> {
    pub(super) values: &'a [T],
    pub(super) length: usize,
    chosen: Option<&'a [usize]>,
    /// Rows that will be read after these, first to last: a hint for kernels.
    next: &'a [usize],
}

impl<'a, T> MatrixRows<'a, T> {
    /// All rows of `values`, `[rows, length]`.
    pub fn every(values: &'a [T], length: usize) -> Self {
        assert_eq!(values.len().checked_rem(length).unwrap_or(0), 0, "whole rows");
        Self { values, length, chosen: None, next: &[] }
    }

    /// The given rows of `values`, `[…, length]`, in the given order.
    pub fn chosen(values: &'a [T], length: usize, rows: &'a [usize]) -> Self {
        // Four maxima, so that none waits for the one before it.
        let (fours, rest) = rows.as_chunks::<4>();
        let last = fours.iter().fold([0; 4], |last, four| std::array::from_fn(|index| last[index].max(four[index])));
        let last = last.iter().chain(rest).fold(0, |last, &row| last.max(row));
        assert!(rows.is_empty() || (last + 1) * length <= values.len(), "rows that exist");
        Self { values, length, chosen: Some(rows), next: &[] }
    }

    /// The same rows, with the rows that will be read after them. A kernel may prefetch each while it reads one of these.
    #[must_use]
    pub const fn followed_by(self, next: &'a [usize]) -> Self {
        Self { next, ..self }
    }

    pub const fn length(&self) -> usize {
        self.length
    }

    /// The number of rows.
    pub fn count(&self) -> usize {
        self.chosen.map_or_else(|| self.values.len().checked_div(self.length).unwrap_or(0), <[usize]>::len)
    }

    /// `count` of these rows, starting with row `from`.
    #[must_use]
    pub fn range(&self, from: usize, count: usize) -> Self {
        let next = self.next.get(from..self.next.len().min(from + count)).unwrap_or_default();
        match self.chosen {
            Some(chosen) => Self { chosen: Some(&chosen[from..from + count]), next, ..*self },
            None => Self { values: &self.values[from * self.length..(from + count) * self.length], next, ..*self },
        }
    }

    pub fn row(&self, index: usize) -> &'a [T] {
        &self.values[self.offset(index)..][..self.length]
    }

    fn offset(&self, index: usize) -> usize {
        self.chosen.map_or(index, |chosen| chosen[index]) * self.length
    }

    /// The same without a bounds check. The row must exist.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) unsafe fn offset_unchecked(&self, index: usize) -> usize {
        // SAFETY: as the caller promises.
        self.chosen.map_or(index, |chosen| unsafe { *chosen.get_unchecked(index) }) * self.length
    }

    /// Where the row begins that is read after these in the place of row `index`, if there is one. It is only for
    /// prefetches, and may lie outside of the slice.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn next_row(&self, index: usize) -> Option<*const T> {
        self.next.get(index).map(|row| self.values.as_ptr().wrapping_add(row.wrapping_mul(self.length)))
    }

    /// The offsets of row `from` and the rows after it, as many as `offsets` has room for.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn offsets<'o>(&self, from: usize, offsets: &'o mut [std::mem::MaybeUninit<usize>]) -> &'o [usize] {
        if let Some(chosen) = self.chosen {
            assert!(chosen.len() - from >= offsets.len());
            for (offset, row) in offsets.iter_mut().zip(&chosen[from..]) {
                offset.write(row * self.length);
            }
        } else {
            let mut at = from * self.length;
            for offset in &mut *offsets {
                offset.write(at);
                at += self.length;
            }
        }
        // SAFETY: each was written above.
        unsafe { std::slice::from_raw_parts(offsets.as_ptr().cast(), offsets.len()) }
    }

    /// Prefetches the rows into the second-level cache.
    pub fn prefetch(&self) {
        #[cfg(target_arch = "x86_64")]
        for index in 0..self.count() {
            let row = self.row(index);
            let line = (64 / size_of::<T>()).max(1);
            for number in (0..row.len()).step_by(line) {
                // SAFETY: a prefetch is only a hint, and SSE is part of x86-64.
                unsafe {
                    std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T1 }>(
                        row.as_ptr().add(number).cast(),
                    );
                }
            }
        }
    }
}
