//! Answers in words, and documents made compact: for information, beside nothing.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iamwire_benches::{documents, in_practice};
use iamwire_core::TrustPolicy;

fn explain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("explain");
    for (name, questions) in in_practice() {
        group.throughput(Throughput::Elements(questions.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                for question in &questions {
                    black_box(question.policy.explain(black_box(&question.request)));
                }
            });
        });
    }
    group.finish();
}

fn normalize(criterion: &mut Criterion) {
    let documents = documents();
    let mut group = criterion.benchmark_group("normalize");
    group.throughput(Throughput::Bytes(documents.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("documents", |b| {
        b.iter(|| {
            for text in &documents {
                let _ = black_box(TrustPolicy::parse(black_box(text)).map(|p| p.to_compact()));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, explain, normalize);
criterion_main!(benches);
