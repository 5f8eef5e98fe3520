//! `mixlens demo`.
