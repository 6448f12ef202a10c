//! The same picture in pixels, made from the SVG.

use std::borrow::Cow;

use resvg::{tiny_skia, usvg};

use super::PlotError;

/// Pixels of the image to a pixel of the SVG.
const SCALE: f32 = 2.0;

/// Renders an SVG without text elements at twice its size.
///
/// # Errors
/// [`PlotError`] where the text is no SVG, its size is out of range, or the image cannot be encoded.
pub fn png(svg: &str) -> Result<Vec<u8>, PlotError> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())?;
    let side = |length: f32| (length * SCALE).ceil() as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let mut image = tiny_skia::Pixmap::new(width, height).ok_or(PlotError::Size { width, height })?;
    image.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut image.as_mut());
    // On white every pixel is opaque: alpha need not be stored.
    let colours: Vec<u8> = image.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(width, height);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    let mut encoder = png::Encoder::with_info(&mut bytes, info)?;
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&Cow::Owned::<[u8]>(colours))?;
    writer.finish()?;
    Ok(bytes)
}
