//! `mixlens proxy`.
