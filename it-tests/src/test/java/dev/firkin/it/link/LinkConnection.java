package dev.firkin.it.link;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** One connection through a link: requests are looked into one by one, answers only pass. */
final class LinkConnection {
  private static final Logger LOG = System.getLogger(LinkConnection.class.getName());

  private final FaultyLink link;
  private final Socket client;
  private final Socket server;
  private final Answers answers = new Answers();
  private final CountDownLatch closed = new CountDownLatch(1);

  LinkConnection(FaultyLink link, Socket client, Socket server) {
    this.link = link;
    this.client = client;
    this.server = server;
  }

  @FunctionalInterface
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  static void start(String name, Work work) {
    Thread.ofPlatform()
        .daemon()
        .name("link-" + name)
        .start(() -> {
          try {
            work.run();
          } catch (IOException | InterruptedException e) {
            // One side has gone, or was cut off: what a link is here for.
            LOG.log(Level.DEBUG, name, e);
          }
        });
  }

  void start(Runnable atEnd) {
    start(
        "up",
        () -> {
          try {
            requests();
          } finally {
            atEnd.run();
            close();
          }
        });
    start(
        "down",
        () -> {
          try {
            answers.pass();
          } finally {
            close();
          }
        });
  }

  /** What was sent of a request that has no answer yet. */
  long unansweredBytes() {
    return answers.unanswered();
  }

  /** Ends both sides as a machine does that has forgotten them. */
  void reset() {
    try {
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "it is closed already", e);
    }
    close();
  }

  private void close() {
    closed.countDown();
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "closing", e);
      }
    }
  }

  private void requests() throws IOException, InterruptedException {
    InputStream in = new BufferedInputStream(client.getInputStream(), 8 << 10);
    OutputStream out = server.getOutputStream();
    for (Optional<RequestHead> next = RequestHead.read(in);
        next.isPresent();
        next = RequestHead.read(in)) {
      RequestHead head = next.get();
      Optional<Fault> fault = link.faultFor(head);
      link.up().travel();
      if (fault.isPresent()
          && (fault.get() == Fault.SLOW_DOWN || fault.get() == Fault.INTERNAL_ERROR)) {
        carry(in, OutputStream.nullOutputStream(), head.bodyBytes());
        refuse(head, fault.get());
        continue;
      }
      answers.begin(fault);
      send(out, head.bytes(), head.bytes().length);
      long half = head.bodyBytes() / 2;
      carry(in, out, half);
      if (fault.isPresent()) {
        switch (fault.get()) {
          case RESET_REQUEST -> reset();
          case HALF_OPEN -> closed.await();
          case CORRUPT_REQUEST -> {
            byte[] changed = {(byte) (in.read() ^ 0x10)};
            send(out, changed, 1);
            half++;
          }
          default -> {} // for the answer
        }
      }
      carry(in, out, head.bodyBytes() - half);
    }
  }

  private void carry(InputStream in, OutputStream out, long bytes)
      throws IOException, InterruptedException {
    byte[] block = new byte[link.up().blockBytes()];
    for (long left = bytes; left > 0; ) {
      int n = in.read(block, 0, (int) Math.min(block.length, left));
      if (n < 0) {
        throw new IOException("the client went away in a request");
      }
      send(out, block, n);
      left -= n;
    }
  }

  private void send(OutputStream out, byte[] block, int length)
      throws IOException, InterruptedException {
    link.passing();
    link.up().carry(length);
    link.passing();
    out.write(block, 0, length);
    link.up().carried(length);
    answers.sent(length);
  }

  private void refuse(RequestHead head, Fault fault) throws IOException {
    boolean busy = fault == Fault.SLOW_DOWN;
    String body =
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>said the link</Message></Error>"
            .formatted(busy ? "SlowDown" : "InternalError");
    String answer =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(
                busy ? "503 Slow Down" : "500 Internal Server Error",
                body.length(),
                head.method().equals("HEAD") ? "" : body);
    OutputStream out = client.getOutputStream();
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The other direction. */
  private final class Answers {
    private static final int FAULT_AT = 300;
    private static final int TWICE_AT_LEAST = 20;

    private Optional<Fault> fault = Optional.empty();
    private long sent;
    private boolean answered = true;

    // Of this answer: how much of the empty line after its head was seen, and bytes behind it.
    private int ends;
    private int bodyBytes;

    synchronized void begin(Optional<Fault> chosen) {
      fault = chosen;
      sent = 0;
      answered = false;
      ends = 0;
      bodyBytes = 0;
    }

    synchronized void sent(int bytes) {
      sent += bytes;
    }

    synchronized long unanswered() {
      return answered ? 0 : sent;
    }

    void pass() throws IOException, InterruptedException {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] block = new byte[link.down().blockBytes()];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        if (unanswered() > 0) {
          link.down().travel();
        }
        link.down().carry(n);
        link.passing();
        int at = faultAt(block, n);
        if (at < 0) {
          out.write(block, 0, n);
        } else {
          spoil(out, block, n, at);
        }
        link.down().carried(n);
      }
    }

    /** Where in this block the fault is due, or -1. */
    private synchronized int faultAt(byte[] block, int length) {
      if (isInterim(block, length)) {
        return -1;
      }
      answered = true;
      int at = -1;
      for (int i = 0; i < length; i++) {
        if (ends < 4) {
          byte b = block[i];
          ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : b == '\r' ? 1 : 0;
        } else if (bodyBytes++ == FAULT_AT) {
          at = i;
        }
      }
      return at;
    }

    /** "Go on", which says nothing of the request. */
    private boolean isInterim(byte[] block, int length) {
      return ends == 0
          && length > 9
          && new String(block, 0, 10, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 1");
    }

    private void spoil(OutputStream out, byte[] block, int length, int at) throws IOException {
      Optional<Fault> now;
      synchronized (this) {
        now = fault;
        fault = Optional.empty();
      }
      if (now.isPresent()) {
        switch (now.get()) {
          case RESET_RESPONSE -> {
            out.write(block, 0, at);
            reset();
          }
          case TRUNCATE_RESPONSE -> {
            out.write(block, 0, at);
            out.flush();
            client.shutdownOutput();
            throw new InterruptedIOException("truncated");
          }
          case CORRUPT_RESPONSE -> block[at] ^= (byte) link.nextDamage();
          case DUPLICATE_RESPONSE -> {
            int twice = Math.min(at, TWICE_AT_LEAST + link.nextDamage());
            out.write(block, 0, at);
            out.write(block, at - twice, twice);
            out.write(block, at, length - at);
            return;
          }
          default -> {} // was for the request
        }
      }
      out.write(block, 0, length);
    }
  }
}
