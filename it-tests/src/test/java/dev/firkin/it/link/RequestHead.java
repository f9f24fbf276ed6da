package dev.firkin.it.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of an HTTP request, as far as a link looks into it.
 *
 * @param text all of it, with the empty line at its end
 * @param bodyBytes what follows it
 */
record RequestHead(String text, String method, String target, long bodyBytes) {
  private static final int MOST_BYTES = 64 << 10;

  /** The next one on a connection; empty if the client is done. */
  static Optional<RequestHead> read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int ends = 0; // how much of CR LF CR LF was seen
    while (ends < 4) {
      int b = in.read();
      if (b < 0 || bytes.size() > MOST_BYTES) {
        return Optional.empty();
      }
      bytes.write(b);
      ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : b == '\r' ? 1 : 0;
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    String[] words = text.lines().findFirst().orElse("").split(" ", -1);
    return words.length < 2
        ? Optional.empty()
        : Optional.of(new RequestHead(text, words[0], words[1], length(text)));
  }

  private static long length(String text) {
    return text.lines()
        .map(line -> line.toLowerCase(Locale.ROOT))
        .filter(line -> line.startsWith("content-length:"))
        .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Listings are asked for with a query. */
  boolean isGetOfObject() {
    return method.equals("GET") && !target.contains("list-type");
  }
}
