package dev.firkin.repository.v1;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The one JSON dialect of the format. */
final class Json {
  /** The format version that this package writes and the newest it reads. */
  static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new document, its format version in it. */
  static ObjectNode document() {
    return object().put("format", FORMAT);
  }

  static byte[] write(ObjectNode document) {
    return MAPPER.writeValueAsBytes(document);
  }

  /**
   * The members of a document whose format version is one we know.
   *
   * @param what names the document in messages
   */
  static JsonFields read(String what, byte[] utf8) throws FormatException {
    JsonNode node;
    try {
      node = MAPPER.readTree(utf8);
    } catch (JacksonException e) {
      throw new FormatException(what + " is no JSON document: " + e.getOriginalMessage(), null, e);
    }
    if (node == null || !node.isObject()) {
      throw new FormatException(what + " is no JSON object");
    }
    JsonFields fields = new JsonFields(what, node);
    long format = fields.number("format", 1, Long.MAX_VALUE);
    if (format > FORMAT) {
      throw new NewerFormatException(what, format);
    }
    return fields;
  }
}
