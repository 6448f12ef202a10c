//! Brackets and dots in TOML text: how deeply they nest, and which bracket is still open.

/// The most nested brackets, and the most dots in one key.
const MOST_BRACKETS: usize = 64;
const MOST_DOTS: usize = 16;

/// The first place where brackets or dotted keys nest more deeply than a recursive walk should follow.
pub fn too_deep(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let (mut brackets, mut dots, mut at) = (0_usize, 0_usize, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => {
                dots = 0;
                at += bytes[at..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - at);
                continue;
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                continue;
            }
            b'[' | b'{' => {
                brackets += 1;
                dots = 0;
            }
            b']' | b'}' => {
                brackets = brackets.saturating_sub(1);
                dots = 0;
            }
            b'.' => dots += 1,
            b',' | b'=' | b'\n' => dots = 0,
            _ => {}
        }
        if brackets > MOST_BRACKETS {
            return Some((at, format!("more than {MOST_BRACKETS} brackets are open here")));
        }
        if dots > MOST_DOTS {
            return Some((at, format!("more than {MOST_DOTS} dots in one key")));
        }
        at += 1;
    }
    None
}

/// The innermost bracket that is still open at byte `end`.
pub fn open_bracket(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut at) = (Vec::new(), 0);
    while at < end.min(bytes.len()) {
        match bytes[at] {
            b'#' => at += bytes[at..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - at),
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                continue;
            }
            b'[' | b'{' => open.push(at),
            b']' | b'}' => {
                open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    open.pop()
}

/// The byte after the string that starts at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if long { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            byte if byte == quote && !long => return at + 1,
            byte if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
