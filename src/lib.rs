//! Observability by annotation.
