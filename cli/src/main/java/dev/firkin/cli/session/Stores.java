package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.Bandwidth;
import dev.firkin.cli.text.KindClass;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.decorator.GaugedStore;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.MeteredStore;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.PacedStore;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import dev.firkin.store.decorator.ThrottledStore;
import java.util.Optional;
import java.util.OptionalLong;

/** The store that the options and the environment name, and what is put around it. */
final class Stores {
  /** Connections beside those of the chunks: for pages, checkpoints and lists. */
  private static final int MORE_CONNECTIONS = 2;

  private final Host host;
  private final GlobalOptions options;
  private final Console console;

  Stores(Host host, GlobalOptions options, Console console) {
    this.host = host;
    this.options = options;
    this.console = console;
  }

  Optional<String> named() {
    return options.repo.or(() -> host.variable("FIRKIN_REPO"));
  }

  StoreUrl url() throws FirkinException {
    Optional<String> url = named();
    if (url.isEmpty()) {
      throw new UsageException(
          "which repository is not said", "use --repo URL, or set FIRKIN_REPO");
    }
    return StoreUrl.parse(url.get());
  }

  /** The store that is there. */
  MeteredStore open() throws FirkinException {
    return new MeteredStore(ObjectStores.open(url(), storeOptions()));
  }

  /** Makes it where that is possible. */
  MeteredStore create() throws FirkinException {
    return new MeteredStore(ObjectStores.create(url(), storeOptions()));
  }

  /** With limits, retries and as many calls at once as the line bears. */
  ObjectStore paced(MeteredStore store, Line line, Patience patience, OutageListener listener) {
    ObjectStore gauged = limited(new GaugedStore(store, line));
    return retrying(
        new PacedStore(gauged, options.jobs + MORE_CONNECTIONS, line), patience, listener);
  }

  /** With limits and retries, and no call held back for another; for somebody who waits. */
  ObjectStore unpaced(MeteredStore store) {
    return retrying(limited(store), Patience.A_MINUTE, OutageListener.silent());
  }

  private ObjectStore limited(ObjectStore store) {
    return new ThrottledStore(
        store, perSecond(options.limitUpload), perSecond(options.limitDownload));
  }

  private ObjectStore retrying(ObjectStore store, Patience patience, OutageListener listener) {
    return new RetryingStore(
        store,
        RetryPolicy.outagesUpTo(options.maxOutage.orElse(patience.maxOutage())),
        new Outages(console, listener));
  }

  private StoreOptions storeOptions() {
    int connections = options.jobs + MORE_CONNECTIONS;
    return options
        .storeOptions
        .orElseGet(this::storeOptionsOfCommandLine)
        .withConnections(connections);
  }

  private StoreOptions storeOptionsOfCommandLine() {
    StoreOptions to = StoreOptions.defaults().withChecksums(options.checksums);
    to = options.endpointUrl.map(to::withEndpoint).orElse(to);
    to = options.region.map(to::withRegion).orElse(to);
    to = options.profile.map(to::withProfile).orElse(to);
    for (KindClass each : options.storageClasses) {
      to = to.withStorageClass(each.kind(), each.storageClass());
    }
    to = options.objectLock().map(to::withObjectLock).orElse(to);
    return options.pathStyle == null ? to : to.withPathStyle(options.pathStyle);
  }

  private static OptionalLong perSecond(Optional<Bandwidth> limit) {
    return limit.map(l -> OptionalLong.of(l.bytesPerSecond())).orElse(OptionalLong.empty());
  }
}
