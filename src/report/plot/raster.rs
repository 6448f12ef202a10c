//! The same picture in pixels, made from the SVG.

use miniz_oxide::deflate::compress_to_vec_zlib;
use resvg::{tiny_skia, usvg};

use super::PlotError;

/// Pixels of the image to a pixel of the SVG.
const SCALE: f32 = 2.0;
/// Level 3 is half the time of level 6 for a twentieth more bytes on these pictures.
const COMPRESSION: u8 = 3;
/// No side is longer: a figure with very many panels stays an SVG.
const LONGEST_SIDE: u32 = 16_384;

/// Renders an SVG without text elements at twice its size.
///
/// The file is written here, because what the `png` crate writes depends on how other crates of a build configure its compressor.
///
/// # Errors
/// [`PlotError`] where the text is no SVG, or its size is out of range.
pub fn png(svg: &str) -> Result<Vec<u8>, PlotError> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())?;
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

/// A PNG of opaque pixels, eight bits a channel.
fn encode(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    const TRUE_COLOUR: [u8; 5] = [8, 2, 0, 0, 0];
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes()[..], &TRUE_COLOUR[..]].concat());
    chunk(&mut file, b"IDAT", &compress_to_vec_zlib(&rows(pixels, width as usize), COMPRESSION));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Rows of red, green and blue, each after the byte that says it is not filtered (flat colours compress best so).
fn rows(pixels: &[u8], width: usize) -> Vec<u8> {
    let length = 1 + 3 * width;
    let mut rows = vec![0; length * (pixels.len() / (4 * width))];
    for (row, pixels) in rows.chunks_exact_mut(length).zip(pixels.chunks_exact(4 * width)) {
        for (rgb, rgba) in row[1..].chunks_exact_mut(3).zip(pixels.chunks_exact(4)) {
            rgb.copy_from_slice(&rgba[..3]);
        }
    }
    rows
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(checksum(kind.iter().chain(data)).to_be_bytes());
}

/// CRC-32 as PNG's specification gives it (annex D).
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
            "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'><path fill='#f00' d='M1 0h1v1h-1z'/></svg>";
        let image = tiny_skia::Pixmap::decode_png(&png(svg).unwrap()).unwrap();
        assert_eq!((image.width(), image.height()), (6, 4));
        let red = |x, y| image.pixel(x, y).map(|pixel| (pixel.red(), pixel.green()));
        assert_eq!((red(2, 0), red(4, 0), red(2, 3)), (Some((255, 0)), Some((255, 255)), Some((255, 255))));
    }

    #[test]
    fn what_is_no_plot_is_an_error() {
        assert!(matches!(png("<svg"), Err(PlotError::Svg(_))));
        let long = "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='20000'/>";
        assert!(matches!(png(long), Err(PlotError::Size { height: 40_000, .. })));
    }
}
