//! A prepared policy deciding requests, beside `iam-rs`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iamwire_benches::{Question, in_practice, of_vectors};

fn decide(criterion: &mut Criterion) {
    let mut kinds = in_practice();
    kinds.push(("vectors", of_vectors()));
    for (name, questions) in kinds {
        let mut group = criterion.benchmark_group(format!("decide/{name}"));
        group.throughput(Throughput::Elements(questions.len() as u64));
        group.bench_function("iamwire", |b| b.iter(|| questions.iter().for_each(ask_ours)));
        group.bench_function("iam-rs", |b| b.iter(|| questions.iter().for_each(ask_peer)));
        group.finish();
    }
}

fn ask_ours(question: &Question) {
    black_box(question.policy.decide(black_box(&question.request)));
}

fn ask_peer(question: &Question) {
    let _ = black_box(question.peer_policy.evaluate(black_box(&question.peer_request)));
}

criterion_group!(benches, decide);
criterion_main!(benches);
