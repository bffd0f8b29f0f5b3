//! The table for people, printed row by row, and whether the goals are met.

/// How many goals were missed.
pub struct Table {
    missed: usize,
}

impl Table {
    pub fn begin() -> Self {
        println!(
            "Seconds: median (least to most). Both keep a history, as ours always does; theirs"
        );
        println!("runs in waitress, with PostgreSQL for storage, permissions and cache.\n");
        println!("| what | ours | kinto 14.8 + kinto-signer 8.1.1 | ratio | goal |");
        println!("|---|---|---|---|---|");
        Self { missed: 0 }
    }

    /// Seconds of ours and of the peer; the goal is how many times faster ours is.
    pub fn compare(&mut self, what: &str, ours: Vec<f64>, peer: Vec<f64>, goal: Option<f64>) {
        let ratio = median(&peer) / median(&ours);
        let goal = goal.map(|least| self.verdict(ratio >= least, &format!("at least {least}×")));
        self.row(what, &shown(&ours), &shown(&peer), &format!("{ratio:.1}×"), goal);
    }

    /// Seconds of ours, beside nothing.
    pub fn alone(&self, what: &str, ours: Vec<f64>) {
        self.row(what, &shown(&ours), "", "", None);
    }

    /// A figure with a limit.
    pub fn at_most(&mut self, what: &str, figure: f64, most: f64, unit: &str) {
        let goal = self.verdict(figure <= most, &format!("at most {most} {unit}"));
        self.row(what, "", "", &format!("{figure:.1} {unit}"), Some(goal));
    }

    pub fn all_met(&self) -> bool {
        self.missed == 0
    }

    fn row(&self, what: &str, ours: &str, peer: &str, ratio: &str, goal: Option<String>) {
        let goal = goal.unwrap_or_default();
        println!("| {what} | {ours} | {peer} | {ratio} | {goal} |");
    }

    fn verdict(&mut self, met: bool, goal: &str) -> String {
        self.missed += usize::from(!met);
        format!("{goal}: {}", if met { "met" } else { "**missed**" })
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn shown(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    format!("{:.3} ({least:.3} to {most:.3})", median(values))
}
