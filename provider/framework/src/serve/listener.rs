//! Where the provider listens: a unix socket that only its user can reach, else a port on the loopback interface.

use std::io;
use std::net::{Ipv4Addr, TcpListener as StdTcpListener};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::ServeError;
use super::connection::Connection;

/// What the parent wishes about the place; empty means a unix socket in the temporary directory, else any port.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Placement {
    /// Directory for the unix socket.
    pub(super) socket_directory: Option<PathBuf>,
    /// Group that may use the unix socket as well, by name or number.
    pub(super) socket_group: Option<String>,
    /// Ports to choose from when there is no unix socket.
    pub(super) ports: Option<RangeInclusive<u16>>,
}

/// An address in the words of go-plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// Path of the socket, or `IP:PORT`.
    pub(super) address: String,
}

/// A listening socket, open before its address is told to anyone.
pub(super) struct Listener {
    socket: Socket,
    address: Address,
    file: Option<SocketFile>,
    open: Arc<AtomicUsize>,
}

enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

/// Removes the socket and its directory when the process ends.
pub(super) struct SocketFile {
    directory: PathBuf,
    path: PathBuf,
}

/// The directories of this process's sockets, for an end that drops nothing.
static DIRECTORIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

const SOCKET: &str = "socket";

impl SocketFile {
    #[cfg(unix)]
    fn in_directory(directory: PathBuf) -> Self {
        DIRECTORIES.lock().unwrap_or_else(PoisonError::into_inner).push(directory.clone());
        Self { path: directory.join(SOCKET), directory }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        remove(&self.directory);
        DIRECTORIES.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| *one != self.directory);
    }
}

fn remove(directory: &Path) {
    // Whoever removed them first, they are gone.
    let _ = std::fs::remove_file(directory.join(SOCKET));
    let _ = std::fs::remove_dir(directory);
}

/// Removes all sockets of this process, which is about to die without another chance.
pub(super) fn remove_all() {
    // Not a lock to wait for: its owner may be what dies.
    if let Ok(directories) = DIRECTORIES.try_lock() {
        directories.iter().for_each(|directory| remove(directory));
    }
}

/// The part of a [`Listener`] that accepts connections.
pub(super) struct Acceptor {
    socket: Socket,
    open: Arc<AtomicUsize>,
}

impl Listener {
    /// Listens on a unix socket, or on a loopback port where there are none: on Windows, and where the path would be
    /// longer than the roughly 100 bytes that a socket address holds.
    pub(super) fn bind(placement: &Placement) -> Result<Self, ServeError> {
        #[cfg(unix)]
        match Self::bind_unix(placement) {
            Ok(listener) => return Ok(listener),
            Err(error) => tracing::debug!(%error, "no unix socket, using a loopback port"),
        }
        Self::bind_tcp(placement)
    }

    #[cfg(unix)]
    fn bind_unix(placement: &Placement) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        use std::sync::atomic::{AtomicU32, Ordering};

        // Unique in this process by count, among processes by id; a leftover of a killed one is stepped over.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let parent = placement.socket_directory.clone().unwrap_or_else(std::env::temp_dir);
        let directory = loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let directory = parent.join(format!("plugin-{}-{count}", std::process::id()));
            // The directory keeps other users out from the first moment, which a mode set on the socket could not.
            match std::fs::DirBuilder::new().mode(0o700).create(&directory) {
                Ok(()) => break directory,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (),
                Err(error) => return Err(error),
            }
        };
        let file = SocketFile::in_directory(directory);
        let path = file.path.clone();
        let address = path
            .to_str()
            .filter(|path| !path.contains(['|', '\n']))
            .ok_or_else(|| io::Error::other("the path does not fit into the handshake line"))?
            .to_owned();
        let socket = Socket::Unix(UnixListener::bind(&path)?);
        if let Some(group) = &placement.socket_group {
            open_to(group, &file)?;
        }
        let address = Address { network: "unix", address };
        Ok(Self { socket, address, file: Some(file), open: Arc::default() })
    }

    /// Listens on a loopback port.
    pub(super) fn bind_tcp(placement: &Placement) -> Result<Self, ServeError> {
        let listen = |listener: io::Result<StdTcpListener>| {
            let listener = listener?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?.to_string();
            Ok((TcpListener::from_std(listener)?, address))
        };
        let result = listen(bind_port(placement.ports.clone()));
        let (socket, address) = result.map_err(|source| ServeError::Listen {
            address: match &placement.ports {
                Some(ports) => format!("127.0.0.1, ports {} to {}", ports.start(), ports.end()),
                None => "127.0.0.1, any port".to_owned(),
            },
            source,
        })?;
        let address = Address { network: "tcp", address };
        Ok(Self { socket: Socket::Tcp(socket), address, file: None, open: Arc::default() })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// The number of open connections, as it changes.
    pub(super) fn open_connections(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.open)
    }

    /// The accepting part, and the file that is removed on drop.
    pub(super) fn split(self) -> (Acceptor, Option<SocketFile>) {
        (Acceptor { socket: self.socket, open: self.open }, self.file)
    }
}

