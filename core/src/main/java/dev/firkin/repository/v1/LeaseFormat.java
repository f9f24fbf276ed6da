package dev.firkin.repository.v1;

import dev.firkin.repository.model.LeaseInfo;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.RepositoryId;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Leases: {@code docs/format.md}, section 11. */
public final class LeaseFormat {
  public static final int MAX_BYTES = 64 << 10;

  private LeaseFormat() {}

  /** The sealed document, for the object under {@code key}. */
  public static byte[] write(String key, RepositoryId repository, LeaseInfo lease, Seal seal) {
    ObjectNode json =
        Json.document()
            .put("repository", repository.text())
            .put("mode", lease.mode().name().toLowerCase(Locale.ROOT))
            .put("work", lease.work())
            .put("host", lease.host())
            .put("since", lease.since().toString())
            .put("renewed", lease.renewed().toString());
    return seal.seal(key, json);
  }

  public static LeaseInfo read(String key, byte[] sealed, Seal seal) throws FormatException {
    String what = "lease " + key;
    seal.check(what, key, sealed);
    JsonFields json = Json.read(what, sealed);
    return new LeaseInfo(
        json.parsed("mode", LeaseFormat::mode),
        json.text("work"),
        json.text("host"),
        json.time("since"),
        json.time("renewed"));
  }

  private static LeaseMode mode(String text) {
    return switch (text) {
      case "shared" -> LeaseMode.SHARED;
      case "exclusive" -> LeaseMode.EXCLUSIVE;
      default -> throw new IllegalArgumentException("is no mode of a lease: " + text);
    };
  }
}
