//! ChaCha with 8 rounds (Bernstein, "ChaCha, a variant of Salsa20", 2008), several blocks at a time.

#![allow(unsafe_code)] // Vector instructions, used only if their feature was detected.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_rol_epi32, _mm512_set1_epi32, _mm512_setr_epi32, _mm512_storeu_si512,
    _mm512_xor_si512,
};

use super::dispatch::{Instructions, Kernel, dispatch, instructions};

/// The blocks that are computed together, each in a lane of vectors.
const BLOCKS: usize = 16;

/// The numbers of 64 bits in a block.
const NUMBERS: usize = 8;

/// "expand 32-byte k"
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Rounds come in pairs: one of all columns, and one of all diagonals.
const DOUBLE_ROUNDS: usize = 4;

/// One word of every block.
type Word = [u32; BLOCKS];

/// The stream of one key, from block 0 on.
#[derive(Debug, Clone)]
pub struct ChaCha8 {
    key: [u32; 8],
    /// The number of the next block that is not in `words`: a multiple of `BLOCKS`, so that blocks differ only in the
    /// first word of it.
    block: u64,
    /// The 16 words of some blocks, and how many of their numbers are drawn.
    words: [Word; 16],
    drawn: usize,
}

impl ChaCha8 {
    pub fn new(key: [u8; 32]) -> Self {
        let (words, _) = key.as_chunks::<4>();
        let key = std::array::from_fn(|word| u32::from_le_bytes(words[word]));
        Self { key, block: 0, words: [[0; BLOCKS]; 16], drawn: NUMBERS * BLOCKS }
    }

    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        if self.drawn == NUMBERS * BLOCKS {
            self.next_blocks();
        }
        self.drawn += 1;
        self.number(self.drawn - 1)
    }

    /// Draws numbers until `take` returns false.
    #[inline]
    pub fn draw_while(&mut self, mut take: impl FnMut(u64) -> bool) {
        loop {
            // The count stays in a register: in memory, it would make each number wait for the one before it.
            for index in self.drawn..NUMBERS * BLOCKS {
                if !take(self.number(index)) {
                    self.drawn = index + 1;
                    return;
                }
            }
            self.next_blocks();
        }
    }

    #[inline]
    fn number(&self, index: usize) -> u64 {
        let (block, number) = (index / NUMBERS % BLOCKS, index % NUMBERS);
        u64::from(self.words[2 * number][block]) | u64::from(self.words[2 * number + 1][block]) << 32
    }

    #[inline(never)]
    fn next_blocks(&mut self) {
        let mut first = [0; 16];
        first[..4].copy_from_slice(&CONSTANTS);
        first[4..12].copy_from_slice(&self.key);
        first[12] = self.block as u32;
        first[13] = (self.block >> 32) as u32;
        let blocks = Blocks { first, words: &mut self.words };
        match instructions() {
            // SAFETY: the CPU has these instructions.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe { blocks_avx512(blocks) },
            _ => dispatch(blocks),
        }
        self.block = self.block.wrapping_add(BLOCKS as u64);
        self.drawn = 0;
    }
}

/// The words of some blocks, given what the first of them starts from.
struct Blocks<'a> {
    first: [u32; 16],
    words: &'a mut [Word; 16],
}

impl Kernel for Blocks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { first, words } = self;
        let start = |word: usize, lane: usize| first[word] + if word == 12 { lane as u32 } else { 0 };
        *words = std::array::from_fn(|word| std::array::from_fn(|lane| start(word, lane)));
        for _ in 0..DOUBLE_ROUNDS {
            for row in 0..4 {
                quarter_round(words, [row, row + 4, row + 8, row + 12]);
            }
            for row in 0..4 {
                quarter_round(words, [row, 4 + (row + 1) % 4, 8 + (row + 2) % 4, 12 + (row + 3) % 4]);
            }
        }
        for (word, lanes) in words.iter_mut().enumerate() {
            for (lane, to) in lanes.iter_mut().enumerate() {
                *to = to.wrapping_add(start(word, lane));
            }
        }
    }
}

#[inline(always)]
fn quarter_round(words: &mut [Word; 16], [a, b, c, d]: [usize; 4]) {
    for lane in 0..BLOCKS {
        let [mut p, mut q, mut r, mut s] = [a, b, c, d].map(|word| words[word][lane]);
        for (shift_s, shift_q) in [(16, 12), (8, 7)] {
            p = p.wrapping_add(q);
            s = (s ^ p).rotate_left(shift_s);
            r = r.wrapping_add(s);
            q = (q ^ r).rotate_left(shift_q);
        }
        (words[a][lane], words[b][lane], words[c][lane], words[d][lane]) = (p, q, r, s);
    }
}

/// The same with a vector for each word, five times as fast as what the compiler makes of the loops.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn blocks_avx512(Blocks { first, words: to }: Blocks<'_>) {
    let mut start = first.map(|word| _mm512_set1_epi32(word as i32));
    start[12] = _mm512_add_epi32(start[12], _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    let mut words = start;
    for _ in 0..DOUBLE_ROUNDS {
        for row in 0..4 {
            quarter_round_avx512(&mut words, [row, row + 4, row + 8, row + 12]);
        }
        for row in 0..4 {
            quarter_round_avx512(&mut words, [row, 4 + (row + 1) % 4, 8 + (row + 2) % 4, 12 + (row + 3) % 4]);
        }
    }
    for ((to, word), start) in to.iter_mut().zip(words).zip(start) {
        // SAFETY: a word of every block fills a vector.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_add_epi32(word, start)) };
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn quarter_round_avx512(words: &mut [__m512i; 16], [a, b, c, d]: [usize; 4]) {
    words[a] = _mm512_add_epi32(words[a], words[b]);
    words[d] = _mm512_rol_epi32::<16>(_mm512_xor_si512(words[d], words[a]));
    words[c] = _mm512_add_epi32(words[c], words[d]);
    words[b] = _mm512_rol_epi32::<12>(_mm512_xor_si512(words[b], words[c]));
    words[a] = _mm512_add_epi32(words[a], words[b]);
    words[d] = _mm512_rol_epi32::<8>(_mm512_xor_si512(words[d], words[a]));
    words[c] = _mm512_add_epi32(words[c], words[d]);
    words[b] = _mm512_rol_epi32::<7>(_mm512_xor_si512(words[b], words[c]));
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::numeric::{Instructions, limit_instructions};

    #[test]
    fn the_numbers_are_those_of_rand_chacha() {
        for most in Instructions::ALL {
            limit_instructions(most);
            for first in [0, 7, 255] {
                let key: [u8; 32] = std::array::from_fn(|byte| first ^ (37 * byte) as u8);
                let (mut ours, mut theirs) = (ChaCha8::new(key), ChaCha8Rng::from_seed(key));
                assert!((0..1000).all(|_| ours.next_u64() == theirs.next_u64()));
            }
        }
        limit_instructions(Instructions::Avx512);
    }

    #[test]
    fn block_numbers_carry_into_the_high_word() {
        let key = [3; 32];
        let (mut ours, mut theirs) = (ChaCha8::new(key), ChaCha8Rng::from_seed(key));
        ours.block = u64::from(u32::MAX - 15);
        theirs.set_word_pos(u128::from(ours.block) * 16);
        assert!((0..300).all(|_| ours.next_u64() == theirs.next_u64()));
    }
}
