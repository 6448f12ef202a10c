//! A view of the rows of a matrix: all of them, or chosen ones in any order, without a copy.

/// Rows of equal length in one slice: all of them, or chosen ones in any order. Nothing is copied.
#[derive(Debug, Clone, Copy)]
pub struct MatrixRows<'a, T> {
    pub(super) values: &'a [T],
    pub(super) length: usize,
    chosen: Option<&'a [usize]>,
}

impl<'a, T> MatrixRows<'a, T> {
    /// All rows of `values`, `[rows, length]`.
    pub fn every(values: &'a [T], length: usize) -> Self {
        assert_eq!(values.len().checked_rem(length).unwrap_or(0), 0, "whole rows");
        Self { values, length, chosen: None }
    }

    /// The given rows of `values`, `[…, length]`, in the given order.
    pub fn chosen(values: &'a [T], length: usize, rows: &'a [usize]) -> Self {
        let last = rows.iter().fold(0, |last, &row| last.max(row + 1));
        assert!(last * length <= values.len(), "rows that exist");
        Self { values, length, chosen: Some(rows) }
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
        match self.chosen {
            Some(chosen) => Self { chosen: Some(&chosen[from..from + count]), ..*self },
            None => Self { values: &self.values[from * self.length..(from + count) * self.length], ..*self },
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
