package dev.firkin.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * An HTTP server that says what the test wants and breaks off, stalls or closes where the test
 * wants, which no real one can be made to do.
 */
final class ScriptedServer implements AutoCloseable {

  /** One request: its first line, its headers in lower case, and how many body bytes came. */
  record Request(String line, String headers, long bodyBytes) {}

  /** What to do with a request once it has been read. */
  interface Script {
    /** Writes an answer, or leaves it; the connection is closed if this throws. */
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  /** Ends the connection. */
  static final class Hangup extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final ServerSocket socket;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private volatile Script script;

  ScriptedServer(Script script) throws IOException {
    this.script = script;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** From the next request on. */
  ScriptedServer then(Script script) {
    requests.clear();
    this.script = script;
    return this;
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Leaves the client waiting, until the server is closed. */
  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** Answers with a status and a body. */
  static Script status(int status, String body) {
    return (request, out) -> write(out, status, "", request.line().startsWith("HEAD") ? "" : body);
  }

  /** Answers with an error as S3 writes them. */
  static Script error(int status, String code) {
    return status(
        status,
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s, said the server</Message></Error>"
            .formatted(code, code));
  }

  /** Writes an answer with a length and these header lines, each with its line end. */
  static void write(OutputStream out, int status, String headers, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    out.write(
        "HTTP/1.1 %d Scripted\r\nContent-Type: application/xml\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(status, headers, bytes.length)
            .getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  private void start(Runnable task) {
    Thread thread = new Thread(task, "scripted server");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        start(() -> serve(connection));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        String headers = head.toLowerCase(Locale.ROOT);
        if (headers.contains("100-continue")) {
          out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
        long length = length(headers);
        in.skipNBytes(length);
        Request request = new Request(head.lines().findFirst().orElseThrow(), headers, length);
        requests.add(request);
        script.answer(request, out);
      }
    } catch (IOException | InterruptedException e) {
      // The client went away, or the script hung up: both are what a test asks for.
    }
  }

  private static long length(String headers) {
    return headers
        .lines()
        .filter(line -> line.startsWith("content-length:"))
        .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
      int c = in.read();
      if (c < 0) {
        return "";
      }
      head.append((char) c);
    }
    return head.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.forEach(Thread::interrupt);
  }
}
