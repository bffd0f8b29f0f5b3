//! A connection to the database that can be cut: nothing passes any more, and nobody is told.

use std::{
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::PathBuf,
    sync::{Arc, Condvar, Mutex},
    thread,
};
use tempfile::TempDir;
use url::Url;

/// Stands between a node and its database.
pub struct Wire {
    state: Arc<State>,
    folder: TempDir,
    far_end: Url,
}

#[derive(Default)]
struct State {
    is_cut: Mutex<bool>,
    changed: Condvar,
}

impl Wire {
    pub fn to(db: &str) -> Self {
        let (folder, far_end) = (tempfile::tempdir().unwrap(), Url::parse(db).unwrap());
        let far_socket = PathBuf::from(parameter(&far_end, "host")).join(socket(&far_end));
        let listener = UnixListener::bind(folder.path().join(socket(&far_end))).unwrap();
        let state = Arc::new(State::default());
        let of_all = state.clone();
        thread::spawn(move || {
            while let Ok((near, _)) = listener.accept() {
                let far = UnixStream::connect(&far_socket).unwrap();
                let ends = [(&near, &far), (&far, &near)];
                for (from, to) in
                    ends.map(|(a, b)| (a.try_clone().unwrap(), b.try_clone().unwrap()))
                {
                    let state = of_all.clone();
                    thread::spawn(move || pass_on(from, to, &state));
                }
            }
        });
        Self { state, folder, far_end }
    }

    /// The database's URI at this end.
    pub fn uri(&self) -> String {
        let mut near_end = self.far_end.clone();
        let others = self.far_end.query_pairs().filter(|(name, _)| name != "host");
        let host = self.folder.path().to_str().unwrap();
        near_end.query_pairs_mut().clear().extend_pairs(others).append_pair("host", host);
        near_end.into()
    }

    pub fn cut(&self) {
        self.set(true);
    }

    /// What was on its way arrives now.
    pub fn mend(&self) {
        self.set(false);
    }

    fn set(&self, is_cut: bool) {
        *self.state.is_cut.lock().unwrap() = is_cut;
        self.state.changed.notify_all();
    }
}

/// Whoever still waits for an answer must not wait for ever.
impl Drop for Wire {
    fn drop(&mut self) {
        self.mend();
    }
}

fn pass_on(mut from: UnixStream, mut to: UnixStream, state: &State) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let is_cut = state.is_cut.lock().unwrap();
        drop(state.changed.wait_while(is_cut, |is_cut| *is_cut).unwrap());
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The other direction ends, too.
    let _ = to.shutdown(std::net::Shutdown::Both);
}

fn parameter(uri: &Url, name: &str) -> String {
    uri.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// What libpq calls the socket's file.
fn socket(uri: &Url) -> String {
    format!(".s.PGSQL.{}", parameter(uri, "port"))
}
