//! What the tests share: the vectors and the documents, read from their files.
