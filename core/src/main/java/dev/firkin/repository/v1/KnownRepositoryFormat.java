package dev.firkin.repository.v1;

import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryId;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The file in which a host keeps what it knows of a repository; it never leaves the host. */
public final class KnownRepositoryFormat {
  private KnownRepositoryFormat() {}

  public static byte[] write(KnownRepository known) {
    ObjectNode json =
        Json.document()
            .put("repository", known.id().text())
            .put("location", known.location())
            .put("generation", known.generation());
    known
        .secret()
        .ifPresent(secret -> {
          byte[] bytes = secret.copyBytes();
          json.put("secret", Base64.getEncoder().encodeToString(bytes));
          Arrays.fill(bytes, (byte) 0);
        });
    ArrayNode recipients = json.putArray("recipients");
    known.recipients().forEach(r -> recipients.add(r.text()));
    return Json.write(json);
  }

  /**
   * @param name of the file, for messages
   */
  public static KnownRepository read(String name, byte[] content) throws FormatException {
    JsonFields json = Json.read(name, content);
    Optional<RepositorySecret> secret = Optional.empty();
    if (json.has("secret")) {
      byte[] bytes = json.base64("secret");
      try {
        secret = Optional.of(RepositorySecret.of(bytes));
      } catch (IllegalArgumentException e) {
        throw new FormatException(name + ": " + e.getMessage(), null, e);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
    return new KnownRepository(
        json.parsed("repository", RepositoryId::new),
        json.text("location"),
        secret,
        json.list("recipients", AgeRecipient::new),
        // One that does not say it takes whatever generation it meets.
        json.has("generation") ? json.number("generation", 1, Long.MAX_VALUE) : 1);
  }
}
