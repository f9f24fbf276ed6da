package dev.firkin.cli.rehearsal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of an S3 server as a rehearsal takes: objects in memory, one bucket, path-style, nothing
 * checked. So that the client has been through all that it does at the start of a real command.
 */
final class LoopbackS3 implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final Pattern DELETED = Pattern.compile("<Key>([^<]*)</Key>");
  private static final String MARKS = "X-amz-meta-";
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final HttpServer server;
  private final NavigableMap<String, Stored> objects = new TreeMap<>();

  private static final class Stored {
    final byte[] body;
    final Map<String, String> marks;
    final Instant at = Instant.now();

    Stored(byte[] body, Map<String, String> marks) {
      this.body = body;
      this.marks = marks;
    }

    String etag() {
      return "\"" + Integer.toHexString(Arrays.hashCode(body)) + "\"";
    }
  }

  private LoopbackS3(HttpServer server) {
    this.server = server;
  }

  static LoopbackS3 start() throws IOException {
    LoopbackS3 s3 =
        new LoopbackS3(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    s3.server.createContext("/", s3::answer);
    s3.server.start();
    return s3;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** All on the server's one thread. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      URI uri = exchange.getRequestURI();
      String[] path = uri.getPath().substring(1).split("/", 2);
      String key = path.length == 2 ? path[1] : "";
      String query = uri.getQuery() == null ? "" : uri.getQuery();
      switch (exchange.getRequestMethod()) {
        case "PUT" -> put(exchange, key, body);
        case "POST" -> delete(exchange, new String(body, StandardCharsets.UTF_8));
        case "DELETE" -> {
          objects.remove(key);
          exchange.sendResponseHeaders(204, -1);
        }
        case "HEAD" -> head(exchange, objects.get(key));
        default -> {
          if (!key.isEmpty()) {
            get(exchange, objects.get(key));
          } else if (query.contains("list-type=2")) {
            list(exchange, query);
          } else {
            error(exchange, 404, "ObjectLockConfigurationNotFoundError");
          }
        }
      }
    }
  }

  private void put(HttpExchange exchange, String key, byte[] body) throws IOException {
    if (exchange.getRequestHeaders().containsKey("If-None-Match") && objects.containsKey(key)) {
      error(exchange, 412, "PreconditionFailed");
      return;
    }
    Map<String, String> marks = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (name.startsWith(MARKS)) {
            marks.put(name, values.getFirst());
          }
        });
    Stored stored = new Stored(body, marks);
    objects.put(key, stored);
    exchange.getResponseHeaders().set("ETag", stored.etag());
    exchange.sendResponseHeaders(200, -1);
  }

  private void delete(HttpExchange exchange, String request) throws IOException {
    Matcher keys = DELETED.matcher(request);
    while (keys.find()) {
      objects.remove(keys.group(1));
    }
    xml(exchange, 200, "<DeleteResult></DeleteResult>");
  }

  private static void head(HttpExchange exchange, @Nullable Stored stored) throws IOException {
    if (stored == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    describe(exchange, stored);
    exchange.getResponseHeaders().set("Content-Length", Integer.toString(stored.body.length));
    exchange.sendResponseHeaders(200, -1);
  }

  private static void describe(HttpExchange exchange, Stored stored) {
    stored.marks.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("ETag", stored.etag());
    exchange.getResponseHeaders().set("Last-Modified", HTTP_DATE.format(stored.at));
  }

  private static void get(HttpExchange exchange, @Nullable Stored stored) throws IOException {
    if (stored == null) {
      error(exchange, 404, "NoSuchKey");
      return;
    }
    describe(exchange, stored);
    byte[] body = stored.body;
    String wanted = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(wanted == null ? "" : wanted);
    if (!range.matches() || body.length == 0) {
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      return;
    }
    int from = Integer.parseInt(range.group(1));
    int to =
        range.group(2).isEmpty()
            ? body.length
            : (int) Math.min(body.length, Long.parseLong(range.group(2)) + 1);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, body.length));
    exchange.sendResponseHeaders(206, to - from);
    exchange.getResponseBody().write(body, from, to - from);
  }

  private void list(HttpExchange exchange, String query) throws IOException {
    Matcher wanted = Pattern.compile("(?:^|&)prefix=([^&]*)").matcher(query);
    String prefix = wanted.find() ? wanted.group(1) : "";
    StringBuilder xml =
        new StringBuilder(
            "<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>");
    objects.forEach((key, stored) -> {
      if (key.startsWith(prefix)) {
        xml.append("<Contents><Key>")
            .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
            .append("</Key><LastModified>")
            .append(stored.at)
            .append("</LastModified><ETag>")
            .append(stored.etag())
            .append("</ETag><Size>")
            .append(stored.body.length)
            .append("</Size></Contents>");
      }
    });
    xml(exchange, 200, xml.append("</ListBucketResult>").toString());
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    xml(exchange, status, "<Error><Code>" + code + "</Code></Error>");
  }

  private static void xml(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