/// Lets a group use the socket, and find it, but not list or change its directory.
#[cfg(unix)]
fn open_to(group: &str, file: &SocketFile) -> io::Result<()> {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown};

    let number = group.parse().or_else(|_| group_number(group, &std::fs::read_to_string("/etc/group")?))?;
    for (path, mode) in [(&file.path, 0o660), (&file.directory, 0o710)] {
        chown(path, None, Some(number))?;
        set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// The number of a group in the text of `/etc/group`. A static program has no other way to ask.
#[cfg(unix)]
fn group_number(group: &str, groups: &str) -> io::Result<u32> {
    let numbers = groups.lines().filter_map(|line| match line.split(':').collect::<Vec<_>>()[..] {
        [name, _, number, ..] if name == group => number.parse().ok(),
        _ => None,
    });
    numbers.into_iter().next().ok_or_else(|| io::Error::other(format!("there is no group {group:?}")))
}

/// The first free port of the range, tried from a different start in every process; without a range, any free port.
fn bind_port(ports: Option<RangeInclusive<u16>>) -> io::Result<StdTcpListener> {
    let bind = |port| StdTcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let Some(ports) = ports else { return bind(0) };
    let start = std::process::id() as usize % ports.len();
    let mut result = Err(io::ErrorKind::AddrInUse.into());
    for port in ports.clone().skip(start).chain(ports.take(start)) {
        result = bind(port);
        if result.is_ok() {
            break;
        }
    }
    result
}

impl Acceptor {
    /// The next client.
    pub(super) async fn accept(&self) -> io::Result<Connection> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(listener) => Ok(Connection::new(listener.accept().await?.0, &self.open)),
            Socket::Tcp(listener) => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                Ok(Connection::new(stream, &self.open))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[tokio::test]
    async fn the_socket_is_private_and_gone_after_the_end() {
        use std::os::unix::fs::PermissionsExt;

        let parent = tempfile::tempdir().unwrap();
        let placement = Placement { socket_directory: Some(parent.path().into()), ..Placement::default() };
        let listener = Listener::bind(&placement).unwrap();
        assert_eq!(listener.address().network, "unix");
        let path = PathBuf::from(&listener.address().address);
        let mode = path.parent().unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(path.exists());

        let (_acceptor, file) = listener.split();
        drop(file);
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_group_may_use_the_socket_but_not_change_its_directory() {
        use std::os::unix::fs::MetadataExt;

        let parent = tempfile::tempdir().unwrap();
        // The only group that everybody may give something to is their own.
        let own = parent.path().metadata().unwrap().gid();
        let socket_group = Some(own.to_string());
        let placement = Placement { socket_directory: Some(parent.path().into()), socket_group, ports: None };
        let listener = Listener::bind(&placement).unwrap();
        let path = PathBuf::from(&listener.address().address);
        for (path, mode) in [(path.as_path(), 0o660), (path.parent().unwrap(), 0o710)] {
            let metadata = path.metadata().unwrap();
            assert_eq!((metadata.mode() & 0o777, metadata.gid()), (mode, own), "{path:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_group_is_found_by_its_name() {
        let groups = "root:x:0:\nwheel:x:10:me,you\nbroken\n";
        assert_eq!(group_number("wheel", groups).unwrap(), 10);
        assert!(group_number("whee", groups).is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_path_too_long_for_a_socket_falls_back_to_a_port_and_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("d".repeat(120));
        std::fs::create_dir(&long).unwrap();
        let placement = Placement { socket_directory: Some(long.clone()), ..Placement::default() };
        let listener = Listener::bind(&placement).unwrap();
        assert_eq!(listener.address().network, "tcp");
        assert!(listener.address().address.starts_with("127.0.0.1:"));
        assert_eq!(std::fs::read_dir(long).unwrap().count(), 0);
    }

    #[test]
    fn a_taken_port_is_stepped_over_and_a_full_range_is_an_error() {
        let first = bind_port(None).unwrap();
        let taken = first.local_addr().unwrap().port();
        assert!(bind_port(Some(taken..=taken)).is_err());
        let range = taken.saturating_sub(20)..=taken.saturating_add(20);
        let port = bind_port(Some(range.clone())).unwrap().local_addr().unwrap().port();
        assert!(range.contains(&port) && port != taken);
    }
}
