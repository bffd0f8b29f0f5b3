//! `notary demo`.

use super::{exit::Failure, print::print, stop};
use crate::{
    clock::Clock,
    demo::{
        Demo, DemoError,
        home::Home,
        postgres,
        walkthrough::{Stage, Style},
    },
    logging,
    random::Random,
};
use clap::Args;
use std::{
    env,
    io::{IsTerminal, stdout},
    path::PathBuf,
};

#[derive(Debug, Args)]
pub struct Options {
    /// Where the demo keeps its database and secrets [default: notary-demo in the user's data
    /// folder, /var/lib/notary-demo for root]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// What is logged: a level, or tracing directives such as notary=debug,info
    #[arg(long, value_name = "DIRECTIVES", default_value = "warn")]
    log: String,
    /// The signing service that the page /app/collection verifies; the default is where
    /// `notary-signer demo` is
    #[arg(long, value_name = "URI", default_value = "http://localhost:8888/v1")]
    signer: String,
    /// Play a user: sign up, confirm, verify, change and disable, with every request and answer
    /// shown, and end
    #[arg(long)]
    walkthrough: bool,
}

/// Runs the service with all it needs, without configuration, until SIGTERM or SIGINT.
pub fn demo(options: Options) -> Result<(), Failure> {
    let folder = options.dir.unwrap_or_else(postgres::demo_dir);
    // Dropped last: the database outlives its connections.
    let home = Home::open(&folder, Random)?;
    super::runtime()?.block_on(async {
        let stop = stop::requested()?;
        let demo = Demo::build(&home, &options.log, &options.signer, Clock::system()).await?;
        logging::start(&options.log);
        if options.walkthrough {
            return walk(demo, stop).await;
        }
        home.announce(&demo)?;
        print(&welcome(&demo, &home))?;
        Ok(demo.run_until(stop).await?)
    })
}

async fn walk(demo: Demo, stop: impl Future<Output = ()>) -> Result<(), Failure> {
    let stage = Stage::new(&demo, Clock::system(), Random);
    let colours = stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    let mut outcome = Err(Failure::Other("interrupted".to_owned()));
    demo.run_until(async {
        // A reader that has gone does not stop the play: its exit status still tells.
        let play = stage.play(Style { colours }, |text| drop(print(text)));
        tokio::select! {
            ended = play => outcome = ended.map_err(|stumble| Failure::Other(stumble.to_string())),
            () = stop => {}
        }
    })
    .await?;
    outcome
}

fn welcome(demo: &Demo, home: &Home) -> String {
    let Demo { public_uri, admin_uri, admin_secret, .. } = demo;
    let notary = env::args().next().unwrap_or_else(|| "notary".to_owned());
    let folder = home.folder().display();
    let taken: String = demo
        .taken
        .iter()
        .map(|port| format!("  (port {port} is taken, so another one is used)\n"))
        .collect();
    format!(
        "Notary is ready.\n\n\
         {taken}  Sign up   {public_uri}/\n\
         \x20 Mailbox   {admin_uri}/mailbox\n\n\
         Or here, and once that address is confirmed, ask who signed a JWT:\n\n\
         \x20 {notary} user signup ada@example.org --server {public_uri}\n\
         \x20 curl -H 'Notary-Admin-Secret: {admin_secret}' -H \"Authorization: Bearer \
         $({notary} user token ada@example.org --audience https://app.example --server \
         {public_uri})\" '{admin_uri}/verify?aud=https://app.example'\n\n\
         Accounts are kept in {folder}. Ctrl-C stops everything.\n"
    )
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        let text = error.to_string();
        match error {
            DemoError::Cluster(_) => Self::Unavailable(text),
            DemoError::Settings(mistakes) => mistakes.into(),
            DemoError::Start(error) => error.into(),
            DemoError::Folder { .. } | DemoError::Secrets(_) | DemoError::Port(_) => {
                Self::Other(text)
            }
        }
    }
}
