package dev.firkin.repository.v1;

import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.repository.model.RepositoryId;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code firkin.json}. */
public final class ConfigFormat {
  public static final String KEY = "firkin.json";
  public static final int MAX_BYTES = 1 << 20;

  private static final String ALGORITHM = "fastcdc";

  private ConfigFormat() {}

  public static byte[] write(RepositoryConfig config, Seal seal) {
    ObjectNode json =
        Json.document()
            .put("repository", config.id().text())
            .put("created", config.created().toString())
            .put("generation", config.generation());
    json.putObject("chunker")
        .put("algorithm", ALGORITHM)
        .put("minBytes", config.chunker().minBytes())
        .put("averageBytes", config.chunker().averageBytes())
        .put("maxBytes", config.chunker().maxBytes());
    switch (config.encryption()) {
      case Encryption.None none -> json.put("encryption", "none");
      case Encryption.Age age -> {
        json.put("encryption", "age");
        ArrayNode recipients = json.putArray("recipients");
        age.recipients().forEach(r -> recipients.add(r.text()));
        ArrayNode passphrases = json.putArray("passphrases");
        age.recipients().stream()
            .filter(age.passphrases()::contains)
            .forEach(r -> passphrases.add(r.text()));
        json.put("metadataRecipient", age.metadata().text());
      }
    }
    return seal.seal(KEY, json);
  }

  /**
   * What the document says, not yet known to be true: it tells which secret to look for. Nothing is
   * done with it before {@link #check}.
   */
  public static RepositoryConfig readUnchecked(byte[] sealed) throws FormatException {
    JsonFields json = Json.read(KEY, sealed);
    JsonFields chunker = json.object("chunker");
    if (!chunker.text("algorithm").equals(ALGORITHM)) {
      throw new FormatException(
          KEY + ": this firkin does not know the chunker '" + chunker.text("algorithm") + "'");
    }
    try {
      return new RepositoryConfig(
          json.parsed("repository", RepositoryId::new),
          json.time("created"),
          json.number("generation", 1, Long.MAX_VALUE),
          new ChunkerParameters(
              (int) chunker.number("minBytes", 1, Integer.MAX_VALUE),
              (int) chunker.number("averageBytes", 1, Integer.MAX_VALUE),
              (int) chunker.number("maxBytes", 1, Integer.MAX_VALUE)),
          encryption(json));
    } catch (IllegalArgumentException e) {
      throw new FormatException(KEY + ": " + e.getMessage(), null, e);
    }
  }

  /** Checks the seal. */
  public static void check(byte[] sealed, Seal seal) throws FormatException {
    seal.check(KEY, KEY, sealed);
  }

  private static Encryption encryption(JsonFields json) throws FormatException {
    return switch (json.text("encryption")) {
      case "none" -> new Encryption.None();
      case "age" ->
          new Encryption.Age(
              json.list("recipients", AgeRecipient::new),
              // Builds before 0.1.0 did not say.
              json.has("passphrases")
                  ? Set.copyOf(json.list("passphrases", AgeRecipient::new))
                  : Set.of(),
              json.parsed("metadataRecipient", AgeRecipient::new));
      default ->
          throw new FormatException(
              KEY + ": this firkin does not know the encryption '" + json.text("encryption") + "'");
    };
  }
}
