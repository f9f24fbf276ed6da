package dev.firkin.sendstream;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** The streams of a real kernel; their README says what is in them. */
enum RecordedStream {
  FULL_V1,
  FULL_V2,
  DELTA_V1,
  DELTA_V2,
  NO_DATA_V1,
  NO_DATA_V2,
  ONE_HEADER_V1,
  ONE_HEADER_V2;

  int version() {
    return name().endsWith("1") ? 1 : 2;
  }

  byte[] bytes() throws IOException {
    String resource = name().toLowerCase(Locale.ROOT).replace('_', '-') + ".zst";
    try (InputStream stored = RecordedStream.class.getResourceAsStream(resource)) {
      if (stored == null) {
        throw new IOException("no test resource " + resource);
      }
      return new ZstdInputStream(stored).readAllBytes();
    }
  }
}
