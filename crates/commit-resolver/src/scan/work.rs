//! Counts the bytes that are looked at, so that a test can say how the work grows with a message. Nothing outside of tests.

#[cfg(test)]
thread_local! {
    static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// So many bytes were looked at.
#[cfg(test)]
pub(super) fn looked_at(bytes: usize) {
    LOOKED_AT.set(LOOKED_AT.get() + bytes);
}

/// So many bytes were looked at.
#[cfg(not(test))]
#[inline]
pub(super) const fn looked_at(_bytes: usize) {}

#[cfg(test)]
mod tests;
