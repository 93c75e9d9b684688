//! Reading the documents: validated and lossless, beside `serde_json::Value` and `iam-rs`.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use iam_rs::IAMPolicy;
use iamwire_core::TrustPolicy;
use serde_json::Value;

fn parse(criterion: &mut Criterion) {
    let all = iamwire_benches::documents();
    let mut group = criterion.benchmark_group("parse/documents");
    of(&mut group, &all, "iamwire", |text| drop(black_box(TrustPolicy::parse(text))));
    of(&mut group, &all, "serde_json", |text| drop(black_box(serde_json::from_str::<Value>(text))));
    group.finish();

    let read_by_peer = |text: &String| serde_json::from_str::<IAMPolicy>(text).is_ok();
    let some: Vec<String> = all.into_iter().filter(read_by_peer).collect();
    let mut group = criterion.benchmark_group("parse/documents that iam-rs reads");
    of(&mut group, &some, "iamwire", |text| drop(black_box(TrustPolicy::parse(text))));
    of(&mut group, &some, "iam-rs", |text| {
        drop(black_box(serde_json::from_str::<IAMPolicy>(text)));
    });
    group.finish();
}

fn of(group: &mut BenchmarkGroup<'_, WallTime>, texts: &[String], name: &str, read: fn(&str)) {
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function(name, |b| b.iter(|| texts.iter().for_each(|text| read(black_box(text)))));
}

criterion_group!(benches, parse);
criterion_main!(benches);
