//! Renders the SVG of a picture as a PNG.

use std::collections::HashMap;

use miniz_oxide::deflate::compress_to_vec_zlib;
use resvg::{tiny_skia, usvg};

use super::error::PlotError;
use super::sheet::BOXES;

/// Image pixels per SVG pixel.
const SCALE: f32 = 1.5;
const COMPRESSION: u8 = 9;
/// The size of the palette.
const COLOURS: usize = 128;
/// This many of the most frequent colours are always in the palette: areas, lines, text.
const FREQUENT: usize = 24;
/// Other colours are added only if no colour of the palette is nearer than this squared distance. The colour of a thin
/// line is then not crowded out by shades of grey.
const APART: u32 = 192;
/// The longest side of an image. A figure with very many panels stays an SVG.
const LONGEST_SIDE: u32 = 16_384;

/// Renders an SVG at one and a half times its size. Where it has a text element, the boxes that stand beside it are drawn.
///
/// The file is written here, because the output of the `png` crate depends on how other crates of a build configure its
/// compressor.
///
/// # Errors
/// [`PlotError`] if the text is not an SVG, or its size is out of range.
pub fn png(svg: &str) -> Result<Vec<u8>, PlotError> {
    let tree =
        usvg::Tree::from_str(svg, &usvg::Options { languages: vec![BOXES.to_owned()], ..usvg::Options::default() })?;
    let side = |length: f32| (length * SCALE).ceil() as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let out_of_range = PlotError::Size { width, height };
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return Err(out_of_range);
    }
    let mut image = tiny_skia::Pixmap::new(width, height).ok_or(out_of_range)?;
    image.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut image.as_mut());
    Ok(encode(image.data(), width, height))
}

/// A PNG of opaque pixels with a palette, which takes a third of the bytes of true colour.
fn encode(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    const INDEXED: [u8; 5] = [8, 3, 0, 0, 0];
    let (palette, indices) = indexed(pixels);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes()[..], &INDEXED[..]].concat());
    chunk(&mut file, b"PLTE", &palette.concat());
    chunk(&mut file, b"IDAT", &compress_to_vec_zlib(&rows(&indices, width as usize), COMPRESSION));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// The palette, and each pixel's position in it. All other colours of a plot stand at the edges of glyphs and lines, a
/// few pixels each, and take the nearest colour of the palette.
fn indexed(pixels: &[u8]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut counts: HashMap<[u8; 3], u32> = HashMap::new();
    let colours = || pixels.chunks_exact(4).map(|rgba| [rgba[0], rgba[1], rgba[2]]);
    let mut run: ([u8; 3], u32) = ([255; 3], 0);
    for colour in colours() {
        // Neighbouring pixels are mostly equal, so the table is updated once per run.
        if colour != run.0 {
            *counts.entry(run.0).or_default() += run.1;
            run = (colour, 0);
        }
        run.1 += 1;
    }
    *counts.entry(run.0).or_default() += run.1;
    let mut ranked: Vec<([u8; 3], u32)> = counts.into_iter().collect();
    // Ties are ordered by colour, so that the order of the hash map does not matter.
    ranked.sort_unstable_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
    let mut palette: Vec<[u8; 3]> = Vec::with_capacity(COLOURS);
    for (colour, _) in &ranked {
        let apart = palette.iter().all(|other| distance(*other, *colour) >= APART);
        if palette.len() < COLOURS && (palette.len() < FREQUENT || apart) {
            palette.push(*colour);
        }
    }
    let places: HashMap<[u8; 3], u8> = ranked.iter().map(|(colour, _)| (*colour, nearest(&palette, *colour))).collect();
    let mut last = ([255; 3], places.get(&[255; 3]).copied().unwrap_or(0));
    let indices = colours().map(|colour| {
        if colour != last.0 {
            last = (colour, places.get(&colour).copied().unwrap_or(0));
        }
        last.1
    });
    let indices = indices.collect();
    (palette, indices)
}

fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let found = palette.iter().enumerate().min_by_key(|(_, other)| distance(**other, colour));
    found.and_then(|(index, _)| u8::try_from(index).ok()).unwrap_or(0)
}

fn distance(left: [u8; 3], right: [u8; 3]) -> u32 {
    left.iter().zip(right).map(|(left, right)| u32::from(left.abs_diff(right)).pow(2)).sum()
}

/// Rows of pixels. Each starts with the byte for no filter, which compresses flat colours best.
fn rows(indices: &[u8], width: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(indices.len() + indices.len() / width);
    for row in indices.chunks_exact(width) {
        rows.push(0);
        rows.extend_from_slice(row);
    }
    rows
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(checksum(kind.iter().chain(data)).to_be_bytes());
}

/// CRC-32 by the PNG specification (annex D).
fn checksum<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut remainder = index as u32;
            let mut bit = 0;
            while bit < 8 {
                remainder = if remainder & 1 == 1 { 0xedb8_8320 ^ (remainder >> 1) } else { remainder >> 1 };
                bit += 1;
            }
            table[index] = remainder;
            index += 1;
        }
        table
    };
    !bytes.fold(!0, |crc, &byte| TABLE[((crc ^ u32::from(byte)) & 0xff) as usize] ^ (crc >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standard_one() {
        assert_eq!(checksum(b"123456789".iter()), 0xcbf4_3926);
    }

    #[test]
    fn an_image_reads_back_as_it_was() {
        let svg =
            "<svg xmlns='http://www.w3.org/2000/svg' width='6' height='4'><path fill='#f00' d='M2 0h2v2h-2z'/></svg>";
        let image = tiny_skia::Pixmap::decode_png(&png(svg).unwrap()).unwrap();
        assert_eq!((image.width(), image.height()), (9, 6));
        let red = |x, y| image.pixel(x, y).map(|pixel| (pixel.red(), pixel.green()));
        assert_eq!((red(4, 0), red(7, 0), red(4, 5)), (Some((255, 0)), Some((255, 255)), Some((255, 255))));
    }

    #[test]
    fn what_is_no_plot_is_an_error() {
        assert!(matches!(png("<svg"), Err(PlotError::Svg(_))));
        let long = "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='20000'/>";
        assert!(matches!(png(long), Err(PlotError::Size { height: 30_000, .. })));
    }
}
