package dev.firkin.it.link;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A link to a server on this machine that talks plain HTTP: as slow as is wanted, cut when it is
 * wanted, and with a {@link Fault} for each request that is wanted to have one.
 *
 * <p>While it is cut, connections are reset, the new ones at once; while it is silent, they stay
 * and nothing passes. All connections share its bandwidth. What it counts are bytes of HTTP.
 */
public final class FaultyLink implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FaultyLink.class.getName());

  /** Chooses what is done to a request; asked for each, one at a time. */
  @FunctionalInterface
  public interface Faults {
    /**
     * @param fitting those that can be done to this request
     */
    Optional<Fault> next(List<Fault> fitting);
  }

  private enum State {
    UP,
    CUT,
    SILENT
  }

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Direction up = new Direction();
  private final Direction down = new Direction();
  private final Set<LinkConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger damages = new AtomicInteger();
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("link-schedule").factory());

  // All guarded by this.
  private Faults faults = fitting -> Optional.empty();
  private State state = State.UP;
  private long upSinceNanos = System.nanoTime();
  private long upNanos;
  private boolean firstByteDue;
  private final List<Duration> untilFirstByte = new ArrayList<>();
  private final List<Long> lostByCuts = new ArrayList<>();
  private final List<Fault> done = new ArrayList<>();

  /** In front of a server. */
  public FaultyLink(URI endpoint) throws IOException {
    this.server = new InetSocketAddress(endpoint.getHost(), endpoint.getPort());
    this.listener = new ServerSocket();
    // What lies in buffers of the system is not on the link.
    listener.setReceiveBufferSize(32 << 10);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    LinkConnection.start("accept", this::accept);
  }

  /** Where clients find the server behind it. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Bytes per second, each way. */
  public FaultyLink bandwidth(long bytesPerSecond) {
    up.bandwidth(bytesPerSecond);
    down.bandwidth(bytesPerSecond);
    return this;
  }

  /** What each request, and each answer, takes on its way. */
  public FaultyLink latency(Duration eachWay) {
    up.latency(eachWay);
    down.latency(eachWay);
    return this;
  }

  /** From the next request on. */
  public synchronized FaultyLink faults(Faults chosen) {
    faults = chosen;
    done.clear();
    return this;
  }

  /** Those that were done since they were asked for. */
  public synchronized List<Fault> done() {
    return List.copyOf(done);
  }

  /** Resets what is open, and whatever comes in the time that follows. */
  public void cutFor(Duration outage) {
    leave(State.CUT, outage);
  }

  /** Carries nothing for so long, and tells nobody. */
  public void silentFor(Duration outage) {
    leave(State.SILENT, outage);
  }

  /** Again and again, from now on: up for so long, then cut for so long. */
  public void cutEvery(Duration life, Duration outage) {
    long period = life.plus(outage).toNanos();
    var _ =
        schedule.scheduleAtFixedRate(
            () -> leave(State.CUT, outage), life.toNanos(), period, TimeUnit.NANOSECONDS);
  }

  private void leave(State to, Duration outage) {
    long lost = 0;
    synchronized (this) {
      upNanos += System.nanoTime() - upSinceNanos;
      state = to;
    }
    for (LinkConnection connection : open) {
      lost += connection.unansweredBytes();
      if (to == State.CUT) {
        connection.reset();
      }
    }
    synchronized (this) {
      lostByCuts.add(lost);
    }
    var _ = schedule.schedule(this::comeBack, outage.toNanos(), TimeUnit.NANOSECONDS);
  }

  private synchronized void comeBack() {
    // After a silence what waits on the link passes by itself.
    firstByteDue = state == State.CUT;
    state = State.UP;
    upSinceNanos = System.nanoTime();
    notifyAll();
  }

  /** Called for each block that passes up. */
  synchronized void passing() throws InterruptedException {
    while (state == State.SILENT) {
      wait();
    }
    if (firstByteDue && state == State.UP) {
      firstByteDue = false;
      untilFirstByte.add(Duration.ofNanos(System.nanoTime() - upSinceNanos));
    }
  }

  synchronized Optional<Fault> faultFor(RequestHead head) {
    Optional<Fault> fault =
        faults.next(List.of(Fault.values()).stream().filter(f -> f.fits(head)).toList());
    fault.ifPresent(done::add);
    return fault;
  }

  /**
   * Another one each time, of 1 to 255: a line that changes bytes does not change the same ones in
   * the same way twice. What comes wrong twice in the same way is wrong in the store.
   */
  int nextDamage() {
    return 1 + damages.getAndIncrement() % 255;
  }

  /** What clients have sent through it. */
  public long upBytes() {
    return up.bytes();
  }

  /** What the server has sent through it. */
  public long downBytes() {
    return down.bytes();
  }

  /** How many there have been. */
  public int connections() {
    return connections.get();
  }

  /** Waits until clients have sent so much, all in all. */
  public void awaitUpBytes(long bytes) throws InterruptedException {
    up.await(bytes);
  }

  /** Waits until the server has sent so much, all in all. */
  public void awaitDownBytes(long bytes) throws InterruptedException {
    down.await(bytes);
  }

  /** For how long it was up, all in all. */
  public synchronized Duration upTime() {
    return Duration.ofNanos(upNanos + (state == State.UP ? System.nanoTime() - upSinceNanos : 0));
  }

  /** After each cut, how long it took until a client sent something again. */
  public synchronized List<Duration> untilFirstByte() {
    return List.copyOf(untilFirstByte);
  }

  /** For each cut and silence, what of unanswered requests had been sent when it began. */
  public synchronized List<Long> lostByCuts() {
    return List.copyOf(lostByCuts);
  }

  Direction up() {
    return up;
  }

  Direction down() {
    return down;
  }

  private synchronized boolean isCut() {
    return state == State.CUT;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      connections.incrementAndGet();
      if (isCut()) {
        client.setSoLinger(true, 0);
        client.close();
        continue;
      }
      LinkConnection connection =
          new LinkConnection(this, client, new Socket(server.getAddress(), server.getPort()));
      open.add(connection);
      connection.start(() -> open.remove(connection));
      if (isCut()) {
        connection.reset(); // it came in the very moment
      }
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
    try {
      listener.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing", e);
    }
    open.forEach(LinkConnection::reset);
  }
}
