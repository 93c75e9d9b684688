//! What the benchmarks share: documents and requests.
