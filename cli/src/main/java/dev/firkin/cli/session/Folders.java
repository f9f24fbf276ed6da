package dev.firkin.cli.session;

import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.RepositoryId;
import java.nio.file.Path;

/**
 * Where this host keeps what.
 *
 * @param configuration repository secrets and pinned recipients: precious
 * @param state copies of what is in repositories: a cache, may be deleted at any time
 */
public record Folders(Path configuration, Path state) {

  /** By the environment, then by convention: of the system for root, else of the user. */
  public static Folders of(Host host) {
    return of(host, host.isRoot());
  }

  static Folders of(Host host, boolean root) {
    Path home = Path.of(host.variable("HOME").orElse(System.getProperty("user.home", "/")));
    return new Folders(
        host.variable("FIRKIN_CONFIG_DIR")
            .map(Path::of)
            .orElseGet(() ->
                root
                    ? Path.of("/etc/firkin")
                    : xdg(host, "XDG_CONFIG_HOME", home.resolve(".config"))),
        host.variable("FIRKIN_STATE_DIR")
            .map(Path::of)
            .orElseGet(() ->
                root
                    ? Path.of("/var/lib/firkin")
                    : xdg(host, "XDG_STATE_HOME", home.resolve(".local/state"))));
  }

  /** The XDG specification has relative paths ignored. */
  private static Path xdg(Host host, String variable, Path otherwise) {
    return host.variable(variable)
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElse(otherwise)
        .resolve("firkin");
  }

  public KnownRepositories knownRepositories() {
    return new KnownRepositories(configuration);
  }

  /** Where {@link #knownRepositories} keeps the secret of a repository. */
  public Path secretOf(RepositoryId id) {
    return configuration.resolve("repositories").resolve(id + ".json");
  }

  public ObjectCache cacheOf(RepositoryId id) {
    return ObjectCache.in(state.resolve(id.text()));
  }
}
