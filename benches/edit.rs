//! One edit of a document of 2 kB, beside three parses of it.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use iamwire_benches::{four_clusters, thirty_subjects};
use iamwire_core::{Grant, TrustPolicy};

fn edit(criterion: &mut Criterion) {
    let (policy, provider, account) = four_clusters();
    let subject = account.subject();
    let mut group = criterion.benchmark_group("edit/pin_subject");
    group.bench_function("edit", |b| b.iter(|| black_box(policy.pin_subject(&provider, &subject))));
    three_parses(&mut group, &policy);
    group.finish();

    let (policy, provider, account) = thirty_subjects();
    let grant = Grant::web_identity(&provider, account);
    let mut group = criterion.benchmark_group("edit/grant");
    group.bench_function("edit", |b| b.iter(|| black_box(policy.grant(&grant))));
    three_parses(&mut group, &policy);
    group.finish();
}

fn three_parses(group: &mut BenchmarkGroup<'_, WallTime>, policy: &TrustPolicy) {
    let text = policy.as_str();
    group.bench_function("three parses", |b| {
        b.iter(|| [(); 3].map(|()| drop(black_box(TrustPolicy::parse(black_box(text))))));
    });
}

criterion_group!(benches, edit);
criterion_main!(benches);
