//! Inputs as lines, so that a seed is a text that a person can read and write.

/// The first `N` lines of a text, without their ends; the last one is all that is left. `None` when it is no text or has fewer lines.
pub(crate) fn lines<const N: usize>(data: &[u8]) -> Option<[&str; N]> {
    let mut rest = std::str::from_utf8(data).ok()?.splitn(N, '\n');
    let mut lines = [""; N];
    for line in &mut lines {
        *line = rest.next()?;
    }
    Some(lines)
}

/// What an optional line says: an empty one stands for nothing.
pub(crate) fn optional(line: &str) -> Option<&str> {
    (!line.is_empty()).then_some(line)
}

/// A position below `length`, another one for other inputs; the same one each time.
pub(crate) fn somewhere(data: &[u8], length: usize) -> usize {
    // FNV-1a: short, and every byte counts.
    let hash = data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let index = hash % u64::try_from(length.max(1)).unwrap();
    usize::try_from(index).unwrap()
}

/// `text` with the ASCII character at `position` replaced by another one.
pub(crate) fn altered(text: &str, position: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if let Some(byte) = bytes.get_mut(position) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
