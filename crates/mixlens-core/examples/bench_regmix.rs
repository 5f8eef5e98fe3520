fn load(path: &str) -> Vec<Vec<f64>> {
    std::fs::read_to_string(path).unwrap().lines().skip(1).map(|l| l.split(',').skip(1).map(|c| c.parse().unwrap()).collect()).collect()
}
use mixlens_core::{compute::*, fit::{*, trees::*}};
fn main() {
    let d = "/work/shared/data/regmix/";
    let x: Vec<f64> = load(&format!("{d}train_mixture_1m.csv")).concat();
    let y = load(&format!("{d}train_pile_loss_1m.csv"));
    let xt: Vec<f64> = load(&format!("{d}test_mixture_1m.csv")).concat();
    let want = load(&format!("{d}expected_lightgbm_test_1m.csv"));
    let params = TreesParams::default().check().unwrap();
    let mut worst = 0.0_f64;
    let t = std::time::Instant::now();
    let mut fits = vec![];
    for m in 0..13 {
        let v: Vec<f64> = y.iter().map(|r| r[m]).collect();
        fits.push(params.fit("m", &x, 17, &v, &Control::default()).unwrap());
    }
    println!("fit 13: {:?}", t.elapsed());
    for (m, f) in fits.iter().enumerate() {
        let mut out = vec![0.0; 256];
        f.predict_rows(&xt, &mut out);
        let mut base = vec![0.0; 256];
        f.predict_rows_with(Simd::Baseline, &xt, &mut base);
        assert_eq!(out, base);
        for (i, o) in out.iter().enumerate() { assert_eq!(*o, f.predict_one(&xt[i * 17..][..17])); }
        let e = out.iter().zip(&want).map(|(a, w)| (a - w[m]).abs()).fold(0.0, f64::max);
        worst = worst.max(e);
        println!("{m} {e:.3e} trees {} leaves {}", f.tree_count(), f.leaf_count());
    }
    println!("worst {worst:e}");
    // synthetic batch: test rows jittered
    let n = 200_000;
    let mut s = CounterStream::new(1, 1);
    let mut rows = vec![0.0; n * 17];
    for r in 0..n {
        let b = s.next_below(256);
        for j in 0..17 { rows[r * 17 + j] = xt[b * 17 + j] * (0.5 + s.next_unit()); }
    }
    let mut out = vec![0.0; n];
    for simd in [Simd::Detected, Simd::Baseline, Simd::Detected, Simd::Baseline] {
        let t = std::time::Instant::now();
        fits[8].predict_rows_with(simd, &rows, &mut out);
        println!("{simd:?} {:.3} us a mixture", t.elapsed().as_secs_f64() * 1e6 / n as f64);
    }
    use mixlens_core::simplex::*;
    let domains = DomainSet::new((0..17).map(|i| i.to_string())).unwrap();
    let c = [0.11328527, 0.07960865, 0.00391349, 0.1853759, 0.05108136, 0.01596293, 0.10175077, 0.00370752, 0.06652935, 0.00175077, 0.02708548, 0.23686921, 0.01184346, 0.00792997, 0.00803296, 0.03882595, 0.04644696];
    let (c, _) = Mixture::from_weights(&domains, &c).unwrap();
    for prior in [Prior::Dirichlet { concentration: 1.0 }, Prior::regmix(), Prior::Uniform] {
        let s = Sampler::new(&prior, &c, Constraints::free(&domains), 1).unwrap();
        let t = std::time::Instant::now();
        for k in 0..100 { s.fill(k * 2048, &mut rows[..2048 * 17]); }
        println!("{prior:?} {:.3} us a mixture", t.elapsed().as_secs_f64() * 1e6 / 204800.);
    }
    let s = Sampler::new(&Prior::Dirichlet { concentration: 1.0 }, &c, Constraints::free(&domains), 1).unwrap();
    s.fill(0, &mut rows);
    for simd in [Simd::Detected, Simd::Baseline, Simd::Detected, Simd::Baseline] {
        let t = std::time::Instant::now();
        fits[8].predict_rows_with(simd, &rows, &mut out);
        println!("{simd:?} {:.3} us a mixture", t.elapsed().as_secs_f64() * 1e6 / n as f64);
    }
}
