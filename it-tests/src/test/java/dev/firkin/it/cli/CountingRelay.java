package dev.firkin.it.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and a server on this machine and counts every byte that the client sends:
 * requests, bodies, and what was under way when the client died.
 */
final class CountingRelay implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CountingRelay.class.getName());

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final AtomicLong sentBytes = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** In front of a server that talks plain HTTP. */
  CountingRelay(URI endpoint) throws IOException {
    this.server = new InetSocketAddress(endpoint.getHost(), endpoint.getPort());
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** What clients have sent so far. */
  long sentBytes() {
    return sentBytes.get();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(String name, Work work) {
    Thread.ofPlatform()
        .daemon()
        .name("relay-" + name)
        .start(() -> {
          try {
            work.run();
          } catch (IOException e) {
            // One side has gone, as clients do that are killed; the other learns it by the close.
            LOG.log(Level.DEBUG, name, e);
          }
        });
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket upstream = new Socket(server.getAddress(), server.getPort());
      open.add(client);
      open.add(upstream);
      start("up", () -> copy(client, upstream, sentBytes));
      start("down", () -> copy(upstream, client, new AtomicLong()));
    }
  }

  private void copy(Socket from, Socket to, AtomicLong count) throws IOException {
    byte[] buffer = new byte[64 << 10];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count.addAndGet(n);
        out.write(buffer, 0, n);
      }
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
