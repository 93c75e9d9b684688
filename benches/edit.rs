//! Each edit of a document of 2 kB, beside three parses of it.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use iamwire_benches::changes;
use iamwire_core::TrustPolicy;

fn edit(criterion: &mut Criterion) {
    for change in changes() {
        let mut group = criterion.benchmark_group(format!("edit/{}", change.name));
        group.bench_function("edit", |b| b.iter(|| black_box(change.make())));
        let text = change.policy.as_str();
        group.bench_function("three parses", |b| {
            b.iter(|| [(); 3].map(|()| drop(black_box(TrustPolicy::parse(black_box(text))))));
        });
        group.finish();
    }
}

criterion_group!(benches, edit);
criterion_main!(benches);
