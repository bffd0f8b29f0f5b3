//! The plot in the documents.

use super::{costs::Measured, load::Outcome};
use plotters::prelude::*;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/img/verification.svg");
const SIZE: (u32, u32) = (900, 470);
const LABELS: i32 = 250;
const BAR: f64 = 0.66;

const OURS: RGBColor = RGBColor(0x2b, 0x6c, 0xb0);
const POSTGRES: RGBColor = RGBColor(0x90, 0xcd, 0xf4);
const OTHERS: RGBColor = RGBColor(0xa0, 0xae, 0xc0);

/// A bar: CPU time of the program and of PostgreSQL, in microseconds.
struct Bar {
    label: &'static str,
    server: f64,
    postgres: f64,
    color: RGBColor,
}

/// Draws what one question costs, ours and others'.
pub fn draw(measured: &Measured) {
    let case = |label, name: &str, color| {
        let of = |part: fn(&Outcome) -> f64| measured.of(name, part);
        Bar { label, server: of(|o| o.server), postgres: of(|o| o.postgres), color }
    };
    let bars = [
        case("raw ES384 verification", "raw ES384 verification (aws-lc-rs)", OTHERS),
        case("Notary, token never seen", "`/verify`, never seen, 16 connections", OURS),
        case("Notary, forged token", "`/verify`, forged signature", OURS),
        case("actix hello-world", "actix hello-world, 16 connections", OTHERS),
        case("Notary, known token", "`/verify`, known, 16 connections", OURS),
        case("Notary, known, /forward-auth", "`/forward-auth`, known", OURS),
        case("Notary, unknown kid", "`/verify`, 1,000 unknown kids", OURS),
        case("oidc-provider, introspection", "oidc-provider, introspection", OTHERS),
        case("better-auth, get-session", "better-auth, get-session", OTHERS),
    ];
    render(&bars).unwrap();
}

fn render(bars: &[Bar]) -> Result<(), Box<dyn std::error::Error>> {
    let most = bars.iter().map(|bar| bar.server + bar.postgres).fold(0.0, f64::max);
    let root = SVGBackend::new(FILE, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("CPU time of one question, µs (lighter: PostgreSQL)", ("sans-serif", 20))
        .margin(16)
        .margin_right(70)
        .x_label_area_size(30)
        .y_label_area_size(LABELS)
        // Bars grow from the one microsecond that nothing is below.
        .build_cartesian_2d((1.0..most).log_scale(), 0.0..bars.len() as f64)?;
    let places = (0..bars.len()).rev().map(|place| place as f64);
    for (bar, place) in bars.iter().zip(places) {
        let (top, bottom) = (place + (1.0 + BAR) / 2.0, place + (1.0 - BAR) / 2.0);
        let whole = bar.server + bar.postgres;
        let bar_of = |from: f64, to: f64, color: RGBColor| {
            Rectangle::new([(from.max(1.0), bottom), (to.max(1.0), top)], color.filled())
        };
        chart.draw_series([
            bar_of(1.0, bar.server, bar.color),
            bar_of(bar.server, whole, POSTGRES),
        ])?;
        let style = ("sans-serif", 15).into_font();
        chart.draw_series([Text::new(
            format!("{whole:.0}"),
            (whole * 1.04, place + 0.62),
            style.clone(),
        )])?;
        let (_, y) = chart.backend_coord(&(1.0, place + 0.5));
        let left = TextStyle::from(style).pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Right,
            plotters::style::text_anchor::VPos::Center,
        ));
        root.draw_text(bar.label, &left, (LABELS, y))?;
    }
    chart.configure_mesh().disable_y_mesh().disable_y_axis().draw()?;
    root.present()?;
    Ok(())
}
