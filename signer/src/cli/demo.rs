//! `notary-signer demo`: next to `notary demo`, without any configuration.

use super::{
    serve,
    verify::{self, verify_collection},
};
use crate::{
    app::Application,
    clock::Clock,
    demo::{
        DemoError,
        home::{Home, Login, People},
        meddler,
        notary::{self, Running},
        people::Person,
        public_uri,
        story::{DESTINATION, Story},
    },
    logging,
    random::Random,
    signing::key_files::read_public,
};
use clap::Args;
use reqwest::Client;
use serde_json::Value;
use std::{
    env,
    io::{self, Write},
    path::PathBuf,
};
use tokio::runtime::Builder;
use url::form_urlencoded;

/// Where the demo is.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The folder of the `notary demo` that runs [default: where that one keeps its data]
    #[arg(long, value_name = "FOLDER")]
    notary_dir: Option<PathBuf>,
    /// Where this demo keeps its keys and passwords [default: the folder "signer" in that one]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Where to listen, on this machine
    #[arg(long, default_value_t = 8888)]
    port: u16,
    /// What is logged: a level, or tracing directives such as notary_signer=debug,info
    #[arg(long, value_name = "DIRECTIVES", default_value = "warn")]
    log: String,
}

/// Has an editor and a reviewer publish a collection, shows that a changed byte is noticed, and
/// serves until SIGTERM or SIGINT.
///
/// # Errors
/// [`DemoError`].
pub fn demo(options: Options) -> Result<(), DemoError> {
    let (notary_dir, running) = notary::find(options.notary_dir)?;
    let home = Home::open(options.dir.unwrap_or_else(|| notary_dir.join("signer")))?;
    let people = home.people(Random)?;
    let database = Home::database(&running)?;
    let config = home.settings(&running, &database, options.port, &options.log)?;
    logging::start(&options.log);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let stop = serve::stop_requested()?;
        let app = Application::build(config, Clock::System).await?;
        let uri = public_uri(options.port);
        let origin = uri.trim_end_matches("/v1").to_owned();
        let (meddler, meddling) = meddler::between(origin)?;
        let meddling = tokio::spawn(meddling);
        let scene = Scene { running, home, people, uri, meddler };
        let mut played = Ok(());
        app.run_until(async {
            tokio::select! {
                () = stop => {}
                () = async {
                    played = scene.play(&mut io::stdout()).await;
                    if played.is_ok() {
                        std::future::pending().await
                    }
                } => {}
            }
        })
        .await?;
        meddling.abort();
        played
    });
    // A database that hangs must not hold up the end of the process.
    runtime.shutdown_background();
    ended
}

struct Scene {
    running: Running,
    home: Home,
    people: People,
    /// The service's.
    uri: String,
    /// The origin of somebody who changes what the service says.
    meddler: String,
}

impl Scene {
    async fn play(&self, out: &mut impl Write) -> Result<(), DemoError> {
        let Self { running, people, uri, .. } = self;
        let (editor, reviewer) = tokio::try_join!(
            Person::sign_in(running, &people.editor),
            Person::sign_in(running, &people.reviewer)
        )?;
        writeln!(out, "An editor and a reviewer have signed up:\n")?;
        Story { service: uri, http: Client::new(), out, editor, reviewer }.play().await?;

        let genuine = format!("{uri}{DESTINATION}");
        writeln!(out, "\nWhoever reads it can check that:\n")?;
        self.verify(out, &genuine, true).await?;
        let changed = format!("{}/v1{DESTINATION}", self.meddler);
        let (before, after) = (meddler::TRUE, meddler::CHANGED);
        writeln!(
            out,
            "\nSomebody in between makes \u{201c}{before}\u{201d} \u{201c}{after}\u{201d}:\n"
        )?;
        self.verify(out, &changed, false).await?;
        self.invite(out, &genuine).await
    }

    /// Runs the command, which must find that this is so.
    async fn verify(&self, out: &mut impl Write, url: &str, good: bool) -> Result<(), DemoError> {
        let public_key = self.home.public_key();
        writeln!(out, "  $ {}", self.verify_line(url))?;
        let url = url.parse().map_err(|words: &str| DemoError::Story(words.to_owned()))?;
        let options = verify::Options { url, public_key: Some(public_key) };
        let (found, words) = match verify_collection(&options, &Clock::System).await {
            Ok(words) => (true, words),
            Err(failure) => (false, failure.to_string()),
        };
        writeln!(out, "  {}", words.replace('\n', "\n  "))?;
        if found == good {
            return Ok(());
        }
        Err(DemoError::Story("that was not to be expected".to_owned()))
    }

    fn verify_line(&self, url: &str) -> String {
        let program = env::args().next().unwrap_or_else(|| "notary-signer".to_owned());
        format!("{program} verify {url} --public-key {}", self.home.public_key().display())
    }

    async fn invite(&self, out: &mut impl Write, collection: &str) -> Result<(), DemoError> {
        let Self { running, home, people, uri, .. } = self;
        let key = read_public(&home.public_key());
        let key = key.map_err(|error| DemoError::Story(error.to_string()))?;
        let page = form_urlencoded::Serializer::new(String::new())
            .append_pair("server", uri)
            .append_pair("bucket", "main")
            .append_pair("collection", "articles")
            .append_pair("key", &key.to_base64())
            .finish();
        let page = format!("{}/app/collection#{page}", running.public_uri);
        let hint = self.hint().await?;
        let login = |Login { address, password }: &Login| format!("{address}, password {password}");
        writeln!(
            out,
            "\nnotary-signer is ready. Try\n\n  \
             curl {collection}/records\n  \
             {verify}\n  \
             {page}\n\n{hint}\
             Editor    {editor}\n\
             Reviewer  {reviewer}\n\
             Their JWTs are for {uri}, as `notary user token` makes them. Settings, keys and \
             passwords are in {folder}.\n\
             Ctrl-C stops it.",
            verify = self.verify_line(collection),
            editor = login(&people.editor),
            reviewer = login(&people.reviewer),
            folder = home.folder().display(),
        )?;
        Ok(())
    }

    /// What to do so that the page may call us, where it may not.
    async fn hint(&self) -> Result<String, DemoError> {
        let discovery = format!("{}/.well-known/notary", self.running.public_uri);
        let announced: Value = reqwest::get(discovery).await?.json().await?;
        if announced["signer"] == self.uri {
            return Ok(String::new());
        }
        Ok(format!("The page may call us only after `notary demo --signer {}`.\n\n", self.uri))
    }
}
